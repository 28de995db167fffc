/** "Did you mean": replaces words of a query that hardly any paper contains by words that papers do contain. */
import { type Word as TextWord, termOf, wordFinder, wordsOf } from "../../core/analysis.ts";
import { initialAndFamily, wholeNameKeys } from "../../core/author-names.ts";
import type { Embedder } from "../../core/embedder.ts";
import { recognizeId } from "../../core/identity.ts";
import type { Library } from "../../core/library.ts";
import { authorTerm, venueTerm } from "../../core/name-terms.ts";
import { printQuery, type QueryPiece, readQuery } from "../../core/query-pieces.ts";
import { editDistance, isCorrectable, mostEdits, wordsOneEditAway } from "../../core/spelling.ts";
import { foldWords } from "../../core/text.ts";

type Spelling = Pick<Embedder, "knowsWord">;
type Store = Pick<Library, "holding" | "holdingCounts" | "matching" | "nearTerms" | "papers">;

/** A word that more papers contain counts as correctly spelt. */
const rare = 5;
/** How many times as many papers must contain a replacement for a word that some papers contain. */
const moreOften = 20;
/** Words of one query that are checked. */
const mostWords = 5;
/** A query of more words was pasted: its rare words are what its author wrote. */
const longestTyped = 60;
/** Words of a name that somebody types. */
const longestName = 4;
/** Terms whose spellings are compared with a word that was typed. */
const mostTerms = 4;
/** Papers in which the spellings of a term are looked up. */
const spellingPapers = 10;
/** Pieces that may be misspelt; a category or a year is not one of the papers' words. */
const spelt: ReadonlySet<QueryPiece["kind"]> = new Set(["word", "phrase", "author", "title"]);

/**
 * @param spelling recognises words that are correct even if no paper contains them.
 * @returns the query with rare words corrected, or undefined if there is nothing to offer.
 */
export async function correctQuery(store: Store, spelling: Spelling, query: string): Promise<string | undefined> {
  const groups = readQuery(query);
  const isShouted = query === query.toUpperCase();
  const words = groups
    .flat()
    .filter((piece) => isSpelt(piece))
    .flatMap(({ kind, text }) => wordsOf(text).map((word): Word => ({ ...word, inName: kind === "author" })))
    .filter(({ text }) => !isAbbreviation(text) || isShouted);
  if (words.length > longestTyped) return undefined;
  const name = words.length > 1 && words.length <= longestName && wholeNameKeys(query).length > 0 ? query : undefined;
  const corrections = new Map<string, string>();
  const asked = new Set<string>();
  for (const { word, term, papers } of await withCounts(store, words)) {
    if (papers > rare || asked.has(keyOf(word))) continue;
    if (asked.size >= mostWords) break;
    asked.add(keyOf(word));
    if (await spelling.knowsWord(word.text.toLowerCase())) continue;
    const offered = await offerFor(store, { word, term, papers, name });
    if (offered !== undefined) corrections.set(keyOf(word), offered);
  }
  if (corrections.size === 0) return undefined;
  const offered = printQuery(groups.map((group) => group.map((piece) => (isSpelt(piece) ? corrected(piece, corrections) : piece))));
  return name !== undefined && (await isStrangersName(store, words, corrections, offered)) ? undefined : offered;
}

/** A word of a query. In a name it is corrected to the spelling of names. */
interface Word extends TextWord {
  readonly inName: boolean;
}

function keyOf({ text, inName }: Pick<Word, "text" | "inName">): string {
  return inName ? `author:${text}` : text;
}

/**
 * Whether a query is the name of somebody without a paper here. It is if its words are capitalised as names are, the correction is
 * nobody's name, and the uncorrected words (or the corrections, if all words are corrected) occur in names more than in texts. `Lukas
 * Burget` did not mean a budget.
 */
async function isStrangersName(
  store: Store,
  words: readonly Word[],
  corrections: ReadonlyMap<string, string>,
  offered: string,
): Promise<boolean> {
  if (!words.every(({ text }) => /^\p{Lu}\p{M}*\p{Ll}/u.test(text)) || (await isNameOfSomebody(store, offered))) return false;
  const left = words.filter((word) => !corrections.has(keyOf(word))).map(({ text }) => text);
  for (const word of left.length > 0 ? left : corrections.values()) {
    const term = termOf(word);
    const papers = term === undefined ? 0 : ((await store.holdingCounts([term]))[0] ?? 0);
    const written = (await store.matching([{ authors: [word] }]))?.size ?? 0;
    if (written * 2 <= papers) return false;
  }
  return true;
}

/** Whether a paper's author has such an initial and family name. */
async function isNameOfSomebody(store: Store, name: string): Promise<boolean> {
  const terms = wholeNameKeys(name)
    .flatMap((key) => initialAndFamily(key) ?? [])
    .map(authorTerm);
  return (await store.holdingCounts(terms)).some((papers) => papers > 0);
}

/** An abbreviation, whose letters were meant one by one: CRISPR is not “crisp”. */
function isAbbreviation(word: string): boolean {
  return /\p{Lu}.*\p{Lu}/u.test(word);
}

/** An id that the library does not have is not made of misspelt words. */
function isSpelt({ kind, text, negated }: QueryPiece): boolean {
  return spelt.has(kind) && !negated && recognizeId(text) === undefined;
}

async function withCounts(store: Store, words: readonly Word[]): Promise<{ word: Word; term: string; papers: number }[]> {
  const known = words.flatMap((word) => (word.term !== undefined && isCorrectable(word.term) ? [{ word, term: word.term }] : []));
  const counts = await store.holdingCounts(known.flatMap(({ term }) => [term, venueTerm(term)]));
  // A conference's name may stand in no text.
  return known.map((one, at) => ({ ...one, papers: Math.max(counts[at * 2] ?? 0, counts[at * 2 + 1] ?? 0) }));
}

/**
 * The nearest word. Of several that are equally near: one that turns the query into an author's name, then one with the same first
 * letter, then the most frequent.
 *
 * Candidates are found by stem, including the stems of everything that is one edit away, since a misspelt ending changes the stem. They
 * are compared as words, since words of two similar stems may be far apart (“convultional”: “consulting”, “convolutional”; “statique”:
 * “statistics”).
 */
async function offerFor(store: Store, { word, term, papers, name }: Misspelt): Promise<string | undefined> {
  const lowered = word.text.toLowerCase();
  const typed = foldWords(lowered);
  const offers: { spelling: string; distance: number; isNobody: boolean; beginsOtherwise: boolean; papers: number }[] = [];
  for (const near of await nearestTerms(store, lowered, term, papers)) {
    const spelling = await spellingOf(store, near.term, lowered, word.inName);
    if (spelling === undefined) continue;
    const distance = editDistance(typed, foldWords(spelling));
    if (distance > mostEdits(typed)) continue;
    const isNobody = name !== undefined && !(await isNameOfSomebody(store, name.replace(word.text, spelling)));
    offers.push({ spelling, distance, isNobody, beginsOtherwise: !spelling.startsWith(lowered.slice(0, 1)), papers: near.papers });
  }
  offers.sort(
    (a, b) =>
      a.distance - b.distance ||
      Number(a.isNobody) - Number(b.isNobody) ||
      Number(a.beginsOtherwise) - Number(b.beginsOtherwise) ||
      b.papers - a.papers,
  );
  return offers[0]?.spelling;
}

interface Misspelt {
  readonly word: Word;
  readonly term: string;
  /** That hold it. */
  readonly papers: number;
  /** The query, where it may be an author's name. */
  readonly name: string | undefined;
}

/** Terms that more papers contain: the nearest first; of equally near ones, those with the same first letter, then the more frequent. */
async function nearestTerms(store: Store, word: string, term: string, papers: number): Promise<{ term: string; papers: number }[]> {
  const oneAway = [...new Set([...wordsOneEditAway(word)].flatMap((other) => termOf(other) ?? []))].filter(isCorrectable);
  const counts = await store.holdingCounts(oneAway);
  const near = [
    ...oneAway.map((other, at) => ({ term: other, distance: 1, papers: counts[at] ?? 0 })),
    ...(await store.nearTerms(term, mostEdits(term))),
  ].filter((other) => other.term !== term && other.papers > papers * moreOften);
  const beginsAlike = (other: string) => (other.startsWith(term.slice(0, 1)) ? 0 : 1);
  near.sort((a, b) => a.distance - b.distance || beginsAlike(a.term) - beginsAlike(b.term) || b.papers - a.papers);
  return [...new Map(near.map((one) => [one.term, one])).values()].slice(0, mostTerms);
}

/** A term is a stem. This is the word in its papers that is nearest to what was typed. */
async function spellingOf(store: Store, term: string, typed: string, inName: boolean): Promise<string | undefined> {
  const labels = [...(await store.holding([term])).labels()].slice(0, spellingPapers);
  const find = wordFinder(new Set([term]));
  const spellings = new Set<string>();
  for (const stored of await store.papers(labels)) {
    if (stored === undefined) continue;
    const { title, abstract, authors } = stored.paper;
    for (const text of [...(inName ? [] : [title, abstract]), ...authors.map(({ name }) => name)])
      for (const word of find(text)) spellings.add(word.text.toLowerCase());
  }
  return [...spellings].sort((a, b) => editDistance(typed, a) - editDistance(typed, b) || (a < b ? -1 : 1))[0];
}

function corrected(piece: QueryPiece, corrections: ReadonlyMap<string, string>): QueryPiece {
  const { kind, text } = piece;
  const parts: string[] = [];
  let end = 0;
  for (const word of wordsOf(text)) {
    parts.push(text.slice(end, word.start), corrections.get(keyOf({ text: word.text, inName: kind === "author" })) ?? word.text);
    end = word.end;
  }
  return { ...piece, text: parts.join("") + text.slice(end) };
}
