/**
 * Acronyms with what they stand for, as a text itself says it: “graph neural network (GNN)” or “GNN (graph neural
 * network)”. After Schwartz and Hearst 2003: each character of the acronym is found in the words, from the last to the
 * first, and the first one begins a word.
 */
import { wordsOf } from "./analysis.ts";

/** Longer ones are words. */
const longestAcronym = 8;
/** A written-out form may have this many more words than the acronym has characters. */
const spareWords = 3;
/** Brackets of one text that are examined. */
const mostBrackets = 40;

/** Whether a word can be one: short, of letters and digits, the first a letter. */
export function canBeAcronym(word: string): boolean {
  return word.length >= 2 && word.length <= longestAcronym && /^\p{L}[\p{L}\p{N}]*$/u.test(word);
}

/** @returns the terms of each written-out form of an acronym in a text, ignoring case; one entry per occurrence. */
export function expansionsIn(text: string, acronym: string): string[][] {
  const wanted = acronym.toLowerCase();
  const found: string[][] = [];
  let brackets = 0;
  for (const match of text.matchAll(/\(([^()]{2,80})\)/g)) {
    if (++brackets > mostBrackets) break;
    const inside = match[1] ?? "";
    const before = text.slice(Math.max(0, match.index - 120), match.index);
    const words = isForm(inside, wanted)
      ? writtenOut(before, wanted)
      : isForm(/[\p{L}\p{N}]+\s*$/u.exec(before)?.[0] ?? "", wanted)
        ? writtenOut(inside, wanted)
        : undefined;
    if (words !== undefined) found.push(words);
  }
  return found;
}

/** Itself or its plural. */
function isForm(text: string, acronym: string): boolean {
  const plain = text.trim().toLowerCase();
  return plain === acronym || plain === `${acronym}s`;
}

/** The last words of a text that spell out the characters of an acronym; undefined if they do not. */
function writtenOut(text: string, acronym: string): string[] | undefined {
  const words = wordsOf(text).slice(-(acronym.length + spareWords));
  for (let first = words.length - 1; first >= 0; first--) {
    const own = words.slice(first);
    const texts = own.map((word) => word.text.toLowerCase());
    if (texts.some((word) => isForm(word, acronym))) return undefined;
    if (own.length < 2 || !spells(texts, acronym)) continue;
    return own.flatMap(({ term }) => (term === undefined ? [] : [term]));
  }
  return undefined;
}

/** Whether an acronym's characters occur in the words in order, the first one at the beginning of the first word. */
function spells(words: readonly string[], acronym: string): boolean {
  if (words[0]?.[0] !== acronym[0]) return false;
  const text = words.join(" ");
  let at = text.length;
  for (let left = acronym.length - 1; left > 0; left--) {
    at = text.lastIndexOf(acronym.charAt(left), at - 1);
    if (at <= 0) return false;
  }
  // Each word contributes a character, apart from small ones: otherwise any long text would match.
  const initials = words.filter((word) => acronym.includes(word.charAt(0))).length;
  return initials >= words.length - 1;
}
