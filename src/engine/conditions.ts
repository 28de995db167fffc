/** Which papers an answer may hold: those that meet a query's conditions, and the caller's. */
import { termsOf } from "../core/analysis.ts";
import type { Filters } from "../core/filters.ts";
import type { Feedback } from "../core/interest.ts";
import { BitmapLabelSet, selectLabels } from "../core/label-set.ts";
import type { Alternative, ParsedQuery } from "../core/query.ts";
import type { Label, LabelSet, Library } from "../core/storage.ts";

/** Papers whose text is read at once to look for a phrase. */
const phrasePage = 200;

/** One thing that is asked of a paper, beside the filters that it must meet. */
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

/** Whether its papers are left out, instead of all others. */
export function leavesOut({ kind }: Requirement): boolean {
  return kind === "without" || kind === "unlike" || kind === "unseen";
}

/** The papers that a requirement is about; at least those of `among`. */
export async function papersOf(library: Library, requirement: Requirement, among?: LabelSet): Promise<LabelSet> {
  switch (requirement.kind) {
    case "phrase":
      return await withPhrase(library, intersect(among, await library.holding(requirement.terms)), requirement.terms);
    case "either":
      return await anyOf(library, requirement.group);
    case "without":
      return await holdingPhrase(library, requirement.terms);
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
  const unwanted: LabelSet[] = [];
  for (const requirement of lookedUpTogether(requirementsOf(parsed, unseenBy))) {
    const papers = await papersOf(library, requirement, within);
    if (!leavesOut(requirement)) within = intersect(within, papers);
    else if (papers.size > 0) unwanted.push(papers);
  }
  if (unwanted.length === 0) return within;
  // Most papers are in the largest, if in any: the others are not asked.
  unwanted.sort((a, b) => b.size - a.size);
  return selectLabels((within ?? (await allLabels(library))).labels(), (label) => !unwanted.some((set) => set.has(label)));
}

/** Filters of which any value will do, so that those of several unwanted ones can be looked for in one pass. */
const listFilters = ["authors", "venues", "categories", "sources", "languages"] as const;

function lookedUpTogether(requirements: readonly Requirement[]): Requirement[] {
  const joined = new Map<(typeof listFilters)[number], string[]>();
  const others = requirements.filter((requirement) => {
    if (requirement.kind !== "unlike") return true;
    const [name, ...more] = Object.keys(requirement.filters);
    const list = listFilters.find((one) => one === name);
    if (list === undefined || more.length > 0) return true;
    joined.set(list, [...(joined.get(list) ?? []), ...(requirement.filters[list] ?? [])]);
    return false;
  });
  return [...others, ...[...joined].map(([list, values]) => ({ kind: "unlike" as const, filters: { [list]: values } }))];
}

/** The papers that a person has dealt with. */
async function seenBy(library: Library, person: string): Promise<LabelSet> {
  const seen = (await library.personal.feedback(person)).filter(dealtWith).map(({ paperId }) => paperId);
  const labels = (await library.resolve(seen)).filter((label) => label !== undefined);
  return new BitmapLabelSet(Uint32Array.from(new Set(labels)).sort());
}

function dealtWith({ kind }: Feedback): boolean {
  return kind === "seen" || kind === "dismiss" || kind === "save";
}

/** The papers that meet one at least. */
async function anyOf(library: Library, group: readonly Alternative[]): Promise<LabelSet> {
  const sets = await each(group, async (condition) => {
    const set = "filters" in condition ? await meeting(library, condition.filters) : await holdingPhrase(library, condition.terms);
    return condition.negated ? selectLabels((await allLabels(library)).labels(), (label) => !set.has(label)) : set;
  });
  return new BitmapLabelSet(Uint32Array.from(new Set(sets.flatMap((set) => [...set.labels()]))).sort());
}

async function meeting(library: Library, filters: Filters): Promise<LabelSet> {
  return (await library.matching([filters])) ?? (await allLabels(library));
}

async function allLabels(library: Library): Promise<LabelSet> {
  return await library.holding([]);
}

async function holdingPhrase(library: Library, terms: readonly string[]): Promise<LabelSet> {
  const holding = await library.holding(terms);
  return terms.length === 1 ? holding : await withPhrase(library, holding, terms);
}

async function withPhrase(library: Library, candidates: LabelSet, phrase: readonly string[]): Promise<LabelSet> {
  const found: Label[] = [];
  const labels = [...candidates.labels()];
  for (let at = 0; at < labels.length; at += phrasePage) {
    for (const stored of await library.papers(labels.slice(at, at + phrasePage))) {
      if (
        stored !== undefined &&
        (holdsSequence(termsOf(stored.paper.title), phrase) || holdsSequence(termsOf(stored.paper.abstract), phrase))
      )
        found.push(stored.label);
    }
  }
  return new BitmapLabelSet(Uint32Array.from(found));
}

function holdsSequence(terms: readonly string[], phrase: readonly string[]): boolean {
  return terms.some((_, at) => phrase.every((term, i) => terms[at + i] === term));
}

function intersect(within: LabelSet | undefined, other: LabelSet): LabelSet {
  return within === undefined ? other : selectLabels(other.labels(), (label) => within.has(label));
}

async function each<T>(items: readonly T[], find: (item: T) => Promise<LabelSet>): Promise<LabelSet[]> {
  const sets: LabelSet[] = [];
  for (const item of items) sets.push(await find(item));
  return sets;
}
