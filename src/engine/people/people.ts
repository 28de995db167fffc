/** Who uses a library, and the keys by which they are known. */
import { randomBytes } from "node:crypto";
import { hashKey } from "../../core/api-key.ts";
import { AppError } from "../../core/errors.ts";
import { ownerName, personName } from "../../core/interest.ts";
import type { Library } from "../../core/library.ts";
import type { Scope, StoredKey } from "../../core/personal-store.ts";

export interface PersonWithKeys {
  readonly name: string;
  readonly keys: readonly Pick<StoredKey, "prefix" | "scope" | "created">[];
}

/** By name. */
export async function listPeople({ personal }: Library): Promise<PersonWithKeys[]> {
  const keys = await personal.keys();
  return (await personal.people()).map((name) => ({
    name,
    keys: keys.filter(({ person }) => person === name).map(({ prefix, scope, created }) => ({ prefix, scope, created })),
  }));
}

/** How many names an error about another one tells. */
const mostNamed = 10;

/** How much of a key is kept to know it by. */
const prefixLength = 11;

/**
 * Letters with their marks. The joiners U+200C and U+200D are allowed only where they are visible: after a mark (Sinhala and other
 * scripts of India) or an Arabic letter (Persian).
 */
const allowedName = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}._-]|(?<=[\p{M}\p{Script=Arabic}])[\u200c\u200d](?=\p{L})){0,63}$/u;

/** Adds a person, or another key for an existing one. @returns the key, which is stored nowhere. Throws `invalid_request`. */
export async function addPerson({ personal }: Library, given: string, scope: Scope, now: Date): Promise<string> {
  const name = personName(given);
  if (!allowedName.test(name)) {
    throw new AppError("invalid_request", `“${name}” cannot be a person's name here.`, {
      mend: "Use up to 64 letters, digits, dots, dashes and underscores.",
    });
  }
  const key = `pk_${randomBytes(24).toString("base64url")}`;
  await personal.addPerson(name, {
    prefix: key.slice(0, prefixLength),
    hash: hashKey(key).toString("hex"),
    person: name,
    scope,
    created: now.toISOString(),
  });
  return key;
}

/** The first key is made while no key is needed, and from then on its maker needs one. Throws `invalid_request`. */
export function requireOwnKey(name: string, scope: Scope): void {
  if (name === ownerName && scope === "admin") return;
  throw new AppError("invalid_request", "The first key has to be your own: with a key for somebody else, you would lock yourself out.", {
    mend: `Make yours (${ownerName}, admin), then this one.`,
  });
}

/**
 * The owner always exists. Everybody else must have been added, since a misspelt name would start a person of its own. Throws
 * `person_not_found`.
 */
export async function requirePerson({ personal }: Library, name: string): Promise<void> {
  if (name === ownerName) return;
  const people = await personal.people();
  if (!people.includes(name)) throw personNotFound(name, people);
}

function personNotFound(name: string, people: readonly string[]): AppError {
  const others = people.filter((one) => one !== ownerName);
  const shown = others.slice(0, mostNamed).join(", ");
  const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : "";
  return new AppError("person_not_found", `There is nobody called “${name}”.`, {
    mend: `There ${others.length === 0 ? "is only" : `are ${shown}${more}, and`} ${ownerName}, which is you; \`paperkin people add\` adds somebody.`,
  });
}

/** Throws `person_not_found`. */
export async function removePerson({ personal }: Library, name: string): Promise<void> {
  if (!(await personal.removePerson(name))) throw personNotFound(name, await personal.people());
}

/**
 * To be called right before something of a person is stored: the person may have been removed since the request arrived. The owner always
 * exists. Throws `person_not_found`.
 */
export async function requireStillThere({ personal }: Library, name: string): Promise<void> {
  if (name === ownerName || (await personal.people()).includes(name)) return;
  throw new AppError("person_not_found", `${name} was removed in the meantime.`);
}
