/** The keys that are known here, and whom they are of. */
import { timingSafeEqual } from "node:crypto";
import { hashKey } from "../core/api-key.ts";
import { ownerName } from "../core/interest.ts";
import type { PersonalStore, Scope, StoredKey } from "../core/personal-store.ts";
import type { StoredSession } from "../core/sign-in.ts";
import { type Identity, isEnough, owner } from "./identity.ts";

/** How long keys that were read are believed: one that is taken back ends within this time. */
const believedMs = 1_000;
/** How long that there is no such key is believed: whoever was just given one uses it at once. */
const absentMs = 100;

interface Known {
  readonly keys: StoredKey[];
  /** How many there are, with keys and without. */
  readonly people: number;
}

export class KeyRing {
  private readonly configured: readonly Buffer[];
  private known: { readonly at: number; readonly read: Promise<Known> } = {
    at: Number.NEGATIVE_INFINITY,
    read: Promise.resolve({ keys: [], people: 0 }),
  };

  /** @param configured keys that may do everything. @param personal where people's own keys are. */
  constructor(
    configured: readonly string[],
    private readonly personal: Pick<PersonalStore, "keys" | "people">,
  ) {
    this.configured = configured.map(hashKey);
  }

  /**
   * Whether nobody needs a key: the service is its owner's then. Not while there are people, though the last key was taken back: whom it was
   * taken from, and everybody else, would be the owner.
   */
  async isEmpty(): Promise<boolean> {
    const { keys, people } = await this.stored();
    return this.configured.length + keys.length + people === 0;
  }

  /** What was read is believed no longer: keys were made or taken back here. */
  readAnew(): void {
    this.known = { ...this.known, at: Number.NEGATIVE_INFINITY };
  }

  /** Whose a key is; undefined for what is none. */
  async identityOf(key: string): Promise<Identity | undefined> {
    const given = hashKey(key);
    return this.find(given, (await this.stored()).keys) ?? this.find(given, (await this.stored(absentMs)).keys);
  }

  /**
   * Whose a session is, and what it may do now: what the key that it began with may do. One that a mail began reads, and
   * changes what is the person's own, as far as any of the person's keys does. Undefined where those keys are gone.
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

  /** Hashes have one length, and the time that comparing takes tells nothing. */
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
