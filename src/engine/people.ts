/** Who uses a library, and the keys by which they are known. */
import { randomBytes } from "node:crypto";
import { hashKey } from "../core/api-key.ts";
import { AppError } from "../core/errors.ts";
import { ownerName, personName } from "../core/interest.ts";
import type { Library } from "../core/library.ts";
import type { Scope, StoredKey } from "../core/personal-store.ts";

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
 * Letters with their marks; what joins two letters or keeps them apart (U+200C, U+200D) only where it shows: behind a mark (Sinhala and
 * other scripts of India) or an Arabic letter (Persian).
 */
const allowedName = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}._-]|(?<=[\p{M}\p{Script=Arabic}])[\u200c\u200d](?=\p{L})){0,63}$/u;

/** Adds a person, or another key for one who is there. @returns the key, which is kept nowhere. Throws `invalid_request`. */
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

/** The first key is made by whoever needs none so far, and needs one from then on. Throws `invalid_request`. */
export function requireOwnKey(name: string, scope: Scope): void {
  if (name === ownerName && scope === "admin") return;
  throw new AppError("invalid_request", "The first key has to be your own: with somebody else's you would be shut out.", {
    mend: `Make yours (${ownerName}, admin), then this one.`,
  });
}

/** The owner needs no adding; everybody else has to be there, since a name that was misspelt would begin a person of its own. Throws `person_not_found`. */
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
 * To be called right before something of a person is kept: whoever asked may have been taken away while the request came in, or while
 * what is kept was made. The owner is always there. Throws `person_not_found`.
 */
export async function requireStillThere({ personal }: Library, name: string): Promise<void> {
  if (name === ownerName || (await personal.people()).includes(name)) return;
  throw new AppError("person_not_found", `${name} was taken away meanwhile.`);
}
