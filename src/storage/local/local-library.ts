/**
 * The library in a folder: SQLite holds everything that matters; the vectors in memory, the HNSW graph and the
 * lexical index are derived from it and follow its change counter, whoever wrote the change.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../core/errors.ts";
import { type Conditions, isUnfiltered } from "../../core/filters.ts";
import { BitmapLabelSet } from "../../core/label-set.ts";
import type { Contribution } from "../../core/merge.ts";
import type { NewPaper } from "../../core/paper.ts";
import type { PersonalStore } from "../../core/personal-store.ts";
import type { TermVector } from "../../core/ranking/term-vector.ts";
import type {
  BacklogEntry,
  Facets,
  Finding,
  Generation,
  GenerationSpec,
  Label,
  LabelSet,
  Library,
  LibraryStatus,
  ListingDate,
  NearTerm,
  NewEmbedding,
  Scored,
  StoredPaper,
  TermQuery,
  Topic,
  UpsertResult,
} from "../../core/storage.ts";
import { faultOfVector } from "../../core/vectors.ts";
import { ChangeCounter } from "./change-counter.ts";
import { CheckpointFolder } from "./checkpoint.ts";
import { openDatabase, type Sqlite } from "./database.ts";
import { EmbeddingTable, vectorOf } from "./embedding-table.ts";
import { FacetColumns } from "./facet-columns.ts";
import { FetchPositionTable } from "./fetch-position-table.ts";
import { sqlOfConditions } from "./filter-sql.ts";
import { Lease } from "./lease.ts";
import { readLexicalFile, writeLexicalFile } from "./lexical-file.ts";
import { LexicalIndex } from "./lexical-index.ts";
import { ListingTable } from "./listing-table.ts";
import { PaperTable } from "./paper-table.ts";
import { PersonalTable } from "./personal-table.ts";
import { TopicTable } from "./topic-table.ts";
import { VectorIndex } from "./vector-index.ts";
import { verifyLibrary } from "./verify.ts";

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
  /** The time at which papers come in. */
  readonly now?: () => Date;
  /** Told when derived data has to be made anew, and how far that is. */
  readonly onNotice?: (notice: string) => void;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** The file that holds everything that matters. */
export const databaseName = "library.sqlite";

/** Papers that are read at once when an index is made anew or follows a long change. */
const pageSize = 500;
/** Answers of `matching` that are kept until the next change. */
const mostCachedFilters = 64;

export class LocalLibrary implements Library {
  private readonly counter: ChangeCounter;
  private readonly paperTable: PaperTable;
  private readonly embeddingTable: EmbeddingTable;
  private readonly listingTable: ListingTable;
  private readonly topicTable: TopicTable;
  readonly personal: PersonalStore;
  private readonly fetchPositionTable: FetchPositionTable;
  private readonly checkpointLease: Lease;
  private readonly libraryId: string;
  private lexical = new LexicalIndex();
  private vectors: VectorIndex | undefined;
  private generation: Generation | undefined;
  /** The last change that the indexes in memory hold. */
  private seen = 0;
  private checkpointChange: number | undefined;
  private readonly filterCache = new Map<string, LabelSet>();
  private readonly listingCache = new Map<string, readonly ListingDate[]>();
  /** The change up to which the answers of `listingDates` are kept. */
  private listingChange = 0;
  /** Made when they are first asked for; they follow changes from their first page on. */
  private facetColumns: FacetColumns | undefined;
  private loadingFacets: Promise<void> | undefined;
  private readonly closing = new AbortController();
  private building: Promise<void> = Promise.resolve();
  private checkpointing: Promise<void> = Promise.resolve();
  private refreshing: Promise<boolean> | undefined;
  private readonly selectNewest;

  private constructor(
    private readonly db: Sqlite,
    private readonly options: LocalLibraryOptions,
  ) {
    this.counter = new ChangeCounter(db);
    this.paperTable = new PaperTable(db, this.counter, options.now ?? (() => new Date()));
    this.embeddingTable = new EmbeddingTable(db, this.counter);
    this.listingTable = new ListingTable(db);
    this.topicTable = new TopicTable(db);
    this.personal = new PersonalTable(db);
    this.fetchPositionTable = new FetchPositionTable(db);
    this.checkpointLease = new Lease(db, "checkpoint");
    this.libraryId = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'library'").pluck().get() ?? "";
    this.selectNewest = db.prepare<[], number>("SELECT label FROM papers ORDER BY first_day DESC NULLS LAST, paper_id").pluck();
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
    this.facetColumns ??= new FacetColumns();
    this.loadingFacets ??= this.loadFacets(this.facetColumns);
    await this.loadingFacets;
    return this.facetColumns.count(within, limit);
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

  async addedBetween(after: string, until: string): Promise<Label[]> {
    return this.paperTable.addedBetween(after, until);
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
    return this.embeddingTable.live();
  }

  async openGeneration(spec: GenerationSpec): Promise<Generation> {
    const generation = this.embeddingTable.open(spec);
    if (this.generation === undefined && this.options.searchable !== false) await this.loadVectors(generation, undefined);
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

  async sentenceEmbeddings(generation: Generation, labels: readonly Label[]): Promise<(Int8Array | undefined)[]> {
    return labels.map((label) => this.embeddingTable.sentences(generation, label));
  }

  // Retrieval

  async neighbours(
    generation: Generation,
    vector: Float32Array,
    { k, within }: { k: number; within?: LabelSet | undefined },
  ): Promise<Scored[]> {
    return this.index(generation, vector)?.nearest(vector, k, within) ?? [];
  }

  async exactNeighbours(
    generation: Generation,
    vector: Float32Array,
    { k, within }: { k: number; within?: LabelSet | undefined },
  ): Promise<Scored[]> {
    return this.index(generation, vector)?.matrix.nearest(vector, k, within) ?? [];
  }

  async cosines(generation: Generation, vector: Float32Array, labels: readonly Label[]): Promise<(number | undefined)[]> {
    const matrix = this.index(generation, vector)?.matrix;
    return labels.map((label) => matrix?.cosine(vector, label));
  }

  async matchTerms(query: TermQuery, options: { k: number; within?: LabelSet | undefined }): Promise<{ hits: Scored[]; total: number }> {
    return this.lexical.match(query, options);
  }

  async termScores(query: TermQuery, labels: readonly Label[]): Promise<number[]> {
    return this.lexical.scores(query, labels);
  }

  async holding(terms: readonly string[]): Promise<LabelSet> {
    return this.lexical.holdingAll(terms);
  }

  async tellingTerms(labels: readonly Label[], limit: number): Promise<{ term: string; weight: number }[]> {
    return this.lexical.tellingTerms(labels, limit);
  }

  async holdingAny(terms: readonly string[]): Promise<LabelSet> {
    return this.lexical.holdingAny(terms);
  }

  async holdingCounts(terms: readonly string[]): Promise<number[]> {
    return terms.map((term) => this.lexical.holdingCount(term));
  }

  async nearTerms(term: string, most: number): Promise<NearTerm[]> {
    return this.lexical.nearTerms(term, most);
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
    return this.vectors?.usesGraph === true ? "hnsw" : "exact";
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
    if (this.closing.signal.aborted) return;
    if (this.vectors === undefined || this.generation === undefined || !this.checkpointLease.take()) return;
    await this.refresh();
    while (this.vectors.pendingSize > 0 && !this.closing.signal.aborted) {
      const total = this.vectors.matrix.size;
      await this.vectors.build(this.closing.signal, (left) => this.options.onProgress?.("indexing", total - left, total));
    }
    if (this.checkpointChange === this.seen || this.vectors.pendingSize > 0) return;
    await this.writeCheckpoint(this.vectors, this.generation);
  }

  async verify(options: { repair: boolean; onProgress?: (check: string) => void }): Promise<Finding[]> {
    await this.refresh();
    const generation = this.generation;
    return await verifyLibrary({
      db: this.db,
      papers: this.paperTable,
      embeddings: this.embeddingTable,
      generation,
      lexical: this.lexical,
      vectors: this.vectors,
      readCheckpoint: async () => (generation === undefined ? undefined : await this.folderOf(generation).read(this.expected(generation))),
      rebuild: async () => {
        await this.rebuild();
      },
      ...options,
    });
  }

  async status(): Promise<LibraryStatus> {
    const files: { name: string; sizeBytes: number }[] = [];
    const names = [databaseName, `${databaseName}-wal`];
    if (this.generation !== undefined) {
      const folder = generationFolder(this.generation);
      names.push(...(await this.folderOf(this.generation).list()).map((name) => `${folder}/${name}`));
    }
    for (const name of names) {
      const found = await stat(join(this.options.folder, name)).catch(() => undefined);
      if (found !== undefined) files.push({ name, sizeBytes: found.size });
    }
    return {
      papers: await this.countPapers(),
      embedded: this.generation === undefined ? 0 : this.embeddingTable.count(this.generation),
      backlog: this.generation === undefined ? await this.countPapers() : this.embeddingTable.backlogSize(this.generation),
      generation: this.generation,
      vectorSearch: await this.vectorSearch(),
      lastChange: this.counter.last(),
      checkpointChange: this.checkpointChange,
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

  async close(): Promise<void> {
    if (!this.db.open) return;
    this.closing.abort();
    await this.loadingFacets;
    await this.building;
    await this.checkpointing;
    this.checkpointLease.release();
    this.db.close();
  }

  // Deriving

  private async load(): Promise<void> {
    if (this.options.searchable === false) return;
    this.seen = this.counter.last();
    const generation = this.embeddingTable.live();
    if (generation === undefined) {
      await this.indexWords();
      return;
    }
    const folder = this.folderOf(generation);
    const checkpoint = await folder.read(this.expected(generation));
    if ("fault" in checkpoint) {
      if (!checkpoint.missing) this.options.onNotice?.(`The index files are made anew from the stored embeddings: ${checkpoint.fault}.`);
      await Promise.all([this.loadVectors(generation, undefined), this.indexWords()]);
      return;
    }
    const { manifest } = checkpoint;
    await this.loadVectors(generation, {
      path: folder.path(manifest.hnsw),
      lastChange: manifest.lastChange,
    });
    this.lexical = LexicalIndex.fromStored(await readLexicalFile(folder.path(manifest.lexical)));
    await this.followPapers(manifest.lastChange);
    this.checkpointChange = manifest.lastChange;
    if (this.lexical.size !== (await this.countPapers())) {
      this.options.onNotice?.("The word index is made anew: it does not hold the papers that are stored.");
      await this.indexWords();
    }
  }

  /** Reads all embeddings into memory, with the graph of a checkpoint where there is one. */
  private async loadVectors(generation: Generation, graph: { path: string; lastChange: number } | undefined): Promise<void> {
    const vectors = new VectorIndex(generation.dimensions);
    const total = this.embeddingTable.count(generation);
    let after = 0;
    for (;;) {
      const rows = this.embeddingTable.page(generation, after, pageSize);
      for (const row of rows) {
        const vector = usableVector(row.vector, generation);
        if (vector !== undefined) vectors.matrix.put(row.label, vector);
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.label;
      this.options.onProgress?.("loading vectors", vectors.matrix.size, total);
      await nextTurn();
    }
    if (graph === undefined) vectors.startGraph();
    else
      await vectors.readGraph(
        graph.path,
        this.embeddingTable.changedSince(generation, graph.lastChange).map((row) => row.label),
      );
    this.vectors = vectors;
    this.generation = generation;
    this.keepBuilding();
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

  private async loadFacets(columns: FacetColumns): Promise<void> {
    let after = 0;
    while (!this.closing.signal.aborted) {
      const page = this.paperTable.facetPage(after, pageSize);
      for (const { label, paper } of page) columns.put(label, paper);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.label;
      await nextTurn();
    }
  }

  /** Takes in every change behind `seen`. */
  private async follow(): Promise<boolean> {
    const upTo = this.counter.last();
    if (this.generation === undefined) {
      const live = this.embeddingTable.live();
      if (live !== undefined) await this.loadVectors(live, undefined);
    } else if (this.vectors !== undefined) {
      for (const row of this.embeddingTable.changedSince(this.generation, this.seen)) {
        const vector = usableVector(row.vector, this.generation);
        if (vector !== undefined) this.vectors.put(row.label, vector);
      }
    }
    await this.followPapers(this.seen);
    this.seen = upTo;
    this.filterCache.clear();
    this.keepBuilding();
    return true;
  }

  private async followPapers(since: number): Promise<void> {
    const removed = this.db.prepare<[number], number>("SELECT label FROM removed WHERE change > ?").pluck().all(since);
    for (const label of removed) {
      this.lexical.remove(label);
      this.facetColumns?.remove(label);
      this.vectors?.remove(label);
    }
    const changed = this.db
      .prepare<[number], number>("SELECT label FROM papers WHERE change > ? ORDER BY change, label")
      .pluck()
      .all(since);
    for (let at = 0; at < changed.length; at += pageSize) {
      const page = changed.slice(at, at + pageSize).flatMap((label) => this.paperTable.get(label) ?? []);
      this.lexical.put(page);
      for (const { label, paper } of page) this.facetColumns?.put(label, paper);
      if (at + pageSize < changed.length) await nextTurn();
    }
  }

  private keepBuilding(): void {
    const { vectors } = this;
    if (!this.options.maintain || vectors === undefined || vectors.pendingSize === 0) return;
    this.building = this.building.then(() => vectors.build(this.closing.signal));
  }

  private async rebuild(): Promise<void> {
    await this.indexWords();
    if (this.generation === undefined) return;
    await this.loadVectors(this.generation, undefined);
    this.checkpointChange = undefined;
    await this.checkpoint();
  }

  private async writeCheckpoint(vectors: VectorIndex, generation: Generation): Promise<void> {
    const folder = this.folderOf(generation);
    const lastChange = this.seen;
    // Both before anything else can change them: the words as a snapshot, the graph under its own lock.
    const words = this.lexical.toStored();
    const count = vectors.graphLabels().length;
    const hnsw = await folder.writeFile("hnsw", lastChange, async (temporary) => {
      const least = await vectors.writeGraph(temporary);
      const { size } = await stat(temporary);
      if (size < least) {
        throw new AppError("storage_full", `The index file could not be written whole (${size} of at least ${least} bytes).`, {
          mend: "Free some space; the index is made again from the stored embeddings.",
        });
      }
    });
    const lexical = await folder.writeFile("lexical", lastChange, (temporary) => writeLexicalFile(temporary, words));
    await folder.commit({
      format: 1,
      library: this.libraryId,
      generation: generation.id,
      model: generation.model,
      dimensions: generation.dimensions,
      preparation: generation.preparation,
      metric: "cosine",
      ...vectors.parameters,
      count,
      lastChange,
      hnsw,
      lexical,
    });
    this.checkpointChange = lastChange;
    this.keepBuilding();
  }

  private index(generation: Generation, vector: Float32Array): VectorIndex | undefined {
    if (this.generation !== undefined && this.generation.id !== generation.id) {
      throw new AppError("internal", `Generation ${generation.id} does not answer; ${this.generation.id} does.`);
    }
    if (vector.length !== generation.dimensions) {
      throw new AppError("invalid_embedding", `The query vector has ${vector.length} dimensions instead of ${generation.dimensions}.`);
    }
    return this.vectors;
  }

  private expected(generation: Generation) {
    return {
      library: this.libraryId,
      generation,
      parameters: this.vectors?.parameters ?? new VectorIndex(generation.dimensions).parameters,
      lastChange: this.counter.last(),
    };
  }

  private folderOf(generation: Generation): CheckpointFolder {
    return new CheckpointFolder(join(this.options.folder, generationFolder(generation)));
  }
}

/** A stored vector that keeps to I4; `verify` names those that do not. */
function usableVector(bytes: Buffer, generation: Generation): Float32Array | undefined {
  if (bytes.length !== 4 * generation.dimensions) return undefined;
  const vector = vectorOf(bytes);
  return faultOfVector(vector, generation.dimensions) === undefined ? vector : undefined;
}

function generationFolder(generation: Generation): string {
  return `generation-${generation.id}`;
}
