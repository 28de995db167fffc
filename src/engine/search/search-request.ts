/** The parameters of a search, and how its query is read: words, conditions, and what is asked for by name. */
import { countTerms } from "../../core/analysis.ts";
import { AppError } from "../../core/errors.ts";
import type { Filters } from "../../core/filters.ts";
import { withoutInitials } from "../../core/initials.ts";
import type { Label, LabelSet } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { venueTerm } from "../../core/name-terms.ts";
import { isDay } from "../../core/period.ts";
import { type ParsedQuery, parseQuery } from "../../core/query.ts";
import { longestQuery } from "../../core/query-pieces.ts";
import type { TermQuery } from "../../core/retrieval.ts";
import { normalizeText } from "../../core/text.ts";
import { type AskedByName, askedByName } from "./asked-by-name.ts";
import { conditionsOf } from "./conditions.ts";
import { type Fusion, longestWindow, type SearchMode } from "./rank.ts";
import { wordsByTerm } from "./why.ts";
import { formWeight, otherForms } from "./word-forms.ts";

/** How the ranked papers are ordered; none of it applies to a query without words, which has no ranking. */
export interface OrderOptions {
  /** Multiplies each score by `2^(−age / halfLifeDays)`; a paper without a date counts as very old. */
  readonly halfLifeDays?: number | undefined;
  /** The day from which ages are counted, `YYYY-MM-DD`; the engine takes today. */
  readonly asOf?: string | undefined;
  /** Leaves out papers whose final score is lower; what was asked for by id or title stays. */
  readonly minScore?: number | undefined;
  /** 0 … 1: the weight of being unlike the papers above, against the score (maximal marginal relevance). */
  readonly diversity?: number | undefined;
  /** Whether copies of one work become one hit. */
  readonly collapse?: boolean | undefined;
  /** Whether the reranker reads the first papers; by default, for hybrid searches if there is one. */
  readonly rerank?: boolean | undefined;
}

/** The query, whatever part of the answer is wanted. */
export interface Question extends OrderOptions {
  readonly query: string;
  /** Whether the query is prose: quotes, minus signs, fields and ids have no meaning, and no word stands for a venue or an author. */
  readonly plain?: boolean;
  /** Whether a paper has to contain single words in quotation marks, too. */
  readonly demandsWords?: boolean;
  readonly mode?: SearchMode;
  readonly fusion?: Fusion;
  /** The weight of meaning in a convex fusion, 0 … 1, and whether the best papers move the query: for comparisons. */
  readonly alpha?: number;
  readonly feedback?: boolean;
  readonly filters?: Filters;
  /** The person whose seen, saved and dismissed papers are left out. */
  readonly unseenBy?: string | undefined;
}

export interface SearchRequest extends Question {
  /** Whether to look after misspelt words. */
  readonly correct?: boolean;
  /** Whether a hybrid search is answered by its words alone if the model fails or does not answer. */
  readonly wordsIfNeeded?: boolean;
  /** How many values of each facet to count; none if absent. */
  readonly facets?: number | undefined;
  /** 1 … 100. */
  readonly limit?: number;
  readonly offset?: number;
}

/** A question, understood. */
export interface ReadQuestion {
  readonly parsed: ParsedQuery;
  readonly exact: AskedByName;
  /** Those of them that meet the conditions: they are placed above all others, in this order. */
  readonly pinned: readonly Label[];
  /** The text that the ranking is about; empty if there is none. */
  readonly text: string;
  /** In a hybrid search also other forms that papers use, with less weight. */
  readonly terms: TermQuery;
  /** The words of the text that each term stands for. */
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** The papers that meet the conditions; undefined stands for all. */
  readonly within: LabelSet | undefined;
  /** How many those are. */
  readonly size: number;
}

export const longestPage = 100;
export const longestHalfLifeDays = 100_000;

/** Throws `invalid_request`. */
export async function readQuestion(library: Library, question: Question): Promise<ReadQuestion> {
  checkOrder(question);
  const parsed = question.plain === true ? wordsOnly(question.query) : parseQuery(question.query, question.demandsWords);
  const within = await conditionsOf(library, parsed, question.filters ?? {}, question.unseenBy);
  const exact = await askedByName(library, parsed, within, question.plain === true);
  // An id says nothing about a subject: the rest of the answer is about what the paper is about.
  const text = exact.by === "id" ? ((await library.papers(exact.labels))[0]?.paper.title ?? parsed.text) : parsed.text;
  // Prose is about a subject; in a typed query a word may mean a venue.
  const asked = <T>(terms: ReadonlyMap<string, T>) => (question.plain === true ? [...terms] : withVenues(terms));
  const counted = question.plain === true ? text : withoutInitials(text);
  // A single arm does exactly what its name says, for comparison.
  const forms = (question.mode ?? "hybrid") === "hybrid" ? await otherForms(library, text) : [];
  return {
    parsed,
    exact,
    pinned: exact.labels.filter((label) => within === undefined || within.has(label)),
    text,
    terms: { terms: new Map([...asked(termQueryOf(counted).terms), ...forms.map(({ term }) => [term, formWeight] as const)]) },
    words: new Map([...asked(wordsByTerm(counted)), ...forms.map(({ term, words }) => [term, words] as const)]),
    within,
    size: within?.size ?? (await library.countPapers()),
  };
}

/** Each term, and the same in the name of a venue. */
function withVenues<T>(terms: ReadonlyMap<string, T>): [string, T][] {
  return [...terms, ...[...terms].map(([term, value]): [string, T] => [venueTerm(term), value])];
}

function wordsOnly(raw: string): ParsedQuery {
  const text = normalizeText(raw.slice(0, longestQuery).toWellFormed());
  return { text, phrases: [], excluded: [], filters: {}, excludedFilters: [], alternatives: [], id: undefined };
}

/** Each term with its frequency. */
export function termQueryOf(text: string): TermQuery {
  return { terms: countTerms(text) };
}

/** Throws `invalid_request`. */
export function checkWindow(limit: number, offset: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > longestPage) {
    throw new AppError("invalid_request", `limit is ${limit}; it must be a whole number from 1 to ${longestPage}.`);
  }
  if (!Number.isInteger(offset) || offset < 0 || offset + limit > longestWindow) {
    throw new AppError("invalid_request", `offset is ${offset}; only the first ${longestWindow} papers of an answer can be requested.`, {
      mend: "Narrow the query with filters instead.",
    });
  }
}

function checkOrder({ halfLifeDays, asOf, minScore, diversity }: OrderOptions): void {
  if (halfLifeDays !== undefined && !(halfLifeDays > 0 && halfLifeDays <= longestHalfLifeDays)) {
    throw new AppError(
      "invalid_request",
      `halfLifeDays is ${halfLifeDays}; it must be a number of days above 0, at most ${longestHalfLifeDays}.`,
    );
  }
  if (asOf !== undefined && !isDay(asOf)) {
    throw new AppError("invalid_request", `asOf is “${asOf}”; it must be a day, YYYY-MM-DD.`);
  }
  if (halfLifeDays !== undefined && asOf === undefined) {
    throw new AppError("invalid_request", "asOf is missing; it is the day from which ages are counted.");
  }
  if (minScore !== undefined && !Number.isFinite(minScore))
    throw new AppError("invalid_request", `minScore is ${minScore}; it must be a number.`);
  if (diversity !== undefined && !(diversity >= 0 && diversity <= 1)) {
    throw new AppError("invalid_request", `diversity is ${diversity}; it must be a number from 0 to 1.`);
  }
}
