/**
 * Names of authors, as papers write them and as people search for them: `Christopher D. Manning` is also `Manning, Christopher`, `C.
 * Manning` and `Manning CD`.
 */
import { foldWords, withPlainLetters } from "./text.ts";

/** Words of a name in a query; a longer text is not a name. */
const mostWords = 6;
/** Spellings of one name that are tried. */
const mostSpellings = 8;
/**
 * In characters. Parsing other forms of a name, or a year after it, takes quadratic time, so a longer text is looked up as it is written.
 */
const longestName = 200;

/** The comparable form of a name: words of lower-case letters without accents. */
export function nameKey(name: string): string {
  return withPlainLetters(foldWords(name));
}

/**
 * The {@link nameKey}s that match a name in a query: as it is written, with the family name last, with initials separated, with umlauts
 * as one or two letters. Empty if there are no words.
 */
export function wantedNameKeys(wanted: string): string[] {
  const keys = wanted.length > longestName ? [nameKey(wanted)] : ordersOf(wanted).flatMap(spellingsOf);
  return [...new Set(keys)].filter((key) => key !== "");
}

/**
 * Whether an author matches a name in a query. @param key of the author's name. @param wanted one of {@link wantedNameKeys}; beginnings
 * of words are enough.
 */
export function isNameWanted(key: string, wanted: string): boolean {
  return ` ${key}`.includes(` ${wanted}`) || matchesName(key, wanted);
}

/**
 * Whether a name may be the wanted one: the family name matches in full, the first given name at least by its initial, and further given
 * names may be missing on one side.
 */
export function matchesName(key: string, wanted: string): boolean {
  const [names, asked] = [key.split(" "), wanted.split(" ")];
  const family = names.lastIndexOf(asked.at(-1) ?? "");
  if (family < 1 || !hasGivenAndFamilyName(wanted)) return false;
  return areGivenNames(names.slice(0, family), asked.slice(0, -1));
}

/** Whether a wanted key has a given name and a family name that is longer than an initial. */
export function hasGivenAndFamilyName(wanted: string): boolean {
  return initialAndFamily(wanted) !== undefined;
}

function areGivenNames(names: readonly string[], asked: readonly string[]): boolean {
  if (!isSameGivenName(names[0] ?? "", asked[0] ?? "")) return false;
  const left = [...asked.slice(1)];
  let passed = 0;
  for (const name of names.slice(1)) {
    if (isSameGivenName(name, left[0] ?? "")) left.shift();
    else passed++;
  }
  // D. does not match A., though either may be left out.
  return left.length === 0 || (passed === 0 && left.every(isInitial));
}

function isSameGivenName(a: string, b: string): boolean {
  return a !== "" && b !== "" && (a === b || (isInitial(a) && b.startsWith(a)) || (isInitial(b) && a.startsWith(b)));
}

function isInitial(word: string): boolean {
  return [...word].length === 1;
}

/** An initial and the family name: the key under which papers are looked up by a whole name. Undefined for a single word. */
export function initialAndFamily(key: string): string | undefined {
  const words = key.split(" ");
  const [first] = words[0] ?? "";
  const family = words.at(-1) ?? "";
  return words.length < 2 || first === undefined || isInitial(family) ? undefined : `${first} ${family}`;
}

/** A full stop, a comma, or capitals at the end: what distinguishes `C. Gan` and `Gan C` from `C-GAN`. */
const initialsMarked = /(?<!\p{L})\p{L}\.|,|\s\p{Lu}{1,3}$/u;

/** The {@link wantedNameKeys} of a text that may be one whole name, with a given name or a marked initial. */
export function wholeNameKeys(text: string): string[] {
  const words = text.split(/\s+/);
  if (words.length > mostWords || !/^[\p{L}\p{M}\s.,'’-]+$/u.test(text)) return [];
  const isMarked = initialsMarked.test(text);
  return wantedNameKeys(text).filter((key) => hasGivenAndFamilyName(key) && (isMarked || !isInitial(firstWord(key))));
}

/** A name as citations write it: `Lovelace et al. (1843)`, `Lovelace 1843`. */
export interface CitedName {
  readonly name: string;
  /** Whether it ends with `et al.`: then the named author is the first. */
  readonly hasOthers: boolean;
  readonly year: number | undefined;
}

/** Any other text is the name itself. */
export function citedName(text: string): CitedName {
  if (text.length > longestName) return { name: text, hasOthers: false, year: undefined };
  const { name, others, year } =
    /^(?<name>.+?)(?<others>\s+et\s+al\b\.?)?(?:[\s,]+\(?(?<year>(?:19|20)\d\d)[a-z]?\)?)?$/iu.exec(text)?.groups ?? {};
  return { name: name ?? text, hasOthers: others !== undefined, year: year === undefined ? undefined : Number(year) };
}

/** The {@link wantedNameKeys} of a text that may be a single family name: one word, not all in capitals as acronyms are (`GAN`). */
export function familyNameKeys(text: string): string[] {
  if (!/^[\p{L}\p{M}]{2,}$/u.test(text) || text === text.toUpperCase()) return [];
  return wantedNameKeys(text).filter((key) => /^[a-z]{2,}$/.test(key));
}

/** All {@link initialAndFamily} keys with a family name. @param family of {@link familyNameKeys}. */
export function anyInitialAndFamily(family: string): string[] {
  return [..."abcdefghijklmnopqrstuvwxyz"].map((initial) => `${initial} ${family}`);
}

/** The keys of a name of two or three words with the family name first, as is usual in some countries: `Wang Wei`. */
export function familyFirstKeys(text: string): string[] {
  if (initialsMarked.test(text)) return [];
  return wholeNameKeys(text).flatMap((key) => {
    const [family = "", ...given] = key.split(" ");
    return given.length > 2 ? [] : [`${given.join(" ")} ${family}`].filter(hasGivenAndFamilyName);
  });
}

/**
 * Whether a matching name ({@link matchesName}) is as specific as the wanted one: `L. Short` alone does not turn “long short” into a name.
 */
export function isAsSpecific(key: string, wanted: string): boolean {
  return isInitial(firstWord(wanted)) || firstWord(key) === firstWord(wanted);
}

function firstWord(key: string): string {
  return key.split(" ", 1)[0] ?? "";
}

/** The orders that the words of a name may have: `Manning, C. D.` and `Manning CD` are `C. D. Manning`. */
function ordersOf(wanted: string): string[] {
  const orders = [wanted];
  const [family = "", given = "", ...more] = wanted.split(",");
  if (given.trim() !== "" && more.length === 0) orders.push(`${given} ${family}`);
  const [, names = "", initials = ""] = /^(.*\p{Ll}.*?),?\s+(\p{Lu}{1,3})$/su.exec(wanted.trim()) ?? [];
  if (initials !== "") orders.push(`${[...initials].join(" ")} ${names}`);
  const apart = wanted.replace(/^\p{Lu}{2,3}(?=\s+\p{Lu}\p{Ll})/u, (together) => [...together].join(" "));
  if (apart !== wanted) orders.push(apart);
  return orders;
}

/** `Müller` also matches `Mueller`; and `Mueller`, which may have been `Müller`, also matches that. */
function spellingsOf(name: string): string[] {
  const spellings = [nameKey(name), nameKey(withUmlautsWritten(name))];
  let contracted = [""];
  for (const word of nameKey(name).split(" ")) {
    const others = [word, ...umlautsOf(word)];
    contracted = contracted.flatMap((before) => others.map((other) => `${before} ${other}`.trim())).slice(0, mostSpellings);
  }
  return [...spellings, ...contracted];
}

/** How languages and catalogues without umlauts write them. */
const writtenUmlauts = new Map("ä ae, ö oe, ü ue, ø oe, æ ae, å aa".split(", ").map((pair) => pair.split(" ") as [string, string]));

/** A text with its umlauts as two letters each. */
export function withUmlautsWritten(text: string): string {
  return text.normalize("NFC").replace(/[äöüøæå]/giu, (letter) => writtenUmlauts.get(letter.toLowerCase()) ?? letter);
}

/**
 * A folded word in which `oe` or `ue` may stand for an umlaut, rewritten as the bare vowel. Not at either end of the word or beside
 * another vowel, and never `ae`: Xue and Xu, Michael and Michal are different names.
 */
export function umlautsOf(word: string): string[] {
  if (word.length < 5) return [];
  const contracted = word.replace(/(?<=[^aeiouyq])(o|u)e(?=[^aeiouy])/g, "$1");
  return contracted === word ? [] : [contracted];
}
