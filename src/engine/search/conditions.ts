/** Which papers an answer may hold: those that meet a query's conditions, and the caller's. */
import type { Filters } from "../../core/filters.ts";
import { isDealtWith } from "../../core/interest.ts";
import { intersectionOf, type LabelSet, labelSetOf, selectLabels, unionOf } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import type { Alternative, ParsedQuery } from "../../core/query.ts";

/** One requirement on a paper, besides the filters that it must meet. */
export type Requirement =
  | { readonly kind: "phrase"; readonly terms: readonly string[] }
  | { readonly kind: "either"; readonly group: readonly Alternative[] }
  | { readonly kind: "without"; readonly terms: readonly string[] }
  | { readonly kind: "unlike"; readonly filters: Filters }
  | { readonly kind: "unseen"; readonly person: string };

export function requirementsOf(parsed: ParsedQuery, unseenBy?: string): Requirement[] {
  return [
    ...parsed.phrases.map((terms) => ({ kind: "phrase" as const, terms })),
    ...parsed.alternatives.map((group) => ({ kind: "either" as const, group })),
    ...parsed.excluded.map((terms) => ({ kind: "without" as const, terms })),
    ...parsed.excludedFilters.map((filters) => ({ kind: "unlike" as const, filters })),
    ...(unseenBy === undefined ? [] : [{ kind: "unseen" as const, person: unseenBy }]),
  ];
}

/** Whether its papers are excluded, instead of all others. */
export function leavesOut({ kind }: Requirement): boolean {
  return kind === "without" || kind === "unlike" || kind === "unseen";
}

/** The papers that a requirement is about. */
export async function papersOf(library: Library, requirement: Requirement): Promise<LabelSet> {
  switch (requirement.kind) {
    case "phrase":
      return await saying(library, requirement.terms);
    case "either":
      return await anyOf(library, requirement.group);
    case "without":
      return await saying(library, requirement.terms);
    case "unlike":
      return await meeting(library, requirement.filters);
    case "unseen":
      return await seenBy(library, requirement.person);
  }
}

/** Undefined stands for all papers. @param unseenBy whose seen, saved and dismissed papers are left out. */
export async function conditionsOf(
  library: Library,
  parsed: ParsedQuery,
  filters: Filters,
  unseenBy?: string,
): Promise<LabelSet | undefined> {
  let within = await library.matching([filters, parsed.filters]);
  const left: Condition[] = [];
  const unwanted: LabelSet[] = [];
  for (const requirement of requirementsOf(parsed, unseenBy)) {
    // Strange strings have dozens of conditions, and after the first no paper may be left.
    if (within?.size === 0) return within;
    if (requirement.kind === "without" || requirement.kind === "unlike") left.push(requirement);
    else if (leavesOut(requirement)) unwanted.push(await papersOf(library, requirement));
    else within = intersectionOf(within, await papersOf(library, requirement));
  }
  if (within?.size === 0) return within;
  unwanted.push(...(await meetingAny(library, left)).filter(({ size }) => size > 0));
  if (unwanted.length === 0) return within;
  // A paper that is excluded is most likely in the largest set, which is tested first.
  unwanted.sort((a, b) => b.size - a.size);
  return selectLabels((within ?? (await allLabels(library))).labels(), (label) => !unwanted.some((set) => set.has(label)));
}

/** What a paper says, or what filters it meets. */
type Condition = { readonly terms: readonly string[] } | { readonly filters: Filters };

/** Filters that match any of their values, so that the values of several conditions can be looked up in one pass. */
const listFilters = ["authors", "venues", "categories", "sources", "languages"] as const;

/**
 * Sets whose union is the papers that meet any of the conditions. There are fewer sets than conditions if some are looked up together.
 */
async function meetingAny(library: Library, conditions: readonly Condition[]): Promise<LabelSet[]> {
  const words: string[] = [];
  const joined = new Map<(typeof listFilters)[number], string[]>();
  const sets: LabelSet[] = [];
  for (const condition of conditions) {
    if ("terms" in condition) {
      const [word, ...more] = condition.terms;
      if (word === undefined || more.length > 0) sets.push(await saying(library, condition.terms));
      else words.push(word);
    } else {
      const [name, ...more] = Object.keys(condition.filters);
      const list = listFilters.find((one) => one === name);
      if (list === undefined || more.length > 0) sets.push(await meeting(library, condition.filters));
      else joined.set(list, [...(joined.get(list) ?? []), ...(condition.filters[list] ?? [])]);
    }
  }
  if (words.length > 0) sets.push(await library.holdingAny(words));
  for (const [list, values] of joined) sets.push(await meeting(library, { [list]: values }));
  return sets;
}

/** The papers that a person has dealt with. */
async function seenBy(library: Library, person: string): Promise<LabelSet> {
  const seen = (await library.personal.feedback(person)).filter(isDealtWith).map(({ paperId }) => paperId);
  const labels = (await library.resolve(seen)).filter((label) => label !== undefined);
  return labelSetOf(labels);
}

/** The papers that meet one at least. */
async function anyOf(library: Library, group: readonly Alternative[]): Promise<LabelSet> {
  const sets = await meetingAny(
    library,
    group.filter(({ negated }) => !negated),
  );
  const negated = group.filter((condition) => condition.negated);
  if (negated.length === 0) return unionOf(sets);
  const unwanted: LabelSet[] = [];
  for (const condition of negated)
    unwanted.push("terms" in condition ? await saying(library, condition.terms) : await meeting(library, condition.filters));
  return selectLabels(
    (await allLabels(library)).labels(),
    (label) => unwanted.some((set) => !set.has(label)) || sets.some((set) => set.has(label)),
  );
}

async function meeting(library: Library, filters: Filters): Promise<LabelSet> {
  return (await library.matching([filters])) ?? (await allLabels(library));
}

async function allLabels(library: Library): Promise<LabelSet> {
  return await library.holding([]);
}

/** A word stands for the papers of its authors too. */
async function saying(library: Library, terms: readonly string[]): Promise<LabelSet> {
  return terms.length === 1 ? await library.holding(terms) : await library.holdingPhrase(terms);
}
