/** The papers of a library: storing, finding, merging and counting them. */
import type { Facets } from "./facets.ts";
import type { Conditions } from "./filters.ts";
import type { Label, LabelSet } from "./label-set.ts";
import type { ListingDate } from "./listing.ts";
import type { Contribution } from "./merge.ts";
import type { NewPaper, Paper } from "./paper.ts";
import type { PaperKeys } from "./paper-keys.ts";

export interface StoredPaper {
  readonly label: Label;
  readonly paper: Paper;
  /** sha256 of the text that is embedded. */
  readonly contentHash: string;
}

/**
 * What became of one record. `new`: no paper had any of its ids. `changed`: the stored paper is different now. `unchanged`. `merged`: it
 * joined two papers, brought a known paper a new id, or is the duplicate of an earlier record.
 */
export type Outcome = "new" | "changed" | "unchanged" | "merged";

export interface UpsertResult {
  readonly outcome: Outcome;
  readonly label: Label;
  readonly paperId: string;
}

/** One that is stored and cannot be read; `id` where anything still tells it. */
export interface UnreadPaper {
  readonly label: Label;
  readonly id: string | undefined;
}

export interface RescuedPapers {
  readonly papers: readonly StoredPaper[];
  readonly unread: readonly UnreadPaper[];
}

export interface KnownLabels {
  /** Ascending. */
  readonly labels: readonly Label[];
  /** Whether there can be no others. */
  readonly isWhole: boolean;
}

export interface PaperStore {
  /** Stores all of them or none; once resolved they are durable (I1). @param keys of each paper, if whoever read it has computed them. */
  upsert(papers: readonly NewPaper[], keys?: readonly (PaperKeys | undefined)[]): Promise<UpsertResult[]>;
  /** Removes papers by any of their ids. @returns the `paperId`s that were there. */
  remove(ids: readonly string[]): Promise<string[]>;
  /** Finds papers by any known id in canonical form (I3); undefined if there is none. */
  resolve(ids: readonly string[]): Promise<(Label | undefined)[]>;
  /** Undefined if there is none, or if its record is damaged: the others can be answered without it, and the library reports it. */
  papers(labels: readonly Label[]): Promise<(StoredPaper | undefined)[]>;
  /** For a request for a single paper. Throws `library_damaged` if its record is not the one that was stored. */
  requireReadable(label: Label): Promise<void>;
  /** For exports of a damaged library: the papers that can be read, and those that are stored but cannot be. Says nothing of labels that do not exist. */
  rescue(labels: readonly Label[]): Promise<RescuedPapers>;
  /** All labels that anything still mentions, for a library whose usual lists are damaged. */
  knownLabels(): Promise<KnownLabels>;
  /** The content of each record of a paper, by key; empty if there is no such paper. */
  contributions(label: Label): Promise<Contribution[]>;
  /** Papers whose title is the same apart from case, accents and punctuation; ascending, at most ten. */
  findByTitle(title: string): Promise<Label[]>;
  /**
   * Papers that may be the same work as one with this title (`mainTitleKey`), to be compared by the caller; ascending, at most twenty.
   */
  findByMainTitle(title: string): Promise<Label[]>;
  /** The papers that meet all conditions; undefined stands for all papers. */
  matching(conditions: Conditions): Promise<LabelSet | undefined>;
  /** Newest first (date, then `paperId`), without date last. */
  newest(within: LabelSet | undefined, page: { limit: number; offset: number }): Promise<Label[]>;
  /**
   * Papers that came into the library after one time and not after the other (both ISO 8601 in UTC), dated no earlier than `oldest`
   * (`YYYY-MM-DD`; papers without a date always qualify); ascending.
   */
  addedBetween(after: string, until: string, oldest: string): Promise<Label[]>;
  /** The dates under which papers that meet all conditions are listed, ascending by text. */
  listingDates(conditions: Conditions): Promise<readonly ListingDate[]>;
  /** The papers listed under exactly these dates that meet all conditions, ascending. */
  listedOn(dates: readonly string[], conditions: Conditions): Promise<Label[]>;
  /** Stores ids of papers that are wanted. @returns how many were neither stored nor those of a paper before. */
  keepIds(ids: readonly string[]): Promise<number>;
  /** Stored ids that still belong to no paper, in the order of ids. */
  wantedIds(): Promise<string[]>;
  countPapers(): Promise<number>;
  /** Facet counts over a set, undefined for all papers; at most `limit` values of each kind. */
  facets(within: LabelSet | undefined, limit: number): Promise<Facets>;
  /** Papers that may be the same work, where neither ids nor title, authors and year decide (`core/same-work.ts`). */
  doubtfulPairs(limit: number): Promise<(readonly [StoredPaper, StoredPaper])[]>;
  /** Merges two papers, by any of their ids, permanently. @returns the `paperId`. Throws `paper_not_found`. */
  merge(first: string, second: string): Promise<string>;
  /**
   * Splits a paper into one paper per record, and keeps them separate in later imports. @returns their `paperId`s. Throws
   * `paper_not_found`, and `invalid_request` for a paper of a single record.
   */
  split(id: string): Promise<string[]>;
  /** Every paper in the order of labels, page by page, except those whose record is damaged. Empty after the last page. */
  eachPaper(after: Label, limit: number): Promise<StoredPaper[]>;
}
