/**
 * The library in a folder. SQLite holds all primary data. The vectors in memory, the HNSW graph and the lexical index are derived from it
 * and follow its change counter, whichever process wrote the change.
 */
import { statSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CommentStore } from "../../core/comment.ts";
import type { DeliveryStore } from "../../core/delivery.ts";
import type { BacklogEntry, NewEmbedding } from "../../core/embedding-store.ts";
import { AppError, toAppError } from "../../core/errors.ts";
import type { Facets } from "../../core/facets.ts";
import type { Conditions } from "../../core/filters.ts";
import type { Generation, GenerationAudit, GenerationEntry, GenerationSpec } from "../../core/generation.ts";
import type { LongWorkOptions } from "../../core/generation-store.ts";
import type { JobStore } from "../../core/job.ts";
import type { Label, LabelSet } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import type { ListingDate } from "../../core/listing.ts";
import type { Contribution } from "../../core/merge.ts";
import type { NewPaper } from "../../core/paper.ts";
import type { PaperKeys } from "../../core/paper-keys.ts";
import type { KnownLabels, RescuedPapers, StoredPaper, UpsertResult } from "../../core/paper-store.ts";
import type { PersonalStore } from "../../core/personal-store.ts";
import type { TermVector } from "../../core/ranking/term-vector.ts";
import type { NearTerm, Scored, TellingTerm, TermDetails, TermQuery } from "../../core/retrieval.ts";
import type { SignInStore } from "../../core/sign-in.ts";
import type { DeletedItem, SourceItem } from "../../core/source-items.ts";
import type { Suggested, SuggestedKind } from "../../core/suggest.ts";
import type { Topic } from "../../core/topic.ts";
import type { ClaimedWork, Fault, Finding, LibraryHealth, LibraryStatus, WorkProgress } from "../../core/upkeep.ts";
import { ChangeCounter } from "./change-counter.ts";
import { removeCheckpoint } from "./checkpoint.ts";
import { CommentTable } from "./comment-table.ts";
import { describeDamage, isDamage, openDatabase, type Sqlite } from "./database.ts";
import { makeAnew } from "./database-anew.ts";
import { DeliveryTable } from "./delivery-table.ts";
import { DerivedColumns } from "./derived-columns.ts";
import { EmbeddingTable } from "./embedding-table.ts";
import { FaultTable } from "./fault-table.ts";
import { FetchPositionTable } from "./fetch-position-table.ts";
import type { GenerationIndex } from "./generation-index.ts";
import { GenerationTable } from "./generation-table.ts";
import { JobTable } from "./job-table.ts";
import { claimedWork, Lease, reportWork } from "./lease.ts";
import { databaseName, generationFolder, isGenerationFolder } from "./library-files.ts";
import { ListingTable } from "./listing-table.ts";
import { LocalIndexes } from "./local-indexes.ts";
import type { LocalLibraryOptions } from "./local-library-options.ts";
import { MatchingPapers } from "./matching-papers.ts";
import { nativeBuild } from "./native-build.ts";
import { PaperTable } from "./paper-table.ts";
import { patient, shortBusyTimeoutMs } from "./patience.ts";
import { PersonalTable } from "./personal-table.ts";
import { knownLabels, rescuePapers } from "./rescue.ts";
import { defaultRecallTarget } from "./search-width.ts";
import { SignInTable } from "./sign-in-table.ts";
import { Slices } from "./slices.ts";
import { SourceItemTable } from "./source-item-table.ts";
import { TopicTable } from "./topic-table.ts";
import { verifyLibrary } from "./verify.ts";
import { mostExamples } from "./verify-check.ts";
import { faultsOfDatabase, mendOfDerived, mendOfIndexes } from "./verify-database.ts";
import { WriteGuard } from "./write-guard.ts";

export class LocalLibrary implements Library {
  private readonly counter: ChangeCounter;
  private readonly paperTable: PaperTable;
  private readonly matchingPapers: MatchingPapers;
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
  readonly recallTarget: number;
  private readonly fetchPositionTable: FetchPositionTable;
  private readonly sourceItemTable: SourceItemTable;
  private readonly indexes: LocalIndexes;
  private readonly closing = new AbortController();
  /** Shared by all background work that nobody waits for. */
  private readonly slices = new Slices();
  private readonly derived: DerivedColumns;
  private readonly guard: WriteGuard;

  private constructor(
    private readonly db: Sqlite,
    private readonly options: LocalLibraryOptions,
  ) {
    // Before any statement is prepared.
    this.guard = new WriteGuard(db);
    this.recallTarget = options.recallTarget ?? defaultRecallTarget;
    const now = options.now ?? (() => new Date());
    this.counter = new ChangeCounter(db);
    this.paperTable = new PaperTable(db, this.counter, now);
    this.matchingPapers = new MatchingPapers(db, this.paperTable);
    this.generationTable = new GenerationTable(db, this.counter, now);
    this.embeddingTable = new EmbeddingTable(db, this.counter, this.generationTable);
    this.derived = new DerivedColumns(this.paperTable, this.slices, this.closing.signal);
    this.listingTable = new ListingTable(db, this.counter);
    this.topicTable = new TopicTable(db);
    this.personal = new PersonalTable(db);
    this.delivery = new DeliveryTable(db);
    this.jobs = new JobTable(db);
    this.faultTable = new FaultTable(db);
    this.signIns = new SignInTable(db);
    this.comments = new CommentTable(db);
    this.fetchPositionTable = new FetchPositionTable(db);
    this.sourceItemTable = new SourceItemTable(db, now);
    this.indexes = new LocalIndexes({
      db,
      counter: this.counter,
      guard: this.guard,
      papers: this.paperTable,
      embeddings: this.embeddingTable,
      generations: this.generationTable,
      faults: this.faultTable,
      columns: this.derived,
      slices: this.slices,
      options,
      now,
      closing: this.closing.signal,
      onChange: () => this.matchingPapers.forget(),
    });
  }

  /** Throws `library_not_found`, `library_damaged`, `library_newer`, `file_unreadable`. */
  static async open(options: LocalLibraryOptions): Promise<LocalLibrary> {
    const path = join(options.folder, databaseName);
    const db = openDatabase(path, { ...options, isAsked: !options.maintain && !options.create });
    tellOfOtherNames(path, options);
    let library: LocalLibrary | undefined;
    try {
      library = new LocalLibrary(db, options);
      await library.indexes.load();
      if (options.answering !== true) return library;
      library.db.pragma(`busy_timeout = ${shortBusyTimeoutMs}`);
      return patient(library);
    } catch (error) {
      let told: NotOpened;
      try {
        told = await whyNotOpened(error, path, db);
      } finally {
        // Anything that it has started to build ends first.
        await library?.close().catch(() => undefined);
        db.close();
      }
      const { error: fault, derived } = told;
      if (options.mendDatabase !== true || derived === undefined) throw fault;
      const mended = openDatabase(path, { create: false });
      try {
        makeAnew(mended, derived);
      } finally {
        mended.close();
      }
      options.onNotice?.(`${fault.message} It was rebuilt, with all indexes.`);
      return await LocalLibrary.open({ ...options, mendDatabase: false });
    }
  }

  // Papers

  async upsert(papers: readonly NewPaper[], keys?: readonly (PaperKeys | undefined)[]): Promise<UpsertResult[]> {
    const results = this.paperTable.upsert(papers, keys);
    await this.indexes.followOwn();
    return results;
  }

  async remove(ids: readonly string[]): Promise<string[]> {
    const removed = this.paperTable.remove(ids);
    await this.indexes.followOwn();
    return removed;
  }

  async resolve(ids: readonly string[]): Promise<(Label | undefined)[]> {
    return ids.map((id) => this.paperTable.resolve(id));
  }

  async papers(labels: readonly Label[]): Promise<(StoredPaper | undefined)[]> {
    return labels.map((label) => this.paperTable.readable(label, (error) => this.indexes.tellOfRecord(label, error)));
  }

  async requireReadable(label: Label): Promise<void> {
    this.paperTable.get(label);
  }

  async rescue(labels: readonly Label[]): Promise<RescuedPapers> {
    return rescuePapers(this.db, this.paperTable, labels);
  }

  async knownLabels(): Promise<KnownLabels> {
    return knownLabels(this.db);
  }

  async findByTitle(title: string): Promise<Label[]> {
    return this.paperTable.findByTitle(title, 10);
  }

  async findByMainTitle(title: string): Promise<Label[]> {
    return this.paperTable.findByMainTitle(title, 20);
  }

  async matching(conditions: Conditions): Promise<LabelSet | undefined> {
    return this.matchingPapers.matching(conditions);
  }

  async newest(within: LabelSet | undefined, page: { limit: number; offset: number }): Promise<Label[]> {
    return this.matchingPapers.newest(within, page);
  }

  async listingDates(conditions: Conditions): Promise<readonly ListingDate[]> {
    return this.listingTable.dates(conditions);
  }

  async listedOn(dates: readonly string[], conditions: Conditions): Promise<Label[]> {
    return this.listingTable.labelsOn(dates, conditions);
  }

  async countPapers(): Promise<number> {
    return this.paperTable.count();
  }

  async facets(within: LabelSet | undefined, limit: number): Promise<Facets> {
    return await this.derived.facets(within, limit);
  }

  async doubtfulPairs(limit: number): Promise<(readonly [StoredPaper, StoredPaper])[]> {
    return this.paperTable.doubtfulPairs(limit);
  }

  async merge(first: string, second: string): Promise<string> {
    const merged = this.paperTable.merge(first, second);
    if (merged === undefined) {
      const missing = [first, second].filter((id) => this.paperTable.resolve(id) === undefined);
      throw new AppError("paper_not_found", `There is no paper ${missing.join(" and no paper ")} in the library.`);
    }
    await this.indexes.followOwn();
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
    await this.indexes.followOwn();
    return parts;
  }

  async eachPaper(after: Label, limit: number): Promise<StoredPaper[]> {
    for (let from = after; ; ) {
      const { papers, last } = this.paperTable.readablePage(from, limit, (label, error) => this.indexes.tellOfRecord(label, error));
      if (papers.length > 0 || last === undefined) return papers;
      from = last;
    }
  }

  // Embeddings

  async liveGeneration(): Promise<Generation | undefined> {
    return this.generationTable.live();
  }

  async openGeneration(spec: GenerationSpec): Promise<Generation> {
    const generation = this.generationTable.open(spec);
    await this.indexes.of(generation);
    return generation;
  }

  async backlog(generation: Generation, after: Label, limit: number, since = 0): Promise<BacklogEntry[]> {
    return this.embeddingTable.backlog(generation, after, limit, since);
  }

  async backlogSize(generation: Generation, since = 0): Promise<number> {
    return this.embeddingTable.backlogSize(generation, since);
  }

  async putEmbeddings(generation: Generation, embeddings: readonly NewEmbedding[]): Promise<void> {
    this.embeddingTable.store(generation, embeddings);
    await this.indexes.followOwn();
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
    await this.indexes.followOwn();
    return reused;
  }

  async loadGeneration(generation: Generation): Promise<void> {
    await this.indexes.of(generation);
  }

  async indexGeneration(generation: Generation, options?: LongWorkOptions): Promise<void> {
    await this.indexes.complete(generation, options);
  }

  async unloadGeneration(generation: Generation): Promise<void> {
    this.indexes.unload(generation);
  }

  async recordAudit(generation: Generation, audit: GenerationAudit): Promise<void> {
    this.generationTable.recordAudit(generation, audit);
  }

  async makeLive(generation: Generation): Promise<void> {
    this.generationTable.makeLive(generation);
    await this.indexes.followOwn();
  }

  async dropGeneration(generation: Generation): Promise<void> {
    this.generationTable.drop(generation);
    this.indexes.unload(generation);
    await this.dropLeftovers();
    await this.indexes.followOwn();
  }

  async dropLeftovers(): Promise<void> {
    await this.generationTable.dropLeftovers();
    const { folder } = this.options;
    const found = (await readdir(folder)).filter(isGenerationFolder);
    const kept = new Set(this.generationTable.all().map(({ generation }) => generationFolder(generation)));
    for (const name of found) if (!kept.has(name)) await removeCheckpoint(join(folder, name));
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
    const index = await this.indexes.of(generation);
    return index === undefined ? await this.embeddings(generation, labels) : index.vectors.matrix.copiesOf(labels);
  }

  async matchTerms(query: TermQuery, options: { k: number; within?: LabelSet | undefined }): Promise<{ hits: Scored[]; total: number }> {
    return this.indexes.lexical.match(query, options);
  }

  async termScores(query: TermQuery, labels: readonly Label[]): Promise<number[]> {
    return this.indexes.lexical.scores(query, labels);
  }

  async termDetails(query: TermQuery, label: Label): Promise<TermDetails | undefined> {
    return this.indexes.lexical.details(query, label);
  }

  async holding(terms: readonly string[]): Promise<LabelSet> {
    return this.indexes.lexical.holdingAll(terms);
  }

  async tellingTerms(labels: readonly Label[], limit: number): Promise<TellingTerm[]> {
    return this.indexes.lexical.tellingTerms(labels, limit);
  }

  async holdingPhrase(terms: readonly string[]): Promise<LabelSet> {
    return this.indexes.lexical.holdingPhrase(terms);
  }

  async holdingAny(terms: readonly string[]): Promise<LabelSet> {
    return this.indexes.lexical.holdingAny(terms);
  }

  async holdingCounts(terms: readonly string[]): Promise<number[]> {
    return terms.map((term) => this.indexes.lexical.holdingCount(term));
  }

  async nearTerms(term: string, most: number): Promise<NearTerm[]> {
    return this.indexes.lexical.nearTerms(term, most);
  }

  async termVectors(labels: readonly Label[]): Promise<TermVector[]> {
    return labels.map((label) => this.indexes.lexical.termVector(label));
  }

  async termVectorOf(counts: ReadonlyMap<string, number>): Promise<TermVector> {
    return this.indexes.lexical.termVectorOf(counts);
  }

  async termTexts(terms: readonly number[]): Promise<string[]> {
    return terms.map((term) => this.indexes.lexical.termText(term));
  }

  async sampleLabels(size: number): Promise<Label[]> {
    return this.indexes.lexical.sample(size);
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

  // How far fetches have come

  async fetchPosition(key: string): Promise<string | undefined> {
    return this.fetchPositionTable.get(key);
  }

  async setFetchPosition(key: string, position: string | undefined): Promise<void> {
    this.fetchPositionTable.set(key, position);
  }

  // Sources' ids for their records

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
    await this.indexes.followOwn();
    return outcome;
  }

  // Upkeep

  async refresh(): Promise<boolean> {
    return await this.indexes.refresh();
  }

  async vectorSearch(): Promise<"hnsw" | "exact"> {
    return this.indexes.live?.vectors.usesGraph === true ? "hnsw" : "exact";
  }

  async health(): Promise<LibraryHealth> {
    return { rebuilds: this.indexes.rebuilt, writesStopped: this.guard.stopped?.explanation };
  }

  async warmUp(): Promise<void> {
    await this.derived.warmUp();
  }

  async lastChange(): Promise<number> {
    return this.counter.last();
  }

  async checkpoint(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.indexes.checkpoint(options.signal);
  }

  async verify(options: { repair: boolean; onProgress?: (check: string) => void }): Promise<Finding[]> {
    const { db, paperTable: papers, embeddingTable: embeddings, generationTable: generations } = this;
    return await verifyLibrary({ db, papers, embeddings, generations, ...(await this.indexes.toVerify()), ...options });
  }

  async status(): Promise<LibraryStatus> {
    const files: { name: string; sizeBytes: number }[] = [];
    const names = [databaseName, `${databaseName}-wal`];
    const generation = this.generationTable.live();
    for (const entry of this.generationTable.all()) {
      const folder = generationFolder(entry.generation);
      names.push(...(await this.indexes.folderOf(entry.generation).list()).map((name) => `${folder}/${name}`));
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
      searchWidth: this.indexes.live?.vectors.searchWidth,
      nativeBuild: await nativeBuild(),
      lastChange: this.counter.last(),
      checkpointChange: this.indexes.live?.checkpointChange,
      files,
    };
  }

  async claim(work: string): Promise<(() => Promise<void>) | undefined> {
    const lease = new Lease(this.db, work);
    if (!lease.take()) return undefined;
    return async () => lease.release();
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
    await this.indexes.settled();
    this.db.close();
  }

  private async indexFor(generation: Generation, vector: Float32Array): Promise<GenerationIndex | undefined> {
    if (vector.length !== generation.dimensions) {
      throw new AppError("invalid_embedding", `The query vector has ${vector.length} dimensions instead of ${generation.dimensions}.`);
    }
    return await this.indexes.of(generation);
  }
}

/** Warns of hard links: SQLite keeps a separate log for each name of a database, so opening it under two names damages it. */
function tellOfOtherNames(path: string, { onNotice }: LocalLibraryOptions): void {
  const names = statSync(path, { throwIfNoEntry: false })?.nlink ?? 1;
  if (names < 2) return;
  onNotice?.(
    `The file ${path} has ${names} names (hard links). Nothing may open it by another one, which would damage it: make it a file of its own (\`cp\`, then \`mv\` while nothing has it open), and take copies with \`paperkin backup\`.`,
  );
}

interface NotOpened {
  readonly error: AppError;
  /** The derived tables to rebuild together with the indexes, if that repairs the database. */
  readonly derived?: readonly string[];
}

/** Why a database could not be opened. `verify` opens it too, and reports this: it has no other way to learn more. */
async function whyNotOpened(thrown: unknown, path: string, db: Sqlite): Promise<NotOpened> {
  if (!isDamage(thrown)) return { error: toAppError(thrown) };
  const { tables, derived, indexes } = faultsOfDatabase(db);
  const [table, index] = [[...derived.values()][0], indexes[0]];
  if (tables.length > 0 || (table ?? index) === undefined)
    return { error: describeDamage(thrown, path, (message) => tables.slice(0, mostExamples).join("; ") || message) };
  const message =
    table === undefined
      ? `An index in the database ${path} is damaged: ${index}.`
      : `A derived table in the database ${path} is damaged: ${table}.`;
  const mend = table === undefined ? mendOfIndexes : mendOfDerived;
  return { error: new AppError("library_damaged", message, { mend, cause: thrown }), derived: [...derived.keys()] };
}
