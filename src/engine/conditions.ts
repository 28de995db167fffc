/** Which papers an answer may hold: those that meet a query's conditions, and the caller's. */
import { termsOf } from "../core/analysis.ts";
import type { Filters } from "../core/filters.ts";
import type { Feedback } from "../core/interest.ts";
import { BitmapLabelSet, selectLabels } from "../core/label-set.ts";
import type { Alternative, ParsedQuery } from "../core/query.ts";
import type { Label, LabelSet, Library } from "../core/storage.ts";

/** Papers whose text is read at once to look for a phrase. */
const phrasePage = 200;

/** Undefined stands for all papers. @param unseenBy whose seen, saved and dismissed papers are left out. */
export async function conditionsOf(
  library: Library,
  parsed: ParsedQuery,
  filters: Filters,
  unseenBy?: string,
): Promise<LabelSet | undefined> {
  let within = await library.matching([filters, parsed.filters]);
  for (const phrase of parsed.phrases) within = await withPhrase(library, intersect(within, await library.holding(phrase)), phrase);
  for (const group of parsed.alternatives) within = intersect(within, await anyOf(library, group));
  const unwanted = [
    ...(await each(parsed.excluded, (terms) => holdingPhrase(library, terms))),
    ...(await each(parsed.excludedFilters, (condition) => meeting(library, condition))),
    ...(unseenBy === undefined ? [] : [await seenBy(library, unseenBy)]),
  ].filter((set) => set.size > 0);
  if (unwanted.length === 0) return within;
  return selectLabels((within ?? (await allLabels(library))).labels(), (label) => !unwanted.some((set) => set.has(label)));
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
