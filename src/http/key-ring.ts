/** The known keys, and the people they belong to. */
import { timingSafeEqual } from "node:crypto";
import { hashKey } from "../core/api-key.ts";
import { ownerName } from "../core/interest.ts";
import type { PersonalStore, Scope, StoredKey } from "../core/personal-store.ts";
import type { StoredSession } from "../core/sign-in.ts";
import { type Identity, isEnough, owner } from "./identity.ts";

/** How long keys are cached; a revoked key stops working within this time. */
const believedMs = 1_000;
/** How long the absence of a key is cached: a new key is often used at once. */
const absentMs = 100;

interface Known {
  readonly keys: StoredKey[];
  /** The number of people, with or without keys. */
  readonly people: number;
}

export class KeyRing {
  private readonly configured: readonly Buffer[];
  private known: { readonly at: number; readonly read: Promise<Known> } = {
    at: Number.NEGATIVE_INFINITY,
    read: Promise.resolve({ keys: [], people: 0 }),
  };

  /**
   * @param configured keys that may do everything.
   * @param personal the store of people's own keys.
   */
  constructor(
    configured: readonly string[],
    private readonly personal: Pick<PersonalStore, "keys" | "people">,
  ) {
    this.configured = configured.map(hashKey);
  }

  /**
   * Whether no key is needed, so that everybody who reaches the service is its owner. That is not so while there are people, even if the
   * last key was revoked: the person who lost it, and everybody else, would become the owner.
   */
  async isEmpty(): Promise<boolean> {
    const { keys, people } = await this.stored();
    return this.configured.length + keys.length + people === 0;
  }

  /** Drops the cache after keys were made or revoked in this process. */
  readAnew(): void {
    this.known = { ...this.known, at: Number.NEGATIVE_INFINITY };
  }

  /** The identity of a key; undefined for an unknown key. */
  async identityOf(key: string): Promise<Identity | undefined> {
    const given = hashKey(key);
    return this.find(given, (await this.stored()).keys) ?? this.find(given, (await this.stored(absentMs)).keys);
  }

  /**
   * The person of a session, and its current scope: that of the key it began with. A session that a mail began may read, and may write if
   * any of the person's keys can. Undefined if those keys are gone.
   */
  async identityOfSession({ person, key, hash }: StoredSession): Promise<Identity | undefined> {
    const { keys: stored } = await this.stored();
    if (key !== undefined) {
      const identity = this.find(Buffer.from(key, "hex"), stored);
      return identity?.person === person ? { ...identity, session: hash } : undefined;
    }
    const isConfigured = person === ownerName && this.configured.length > 0;
    const scopes = stored.filter((one) => one.person === person).map(({ scope }) => scope);
    if (scopes.length === 0 && !isConfigured) return undefined;
    const scope: Scope = isConfigured || scopes.some((one) => isEnough(one, "write")) ? "write" : "read";
    return { person, scope, session: hash };
  }

  /** Hashes have equal lengths, and the comparison takes constant time. */
  private find(given: Buffer, stored: readonly StoredKey[]): Identity | undefined {
    if (this.configured.some((one) => timingSafeEqual(one, given))) return owner;
    const found = stored.find((key) => timingSafeEqual(Buffer.from(key.hash, "hex"), given));
    return found === undefined ? undefined : { person: found.person, scope: found.scope };
  }

  private stored(mostAgeMs = believedMs): Promise<Known> {
    if (performance.now() - this.known.at > mostAgeMs) this.known = { at: performance.now(), read: this.read() };
    return this.known.read;
  }

  private async read(): Promise<Known> {
    return { keys: await this.personal.keys(), people: (await this.personal.people()).length };
  }
}
