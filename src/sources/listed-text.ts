/** Lists that a record holds as one text: names of authors, keywords. */
import type { Author } from "../core/paper.ts";
import { normalizeText } from "../core/text.ts";
import { authorOf } from "./record.ts";

/** More authors than any paper has. */
const mostNames = 20_000;

/** Words that occur in names of organisations and not in names of people; commas in such names do not separate family and given names. */
const organizationPattern =
  /(?:^|[\s,])(?:of|and|for|the|&|inc|ltd|llc|gmbh|institut\p{L}*|universit\p{L}*|department|laborator\p{L}*|consortium|committee|association)(?=$|[\s,.])/iu;

/**
 * A name from a field that holds one name, without the comma that EndNote adds to an organisation's and the author number that Scopus adds.
 */
export function listedAuthor(raw: string): Author {
  if (raw.includes(",") && organizationPattern.test(raw)) return { name: normalizeText(raw.replace(/,\s*$/, "")) };
  return authorOf(raw.replace(/\(\d{6,}\)\s*$/, "").replace(/(?<!,),\s*$/, ""));
}

/** `Ada Lovelace; Charles Babbage`, `Lovelace, A., Babbage, C.`, `['Ada Lovelace', 'Charles Babbage']`, `A. Lovelace and C. Babbage`. */
export function listedAuthors(text: string): Author[] {
  return namesOf(unlisted(text))
    .slice(0, mostNames)
    .map((name) => name.trim())
    .filter((name) => name !== "" && !/^(?:et\.? al\.?|others|…|\.\.\.)$/i.test(name))
    .map(listedAuthor);
}

function namesOf(text: string): string[] {
  if (/[;|\n]/.test(text)) return text.split(/[;|\n]/);
  const parts = text.split(/(?<=\s)(?:and|&)(?=\s)/i);
  if (parts.length > 2) return parts.map((part) => part.replace(/,\s*$/, ""));
  return parts.flatMap((part) => byCommas(part));
}

/** Splits at commas, which separate either names, or family names from given names. */
function byCommas(text: string): string[] {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const [first, second] = parts;
  if (first === undefined || second === undefined) return parts;
  const pairs = parts.length % 2 === 0 && parts.every((part, at) => at % 2 === 0 || /^(?:\p{Lu}[.\s-]*){1,4}$/u.test(part));
  // “Lovelace, Ada” is one name, “Ada Lovelace, Charles Babbage” are two.
  if (!pairs && (parts.length > 2 || /\s/.test(first))) return parts;
  return parts.flatMap((part, at) => (at % 2 === 0 ? [`${part}, ${parts[at + 1] ?? ""}`] : []));
}

/** Keywords separated by semicolons, bars or line breaks, or by commas if there are none of these. */
export function listedWords(text: string): string[] {
  const plain = unlisted(text);
  return plain
    .split(/[;|\n]/.test(plain) ? /[;|\n]/ : ",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** Converts a list as Python prints it into tables: `['a', 'b']` → `a;b`. */
function unlisted(text: string): string {
  const trimmed = text.trim();
  const [, inner] = /^\[\s*(['"].*['"])\s*\]$/s.exec(trimmed) ?? [];
  if (inner === undefined) return trimmed;
  return inner
    .slice(1, -1)
    .split(/(?<=['"]),\s*(?=['"])/)
    .map((item) => item.replace(/^['"]|['"]$/g, ""))
    .join(";");
}
