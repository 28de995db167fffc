/**
 * From text to the terms of the lexical index: Unicode words without case and accents, a short stop list,
 * English stems (Porter 1980). The same analysis serves documents, queries and explanations.
 */
import { stemmer } from "stemmer";
import { withPlainLetters } from "./text.ts";

/** Raised with every change in the terms of a text, or in what is stored about them: word indexes of another version are rebuilt. */
export const analysisVersion = 5;

/** Lucene's English stop list, and the question words that people put around what they search for. */
const stopWords = new Set(
  (
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this " +
    "to was will with we our us can do does did how what which who why when where has have had been its from than i you me my"
  ).split(" "),
);

/** A word of a text: its text, its place, and the term it is searched as (undefined for a stop word). */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly term: string | undefined;
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
const longestTerm = 64;
const wordPart = /[\p{L}\p{N}\p{M}]/u;
const asciiUnits = 128;
/** 1 for each ASCII character that may be part of a word. */
const asciiParts = Uint8Array.from({ length: asciiUnits }, (_, unit) => (wordPart.test(String.fromCharCode(unit)) ? 1 : 0));
const [unitOfI, unitOfY] = [105, 121];

const anyGreek = /\p{Script=Greek}|\u00b5/u;
/** A Greek letter that is not part of a Greek word, as in “TNFα”. Before a Latin letter, µ is a unit. */
const loneGreek =
  /(?<!\p{Script=Greek}\p{M}*)(?!\p{M})(?:[\u00b5\u03bc](?![a-z])|(?![\u00b5\u03bc])\p{Script=Greek})\p{M}*(?!\p{Script=Greek})/iu;
const partedGreek = new RegExp(`(${loneGreek.source})`, loneGreek.flags);
const namesOfGreek = new Map(
  "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi ο omicron π pi ρ rho σ sigma ς sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega"
    .match(/\S+ \S+/gu)
    ?.map((pair) => pair.split(" ") as [string, string]),
);

/**
 * A cache of the terms of the most recent words, empty for stop words: few words make up most of every text. When `recent` is full it
 * becomes `older`; a word that occurs again is copied back from there.
 */
let recent = new Map<string, string>();
let older: ReadonlyMap<string, string> = new Map();
const mostRecent = 8_192;
/** A longer word is unlikely to occur again, and is not cached. */
const longestRemembered = 200;

/** The term of one word: without case and accents, stemmed. Undefined for stop words. */
export function termOf(word: string): string | undefined {
  let term = recent.get(word);
  if (term === undefined) {
    term = older.get(word) ?? apart(computeTerm(word) ?? "");
    if (recent.size >= mostRecent) [recent, older] = [new Map(), recent];
    if (word.length <= longestRemembered) recent.set(apart(word), term);
  }
  return term === "" ? undefined : term;
}

/** A copy of a word. A substring keeps the whole text that it was cut from in memory. */
function apart(part: string): string {
  return ` ${part}`.slice(1);
}

function computeTerm(word: string): string | undefined {
  let plain = word.toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for anything beyond ASCII
  if (/[^\u0000-\u007f]/.test(plain)) plain = withPlainLetters(plain.normalize("NFKD").replace(/\p{M}+/gu, ""));
  // α-synuclein is alpha-synuclein.
  plain = namesOfGreek.get(plain) ?? plain;
  if (plain === "" || stopWords.has(plain)) return undefined;
  // Half a surrogate pair would not survive being written to a file.
  const cut = plain.slice(0, longestTerm).replace(/[\ud800-\udbff]$/, "");
  return /^[a-z]+$/.test(cut) ? stemmer(cut) : cut;
}

/** The terms of a text in order, stop words left out. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  const isGreek = anyGreek.test(text);
  for (const match of text.match(wordPattern) ?? []) {
    for (const word of isGreek ? partedAtGreek(match) : [match]) {
      const term = termOf(word);
      if (term !== undefined) terms.push(term);
    }
  }
  return terms;
}

/** How often each term is said. */
export function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** The words of a text with their places, for marking matches. Offsets are UTF-16 code units. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(wordPattern)) words.push(...wordsAt(match[0], match.index));
  return words;
}

function wordsAt(match: string, at: number): Word[] {
  let start = at;
  return partedAtGreek(match).map((text) => {
    const word = { text, start, end: start + text.length, term: termOf(text) };
    start = word.end;
    return word;
  });
}

/**
 * Returns a function that finds the words of a text that have any of the terms. Most other words are excluded by their first letters,
 * without computing their terms.
 */
export function wordFinder(terms: ReadonlySet<string>): (text: string) => Word[] {
  const beginnings = new Set([...terms].map((term) => beginningOf(term, 0, term.length)));
  return (text) => {
    const isGreek = anyGreek.test(text);
    const words: Word[] = [];
    for (let [start, end] = [0, 0]; start < text.length; start = end) {
      start = placeOf(text, end, true);
      end = placeOf(text, start, false);
      if (!isGreek && beginsOtherwise(text, start, end, beginnings)) continue;
      words.push(...wordsAt(text.slice(start, end), start).filter(({ term }) => term !== undefined && terms.has(term)));
    }
    return words;
  };
}

/** The offset of the next character that may be part of a word, or of the next that may not; else the end. */
function placeOf(text: string, from: number, isPart: boolean): number {
  let at = from;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit < asciiUnits) {
      if ((asciiParts[unit] === 1) === isPart) return at;
      at++;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      if (wordPart.test(character) === isPart) return at;
      at += character.length;
    }
  }
  return text.length;
}

/** Whether a word certainly has none of the terms with these first letters. Letters beyond ASCII may become any others. */
function beginsOtherwise(text: string, start: number, end: number, beginnings: ReadonlySet<number>): boolean {
  if (text.charCodeAt(start) >= asciiUnits || (end > start + 1 && text.charCodeAt(start + 1) >= asciiUnits)) return false;
  const beginning = beginningOf(text, start, end);
  return !beginnings.has(beginning) && !beginnings.has(beginning - (beginning % asciiUnits));
}

/** The first two letters of a word as a number. Stemming preserves them, except that it may remove the second one or turn y into i. */
function beginningOf(text: string, start: number, end: number): number {
  const second = end > start + 1 ? lowerUnit(text.charCodeAt(start + 1)) : 0;
  return asciiUnits * lowerUnit(text.charCodeAt(start)) + (second === unitOfY ? unitOfI : second);
}

function lowerUnit(unit: number): number {
  return unit >= 65 ? unit | 32 : unit;
}

/** “TNFα2” is TNF, α and 2, as “TNF-α-2” is. */
function partedAtGreek(word: string): readonly string[] {
  return anyGreek.test(word) ? word.split(partedGreek).filter((part) => part !== "") : [word];
}
