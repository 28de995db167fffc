/**
 * Merges several records into one paper. A pure function of the set of records, so that the order of imports does not matter and
 * importing again changes nothing.
 *
 * The rules: the leading record (highest version, then latest update, then key) gives title and authors. The abstract is the longest of
 * those with the leading record's version that are in the paper's language. `published` is the most precise date of the earliest year,
 * `updated` the latest, `listed` the earliest. Counts are the highest; lists are united. Everything else comes from the first record that
 * has it, leading first.
 */
import { orderIds } from "./identity.ts";
import { detectLanguage, languageOfTag } from "./language.ts";
import { compareText } from "./order.ts";
import type { NewPaper, Paper } from "./paper.ts";

/** What one record of one source says of a paper. */
export interface Contribution {
  /** Names the record: its source and its own first id. */
  readonly key: string;
  readonly paper: NewPaper;
}

export function contributionKey(paper: NewPaper): string {
  return `${paper.sources[0] ?? ""} ${paper.ids[0] ?? ""}`;
}

/** Stands for every id: a record with it is merged with nothing by its title. */
export const anyTitle = "*";

/** The record without the ids that it may no longer claim because its paper was split; it always keeps at least one id. */
export function withoutForbidden(paper: NewPaper, key: string, forbidden: ReadonlySet<string>): NewPaper {
  if (forbidden.size === 0) return paper;
  const ids = paper.ids.filter((id) => !forbidden.has(id));
  return { ...paper, ids: ids.length > 0 ? ids : [`record:${key.replaceAll(" ", ":")}`] };
}

/**
 * What each record of a paper may no longer claim once the paper is split: ids that an earlier record claims too, and anything by title.
 */
export function forbiddenAfterSplit(contributions: readonly Contribution[]): Map<string, Set<string>> {
  const claimed = new Set<string>();
  return new Map(
    contributions.map(({ key, paper }) => {
      const forbidden = new Set([anyTitle, ...paper.ids.filter((id) => claimed.has(id))]);
      for (const id of paper.ids) claimed.add(id);
      return [key, forbidden];
    }),
  );
}

/**
 * The content of a record that has come again: the newer of the two, known under the ids of both. Two records of one source can share
 * their first id (an article's entry and its preprint's, duplicates in a reference manager). So ids are united, and an abstract, authors
 * or a date are kept if the newer record, of the same version, has none.
 */
export function mergeVersions(incoming: NewPaper, existing: NewPaper | undefined): NewPaper {
  if (existing === undefined) return incoming;
  const [standing, other] = supersedes(incoming, existing) ? [incoming, existing] : [existing, incoming];
  const said = { ...standing, ids: orderIds([...standing.ids, ...other.ids]) };
  if (standing.version === other.version) {
    if (said.abstract === "") said.abstract = other.abstract;
    if (said.authors.length === 0) said.authors = other.authors;
    if (said.published === undefined && other.published !== undefined) said.published = other.published;
  }
  return said;
}

/** Whether `incoming` may replace the existing content of the same record: an older version may not. */
function supersedes(incoming: NewPaper, existing: NewPaper): boolean {
  const [next, last] = [incoming.version ?? 0, existing.version ?? 0];
  if (next !== last) return next > last || incoming.version === undefined;
  if (incoming.updated !== undefined && existing.updated !== undefined && incoming.updated < existing.updated) return false;
  return true;
}

/**
 * Adds names that no record carries any longer to one of the records: a paper stays known by its former `paperId`, and by those of papers
 * that were merged into it.
 */
export function keepFormerIds(contributions: Map<string, NewPaper>, names: readonly string[]): void {
  const known = new Set([...contributions.values()].flatMap((paper) => paper.ids));
  const lost = names.filter((name) => !known.has(name));
  const [key] = [...contributions.keys()].sort();
  const paper = key === undefined ? undefined : contributions.get(key);
  if (key === undefined || paper === undefined || lost.length === 0) return;
  contributions.set(key, { ...paper, ids: [...paper.ids, ...lost] });
}

/** @param contributions at least one. @param paperId kept if the paper already has one. */
export function mergeContributions(contributions: readonly Contribution[], paperId: string | undefined): Paper {
  const ordered = [...contributions].sort(compareContributions).map((contribution) => contribution.paper);
  // A corrected record may omit the id that the paper goes by; the paper remains known under it.
  const ids = orderIds([...(paperId === undefined ? [] : [paperId]), ...ordered.flatMap((paper) => paper.ids)]);
  const [leading] = ordered;
  const name = paperId ?? ids[0];
  if (leading === undefined || name === undefined) throw new TypeError("a paper needs a record with an id");
  const first = <T>(pick: (paper: NewPaper) => T | undefined): T | undefined => {
    for (const paper of ordered) {
      const value = pick(paper);
      if (value !== undefined && value !== "") return value;
    }
    return undefined;
  };
  const all = (pick: (paper: NewPaper) => readonly string[]): string[] => [...new Set(ordered.flatMap(pick))];
  const highest = (pick: (paper: NewPaper) => number | undefined): number | undefined => maximum(ordered.map(pick));
  return withoutUndefined({
    paperId: name,
    ids,
    title: first((paper) => paper.title) ?? "",
    abstract: bestAbstract(ordered),
    authors: ordered.map((paper) => paper.authors).find((authors) => authors.length > 0) ?? [],
    published: earliest(ordered.map((paper) => paper.published)),
    updated: maximum(ordered.map((paper) => paper.updated)),
    listed: earliest(ordered.map((paper) => paper.listed)),
    venue: first((paper) => paper.venue),
    categories: all((paper) => paper.categories),
    keywords: all((paper) => paper.keywords),
    url: first((paper) => paper.url),
    pdfUrl: first((paper) => paper.pdfUrl),
    codeUrl: first((paper) => paper.codeUrl),
    language: first((paper) => paper.language),
    votes: highest((paper) => paper.votes),
    comments: highest((paper) => paper.comments),
    citations: highest((paper) => paper.citations),
    status: first((paper) => paper.status),
    version: highest((paper) => paper.version),
    sources: all((paper) => paper.sources).sort(),
  });
}

function compareContributions(a: Contribution, b: Contribution): number {
  return (
    (b.paper.version ?? 0) - (a.paper.version ?? 0) ||
    compareText(b.paper.updated ?? "", a.paper.updated ?? "") ||
    compareText(a.key, b.key)
  );
}

function bestAbstract(ordered: readonly NewPaper[]): string {
  const version = ordered[0]?.version;
  let best = "";
  for (const paper of inOneLanguage(ordered)) {
    if (best !== "" && paper.version !== version) continue;
    if (paper.abstract.length > best.length) best = paper.abstract;
  }
  return best;
}

/**
 * Those whose abstract is in the paper's language: the first language that a record names; else English, if one abstract is; else that of
 * the leading abstract. All of them if there is none.
 */
function inOneLanguage(ordered: readonly NewPaper[]): readonly NewPaper[] {
  if (ordered.length === 1) return ordered;
  const written = ordered.filter(({ abstract }) => abstract !== "");
  if (new Set(written.map(({ abstract }) => abstract)).size < 2) return written;
  const languages = written.map(({ abstract }) => detectLanguage(abstract));
  const named = ordered.map(({ language }) => languageOfTag(language)).find((language) => language !== undefined);
  const wanted = [named, "eng", ...languages].find((language) => language !== undefined && languages.includes(language));
  // What is too short to tell may be in any.
  return wanted === undefined ? written : written.filter((_, at) => languages[at] === undefined || languages[at] === wanted);
}

/** The earliest year, and the most precise date within it; of those the earliest. */
function earliest(dates: readonly (string | undefined)[]): string | undefined {
  let best: string | undefined;
  for (const date of dates) {
    if (date === undefined) continue;
    if (best === undefined) best = date;
    else {
      const byYear = compareText(date.slice(0, 4), best.slice(0, 4));
      if (byYear < 0 || (byYear === 0 && (date.length > best.length || (date.length === best.length && date < best)))) best = date;
    }
  }
  return best;
}

function maximum<T extends string | number>(values: readonly (T | undefined)[]): T | undefined {
  let best: T | undefined;
  for (const value of values) if (value !== undefined && (best === undefined || value > best)) best = value;
  return best;
}

/** Absent and `undefined` are equal, so that a record compares equal to its JSON round trip. */
function withoutUndefined(paper: { [Field in keyof Paper]: Paper[Field] | undefined }): Paper {
  const kept: Partial<Record<string, unknown>> = {};
  for (const [field, value] of Object.entries(paper)) if (value !== undefined) kept[field] = value;
  return kept as Paper;
}

/** Fields of a paper that come from records, as opposed to those derived by merging. */
type BroughtField = Exclude<keyof Paper, "paperId" | "sources">;

/** For each field of a paper, the records that its value comes from: sorted `key`s of contributions. */
export type Provenance = Partial<Record<BroughtField, string[]>>;

/** Where each value of a paper comes from: all records with the same value, and for a list all that contribute to it. */
export function provenanceOf(paper: Paper, contributions: readonly Contribution[]): Provenance {
  const provenance: Provenance = {};
  const { paperId: _, sources: __, ...brought } = paper;
  for (const field of Object.keys(brought) as BroughtField[]) {
    const keys = contributions.filter((contribution) => brings(contribution.paper[field], paper[field])).map(({ key }) => key);
    if (keys.length > 0) provenance[field] = keys.sort();
  }
  return provenance;
}

function brings(said: unknown, kept: unknown): boolean {
  if (said === undefined || said === "" || (Array.isArray(said) && said.length === 0)) return false;
  // Authors are taken as a whole; other lists are united.
  if (Array.isArray(said) && typeof said[0] === "string") return true;
  return JSON.stringify(said) === JSON.stringify(kept);
}

/** The inverse: for each record, the fields that it contributed. */
export function fieldsByRecord(provenance: Provenance): [string, string[]][] {
  const fields = new Map<string, string[]>();
  for (const [field, records] of Object.entries(provenance))
    for (const record of records) fields.set(record, [...(fields.get(record) ?? []), field]);
  return [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
}
