/**
 * The library in a folder: SQLite holds everything that matters; the vectors in memory, the HNSW graph and the
 * lexical index are derived from it and follow its change counter, whoever wrote the change.
 */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { analysisVersion } from "../../core/analysis.ts";
import type { CommentStore } from "../../core/comment.ts";
import type { DeliveryStore } from "../../core/delivery.ts";
import { AppError } from "../../core/errors.ts";
import { type Conditions, isUnfiltered } from "../../core/filters.ts";
import type { JobStore } from "../../core/job.ts";
import { BitmapLabelSet } from "../../core/label-set.ts";
import type { Contribution } from "../../core/merge.ts";
import type { NewPaper } from "../../core/paper.ts";
import type { PersonalStore } from "../../core/personal-store.ts";
import type { TermVector } from "../../core/ranking/term-vector.ts";
import type { SignInStore } from "../../core/sign-in.ts";
import type {
  BacklogEntry,
  ClaimedWork,
  DeletedItem,
  Facets,
  Fault,
  Finding,
  Generation,
  GenerationAudit,
  GenerationEntry,
  GenerationSpec,
  Label,
  LabelSet,
  Library,
  LibraryHealth,
  LibraryStatus,
  ListingDate,
  LongWorkOptions,
  NearTerm,
  NewEmbedding,
  Scored,
  SourceItem,
  StoredPaper,
  Suggested,
  SuggestedKind,
  TermDetails,
  TermQuery,
  Topic,
  UpsertResult,
  WorkProgress,
} from "../../core/storage.ts";
import { ChangeCounter } from "./change-counter.ts";
import { CheckpointFolder } from "./checkpoint.ts";
import { CommentTable } from "./comment-table.ts";
import { databaseName, openDatabase, type Sqlite } from "./database.ts";
import { DeliveryTable } from "./delivery-table.ts";
import { DerivedColumns } from "./derived-columns.ts";
import { EmbeddingTable } from "./embedding-table.ts";
import { FaultTable } from "./fault-table.ts";
import { FetchPositionTable } from "./fetch-position-table.ts";
import { sqlOfConditions } from "./filter-sql.ts";
import { GenerationIndex, type GenerationParts, readCheckpoint } from "./generation-index.ts";
import { GenerationTable } from "./generation-table.ts";
import { JobTable } from "./job-table.ts";
import { claimedWork, Lease, reportWork } from "./lease.ts";
import { readLexicalFile } from "./lexical-file.ts";
import { LexicalIndex } from "./lexical-index.ts";
import { ListingTable } from "./listing-table.ts";
import { nativeBuild } from "./native-build.ts";
import { PaperTable } from "./paper-table.ts";
import { PersonalTable } from "./personal-table.ts";
import { Rebuilds } from "./rebuilds.ts";
import { SignInTable } from "./sign-in-table.ts";
import { Slices } from "./slices.ts";
import { SourceItemTable } from "./source-item-table.ts";
import { TopicTable } from "./topic-table.ts";
import type { VectorIndex } from "./vector-index.ts";
import { verifyLibrary } from "./verify.ts";
import { WriteGuard } from "./write-guard.ts";

export interface LocalLibraryOptions {
  readonly folder: string;
  /** Make the library where there is none. */
  readonly create: boolean;
  /**
   * Whether this process keeps the graph up to date and writes checkpoints (a server, an import); one that only
   * asks a question compares with what the graph lacks instead.
   */
  readonly maintain: boolean;
  /** Whether anything will be searched; without, nothing is loaded, and opening is quick in a large library. */
  readonly searchable?: boolean;
  /** The share of the ten nearest that searches by meaning are to find: 0.8 … 0.999; 0.98 unless given. */
  readonly recallTarget?: number;
  /** The time at which papers come in. */
  readonly now?: () => Date;
  /**
   * Completes the index of the generation of this number in another process, which leaves its files. Without, everything
   * is built in this one, in slices. Throws what went wrong there; ended by the signal, it resolves.
   */
  readonly indexApart?: (generation: number, signal: AbortSignal) => Promise<void>;
  /** Told when derived data has to be made anew, and how far that is. */
  readonly onNotice?: (notice: string) => void;
  readonly onProgress?: (what: string, done: number, total: number) => void;
  /** Told before each step of bringing a library of an earlier version up to date. */
  readonly onMigration?: (done: number, total: number) => void;
}

/** Papers that are read at once when an index is made anew or follows a long change. */
const pageSize = 500;
/** Answers of `matching` that are kept until the next change. */
const mostCachedFilters = 64;

export class LocalLibrary implements Library {
  private readonly counter: ChangeCounter;
  private readonly paperTable: PaperTable;
  private readonly generationTable: GenerationTable;
  private readonly embeddingTable: EmbeddingTable;
  private readonly listingTable: ListingTable;
  private readonly topicTable: TopicTable;
  readonly personal: PersonalStore;
  readonly delivery: DeliveryStore;
  readonly jobs: JobStore;
  private readonly faultTable: FaultTable;
  readonly signIns: SignInStore;
  readonly comments: CommentStore;
  private readonly fetchPositionTable: FetchPositionTable;
  private readonly sourceItemTable: SourceItemTable;
  private readonly checkpointLease: Lease;
  private readonly libraryId: string;
  private lexical = new LexicalIndex();
  /** Generations in memory, by id; the promise of one that is being read. */
  private readonly indexes = new Map<number, GenerationIndex>();
  private readonly loading = new Map<number, Promise<GenerationIndex>>();
  /** The last change that the word index holds. */
  private seen = 0;
  private readonly filterCache = new Map<string, LabelSet>();
  private readonly listingCache = new Map<string, readonly ListingDate[]>();
  /** The change up to which the answers of `listingDates` are kept. */
  private listingChange = 0;
  private readonly closing = new AbortController();
  /** Of all work beside answering that is not waited for. */
  private readonly slices = new Slices();
  private readonly derived: DerivedColumns;
  private readonly guard: WriteGuard;
  private readonly rebuilds: Rebuilds;
  private checkpointing: Promise<void> = Promise.resolve();
  private refreshing: Promise<boolean> | undefined;
  private readonly selectNewest;
  private readonly selectNewestOf;

  private constructor(
    private readonly db: Sqlite,
    private readonly options: LocalLibraryOptions,
  ) {
    // Before anything is prepared.
    this.guard = new WriteGuard(db);
    this.rebuilds = new Rebuilds(options.now ?? (() => new Date()));
    this.counter = new ChangeCounter(db);
    this.paperTable = new PaperTable(db, this.counter, options.now ?? (() => new Date()));
    this.generationTable = new GenerationTable(db, this.counter);
    this.embeddingTable = new EmbeddingTable(db, this.counter, this.generationTable);
    this.derived = new DerivedColumns(this.paperTable, this.slices, this.closing.signal);
    this.listingTable = new ListingTable(db);
    this.topicTable = new TopicTable(db);
    this.personal = new PersonalTable(db);
    this.delivery = new DeliveryTable(db);
    this.jobs = new JobTable(db);
    this.faultTable = new FaultTable(db);
    this.signIns = new SignInTable(db);
    this.comments = new CommentTable(db);
    this.fetchPositionTable = new FetchPositionTable(db);
    this.sourceItemTable = new SourceItemTable(db, options.now ?? (() => new Date()));
    this.checkpointLease = new Lease(db, "checkpoint");
    this.libraryId = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'library'").pluck().get() ?? "";
    const newest = "ORDER BY first_day DESC NULLS LAST, paper_id";
    this.selectNewest = db.prepare<[], number>(`SELECT label FROM papers ${newest}`).pluck();
    this.selectNewestOf = db
      .prepare<[string], number>(`SELECT label FROM papers WHERE label IN (SELECT value FROM json_each(?)) ${newest}`)
      .pluck();
  }

  /** Throws `library_not_found`, `library_damaged`, `library_newer`, `file_unreadable`. */
  static async open(options: LocalLibraryOptions): Promise<LocalLibrary> {
    const library = new LocalLibrary(openDatabase(join(options.folder, databaseName), options), options);
    try {
      await library.load();
      return library;
    } catch (error) {
      library.db.close();
      throw error;
    }
  }

  // Papers

  async upsert(papers: readonly NewPaper[]): Promise<UpsertResult[]> {
    const results = this.paperTable.upsert(papers);
    await this.refresh();
    return results;
  }

  async remove(ids: readonly string[]): Promise<string[]> {
    const removed = this.paperTable.remove(ids);
    await this.refresh();
    return removed;
  }

  async resolve(ids: readonly string[]): Promise<(Label | undefined)[]> {
    return ids.map((id) => this.paperTable.resolve(id));
  }

  async papers(labels: readonly Label[]): Promise<(StoredPaper | undefined)[]> {
    return labels.map((label) => this.paperTable.get(label));
  }

  async findByTitle(title: string): Promise<Label[]> {
    return this.paperTable.findByTitle(title, 10);
  }

  async matching(conditions: Conditions): Promise<LabelSet | undefined> {
    const set = conditions.filter((filters) => !isUnfiltered(filters));
    if (set.length === 0) return undefined;
    const key = JSON.stringify(set);
    const cached = this.filterCache.get(key);
    if (cached !== undefined) return cached;
    const { where, parameters } = sqlOfConditions(set);
    const labels = this.db
      .prepare<(string | number)[], number>(`SELECT label FROM papers WHERE ${where}`)
      .pluck()
      .all(...parameters);
    // Put in order here: SQLite would read the table in that order instead of a short index.
    const answer = new BitmapLabelSet(Uint32Array.from(labels).sort());
    if (this.filterCache.size >= mostCachedFilters) this.filterCache.clear();
    this.filterCache.set(key, answer);
    return answer;
  }

  async newest(within: LabelSet | undefined, { limit, offset }: { limit: number; offset: number }): Promise<Label[]> {
    // Few papers are put in order by themselves: going through all until enough of them have come takes longer.
    if (within !== undefined && within.size * within.size < (await this.countPapers()) * (offset + limit))
      return this.selectNewestOf.all(JSON.stringify([...within.labels()])).slice(offset, offset + limit);
    const labels: Label[] = [];
    let skipped = 0;
    for (const label of this.selectNewest.iterate()) {
      if (within !== undefined && !within.has(label)) continue;
      if (skipped++ < offset) continue;
      if (labels.length >= limit) break;
      labels.push(label);
    }
    return labels;
  }

  async listingDates(conditions: Conditions): Promise<readonly ListingDate[]> {
    // Asked even where nothing follows changes: the counter tells whether the answers are still good.
    const change = this.counter.last();
    if (change !== this.listingChange) this.listingCache.clear();
    this.listingChange = change;
    const key = JSON.stringify(conditions.filter((filters) => !isUnfiltered(filters)));
    const cached = this.listingCache.get(key);
    if (cached !== undefined) return cached;
    const answer = this.listingTable.dates(conditions);
    if (this.listingCache.size >= mostCachedFilters) this.listingCache.clear();
    this.listingCache.set(key, answer);
    return answer;
  }

  async listedOn(dates: readonly string[], conditions: Conditions): Promise<Label[]> {
    return this.listingTable.labelsOn(dates, conditions);
  }

  async countPapers(): Promise<number> {
    return this.db.prepare<[], number>("SELECT COUNT(*) FROM papers").pluck().get() ?? 0;
  }

  async facets(within: LabelSet | undefined, limit: number): Promise<Facets> {
    return await this.derived.facets(within, limit);
  }

  async doubtfulPairs(limit: number): Promise<(readonly [StoredPaper, StoredPaper])[]> {
    return this.paperTable.doubtfulPairs(limit);
  }

  async merge(first: string, second: string): Promise<string> {
    const merged = this.paperTable.merge(first, second);
    if (merged === undefined) throw new AppError("paper_not_found", `There are no two papers ${first} and ${second} in the library.`);
    await this.refresh();
    return merged;
  }

  async keepIds(ids: readonly string[]): Promise<number> {
    return this.paperTable.keepIds(ids);
  }

  async wantedIds(): Promise<string[]> {
    return this.paperTable.wantedIds();
  }

  async addedBetween(after: string, until: string, oldest: string): Promise<Label[]> {
    return this.paperTable.addedBetween(after, until, oldest);
  }

  async contributions(label: Label): Promise<Contribution[]> {
    return this.paperTable.contributions(label);
  }

  async split(id: string): Promise<string[]> {
    const parts = this.paperTable.split(id);
    if (parts.length === 0) throw new AppError("paper_not_found", `There is no paper ${id} in the library.`);
    if (parts.length === 1) throw new AppError("invalid_request", `The paper ${id} was made from one record: there is nothing to split.`);
    await this.refresh();
    return parts;
  }

  async eachPaper(after: Label, limit: number): Promise<StoredPaper[]> {
    return this.paperTable.page(after, limit);
  }

  // Embeddings

  async liveGeneration(): Promise<Generation | undefined> {
    return this.generationTable.live();
  }

  async openGeneration(spec: GenerationSpec): Promise<Generation> {
    const generation = this.generationTable.open(spec);
    await this.indexOf(generation);
    return generation;
  }

  async backlog(generation: Generation, after: Label, limit: number, since = 0): Promise<BacklogEntry[]> {
    return this.embeddingTable.backlog(generation, after, limit, since);
  }

  async backlogSize(generation: Generation): Promise<number> {
    return this.embeddingTable.backlogSize(generation);
  }

  async putEmbeddings(generation: Generation, embeddings: readonly NewEmbedding[]): Promise<void> {
    this.embeddingTable.store(generation, embeddings);
    await this.refresh();
  }

  async embeddings(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]> {
    return labels.map((label) => this.embeddingTable.vector(generation, label));
  }

  async embeddedHashes(generation: Generation, labels: readonly Label[]): Promise<(string | undefined)[]> {
    return labels.map((label) => this.embeddingTable.embeddedHash(generation, label));
  }

  async sentenceEmbeddings(generation: Generation, labels: readonly Label[]): Promise<(Int8Array | undefined)[]> {
    return labels.map((label) => this.embeddingTable.sentences(generation, label));
  }

  // Generations

  async generations(): Promise<GenerationEntry[]> {
    return this.generationTable.all();
  }

  async fillGeneration(spec: GenerationSpec): Promise<Generation> {
    return this.generationTable.fill(spec);
  }

  async reuseEmbeddings(generation: Generation, options?: LongWorkOptions): Promise<number> {
    const reused = await this.generationTable.reuse(generation, options);
    await this.refresh();
    return reused;
  }

  async loadGeneration(generation: Generation): Promise<void> {
    await this.indexOf(generation);
  }

  async indexGeneration(generation: Generation, options?: LongWorkOptions): Promise<void> {
    const index = await this.indexOf(generation);
    if (index === undefined) throw new TypeError("a library that is not searchable indexes nothing");
    await this.refresh();
    if ((await index.complete(options)) && index.checkpointChange !== this.seen) await this.writeFiles(index);
  }

  async unloadGeneration(generation: Generation): Promise<void> {
    if (this.generationTable.live()?.id === generation.id) return;
    this.indexes.get(generation.id)?.stop();
    this.indexes.delete(generation.id);
  }

  async recordAudit(generation: Generation, audit: GenerationAudit): Promise<void> {
    this.generationTable.recordAudit(generation, audit);
  }

  async makeLive(generation: Generation): Promise<void> {
    this.generationTable.makeLive(generation);
    await this.refresh();
  }

  async dropGeneration(generation: Generation): Promise<void> {
    await this.generationTable.drop(generation);
    await this.unloadGeneration(generation);
    await rm(join(this.options.folder, generationFolder(generation)), { recursive: true, force: true });
    await this.refresh();
  }

  // Retrieval

  async neighbours(
    generation: Generation,
    vector: Float32Array,
    { k, within }: { k: number; within?: LabelSet | undefined },
  ): Promise<Scored[]> {
    return (await this.indexFor(generation, vector))?.vectors.nearest(vector, k, within) ?? [];
  }

  async exactNeighbours(
    generation: Generation,
    vector: Float32Array,
    { k, within }: { k: number; within?: LabelSet | undefined },
  ): Promise<Scored[]> {
    return (await this.indexFor(generation, vector))?.vectors.matrix.nearest(vector, k, within) ?? [];
  }

  async cosines(generation: Generation, vector: Float32Array, labels: readonly Label[]): Promise<(number | undefined)[]> {
    const matrix = (await this.indexFor(generation, vector))?.vectors.matrix;
    return labels.map((label) => matrix?.cosine(vector, label));
  }

  async vectors(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]> {
    const index = await this.indexOf(generation);
    return index === undefined
      ? await this.embeddings(generation, labels)
      : labels.map((label) => index.vectors.matrix.get(label)?.slice());
  }

  async matchTerms(query: TermQuery, options: { k: number; within?: LabelSet | undefined }): Promise<{ hits: Scored[]; total: number }> {
    return this.lexical.match(query, options);
  }

  async termScores(query: TermQuery, labels: readonly Label[]): Promise<number[]> {
    return this.lexical.scores(query, labels);
  }

  async termDetails(query: TermQuery, label: Label): Promise<TermDetails | undefined> {
    return this.lexical.details(query, label);
  }

  async holding(terms: readonly string[]): Promise<LabelSet> {
    return this.lexical.holdingAll(terms);
  }

  async tellingTerms(labels: readonly Label[], limit: number): Promise<{ term: string; weight: number }[]> {
    return this.lexical.tellingTerms(labels, limit);
  }

  async holdingPhrase(terms: readonly string[]): Promise<LabelSet> {
    return this.lexical.holdingPhrase(terms);
  }

  async holdingAny(terms: readonly string[]): Promise<LabelSet> {
    return this.lexical.holdingAny(terms);
  }

  async holdingCounts(terms: readonly string[]): Promise<number[]> {
    return terms.map((term) => this.lexical.holdingCount(term));
  }

  async nearTerms(term: string, most: number): Promise<NearTerm[]> {
    const { lexical } = this;
    await lexical.orderTerms(this.slices);
    return lexical.nearTerms(term, most);
  }

  async termVectors(labels: readonly Label[]): Promise<TermVector[]> {
    return labels.map((label) => this.lexical.termVector(label));
  }

  async termVectorOf(counts: ReadonlyMap<string, number>): Promise<TermVector> {
    return this.lexical.termVectorOf(counts);
  }

  async termTexts(terms: readonly number[]): Promise<string[]> {
    return terms.map((term) => this.lexical.termText(term));
  }

  async sampleLabels(size: number): Promise<Label[]> {
    return this.lexical.sample(size);
  }

  // Suggestions

  async suggest(typed: string, kinds: readonly SuggestedKind[], limit: number): Promise<Suggested> {
    return this.derived.suggest(typed, kinds, limit);
  }

  // Topics

  async topics(): Promise<Topic[]> {
    return this.topicTable.all();
  }

  async addTopic(topic: Topic): Promise<void> {
    this.topicTable.add(topic);
  }

  async removeTopic(slug: string): Promise<boolean> {
    return this.topicTable.remove(slug);
  }

  // Positions of fetches

  async fetchPosition(key: string): Promise<string | undefined> {
    return this.fetchPositionTable.get(key);
  }

  async setFetchPosition(key: string, position: string | undefined): Promise<void> {
    this.fetchPositionTable.set(key, position);
  }

  // What sources call their records

  async keepItems(items: readonly SourceItem[]): Promise<void> {
    this.sourceItemTable.keep(items);
  }

  async markDeleted(items: readonly string[]): Promise<number> {
    return this.sourceItemTable.markDeleted(items);
  }

  async deletedItems(): Promise<DeletedItem[]> {
    return this.sourceItemTable.deleted();
  }

  async forgetItems(items: readonly string[]): Promise<void> {
    this.sourceItemTable.forget(items);
  }

  async withdraw(id: string, key: string): Promise<"withdrawn" | "only" | "unknown"> {
    const outcome = this.paperTable.withdraw(id, key);
    await this.refresh();
    return outcome;
  }

  // Upkeep

  async refresh(): Promise<boolean> {
    if (this.options.searchable === false) return false;
    // One at a time: two that overlap would each take in half.
    while (this.refreshing !== undefined) await this.refreshing;
    if (this.counter.last() === this.seen) return false;
    this.refreshing = this.follow().finally(() => {
      this.refreshing = undefined;
    });
    return await this.refreshing;
  }

  async vectorSearch(): Promise<"hnsw" | "exact"> {
    return this.liveIndex?.vectors.usesGraph === true ? "hnsw" : "exact";
  }

  async health(): Promise<LibraryHealth> {
    return { rebuilds: this.rebuilds.list(), writesStopped: this.guard.stopped?.explanation };
  }

  async warmUp(): Promise<void> {
    await this.derived.warmUp();
    if (this.options.searchable !== false) await this.lexical.orderTerms(this.slices);
  }

  async lastChange(): Promise<number> {
    return this.counter.last();
  }

  async checkpoint(): Promise<void> {
    // One at a time: two would write the same files.
    const own = this.checkpointing.then(() => this.makeCheckpoint());
    this.checkpointing = own.catch(() => undefined);
    await own;
  }

  private async makeCheckpoint(): Promise<void> {
    const index = this.liveIndex;
    if (this.closing.signal.aborted || index === undefined || this.guard.stopped !== undefined || !this.checkpointLease.take()) return;
    await this.refresh();
    const isComplete = await index.complete({ onProgress: (done, total) => this.options.onProgress?.("indexing", done, total) });
    if (!isComplete || index.checkpointChange === this.seen || index !== this.liveIndex) return;
    await this.writeFiles(index);
  }

  private async writeFiles(index: GenerationIndex): Promise<void> {
    try {
      await index.writeFiles(this.lexical.toStored(), this.seen);
    } catch (error) {
      throw this.guard.judge(error);
    }
  }

  async verify(options: { repair: boolean; onProgress?: (check: string) => void }): Promise<Finding[]> {
    await this.refresh();
    const generation = this.generationTable.live();
    const parts = {
      db: this.db,
      papers: this.paperTable,
      embeddings: this.embeddingTable,
      generations: this.generationTable,
      generation,
      readCheckpoint: async () => (generation === undefined ? undefined : await readCheckpoint(generation, this.partsOf(generation))),
      listFiles: async () => (generation === undefined ? [] : await this.folderOf(generation).list()),
      rebuild: () => this.rebuild(generation),
    };
    const vectors = generation === undefined ? undefined : (await this.indexOf(generation))?.vectors;
    return await verifyLibrary({ ...parts, lexical: this.lexical, vectors, ...options });
  }

  async status(): Promise<LibraryStatus> {
    const files: { name: string; sizeBytes: number }[] = [];
    const names = [databaseName, `${databaseName}-wal`];
    const generation = this.generationTable.live();
    for (const entry of this.generationTable.all()) {
      const folder = generationFolder(entry.generation);
      names.push(...(await this.folderOf(entry.generation).list()).map((name) => `${folder}/${name}`));
    }
    for (const name of names) {
      const found = await stat(join(this.options.folder, name)).catch(() => undefined);
      if (found !== undefined) files.push({ name, sizeBytes: found.size });
    }
    return {
      papers: await this.countPapers(),
      embedded: generation === undefined ? 0 : this.embeddingTable.count(generation),
      backlog: generation === undefined ? await this.countPapers() : this.embeddingTable.backlogSize(generation),
      generation,
      vectorSearch: await this.vectorSearch(),
      searchWidth: this.liveIndex?.vectors.searchWidth,
      nativeBuild: await nativeBuild(),
      lastChange: this.counter.last(),
      checkpointChange: this.liveIndex?.checkpointChange,
      files,
    };
  }

  async claim(work: string): Promise<(() => Promise<void>) | undefined> {
    const lease = new Lease(this.db, work);
    if (!lease.take()) return undefined;
    return async () => {
      if (this.db.open) lease.release();
    };
  }

  async claimedWork(): Promise<ClaimedWork[]> {
    return claimedWork(this.db);
  }

  async reportWork(work: string, progress: WorkProgress): Promise<void> {
    if (this.db.open) reportWork(this.db, work, progress);
  }

  async recordFault(fault: Fault): Promise<void> {
    this.faultTable.add(fault);
  }

  async faults(): Promise<Fault[]> {
    return this.faultTable.all();
  }

  async close(): Promise<void> {
    if (!this.db.open) return;
    this.closing.abort();
    await this.derived.settled();
    await Promise.allSettled(this.loading.values());
    await Promise.all([...this.indexes.values()].map((index) => index.settled()));
    await this.checkpointing;
    this.checkpointLease.release();
    this.db.close();
  }

  // Deriving

  private async load(): Promise<void> {
    if (this.options.searchable === false) return;
    this.seen = this.counter.last();
    const generation = this.generationTable.live();
    const index = generation === undefined ? undefined : await this.indexOf(generation);
    if (generation === undefined || index?.manifest === undefined) {
      const [damage] = this.rebuilds.list();
      await this.indexWords();
      if (damage !== undefined) this.rebuilds.begin("words", damage.reason, () => "rebuilt");
      return;
    }
    const { lexical, lastChange, analysis } = index.manifest;
    if (analysis !== analysisVersion) {
      this.options.onNotice?.("The word index is made anew: this version of Paperkin reads words in another way.");
      await this.indexWords();
      // So that the next checkpoint writes it, whether or not papers change.
      index.checkpointChange = undefined;
      return;
    }
    this.lexical = LexicalIndex.fromStored(await readLexicalFile(this.folderOf(generation).path(lexical)));
    await this.followPapers(lastChange);
    if (this.lexical.size !== (await this.countPapers())) {
      const reason = "it does not hold the papers that are stored";
      this.notice(`The word index is made anew: ${reason}.`);
      await this.indexWords();
      this.rebuilds.begin("words", reason, () => "rebuilt");
    }
  }

  private get liveIndex(): GenerationIndex | undefined {
    const live = this.generationTable.live();
    return live === undefined ? undefined : this.indexes.get(live.id);
  }

  /** A generation in memory, read where it is not there yet; undefined where nothing is searched. Throws `generation_not_found`. */
  private async indexOf(generation: Generation, fromFiles = true): Promise<GenerationIndex | undefined> {
    if (this.options.searchable === false) return undefined;
    const loaded = this.indexes.get(generation.id);
    if (loaded !== undefined) return loaded;
    const loading = this.loading.get(generation.id) ?? this.readIndex(generation, fromFiles);
    this.loading.set(generation.id, loading);
    return await loading;
  }

  private async readIndex(generation: Generation, fromFiles: boolean): Promise<GenerationIndex> {
    try {
      this.generationTable.stateOf(generation);
      const index = await GenerationIndex.load(generation, this.partsOf(generation), fromFiles);
      this.indexes.set(generation.id, index);
      return index;
    } finally {
      this.loading.delete(generation.id);
    }
  }

  private partsOf(generation: Generation): GenerationParts {
    const { db, counter, libraryId, embeddingTable: embeddings } = this;
    const { maintain, onProgress, recallTarget } = this.options;
    return {
      db,
      counter,
      embeddings,
      libraryId,
      folder: this.folderOf(generation),
      generations: this.generationTable,
      recallTarget,
      maintain,
      buildApart: (which, signal) => this.buildApart(which, signal),
      closing: this.closing.signal,
      onNotice: (notice) => this.notice(notice),
      onRebuild: (fault, vectors) => {
        this.notice(`The index files are made anew from the stored embeddings: ${fault}.`);
        this.rebuilds.begin("vectors", fault, graphState(vectors));
      },
      onProgress,
    };
  }

  /** For what answers: a filling generation is prepared by whoever reindexes. */
  private async buildApart(generation: Generation, signal: AbortSignal): Promise<boolean> {
    const { indexApart } = this.options;
    if (indexApart === undefined || generation.id !== this.generationTable.live()?.id || !this.checkpointLease.take()) return false;
    await indexApart(generation.id, signal);
    return true;
  }

  /** Said where whoever runs this process reads it, and by whoever mends it kept for those who look after the library. */
  private notice(detail: string): void {
    const { maintain, now, onNotice } = this.options;
    onNotice?.(detail);
    if (!maintain) return;
    try {
      this.faultTable.add({ at: (now?.() ?? new Date()).toISOString(), work: "indexes", code: "library_damaged", detail });
    } catch {
      // A full disk, or another writer for long: answering goes on without.
    }
  }

  /** Makes the word index from all stored papers. */
  private async indexWords(): Promise<void> {
    const lexical = new LexicalIndex();
    const total = await this.countPapers();
    let after = 0;
    for (;;) {
      const page = this.paperTable.page(after, pageSize);
      lexical.put(page);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.label;
      this.options.onProgress?.("indexing words", lexical.size, total);
      await nextTurn();
    }
    this.lexical = lexical;
  }

  /** Takes in every change behind `seen`. */
  private async follow(): Promise<boolean> {
    const upTo = this.counter.last();
    for (const index of this.indexes.values()) index.follow();
    // The first generation, which another process has made; a later one is loaded before it is asked.
    const live = this.generationTable.live();
    if (live !== undefined && this.indexes.size === 0) await this.indexOf(live);
    if (await this.followPapers(this.seen)) this.filterCache.clear();
    this.seen = upTo;
    return true;
  }

  /** @returns whether there was anything to take in. */
  private async followPapers(since: number): Promise<boolean> {
    const removed = this.db.prepare<[number], number>("SELECT label FROM removed WHERE change > ?").pluck().all(since);
    for (const label of removed) {
      this.lexical.remove(label);
      this.derived.remove(label);
    }
    const changed = this.db
      .prepare<[number], number>("SELECT label FROM papers WHERE change > ? ORDER BY change, label")
      .pluck()
      .all(since);
    for (let at = 0; at < changed.length; at += pageSize) {
      const page = changed.slice(at, at + pageSize).flatMap((label) => this.paperTable.get(label) ?? []);
      this.lexical.put(page);
      this.derived.put(page);
      if (at + pageSize < changed.length) await nextTurn();
    }
    return removed.length + changed.length > 0;
  }

  private async rebuild(generation: Generation | undefined): Promise<void> {
    await this.indexWords();
    if (generation === undefined) return;
    this.indexes.delete(generation.id);
    await this.indexOf(generation, false);
    await this.checkpoint();
  }

  private async indexFor(generation: Generation, vector: Float32Array): Promise<GenerationIndex | undefined> {
    if (vector.length !== generation.dimensions) {
      throw new AppError("invalid_embedding", `The query vector has ${vector.length} dimensions instead of ${generation.dimensions}.`);
    }
    return await this.indexOf(generation);
  }

  private folderOf(generation: Generation): CheckpointFolder {
    return new CheckpointFolder(join(this.options.folder, generationFolder(generation)));
  }
}

/** Whether a graph that had to be begun anew is complete; where building fails it is dropped. */
function graphState(vectors: VectorIndex): () => "rebuilding" | "rebuilt" | "failed" {
  let isBegun = false;
  return () => {
    isBegun ||= vectors.hasGraph;
    if (!vectors.hasGraph) return isBegun ? "failed" : "rebuilding";
    return vectors.pendingSize === 0 ? "rebuilt" : "rebuilding";
  };
}

function generationFolder(generation: Generation): string {
  return `generation-${generation.id}`;
}
