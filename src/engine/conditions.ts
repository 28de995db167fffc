/** Which papers an answer may hold: those that meet a query's conditions, and the caller's. */
import type { Filters } from "../core/filters.ts";
import type { Feedback } from "../core/interest.ts";
import { BitmapLabelSet, selectLabels } from "../core/label-set.ts";
import type { Alternative, ParsedQuery } from "../core/query.ts";
import type { LabelSet, Library } from "../core/storage.ts";

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

/** The papers that a requirement is about. */
export async function papersOf(library: Library, requirement: Requirement): Promise<LabelSet> {
  switch (requirement.kind) {
    case "phrase":
      return await library.holdingPhrase(requirement.terms);
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
  const left: Alternative[] = [];
  const unwanted: LabelSet[] = [];
  for (const requirement of requirementsOf(parsed, unseenBy)) {
    if (requirement.kind === "without") left.push({ negated: false, terms: requirement.terms });
    else if (requirement.kind === "unlike") left.push({ negated: false, filters: requirement.filters });
    else if (leavesOut(requirement)) unwanted.push(await papersOf(library, requirement));
    else within = intersect(within, await papersOf(library, requirement));
  }
  unwanted.push(...(await each(lookedUpTogether(left), (condition) => meetingOne(library, condition))).filter(({ size }) => size > 0));
  if (unwanted.length === 0) return within;
  // Most papers are in the largest, if in any: the others are not asked.
  unwanted.sort((a, b) => b.size - a.size);
  return selectLabels((within ?? (await allLabels(library))).labels(), (label) => !unwanted.some((set) => set.has(label)));
}

/** A condition, or the words of several. */
type Wanted = Alternative | { readonly anyWord: readonly string[] };

/** Filters of which any value will do, so that those of several conditions can be looked for in one pass. */
const listFilters = ["authors", "venues", "categories", "sources", "languages"] as const;

/** Says with fewer conditions what one of several asks for. */
function lookedUpTogether(conditions: readonly Alternative[]): Wanted[] {
  const words: string[] = [];
  const joined = new Map<(typeof listFilters)[number], string[]>();
  const others: Wanted[] = [];
  for (const condition of conditions) {
    if (condition.negated) others.push(condition);
    else if ("terms" in condition) {
      const [word, ...more] = condition.terms;
      if (word === undefined || more.length > 0) others.push(condition);
      else words.push(word);
    } else {
      const [name, ...more] = Object.keys(condition.filters);
      const list = listFilters.find((one) => one === name);
      if (list === undefined || more.length > 0) others.push(condition);
      else joined.set(list, [...(joined.get(list) ?? []), ...(condition.filters[list] ?? [])]);
    }
  }
  return [
    ...others,
    ...(words.length === 0 ? [] : [{ anyWord: words }]),
    ...[...joined].map(([list, values]) => ({ negated: false, filters: { [list]: values } })),
  ];
}

async function meetingOne(library: Library, condition: Wanted): Promise<LabelSet> {
  if ("anyWord" in condition) return await library.holdingAny(condition.anyWord);
  const set = "filters" in condition ? await meeting(library, condition.filters) : await saying(library, condition.terms);
  return condition.negated ? selectLabels((await allLabels(library)).labels(), (label) => !set.has(label)) : set;
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
  const sets = await each(lookedUpTogether(group), (condition) => meetingOne(library, condition));
  return new BitmapLabelSet(Uint32Array.from(new Set(sets.flatMap((set) => [...set.labels()]))).sort());
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

function intersect(within: LabelSet | undefined, other: LabelSet): LabelSet {
  return within === undefined ? other : selectLabels(other.labels(), (label) => within.has(label));
}

async function each<T>(items: readonly T[], find: (item: T) => Promise<LabelSet>): Promise<LabelSet[]> {
  const sets: LabelSet[] = [];
  for (const item of items) sets.push(await find(item));
  return sets;
}
