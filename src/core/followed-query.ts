/** Following a search: what an interest can hold of a query, and a refusal of what it cannot. */
import { termsOf } from "./analysis.ts";
import { AppError } from "./errors.ts";
import type { Filters } from "./filters.ts";
import { mostConditions, parseQuery } from "./query.ts";
import { longestQuery, type QueryGroup, type QueryPiece, readQuery } from "./query-pieces.ts";

export interface FollowedQuery {
  /** The words of the search; empty if the query has conditions only, or is an id. */
  readonly words: string;
  readonly filters: Filters;
  /** Words excluded by a minus. */
  readonly excludedWords: readonly string[];
  /** Set when the whole query is one paper's id. */
  readonly id: string | undefined;
}

/**
 * Nothing of a query is silently dropped: an interest with fewer conditions than the search would bring what the search excluded.
 * @param filters conditions from outside the query. Throws `invalid_request`.
 */
export function followQuery(query: string, filters: Filters = {}): FollowedQuery {
  if (query.length > longestQuery) throw cannotFollow("such a long query", `Use at most ${longestQuery} characters.`);
  const parsed = parseQuery(query);
  if (parsed.id !== undefined) return { words: "", filters, excludedWords: [], id: parsed.id.id };
  const groups = readQuery(query).filter((group) => !group.every(isPlainWord));
  if (groups.flat().length > mostConditions) throw cannotFollow("so many conditions", `Use at most ${mostConditions}.`);
  const excludedWords = groups.flatMap(excludedBy);
  const twice = Object.keys(parsed.filters).find((name) => filters[name as keyof Filters] !== undefined);
  if (twice !== undefined) throw cannotFollow(`two conditions on ${twice}`, "Give it once: in the query, or beside it.");
  return { words: parsed.text, filters: { ...filters, ...parsed.filters }, excludedWords, id: undefined };
}

/** Conditions alone, in the query language: `venue:Nature year:2020..`. Throws `invalid_request` for anything else. */
export function followConditions(query: string): Filters {
  const { words, filters, excludedWords, id } = followQuery(query);
  const other = words || id || excludedWords[0];
  if (other === undefined) return filters;
  throw new AppError("invalid_request", `“${other.slice(0, 100)}” is not a condition.`, {
    mend: "Conditions are fields, as in venue:Nature, category:cs.* or year:2020..; words belong in the interest's description.",
  });
}

function isPlainWord({ kind, negated }: QueryPiece): boolean {
  return kind === "word" && !negated;
}

/** The word that a group excludes, if it excludes one. Throws for what an interest cannot hold. */
function excludedBy(group: QueryGroup): string[] {
  const [piece, ...more] = group;
  if (piece === undefined) return [];
  if (more.length > 0) throw cannotFollow("OR between conditions", "Make a separate interest for each.");
  const { kind, text, negated } = piece;
  const isField = kind !== "word" && kind !== "phrase";
  if (!negated) {
    if (isField || termsOf(text).length < 2) return [];
    throw cannotFollow(`the phrase “${text}”`, "Remove the quotation marks: the words count without them.");
  }
  if (isField) throw cannotFollow(`-${kind}:${text}`, "Only words can be excluded from an interest.");
  const terms = termsOf(text);
  if (terms.length > 1) throw cannotFollow(`-“${text}”`, "Only single words can be excluded from an interest.");
  return terms.length === 0 ? [] : [text];
}

function cannotFollow(what: string, mend: string): AppError {
  return new AppError("invalid_request", `An interest cannot contain ${what}.`, { mend });
}
