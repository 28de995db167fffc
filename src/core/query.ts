/**
 * A parsed query: words, "exact phrases", -excluded ones, field:value conditions, and OR between them. Nothing is an error: whatever is
 * not understood is words.
 */
import { termsOf } from "./analysis.ts";
import type { Filters } from "./filters.ts";
import { type KnownId, recognizeQuotedId } from "./identity.ts";
import { printQuery, type QueryPiece, readQuery, yearsOf } from "./query-pieces.ts";
import { normalizeText } from "./text.ts";

/** One of several alternative conditions: a paper contains a sequence of terms, or meets filters; or, if negated, does not. */
export type Alternative = { readonly negated: boolean } & ({ readonly terms: readonly string[] } | { readonly filters: Filters });

export interface ParsedQuery {
  /** The words and phrases to search for, as text for the model and for the lexical index. */
  readonly text: string;
  /** Sequences of at least one term that must occur in title, abstract, names or keywords. */
  readonly phrases: readonly (readonly string[])[];
  /** Terms, or sequences of terms, that must not. */
  readonly excluded: readonly (readonly string[])[];
  readonly filters: Filters;
  /** A paper that meets any of these is left out. */
  readonly excludedFilters: readonly Filters[];
  /** Of each of these, a paper meets one at least. */
  readonly alternatives: readonly (readonly Alternative[])[];
  /** Set when the whole query is one paper's id. */
  readonly id: KnownId | undefined;
}

/** Conditions of a query that count. Each costs time, and nobody types more by hand. */
export const mostConditions = 64;
/** The number of them that may read every paper's names, or texts: in a large library each takes as long as a search. */
export const mostCostlyConditions = 12;
const costly: ReadonlySet<QueryPiece["kind"]> = new Set(["phrase", "author", "title", "venue"]);

/** @param demandsWords whether a single word in quotation marks has to occur as well, as other services take it. */
export function parseQuery(raw: string, demandsWords = false): ParsedQuery {
  const groups = readQuery(raw);
  const printed = printQuery(groups);
  const id = recognizeQuotedId(printed);
  if (id !== undefined)
    return { text: normalizeText(printed), phrases: [], excluded: [], filters: {}, excludedFilters: [], alternatives: [], id };

  const words: string[] = [];
  const phrases: string[][] = [];
  const excluded: string[][] = [];
  const filters: Filters = {};
  const excludedFilters: Filters[] = [];
  const alternatives: Alternative[][] = [];
  let left = mostConditions;
  let costlyLeft = mostCostlyConditions;
  const known = new Set<string>();
  for (const group of groups) {
    words.push(...group.flatMap(spoken));
    const [only] = group;
    if (group.every(isPlainWord)) continue;
    // What is said again asks for nothing more.
    const said = printQuery([group]);
    if (known.has(said)) continue;
    known.add(said);
    const costlyOnes = group.filter(({ kind }) => costly.has(kind)).length;
    if (group.length > left || costlyOnes > costlyLeft) continue;
    left -= group.length;
    costlyLeft -= costlyOnes;
    if (group.length > 1) {
      const either = alternativesOf(group);
      if (either.length > 0) alternatives.push(either);
    } else if (only !== undefined) {
      const condition = conditionOf(only);
      if ("filters" in condition && !only.negated) addFilters(filters, condition.filters);
      else if ("filters" in condition) excludedFilters.push(condition.filters);
      else if (only.negated && condition.terms.length > 0) excluded.push([...condition.terms]);
      else if (only.kind === "phrase" && (demandsWords ? condition.terms.length > 0 : isSeveral(only.text, condition.terms)))
        phrases.push([...condition.terms]);
    }
  }
  return { text: normalizeText(words.join(" ")), phrases, excluded, filters, excludedFilters, alternatives, id: undefined };
}

/**
 * What a piece contributes to the ranking. A minus before something that is not a word (`-`, `-the`) excludes nothing, and counts as
 * text.
 */
function spoken({ kind, text, negated }: QueryPiece): string[] {
  if (kind !== "word" && kind !== "phrase") return [];
  if (!negated) return [text];
  return termsOf(text).length > 0 ? [] : [`-${text}`];
}

/** It affects only the ranking, even in a group of alternatives: there any word counts. */
function isPlainWord({ kind, negated }: QueryPiece): boolean {
  return kind === "word" && !negated;
}

/** Quotation marks around a single word have no effect. “the kettles” is two words, though only one of them counts. */
function isSeveral(text: string, terms: readonly string[]): boolean {
  return terms.length > 1 || (terms.length === 1 && /\S\s+\S/.test(text));
}

/** Without stop words, which decide nothing. */
function alternativesOf(group: readonly QueryPiece[]): Alternative[] {
  return group.map(conditionOf).filter((condition) => "filters" in condition || condition.terms.length > 0);
}

function conditionOf({ kind, text, negated }: QueryPiece): Alternative {
  switch (kind) {
    case "word":
    case "phrase":
      return { negated, terms: termsOf(text) };
    case "author":
      return { negated, filters: { authors: [text] } };
    case "title":
      return { negated, filters: { title: [text] } };
    case "venue":
      return { negated, filters: { venues: [text] } };
    case "category":
      return { negated, filters: { categories: [text] } };
    case "source":
      return { negated, filters: { sources: [text] } };
    case "has":
      return { negated, filters: propertyFilter(text.toLowerCase()) };
    case "year": {
      const { from, to } = yearsOf(text) ?? {};
      return { negated, filters: { ...(from === undefined ? {} : { yearFrom: from }), ...(to === undefined ? {} : { yearTo: to }) } };
    }
  }
}

function propertyFilter(property: string): Filters {
  if (property === "abstract") return { hasAbstract: true };
  return property === "pdf" ? { hasPdf: true } : { hasCode: true };
}

const lists = ["authors", "title", "venues", "categories", "sources"] as const;

/** Lists grow; of anything else the last counts. */
function addFilters(filters: Filters, more: Filters): void {
  const grown = lists.flatMap((name) => {
    const added = more[name];
    return added === undefined ? [] : [[name, [...(filters[name] ?? []), ...added]] as const];
  });
  Object.assign(filters, more, Object.fromEntries(grown));
}
