/**
 * The library as the engine sees it: papers, generations of embeddings, filters, neighbours. Asynchronous
 * throughout, so that a database server can stand behind it. Each capability is an interface of its own; a
 * contract suite (`test/contract/`) says what every implementation must do.
 */
import type { CommentStore } from "./comment.ts";
import type { DeliveryStore } from "./delivery.ts";
import type { Conditions } from "./filters.ts";
import type { JobStore } from "./job.ts";
import type { Contribution } from "./merge.ts";
import type { NewPaper, Paper } from "./paper.ts";
import type { PaperKeys } from "./paper-keys.ts";
import type { PersonalStore } from "./personal-store.ts";
import type { PreparedText } from "./prepare.ts";
import type { TermVector } from "./ranking/term-vector.ts";
import type { SignInStore } from "./sign-in.ts";
import type { SuggestedName } from "./suggest.ts";

/** Internal number of a paper: a uint32, never reused. Leaves the engine never. */
export type Label = number;

export interface StoredPaper {
  readonly label: Label;
  readonly paper: Paper;
  /** sha256 of the text that is embedded. */
  readonly contentHash: string;
}

/**
 * What became of one record: `new`, no paper had any of its ids; `changed`, the stored paper is different now;
 * `unchanged`; `merged`, it joined what were two papers, or brought a known paper a new id.
 */
export type Outcome = "new" | "changed" | "unchanged" | "merged";

export interface UpsertResult {
  readonly outcome: Outcome;
  readonly label: Label;
  readonly paperId: string;
}

/** A fixed set of papers. */
export interface LabelSet {
  readonly size: number;
  has(label: Label): boolean;
  /** Ascending. */
  labels(): Iterable<Label>;
}

/** A paper in an order by score; higher is better. */
export interface Scored {
  readonly label: Label;
  readonly score: number;
}

/** A day (`YYYY-MM-DD`) or month (`YYYY-MM`) under which papers are listed (`listingDateOf`), and how many. */
export interface ListingDate {
  readonly date: string;
  readonly papers: number;
}

/** A value that papers have, and how many have it. */
export interface FacetValue {
  readonly value: string;
  readonly papers: number;
}

export const facetNames = ["years", "venues", "categories", "sources"] as const;

/** What a set of papers is made of: the values that most of them have, by number, then by text. */
export type Facets = Readonly<Record<(typeof facetNames)[number], readonly FacetValue[]>>;

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
  papers(labels: readonly Label[]): Promise<(StoredPaper | undefined)[]>;
  /** What each record said of a paper, by key; none where there is no such paper. */
  contributions(label: Label): Promise<Contribution[]>;
  /** Papers whose title is this one but for case, accents and punctuation; ascending, at most ten. */
  findByTitle(title: string): Promise<Label[]>;
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
  /** Every paper in the order of labels, a page at a time. */
  eachPaper(after: Label, limit: number): Promise<StoredPaper[]>;
}

/** How the graph of neighbours is built: links of a paper, and the width of the search for them (arXiv 1603.09320). */
export interface GraphParameters {
  readonly M: number;
  readonly efConstruction: number;
}

/** Everything that decides what an embedding is, and how neighbours are found among them. */
export interface GenerationSpec {
  readonly model: string;
  readonly dimensions: number;
  /** Version of the text preparation. */
  readonly preparation: number;
  /** Tokens that are read of a text; the model's length where undefined. */
  readonly truncation?: number | undefined;
  /** The usual parameters where undefined. */
  readonly graph?: GraphParameters | undefined;
}

export interface Generation extends GenerationSpec {
  readonly id: number;
}

/** One generation answers (`live`); at most one is `filling`; `retired` ones answered before, and can again. */
export type GenerationState = "live" | "filling" | "retired";

export interface GenerationEntry {
  readonly generation: Generation;
  readonly state: GenerationState;
  /** Papers that have their embedding in it, of whatever text. */
  readonly embedded: number;
  /** Of one that is filled: when that began, ISO 8601 in UTC. Undefined where an earlier version began it. */
  readonly begun?: string;
  /** The audit that it passed before it was made live; undefined for the first one, and while it is filled. */
  readonly audit?: GenerationAudit;
}

/** What a new generation showed before it was made live. */
export interface GenerationAudit {
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  /** Papers that have their vector, finite and of unit length. */
  readonly embedded: number;
  /** Papers without: they came while the audit went on. */
  readonly waiting: number;
  /** Papers whose neighbours were looked up. */
  readonly sampled: number;
  /** The share of their ten nearest by comparing with all that the index finds. */
  readonly recallAt10: number;
  /** The share of their ten nearest in the live generation that are so in this one; undefined without one. */
  readonly overlapAt10?: number | undefined;
}

export interface BacklogEntry {
  readonly label: Label;
  readonly contentHash: string;
  readonly text: PreparedText;
}

export interface NewEmbedding {
  readonly label: Label;
  /** Of the text that was embedded; when the paper has changed since, the embedding is not stored. */
  readonly contentHash: string;
  readonly vector: Float32Array;
  readonly sentences: Int8Array | undefined;
}

export interface EmbeddingStore {
  /** The generation that answers; undefined in a new library. */
  liveGeneration(): Promise<Generation | undefined>;
  /** Makes the first generation of a library live. Throws `model_mismatch` when another one is live. */
  openGeneration(spec: GenerationSpec): Promise<Generation>;
  /**
   * Papers whose text has no embedding in this generation, ascending by label, from behind `after`; only those that
   * were written by changes after `since` where that is given, which is quick in a large library. Nothing waits for
   * a generation that is retired or gone.
   */
  backlog(generation: Generation, after: Label, limit: number, since?: number): Promise<BacklogEntry[]>;
  /** How many there are of them. */
  backlogSize(generation: Generation, since?: number): Promise<number>;
  /** Throws `invalid_embedding` and stores nothing where one of them breaks I4, `generation_not_found`. */
  putEmbeddings(generation: Generation, embeddings: readonly NewEmbedding[]): Promise<void>;
  embeddings(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]>;
  /** The hashes of the texts that were embedded; undefined where a paper has no embedding. */
  embeddedHashes(generation: Generation, labels: readonly Label[]): Promise<(string | undefined)[]>;
  sentenceEmbeddings(generation: Generation, labels: readonly Label[]): Promise<(Int8Array | undefined)[]>;
}

export interface LongWorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Moving a library to another model or other parameters: a generation is filled beside the live one, then takes its place. */
export interface GenerationStore {
  /** The live one first, then the filling one, then the retired ones, the last to retire first. */
  generations(): Promise<GenerationEntry[]>;
  /**
   * The generation of this specification that is being filled, begun where there is none. Throws
   * `generation_filling` while one of another specification is.
   */
  fillGeneration(spec: GenerationSpec): Promise<Generation>;
  /**
   * Gives papers the embeddings that other generations of the same model, dimensions and preparation have of the
   * same text. @returns how many.
   */
  reuseEmbeddings(generation: Generation, options?: LongWorkOptions): Promise<number>;
  /** Brings the vectors of a generation into memory, so that it answers at once. Throws `generation_not_found`. */
  loadGeneration(generation: Generation): Promise<void>;
  /** Loads a filling generation, completes its index and writes its files, so that every process can load it quickly. */
  indexGeneration(generation: Generation, options?: LongWorkOptions): Promise<void>;
  /** Keeps what an audit found. Throws `generation_not_found`. */
  recordAudit(generation: Generation, audit: GenerationAudit): Promise<void>;
  /** Forgets the vectors in memory of a generation that is not live, and ends building their index. */
  unloadGeneration(generation: Generation): Promise<void>;
  /** One transaction: this generation is live, and the one that was is retired. Throws `generation_not_found`. */
  makeLive(generation: Generation): Promise<void>;
  /** Removes a generation that is not live, for good. Throws `generation_not_found`, `invalid_request`. */
  dropGeneration(generation: Generation): Promise<void>;
}

/** A term that is nearly another one. */
export interface NearTerm {
  readonly term: string;
  readonly distance: number;
  /** Papers that hold it. */
  readonly papers: number;
}

/** Words to look for, as terms of the analysis in `core/analysis.ts`. */
export interface TermQuery {
  /** Any of these; each counts with its weight. */
  readonly terms: ReadonlyMap<string, number>;
}

/** What one term of a query adds to the BM25 score of one paper. */
export interface TermDetail {
  readonly term: string;
  /** How much it counts in the query. */
  readonly weight: number;
  /** In the paper, counted with the weights of its fields. */
  readonly frequency: number;
  /** Papers that hold it. */
  readonly papers: number;
  readonly idf: number;
  /** `weight · idf · saturation`; 0 where the paper does not hold it. */
  readonly score: number;
}

/** How the BM25 score of one paper comes about: the sum over its terms. */
export interface TermDetails {
  /** In the library. */
  readonly papers: number;
  /** Words of the paper, and of papers on average, counted with the weights of their fields. */
  readonly length: number;
  readonly averageLength: number;
  /** In the order of the query. */
  readonly terms: readonly TermDetail[];
}

export interface Retrieval {
  /**
   * The `k` nearest papers by cosine, best first; exactly `min(k, size)` of them where a set is given (I7).
   * Approximate without a set, and with one that is large.
   */
  neighbours(generation: Generation, vector: Float32Array, options: { k: number; within?: LabelSet | undefined }): Promise<Scored[]>;
  /** As `neighbours`, by comparing with every vector. */
  exactNeighbours(generation: Generation, vector: Float32Array, options: { k: number; within?: LabelSet | undefined }): Promise<Scored[]>;
  /** The cosine of each paper; undefined where a paper has no embedding yet. */
  cosines(generation: Generation, vector: Float32Array, labels: readonly Label[]): Promise<(number | undefined)[]>;
  /** What neighbours are compared with: as `embeddings`, from memory, where changes are as soon as `neighbours` knows them. */
  vectors(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]>;
  /** The `k` best by BM25, best first, and how many papers hold any of the terms. Exact. */
  matchTerms(query: TermQuery, options: { k: number; within?: LabelSet | undefined }): Promise<{ hits: Scored[]; total: number }>;
  /** The BM25 score of each paper; 0 where nothing matches. */
  termScores(query: TermQuery, labels: readonly Label[]): Promise<number[]>;
  /** What `termScores` sums up for one paper; undefined where there is none. */
  termDetails(query: TermQuery, label: Label): Promise<TermDetails | undefined>;
  /** The papers that hold all of these terms. */
  holding(terms: readonly string[]): Promise<LabelSet>;
  /** The papers whose title or abstract has these terms one after the other, stop words left out; none for no terms. */
  holdingPhrase(terms: readonly string[]): Promise<LabelSet>;
  /** The papers that hold any of these terms: as many as `matchTerms` counts. */
  holdingAny(terms: readonly string[]): Promise<LabelSet>;
  /** How many papers hold each term. */
  holdingCounts(terms: readonly string[]): Promise<number[]>;
  /** The terms of papers that are at most so many edits away (`core/spelling.ts`), itself left out; by distance, then by text. */
  nearTerms(term: string, most: number): Promise<NearTerm[]>;
  /** Papers as weighted terms; without any for those that are not there. */
  termVectors(labels: readonly Label[]): Promise<TermVector[]>;
  /** Words as weighted terms, by how often each occurs. Words that no paper has are left out. */
  termVectorOf(counts: ReadonlyMap<string, number>): Promise<TermVector>;
  /** The texts of numbered terms. */
  termTexts(terms: readonly number[]): Promise<string[]>;
  /** About `size` papers from everywhere in the library, always the same ones of the same library; ascending. */
  sampleLabels(size: number): Promise<Label[]>;
  /** The most telling terms of papers: `tf × idf`, summed over them, best first. */
  tellingTerms(labels: readonly Label[], limit: number): Promise<{ term: string; weight: number }[]>;
}

export type SuggestedKind = "titles" | SuggestedName;

/** What a beginning may become, best first in each kind. */
export interface Suggested extends Readonly<Record<SuggestedName, readonly FacetValue[]>> {
  readonly titles: readonly Label[];
  /** False while not every paper has been looked at. */
  readonly complete: boolean;
}

export interface Suggestions {
  /**
   * Titles and names that what is typed fits (`core/suggest.ts`): at most `limit` of each kind that is asked for, by how
   * they fit, then by standing (titles) or number of papers (names), then by `paperId` or folded name. Names that differ
   * by case, accents and punctuation alone are one, spelt as in most papers. Never waits: what is there answers.
   */
  suggest(typed: string, kinds: readonly SuggestedKind[], limit: number): Promise<Suggested>;
}

/** A subject that everybody can follow: words that say what belongs to it. */
export interface Topic {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
}

export interface TopicStore {
  /** By name. */
  topics(): Promise<Topic[]>;
  /** Throws `topic_exists`. */
  addTopic(topic: Topic): Promise<void>;
  /** @returns false where there was none. */
  removeTopic(slug: string): Promise<boolean>;
}

/** How far each fetch from a source has come, as text that only the source reads. */
export interface FetchPositionStore {
  fetchPosition(key: string): Promise<string | undefined>;
  /** Durable when it resolves; undefined forgets it. */
  setFetchPosition(key: string, position: string | undefined): Promise<void>;
}

/** A record as its source names it, and whose it is. */
export interface SourceItem {
  readonly item: string;
  /** Of the contribution (`core/merge.ts`). */
  readonly key: string;
  /** An id of its paper. */
  readonly id: string;
}

export interface DeletedItem extends SourceItem {
  /** When that was told, ISO 8601 in UTC. */
  readonly deleted: string;
}

/** What sources call their records, so that it means something when they delete one. */
export interface SourceItemStore {
  /** Remembers items that are there, also those that were deleted before. */
  keepItems(items: readonly SourceItem[]): Promise<void>;
  /** Remembers that they were deleted; changes no paper. @returns how many of them were known and there, of papers that are. */
  markDeleted(items: readonly string[]): Promise<number>;
  /** Deleted ones by name, without those of whose record another item is still there. */
  deletedItems(): Promise<DeletedItem[]>;
  forgetItems(items: readonly string[]): Promise<void>;
  /**
   * Takes back what one record said of a paper that others know too.
   * @param id any of the paper's. @returns `only` where there is no other record, which changes nothing.
   */
  withdraw(id: string, key: string): Promise<"withdrawn" | "only" | "unknown">;
}

/** Something that `verify` found: `ok` for a check that passed. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "repaired" | "damaged";
  readonly detail: string;
}

export type NativeBuild = "avx" | "sse" | "unknown";

/** How widely the graph of neighbours is searched, and what that finds (`efSearch` of arXiv 1603.09320). */
export interface SearchWidth {
  readonly efSearch: number;
  /** The share of the ten nearest by comparing with all that it finds, for points between papers. */
  readonly recallAt10: number;
  /** What is aimed at; above `recallAt10` where even the widest search does not reach it. */
  readonly target: number;
  readonly sampled: number;
  /** In the graph when it was measured. */
  readonly vectors: number;
}

export interface LibraryStatus {
  readonly papers: number;
  readonly embedded: number;
  readonly backlog: number;
  readonly generation: Generation | undefined;
  readonly vectorSearch: "hnsw" | "exact";
  /** Undefined until the graph is complete for the first time. */
  readonly searchWidth: SearchWidth | undefined;
  /** The instructions that the index of vectors was compiled for: `avx` where it was built for this machine. */
  readonly nativeBuild: NativeBuild;
  /** Number of the last change that is stored. */
  readonly lastChange: number;
  /** Number of the last change that the files beside the database hold. */
  readonly checkpointChange: number | undefined;
  readonly files: readonly {
    readonly name: string;
    readonly sizeBytes: number;
  }[];
}

/** How far work has come. */
export interface WorkProgress {
  /** What is done at the moment, in words: `embedding`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Of late; 0 while nobody can say. */
  readonly perSecond: number;
}

/** Work that a living process has claimed. */
export interface ClaimedWork {
  readonly work: string;
  /** The number of the process. */
  readonly pid: number;
  /** When the process started, where the system tells; ISO 8601 in UTC. */
  readonly since?: string;
  readonly progress?: WorkProgress;
}

/** Something that went wrong where nobody was waiting for an answer. */
export interface Fault {
  /** ISO 8601 in UTC; of equal ones, of the last. */
  readonly at: string;
  /** Where the same went wrong before: when it was the first time. */
  readonly since?: string;
  /** What was being done, in words. */
  readonly work: string;
  readonly code: string;
  readonly detail: string;
}

/** Faults that are kept: the last ones. */
export const keptFaults = 20;

/** Derived data that was not as it should be, and is made anew from what is stored. */
export interface Rebuild {
  readonly index: "vectors" | "words";
  /** What was wrong, in words. */
  readonly reason: string;
  /** While vectors are `rebuilding`, and where that has `failed`, questions are answered by comparing with all. */
  readonly state: "rebuilding" | "rebuilt" | "failed";
  /** ISO 8601 in UTC. */
  readonly since: string;
  /** When it was seen to be there again. */
  readonly until?: string;
}

/** How this process gets on with the disk. */
export interface LibraryHealth {
  /** Since it opened the library; the latest first. */
  readonly rebuilds: readonly Rebuild[];
  /** Why it writes nothing any more until it is started again, and what to do; undefined while it writes. */
  readonly writesStopped: string | undefined;
}

export interface Upkeep {
  /** Takes in what other processes have written since. Cheap when there is nothing. @returns whether there was. */
  refresh(): Promise<boolean>;
  /** How neighbours are found at the moment: `exact` while there is no index that can be used. */
  vectorSearch(): Promise<"hnsw" | "exact">;
  health(): Promise<LibraryHealth>;
  /** Makes what would else be made when it is first asked for, in slices between which others are answered. Resolves when all is there. */
  warmUp(): Promise<void>;
  /** The number of the last change that is stored, whoever wrote it. */
  lastChange(): Promise<number>;
  /** Writes derived files so that the next opening is fast; does nothing where another process owns them. */
  checkpoint(): Promise<void>;
  /** Checks every promise that the library makes; repairs derived data where asked. */
  verify(options: { repair: boolean; onProgress?: (check: string) => void }): Promise<Finding[]>;
  status(): Promise<LibraryStatus>;
  /**
   * Asks for work that one process at a time may do (embedding the backlog). @returns how to give it back, or
   * undefined while another living process has it.
   */
  claim(work: string): Promise<(() => Promise<void>) | undefined>;
  /** What living processes have claimed, this one too; by name. */
  claimedWork(): Promise<ClaimedWork[]>;
  /** Tells others how far work has come that this process has claimed. */
  reportWork(work: string, progress: WorkProgress): Promise<void>;
  recordFault(fault: Fault): Promise<void>;
  /** The last ones, the latest first. */
  faults(): Promise<Fault[]>;
  close(): Promise<void>;
}

export interface Library
  extends PaperStore,
    EmbeddingStore,
    GenerationStore,
    Retrieval,
    Suggestions,
    TopicStore,
    FetchPositionStore,
    SourceItemStore,
    Upkeep {
  readonly personal: PersonalStore;
  readonly delivery: DeliveryStore;
  readonly jobs: JobStore;
  /** How people sign in to the pages. */
  readonly signIns: SignInStore;
  /** What people say of papers, for all of them. */
  readonly comments: CommentStore;
}
