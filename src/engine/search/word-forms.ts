/**
 * Other forms in which papers write a word of a query: an acronym written out and vice versa, as papers themselves explain it; compounds
 * as one word or two (“pre-training”, “pretraining”); umlauts as one letter or two. They are looked up at query time, so that they follow
 * every change of the library. A few papers are read for each, and only if a word looks like such a form.
 */
import { canBeAcronym, expansionsIn } from "../../core/acronyms.ts";
import { termOf, type Word, wordsOf } from "../../core/analysis.ts";
import { umlautsOf, withUmlautsWritten } from "../../core/author-names.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { evenly } from "../../core/ranking/top.ts";

type Store = Pick<Library, "holding" | "holdingCounts" | "holdingPhrase" | "matchTerms" | "papers">;

/** A term beside those of the query. */
export interface WordForm {
  readonly term: string;
  /** As the query says it. */
  readonly words: readonly string[];
}

/** Beside 1 for what the query says itself. */
export const formWeight = 0.5;
/** A longer text varies its wording itself. */
const mostWords = 16;
/** Papers that are read to learn what an acronym stands for, and how many of them must agree. */
const readPapers = 12;
const leastPapers = 2;
/** Acronyms of one query that are looked up, in each direction. */
const mostAcronyms = 2;
/** Words that acronyms stand for. */
const longestRun = 5;
/** Minimum letters of a part of a compound, and maximum letters of a compound. */
const [leastPart, mostLetters] = [3, 30];
/** The minimum of papers that must contain each part of a compound. */
const leastHolding = 5;
/** Papers that are checked for the parts of one query's words: a few milliseconds. */
const mostLookedThrough = 8_000;

/** Terms that the query does not have; each once. */
export async function otherForms(store: Store, text: string): Promise<WordForm[]> {
  const words = wordsOf(text);
  if (words.length === 0 || words.length > mostWords) return [];
  const forms = [
    ...(await writtenOut(store, words)),
    ...(await shortened(store, words)),
    ...(await joined(store, words)),
    ...(await divided(store, words)),
    ...(await respelt(store, words)),
  ];
  const said = new Set(words.map(({ term }) => term));
  const known = new Map<string, WordForm>();
  for (const form of forms) if (!said.has(form.term) && !known.has(form.term)) known.set(form.term, form);
  return [...known.values()];
}

/** Neighbouring words as one, if papers write them that way. */
async function joined(store: Store, words: readonly Word[]): Promise<WordForm[]> {
  const pairs = words.slice(1).flatMap((second, at) => {
    const first = words[at];
    if (first?.term === undefined || second.term === undefined) return [];
    const term = termOf(first.text + second.text);
    return term === undefined ? [] : [{ term, words: [first.text, second.text] }];
  });
  return await held(store, pairs);
}

/** “Schoelkopf” as “Schölkopf”, and vice versa. */
async function respelt(store: Store, words: readonly Word[]): Promise<WordForm[]> {
  const others = words.flatMap(({ text }) =>
    [withUmlautsWritten(text), ...umlautsOf(text.toLowerCase())]
      .filter((other) => other !== text)
      .flatMap((other) => termOf(other) ?? [])
      .map((term) => ({ term, words: [text] })),
  );
  return await held(store, others);
}

interface Division {
  readonly word: Word & { readonly term: string };
  readonly parts: readonly [string, string];
  /** The letters of each part, as the query writes them. */
  readonly texts: readonly [string, string];
}

/** A word as two, if papers write it that way: both parts are more common than it is, and occur next to each other more often. */
async function divided(store: Store, words: readonly Word[]): Promise<WordForm[]> {
  const divisions = words.flatMap((word) => divisionsOf(word));
  if (divisions.length === 0) return [];
  const terms = [...new Set(divisions.flatMap(({ word, parts }) => [word.term, ...parts]))];
  const counts = await store.holdingCounts(terms);
  const countOf = new Map(terms.map((term, at) => [term, counts[at] ?? 0]));
  const known = divisions.flatMap((division) => {
    const own = countOf.get(division.word.term) ?? 0;
    const parts = Math.min(...division.parts.map((part) => countOf.get(part) ?? 0));
    return parts >= leastHolding && parts > own && parts <= mostLookedThrough ? [{ ...division, own, holding: parts }] : [];
  });
  known.sort((a, b) => b.holding - a.holding);
  const forms: WordForm[] = [];
  let left = mostLookedThrough;
  for (const { parts, texts, own, holding } of known) {
    left -= holding;
    if (left < 0) break;
    const { size } = await store.holdingPhrase(parts);
    if (size >= leastPapers && size > own) forms.push(...parts.map((term, at) => ({ term, words: [texts[at] ?? term] })));
  }
  return forms;
}

function divisionsOf({ term, text, ...rest }: Word): Division[] {
  if (term === undefined || text.length > mostLetters || !/^\p{L}+$/u.test(text)) return [];
  return Array.from({ length: Math.max(0, text.length - 2 * leastPart + 1) }, (_, at) => leastPart + at).flatMap((at) => {
    const texts = [text.slice(0, at), text.slice(at)] as const;
    const parts = [termOf(texts[0]), termOf(texts[1])] as const;
    return parts[0] === undefined || parts[1] === undefined
      ? []
      : [{ word: { ...rest, text, term }, parts: [parts[0], parts[1]] as const, texts }];
  });
}

/** What the acronyms of a query stand for. */
async function writtenOut(store: Store, words: readonly Word[]): Promise<WordForm[]> {
  const asked = words.filter(({ text, term }) => term !== undefined && canBeAcronym(text) && (isCapital(text) || words.length <= 2));
  const forms: WordForm[] = [];
  for (const { text, term } of asked.slice(0, mostAcronyms)) {
    if (term === undefined) continue;
    const counts = new Map<string, number>();
    const { hits } = await store.matchTerms({ terms: new Map([[term, 1]]) }, { k: readPapers });
    for (const paper of await textsOf(
      store,
      hits.map(({ label }) => label),
    )) {
      const own = new Set(expansionsIn(paper, singular(text)).map((terms) => terms.join(" ")));
      for (const expansion of own) counts.set(expansion, (counts.get(expansion) ?? 0) + 1);
    }
    const [best] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    if (best !== undefined && best[1] >= leastPapers) forms.push(...best[0].split(" ").map((one) => ({ term: one, words: [text] })));
  }
  return forms;
}

/** The acronyms that papers use for words of a query. */
async function shortened(store: Store, words: readonly Word[]): Promise<WordForm[]> {
  const runs = words.flatMap((_, first) =>
    Array.from({ length: longestRun - 1 }, (__, more) => words.slice(first, first + 2 + more)).filter(
      (run, more) => run.length === 2 + more && run[0]?.term !== undefined && run.at(-1)?.term !== undefined,
    ),
  );
  const candidates = runs.flatMap((run) => {
    const acronym = run
      .map(({ text }) => text.charAt(0))
      .join("")
      .toLowerCase();
    const term = canBeAcronym(acronym) ? termOf(acronym) : undefined;
    return term === undefined ? [] : [{ term, acronym, terms: run.flatMap((word) => word.term ?? []), words: run.map(({ text }) => text) }];
  });
  // Longer ones first: they say more.
  const known = (await held(store, candidates)).sort((a, b) => b.acronym.length - a.acronym.length);
  const forms: WordForm[] = [];
  for (const { term, acronym, terms, words: said } of known.slice(0, mostAcronyms)) {
    const wanted = terms.join(" ");
    // A paper that explains the acronym contains all of its words. There are fewer of those, and they are found sooner, than the best of
    // those that contain some.
    const labels = evenly([...(await store.holding([term, ...terms])).labels()], readPapers);
    const explaining = (await textsOf(store, labels)).filter((text) =>
      expansionsIn(text, acronym).some((expansion) => expansion.join(" ") === wanted),
    );
    if (explaining.length >= leastPapers) forms.push({ term, words: said });
  }
  return forms;
}

/** Those whose term enough papers hold. */
async function held<T extends { term: string }>(store: Store, forms: readonly T[]): Promise<T[]> {
  if (forms.length === 0) return [];
  const counts = await store.holdingCounts(forms.map(({ term }) => term));
  return forms.filter((_, at) => (counts[at] ?? 0) >= leastPapers);
}

async function textsOf(store: Store, labels: readonly Label[]): Promise<string[]> {
  const stored = await store.papers(labels);
  return stored.flatMap((one) => (one === undefined ? [] : [`${one.paper.title}. ${one.paper.abstract}`]));
}

/** Two capitals at least: GNN, mRNA, LSTMs. */
function isCapital(word: string): boolean {
  return (word.match(/\p{Lu}/gu)?.length ?? 0) >= 2;
}

function singular(word: string): string {
  return /\p{Lu}s$/u.test(word) ? word.slice(0, -1) : word;
}
