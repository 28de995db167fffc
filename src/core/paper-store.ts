/** The papers of a library: what stores, finds, joins and counts them. */
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
 * What became of one record: `new`, no paper had any of its ids; `changed`, the stored paper is different now;
 * `unchanged`; `merged`, it joined what were two papers, brought a known paper a new id, or is the double of a record before it.
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
  /**
   * Stores all of them or none; when it resolves they are durable (I1).
   * @param keys of each paper, where whoever read it has worked them out.
   */
  upsert(papers: readonly NewPaper[], keys?: readonly (PaperKeys | undefined)[]): Promise<UpsertResult[]>;
  /** Removes papers by any of their ids. @returns the `paperId`s that were there. */
  remove(ids: readonly string[]): Promise<string[]>;
  /** Finds papers by any known id in canonical form (I3); undefined where there is none. */
  resolve(ids: readonly string[]): Promise<(Label | undefined)[]>;
  /** Undefined where there is none, or its record is damaged: nobody misses the others for it, and the library tells of it. */
  papers(labels: readonly Label[]): Promise<(StoredPaper | undefined)[]>;
  /** For whoever asks for one paper alone. Throws `library_damaged` where its record is not the one that was stored. */
  requireReadable(label: Label): Promise<void>;
  /** For whoever takes papers along: what can be read of them, and what is stored and cannot be. Of those that are not there it says nothing. */
  rescue(labels: readonly Label[]): Promise<RescuedPapers>;
  /** All labels that anything still tells of, where what usually lists them is damaged. */
  knownLabels(): Promise<KnownLabels>;
  /** What each record said of a paper, by key; none where there is no such paper. */
  contributions(label: Label): Promise<Contribution[]>;
  /** Papers whose title is this one but for case, accents and punctuation; ascending, at most ten. */
  findByTitle(title: string): Promise<Label[]>;
  /** Papers that may be one work with one of this title (`mainTitleKey`), for whoever compares them; ascending, at most twenty. */
  findByMainTitle(title: string): Promise<Label[]>;
  /** The papers that meet all conditions; undefined stands for all papers. */
  matching(conditions: Conditions): Promise<LabelSet | undefined>;
  /** Newest first (date, then `paperId`), without date last. */
  newest(within: LabelSet | undefined, page: { limit: number; offset: number }): Promise<Label[]>;
  /**
   * Papers that came into the library after one time, and not after the other (both ISO 8601 in UTC), and are from no
   * earlier than `oldest` (`YYYY-MM-DD`; papers without a date are from any day); ascending.
   */
  addedBetween(after: string, until: string, oldest: string): Promise<Label[]>;
  /** The dates under which papers that meet all conditions are listed, ascending by text. */
  listingDates(conditions: Conditions): Promise<readonly ListingDate[]>;
  /** The papers listed under exactly these dates that meet all conditions, ascending. */
  listedOn(dates: readonly string[], conditions: Conditions): Promise<Label[]>;
  /** Keeps ids of papers that are wanted. @returns how many were neither kept nor those of a paper before. */
  keepIds(ids: readonly string[]): Promise<number>;
  /** Kept ids that are still those of no paper, in the order of ids. */
  wantedIds(): Promise<string[]>;
  countPapers(): Promise<number>;
  /** Counts over a set, undefined for all papers; at most `limit` values of each kind. */
  facets(within: LabelSet | undefined, limit: number): Promise<Facets>;
  /** Papers that may be one work, of which neither ids nor title, authors and year decide (`core/same-work.ts`). */
  doubtfulPairs(limit: number): Promise<(readonly [StoredPaper, StoredPaper])[]>;
  /** Makes two papers one, by any of their ids, for good. @returns its `paperId`. Throws `paper_not_found`. */
  merge(first: string, second: string): Promise<string>;
  /**
   * Makes each record that a paper was joined from a paper of its own, and keeps them apart in later imports.
   * @returns their `paperId`s. Throws `paper_not_found`, and `invalid_request` for a paper of one record.
   */
  split(id: string): Promise<string[]>;
  /** Every paper in the order of labels, a page at a time, but for those whose record is damaged. Empty behind the last one. */
  eachPaper(after: Label, limit: number): Promise<StoredPaper[]>;
}
