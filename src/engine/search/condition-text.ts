/** Conditions as people read them. */
import type { Filters } from "../../core/filters.ts";
import type { Interest } from "../../core/interest.ts";
import type { Alternative } from "../../core/query.ts";
import type { Requirement } from "./conditions.ts";

/** What each filter demands, before its value if it has one. */
export const filterNames: Readonly<Record<keyof Filters, string>> = {
  from: "dated from",
  to: "dated to",
  publishedFrom: "published from",
  publishedTo: "published to",
  updatedFrom: "updated from",
  updatedTo: "updated to",
  listedFrom: "listed from",
  listedTo: "listed to",
  yearFrom: "from the year",
  yearTo: "to the year",
  venues: "venue",
  categories: "category",
  sources: "source",
  authors: "author",
  title: "in the title",
  hasCode: "a link to code",
  hasAbstract: "an abstract",
  hasPdf: "a link to the PDF",
  minVotes: "votes at least",
  minCitations: "citations at least",
  languages: "language",
  withdrawn: "withdrawn or retracted",
};

/** Each condition by itself: a paper must meet all of them. */
export function singleFilters(filters: Filters): Filters[] {
  return Object.entries(filters)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => ({ [name]: value }));
}

/** `author: vaswani or devlin`, `from the year 2019`, `not: a link to code`. */
export function describeFilters(filters: Filters): string {
  return Object.entries(filters)
    .map(([name, value]) => {
      const known = filterNames[name as keyof Filters];
      if (value === true) return known;
      if (value === false) return `not: ${known}`;
      if (!Array.isArray(value)) return `${known} ${String(value)}`;
      return `${known}: ${value.join(name === "title" ? " and " : " or ")}`;
    })
    .join(", ");
}

/** The conditions of an interest, independent of its subject; empty if it has none. */
export function describeConditions({ filters, excludedWords }: Pick<Interest, "filters" | "excludedWords">): string {
  return [describeFilters(filters), excludedWords.length === 0 ? "" : `without ${excludedWords.join(", ")}`]
    .filter((part) => part !== "")
    .join(", ");
}

/** @param spell a term as the query writes it. */
export function describeRequirement(requirement: Requirement, spell: (term: string) => string): string {
  const quote = (terms: readonly string[]) => `“${terms.map(spell).join(" ")}”`;
  const alternative = (one: Alternative) =>
    `${one.negated ? "not: " : ""}${"filters" in one ? describeFilters(one.filters) : quote(one.terms)}`;
  switch (requirement.kind) {
    case "phrase":
      return requirement.terms.length > 1 ? `the words ${quote(requirement.terms)} in this order` : `the word ${quote(requirement.terms)}`;
    case "either":
      return requirement.group.map(alternative).join(", or ");
    case "without":
      return `without ${quote(requirement.terms)}`;
    case "unlike":
      return `not: ${describeFilters(requirement.filters)}`;
    case "unseen":
      return "not seen, saved or dismissed by you";
  }
}
