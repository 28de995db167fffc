/**
 * What a person typed, understood: words, "exact phrases", -excluded words, and field:value conditions. Nothing
 * is an error: what is not understood is words.
 */
import { termsOf } from "./analysis.ts";
import type { Filters } from "./filters.ts";
import { type KnownId, recognizeId } from "./identity.ts";
import { normalizeText } from "./text.ts";

export interface ParsedQuery {
  /** The words and phrases that are looked for, as text for the model and for the lexical index. */
  readonly text: string;
  /** Sequences of terms that must stand in title or abstract. */
  readonly phrases: readonly (readonly string[])[];
  /** Terms, or sequences of terms, that must not. */
  readonly excluded: readonly (readonly string[])[];
  readonly filters: Filters;
  /** Set when the whole query is one paper's id. */
  readonly id: KnownId | undefined;
}

/** Characters of a query that are looked at; the rest of a longer one is ignored. */
export const longestQuery = 10_000;

const piecePattern = /(-?)(?:([a-z]+):)?(?:"([^"]*)"|([^\s"]+))/giu;

export function parseQuery(raw: string): ParsedQuery {
  const input = raw.slice(0, longestQuery).toWellFormed();
  const id = recognizeId(input);
  if (id !== undefined)
    return {
      text: normalizeText(input),
      phrases: [],
      excluded: [],
      filters: {},
      id,
    };

  const words: string[] = [];
  const phrases: string[][] = [];
  const excluded: string[][] = [];
  const filters: Filters = {};
  for (const match of input.matchAll(piecePattern)) {
    const [whole, minus = "", field, quoted, bare] = match;
    const value = quoted ?? bare ?? "";
    const startsWord = match.index === 0 || /\s/.test(input[match.index - 1] ?? "");
    if (minus === "" && field !== undefined && startsWord && addField(filters, field.toLowerCase(), value)) continue;
    const negated = minus !== "" && startsWord && field === undefined;
    const terms = termsOf(value);
    if (negated && terms.length > 0) {
      excluded.push(terms);
    } else if (quoted !== undefined && field === undefined && minus === "") {
      if (terms.length > 1) phrases.push(terms);
      words.push(quoted);
    } else {
      words.push(whole.replace(/"/g, " "));
    }
  }
  return {
    text: normalizeText(words.join(" ")),
    phrases,
    excluded,
    filters,
    id: undefined,
  };
}

/** @returns false when this is no field, or no value of it: then it is words. */
function addField(filters: Filters, field: string, value: string): boolean {
  if (value === "") return false;
  switch (field) {
    case "author":
      filters.authors = [...(filters.authors ?? []), value];
      return true;
    case "title":
      filters.title = [...(filters.title ?? []), value];
      return true;
    case "venue":
      filters.venues = [...(filters.venues ?? []), value];
      return true;
    case "category":
      filters.categories = [...(filters.categories ?? []), value];
      return true;
    case "source":
      filters.sources = [...(filters.sources ?? []), value];
      return true;
    case "has":
      if (value.toLowerCase() !== "code") return false;
      filters.hasCode = true;
      return true;
    case "year":
      return addYears(filters, value);
    default:
      return false;
  }
}

/** `2019`, `2019..2023`, `2019..`, `..2023`; a hyphen will do for the dots. */
function addYears(filters: Filters, value: string): boolean {
  const match = /^(\d{4})?(\.\.|-)?(\d{4})?$/.exec(value);
  if (match === null) return false;
  const [, first, dots, last] = match;
  if (first === undefined && last === undefined) return false;
  if (dots === undefined && last !== undefined) return false;
  const from = first === undefined ? undefined : Number(first);
  const to = dots === undefined ? from : last === undefined ? undefined : Number(last);
  if (from !== undefined) filters.yearFrom = from;
  if (to !== undefined) filters.yearTo = to;
  return true;
}
