/**
 * The derived data in memory: the vectors and graphs of generations, and the word index. It is read from a checkpoint's files, or rebuilt
 * if these cannot be used, and updated by following the change counter, whichever process wrote the change.
 */
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { analysisVersion } from "../../core/analysis.ts";
import { AppError, codeOf, type ErrorCode, toAppError } from "../../core/errors.ts";
import type { Generation } from "../../core/generation.ts";
import type { LongWorkOptions } from "../../core/generation-store.ts";
import type { Label } from "../../core/label-set.ts";
import { OneAtATime } from "../../core/one-at-a-time.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import { counted } from "../../core/text.ts";
import type { LibraryHealth } from "../../core/upkeep.ts";
import type { ChangeCounter } from "./change-counter.ts";
import { CheckpointFolder, type Manifest } from "./checkpoint.ts";
import { asOfOneMoment, libraryIdOf, type Sqlite } from "./database.ts";
import type { DerivedColumns } from "./derived-columns.ts";
import type { EmbeddingTable } from "./embedding-table.ts";
import type { FaultTable } from "./fault-table.ts";
import { GenerationIndex, type GenerationParts, readCheckpoint } from "./generation-index.ts";
import type { GenerationTable } from "./generation-table.ts";
import { claimedWork, Lease } from "./lease.ts";
import { readLexicalFile } from "./lexical-file.ts";
import { LexicalIndex } from "./lexical-index.ts";
import { generationFolder } from "./library-files.ts";
import type { LocalLibraryOptions } from "./local-library-options.ts";
import type { PaperTable } from "./paper-table.ts";
import { patiently } from "./patience.ts";
import { Rebuilds } from "./rebuilds.ts";
import { inSlices, type Slices } from "./slices.ts";
import type { VectorIndex } from "./vector-index.ts";
import type { VerifyParts } from "./verify-check.ts";
import type { WriteGuard } from "./write-guard.ts";

/** What the indexes are built from and persisted with. */
export interface IndexParts {
  readonly db: Sqlite;
  readonly counter: ChangeCounter;
  readonly guard: WriteGuard;
  readonly papers: PaperTable;
  readonly embeddings: EmbeddingTable;
  readonly generations: GenerationTable;
  readonly faults: FaultTable;
  /** Also follow the changes of papers. */
  readonly columns: DerivedColumns;
  readonly slices: Slices;
  readonly options: LocalLibraryOptions;
  readonly now: () => Date;
  /** Stops building. */
  readonly closing: AbortSignal;
  /** Called when papers have changed. */
  readonly onChange: () => void;
}

/** Papers per page when an index is rebuilt: nobody gets answers before it is complete. */
const pageSize = 500;
/** Papers that are indexed at once while requests are answered: a few milliseconds. */
const followedAtOnce = 16;

export class LocalIndexes {
  private words = new LexicalIndex();
  /** Generations in memory, by id; for one that is being read, its promise. */
  private readonly indexes = new Map<number, GenerationIndex>();
  private readonly loading = new Map<number, Promise<GenerationIndex>>();
  /** The last change that the word index includes. */
  private seen = 0;
  private readonly libraryId: string;
  private readonly rebuilds: Rebuilds;
  private readonly checkpointLease: Lease;
  private readonly checkpointing = new OneAtATime();
  private refreshing: Promise<boolean> | undefined;
  /** Papers whose damaged record has been reported. */
  private readonly toldRecords = new Set<Label>();
  /** Why this process's own changes could not be applied, so that it is reported once. */
  private toldOfFollowing: string | undefined;

  constructor(private readonly parts: IndexParts) {
    this.libraryId = libraryIdOf(parts.db);
    this.rebuilds = new Rebuilds(parts.now);
    this.checkpointLease = new Lease(parts.db, "checkpoint");
  }

  get lexical(): LexicalIndex {
    return this.words;
  }

  /** The index of the live generation, if it is loaded. */
  get live(): GenerationIndex | undefined {
    const live = this.parts.generations.live();
    return live === undefined ? undefined : this.indexes.get(live.id);
  }

  /** What was found damaged or missing, latest first. */
  get rebuilt(): LibraryHealth["rebuilds"] {
    return this.rebuilds.list();
  }

  /** Reads the live generation and the words, or rebuilds them. */
  async load(): Promise<void> {
    const { counter, generations, options } = this.parts;
    if (options.searchable === false) return;
    this.seen = counter.last();
    const generation = generations.live();
    const index = generation === undefined ? undefined : await this.of(generation);
    if (generation === undefined || index?.manifest === undefined) {
      const [damage] = this.rebuilds.list();
      await this.indexWords();
      if (damage !== undefined) this.rebuilds.begin("words", damage.reason, () => "rebuilt");
      return;
    }
    if (index.manifest.analysis !== analysisVersion) {
      options.onNotice?.("The word index is rebuilt: this version of Paperkin analyses words differently.");
      await this.indexWords();
      await this.keepWords(index);
      return;
    }
    const reason = await this.readWords(generation, index.manifest);
    if (reason !== undefined) {
      this.notice(`The word index is rebuilt: ${reason}.`);
      await this.indexWords();
      this.rebuilds.begin("words", reason, () => "rebuilt");
      await this.keepWords(index);
    }
  }

  /** Persists rebuilt words, so that the next command need not rebuild them. */
  private async keepWords(index: GenerationIndex): Promise<void> {
    // Makes any checkpoint write them, even if no papers change.
    index.checkpointChange = undefined;
    // An incomplete graph is left to the process that maintains it. If the folder is not writable, nothing is persisted.
    if (index.vectors.pendingSize === 0) await this.checkpoint().catch(() => undefined);
  }

  /** Applies all changes since the last call. @returns whether there were any. */
  async refresh(): Promise<boolean> {
    if (this.parts.options.searchable === false) return false;
    // One at a time: two that overlap would each apply half of the changes.
    while (this.refreshing !== undefined) await this.refreshing;
    if (this.parts.counter.last() === this.seen) return false;
    this.refreshing = this.follow().finally(() => {
      this.refreshing = undefined;
    });
    return await this.refreshing;
  }

  /**
   * As `refresh`, after a commit of this process: the commit stands even if an error occurs here, which is reported, and thrown by the next
   * `refresh`.
   */
  async followOwn(): Promise<void> {
    try {
      await this.refresh();
      this.toldOfFollowing = undefined;
    } catch (error) {
      const { code, explanation } = toAppError(error);
      if (explanation === this.toldOfFollowing) return;
      this.toldOfFollowing = explanation;
      this.notice(`What was written last is kept, and cannot be searched yet: ${explanation}`, code);
    }
  }

  /** Reports that a paper is missing in a result because its record is damaged; once, until the paper changes. */
  tellOfRecord(label: Label, { code, explanation }: AppError): void {
    if (this.toldRecords.has(label)) return;
    this.toldRecords.add(label);
    this.notice(`A paper is left out of every answer: ${explanation}`, code);
  }

  /**
   * The index of a generation, read if it is not loaded yet; undefined if the library was opened without searching. Throws
   * `generation_not_found`.
   * @param fromFiles whether a checkpoint's files may be used.
   */
  async of(generation: Generation, fromFiles = true): Promise<GenerationIndex | undefined> {
    if (this.parts.options.searchable === false) return undefined;
    const loaded = this.indexes.get(generation.id);
    if (loaded !== undefined) return loaded;
    const loading = this.loading.get(generation.id);
    if (loading !== undefined) return await loading;
    // Also if reading fails immediately: the next caller tries again.
    const begun = this.read(generation, fromFiles).finally(() => this.loading.delete(generation.id));
    this.loading.set(generation.id, begun);
    return await begun;
  }

  /** Unloads a generation that is not live from memory. */
  unload(generation: Generation): void {
    if (this.parts.generations.live()?.id !== generation.id) this.forget(generation);
  }

  private forget({ id }: Generation): void {
    this.indexes.get(id)?.stop();
    this.indexes.delete(id);
  }

  /** Completes the graph of a generation, live or not, and writes its files. */
  async complete(generation: Generation, options?: LongWorkOptions): Promise<void> {
    const index = await this.of(generation);
    if (index === undefined) throw new TypeError("a library that is not searchable indexes nothing");
    await this.refresh();
    if ((await index.complete(options)) && index.checkpointChange !== this.seen) await this.writeFiles(index);
  }

  /** Writes the files of the live generation if they are not up to date and this process holds the checkpoint lease. */
  async checkpoint(signal?: AbortSignal): Promise<void> {
    // One at a time: two would write the same files.
    await this.checkpointing.run(() => this.makeCheckpoint(signal));
  }

  /** What `verify` checks, and how it repairs. */
  async toVerify(): Promise<Omit<VerifyParts, "db" | "papers" | "embeddings" | "generations" | "repair" | "onProgress">> {
    await this.refresh();
    const generation = this.parts.generations.live();
    return {
      generation,
      lexical: this.words,
      lexicalUpTo: () => this.seen,
      lexicalSurplus: () => this.surplusOfWords(this.seen),
      vectors: generation === undefined ? undefined : (await this.of(generation))?.vectors,
      followVectors: () => generation && this.indexes.get(generation.id)?.follow(),
      readCheckpoint: async () => (generation === undefined ? undefined : await readCheckpoint(generation, this.partsOf(generation))),
      filesHeldBy: () => claimedWork(this.parts.db).find(({ work }) => work === "checkpoint" && !this.checkpointLease.isHeld),
      rebuild: async () => {
        await this.rebuild(generation);
        return { lexical: this.words, vectors: generation === undefined ? undefined : (await this.of(generation))?.vectors };
      },
    };
  }

  folderOf(generation: Generation): CheckpointFolder {
    return new CheckpointFolder(join(this.parts.options.folder, generationFolder(generation)));
  }

  /** Resolves when nothing is being read, followed, built or written any more; soon after `closing`. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.loading.values(), this.refreshing]);
    await Promise.all([...this.indexes.values()].map((index) => index.settled()));
    await this.checkpointing.settled();
    this.checkpointLease.release();
  }

  private async makeCheckpoint(signal?: AbortSignal): Promise<void> {
    const { closing, guard, options } = this.parts;
    const index = this.live;
    if (closing.aborted || index === undefined || guard.stopped !== undefined || !(await patiently(() => this.checkpointLease.take())))
      return;
    await this.refresh();
    const missing = await index.missingFile();
    if (missing !== undefined) this.notice(`The index files are written again: ${missing}.`);
    const isComplete = await index.complete({
      onProgress: (done, total) => options.onProgress?.("indexing", done, total),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!isComplete || index.checkpointChange === this.seen || index !== this.live) return;
    await this.writeFiles(index);
  }

  private async writeFiles(index: GenerationIndex): Promise<void> {
    try {
      const { seen } = this;
      await index.writeFiles(await inSlices(this.words.toStored(), this.parts.slices), seen);
    } catch (error) {
      throw this.parts.guard.judge(ofIndexFiles(error));
    }
  }

  private async read(generation: Generation, fromFiles: boolean): Promise<GenerationIndex> {
    this.parts.generations.stateOf(generation);
    const index = await GenerationIndex.load(generation, this.partsOf(generation), fromFiles);
    this.indexes.set(generation.id, index);
    return index;
  }

  private partsOf(generation: Generation): GenerationParts {
    const { papers, counter, embeddings, generations, slices, closing } = this.parts;
    const { maintain, onProgress, recallTarget } = this.parts.options;
    return {
      papers,
      counter,
      embeddings,
      libraryId: this.libraryId,
      folder: this.folderOf(generation),
      generations,
      recallTarget,
      slices,
      maintain,
      buildApart: (which, signal) => this.buildApart(which, signal),
      closing,
      onNotice: (notice) => this.notice(notice),
      onRebuild: (fault, vectors) => {
        this.notice(`The index files are rebuilt from the stored embeddings: ${fault}.`);
        this.rebuilds.begin("vectors", fault, graphState(vectors));
      },
      onProgress,
    };
  }

  /** Only for the live generation: a filling one is completed by the process that reindexes. */
  private async buildApart(generation: Generation, signal: AbortSignal): Promise<boolean> {
    const { options, generations } = this.parts;
    const { indexApart } = options;
    if (indexApart === undefined || generation.id !== generations.live()?.id || !(await patiently(() => this.checkpointLease.take())))
      return false;
    await indexApart(generation.id, signal);
    return true;
  }

  /** Reports a fault to the user of this process. A maintaining process also stores it for administrators. */
  private notice(detail: string, code: ErrorCode = "library_damaged"): void {
    const { options, faults, now } = this.parts;
    options.onNotice?.(detail);
    if (!options.maintain) return;
    try {
      faults.add({ at: now().toISOString(), work: "indexes", code, detail });
    } catch {
      // A full disk, or a writer that takes long: answering goes on without storing it.
    }
  }

  /** Builds the word index from all stored papers. */
  private async indexWords(): Promise<void> {
    const { papers, options, slices } = this.parts;
    const lexical = new LexicalIndex();
    const total = papers.count();
    let [after, damaged] = [0, 0];
    for (;;) {
      const page = papers.readablePage(after, pageSize);
      damaged += page.damaged;
      lexical.put(page.papers);
      await lexical.joinSegments(slices);
      if (page.last === undefined) break;
      after = page.last;
      options.onProgress?.("indexing words", lexical.size, total);
      await nextTurn();
    }
    this.words = lexical;
    if (damaged > 0)
      this.notice(
        `${counted(damaged, "stored record")} ${damaged === 1 ? "is" : "are"} damaged, so that no words find what ${damaged === 1 ? "it is" : "they are"} of: \`paperkin verify\` names ${damaged === 1 ? "it" : "them"}.`,
      );
  }

  /** Reads the word index from a checkpoint's file, and updates it. @returns why it cannot be used; undefined if it can. */
  private async readWords(generation: Generation, manifest: Manifest): Promise<string | undefined> {
    const folder = this.folderOf(generation);
    try {
      this.words = LexicalIndex.fromStored(await readLexicalFile(folder.path(manifest.lexical)));
    } catch (error) {
      // Another process that writes a checkpoint removes the files of the previous one.
      const next = (await folder.isReplaced(manifest)) ? await readCheckpoint(generation, this.partsOf(generation)) : undefined;
      if (next !== undefined && "manifest" in next) return await this.readWords(generation, next.manifest);
      return `its file cannot be read (${toAppError(error).message})`;
    }
    if (this.surplusOfWords(manifest.lastChange) !== 0) return "it does not match the stored papers";
    await this.followPapers(manifest.lastChange);
    return undefined;
  }

  /**
   * How many more papers the word index contains than are stored; negative if fewer. Papers that changed after `since`, up to which the
   * index is complete, do not count. All counts are of one snapshot, as other processes write meanwhile.
   */
  private surplusOfWords(since: number): number {
    const { db, papers } = this.parts;
    return asOfOneMoment(db, () => {
      const gone = papers.removedSince(since).filter((label) => this.words.has(label)).length;
      const fresh = papers.changedSince(since).filter((label) => !this.words.has(label)).length;
      return this.words.size - gone + fresh - papers.count();
    });
  }

  /** Applies all changes after `seen`. */
  private async follow(): Promise<boolean> {
    const { counter, generations, onChange, closing } = this.parts;
    const upTo = counter.last();
    for (const index of this.indexes.values()) index.follow();
    // The first generation, if another process has just created it; later ones are loaded before they are used.
    const live = generations.live();
    if (live !== undefined && this.indexes.size === 0) await this.of(live);
    if (await this.followPapers(this.seen)) onChange();
    if (!closing.aborted) this.seen = upTo;
    return true;
  }

  /** Ends early after `closing`. @returns whether there were any changes. */
  private async followPapers(since: number): Promise<boolean> {
    const { papers, columns, slices, closing } = this.parts;
    const [removed, changed] = [papers.removedSince(since), papers.changedSince(since)];
    for (const label of removed) {
      this.words.remove(label);
      columns.remove(label);
    }
    for (const label of changed) this.toldRecords.delete(label);
    for (let at = 0; at < changed.length && !closing.aborted; at += followedAtOnce) {
      const page = changed.slice(at, at + followedAtOnce).flatMap((label) => this.readable(label) ?? []);
      this.words.put(page);
      columns.put(page);
      await this.words.joinSegments(slices);
      await slices.giveWay();
    }
    return removed.length + changed.length > 0;
  }

  /** A paper that has changed; undefined if its record is damaged, so that later changes are applied all the same. */
  private readable(label: Label): StoredPaper | undefined {
    const { papers, columns } = this.parts;
    return papers.readable(label, ({ code, explanation }) => {
      this.words.remove(label);
      columns.remove(label);
      this.notice(`A paper that was written last cannot be searched: ${explanation}`, code);
    });
  }

  private async rebuild(generation: Generation | undefined): Promise<void> {
    await this.indexWords();
    if (generation === undefined) return;
    this.forget(generation);
    await this.of(generation, false);
    await this.checkpoint();
  }
}

/** Turns an error from writing index files into an explanation if permissions are the cause. */
function ofIndexFiles(thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code !== "EACCES" && code !== "EPERM") return thrown;
  return new AppError(
    "storage_failed",
    `The index files cannot be written: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
    {
      mend: "Let this user write to that folder, or remove it: the files are rebuilt from what is stored. Nothing is lost.",
      cause: thrown,
    },
  );
}

/** Reports whether a graph that had to be rebuilt is complete; if building fails, it is dropped. */
function graphState(vectors: VectorIndex): () => "rebuilding" | "rebuilt" | "failed" {
  let isBegun = false;
  return () => {
    isBegun ||= vectors.hasGraph;
    if (!vectors.hasGraph) return isBegun ? "failed" : "rebuilding";
    return vectors.pendingSize === 0 ? "rebuilt" : "rebuilding";
  };
}
