/**
 * From text to the terms of the lexical index: Unicode words without case and accents, a short stop list,
 * English stems (Porter 1980). The same analysis serves documents, queries and explanations.
 */
import { stemmer } from "stemmer";

/** Lucene's English stop list and the question words that people put around what they look for. */
const stopWords = new Set(
  (
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this " +
    "to was will with we our us can do does did how what which who why when where has have had been its from than i you me my"
  ).split(" "),
);

/** A word of a text: what stands there, where, and the term it is searched as (undefined for a stop word). */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly term: string | undefined;
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
const longestTerm = 64;

/** Stems are looked up far more often than there are different words. */
const stems = new Map<string, string>();
const mostStems = 200_000;

/** The term of one word: without case and accents, stemmed. Undefined for stop words. */
export function termOf(word: string): string | undefined {
  const known = stems.get(word);
  if (known !== undefined) return known === "" ? undefined : known;
  const term = computeTerm(word);
  if (stems.size >= mostStems) stems.clear();
  stems.set(word, term ?? "");
  return term;
}

function computeTerm(word: string): string | undefined {
  let plain = word.toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for anything beyond ASCII
  if (/[^\u0000-\u007f]/.test(plain))
    plain = plain
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .replace(/ß/g, "ss");
  if (plain === "" || stopWords.has(plain)) return undefined;
  // Half a character would not survive being written to a file.
  const cut = plain.slice(0, longestTerm).replace(/[\ud800-\udbff]$/, "");
  return /^[a-z]+$/.test(cut) ? stemmer(cut) : cut;
}

/** The terms of a text in order, stop words left out. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const word of text.match(wordPattern) ?? []) {
    const term = termOf(word);
    if (term !== undefined) terms.push(term);
  }
  return terms;
}

/** The words of a text with their places, for marking matches. Offsets are UTF-16 code units. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(wordPattern)) {
    words.push({
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
      term: termOf(match[0]),
    });
  }
  return words;
}
