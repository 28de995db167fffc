/**
 * What is derived from the database, in memory: the vectors and graphs of generations and the word index. Read from
 * the files of a checkpoint, brought up to date by the change counter, whoever wrote the change, and made anew where
 * the files cannot be used.
 */
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { analysisVersion } from "../../core/analysis.ts";
import { AppError, type ErrorCode, toAppError } from "../../core/errors.ts";
import type { Generation } from "../../core/generation.ts";
import type { LongWorkOptions } from "../../core/generation-store.ts";
import type { Label } from "../../core/label-set.ts";
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

/** What the indexes are made from and kept with. */
export interface IndexParts {
  readonly db: Sqlite;
  readonly counter: ChangeCounter;
  readonly guard: WriteGuard;
  readonly papers: PaperTable;
  readonly embeddings: EmbeddingTable;
  readonly generations: GenerationTable;
  readonly faults: FaultTable;
  /** Follows the changes of papers too. */
  readonly columns: DerivedColumns;
  readonly slices: Slices;
  readonly options: LocalLibraryOptions;
  readonly now: () => Date;
  /** Ends building. */
  readonly closing: AbortSignal;
  /** Told when papers have changed. */
  readonly onChange: () => void;
}

/** Papers that are read at once when an index is made anew: nobody is answered before it is there. */
const pageSize = 500;
/** Papers that are taken in at once beside answering: a few milliseconds. */
const followedAtOnce = 16;

export class LocalIndexes {
  private words = new LexicalIndex();
  /** Generations in memory, by id; the promise of one that is being read. */
  private readonly indexes = new Map<number, GenerationIndex>();
  private readonly loading = new Map<number, Promise<GenerationIndex>>();
  /** The last change that the word index holds. */
  private seen = 0;
  private readonly libraryId: string;
  private readonly rebuilds: Rebuilds;
  private readonly checkpointLease: Lease;
  private checkpointing: Promise<void> = Promise.resolve();
  private refreshing: Promise<boolean> | undefined;
  /** Of which papers it was told that their record is damaged. */
  private readonly toldRecords = new Set<Label>();
  /** Why what was committed here could not be followed, so that it is said once. */
  private toldOfFollowing: string | undefined;

  constructor(private readonly parts: IndexParts) {
    this.libraryId = libraryIdOf(parts.db);
    this.rebuilds = new Rebuilds(parts.now);
    this.checkpointLease = new Lease(parts.db, "checkpoint");
  }

  get lexical(): LexicalIndex {
    return this.words;
  }

  /** The index of the live generation, where it is in memory. */
  get live(): GenerationIndex | undefined {
    const live = this.parts.generations.live();
    return live === undefined ? undefined : this.indexes.get(live.id);
  }

  /** What was found damaged or missing, the latest first. */
  get rebuilt(): LibraryHealth["rebuilds"] {
    return this.rebuilds.list();
  }

  /** Reads the live generation and the words, or makes them. */
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
      options.onNotice?.("The word index is made anew: this version of Paperkin reads words in another way.");
      await this.indexWords();
      await this.keepWords(index);
      return;
    }
    const reason = await this.readWords(generation, index.manifest);
    if (reason !== undefined) {
      this.notice(`The word index is made anew: ${reason}.`);
      await this.indexWords();
      this.rebuilds.begin("words", reason, () => "rebuilt");
      await this.keepWords(index);
    }
  }

  /** Writes words that were made anew, so that the next command need not make them again. */
  private async keepWords(index: GenerationIndex): Promise<void> {
    // So that any checkpoint writes them, whether or not papers change.
    index.checkpointChange = undefined;
    // A graph that is to be completed first is left to whoever maintains it; a folder that may not be written goes without.
    if (index.vectors.pendingSize === 0) await this.checkpoint().catch(() => undefined);
  }

  /** Takes in every change since the last time. @returns whether there was any. */
  async refresh(): Promise<boolean> {
    if (this.parts.options.searchable === false) return false;
    // One at a time: two that overlap would each take in half.
    while (this.refreshing !== undefined) await this.refreshing;
    if (this.parts.counter.last() === this.seen) return false;
    this.refreshing = this.follow().finally(() => {
      this.refreshing = undefined;
    });
    return await this.refreshing;
  }

  /** As `refresh`, for whoever has committed: that stands, whatever following it meets. The next `refresh` throws what this one tells. */
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

  /** Of a paper that is left out of what was asked for, since its record is damaged: once, until it changes. */
  tellOfRecord(label: Label, { code, explanation }: AppError): void {
    if (this.toldRecords.has(label)) return;
    this.toldRecords.add(label);
    this.notice(`A paper is left out of every answer: ${explanation}`, code);
  }

  /**
   * A generation in memory, read where it is not there yet; undefined where nothing is searched. Throws
   * `generation_not_found`.
   * @param fromFiles whether the files of a checkpoint may be used.
   */
  async of(generation: Generation, fromFiles = true): Promise<GenerationIndex | undefined> {
    if (this.parts.options.searchable === false) return undefined;
    const loaded = this.indexes.get(generation.id);
    if (loaded !== undefined) return loaded;
    const loading = this.loading.get(generation.id);
    if (loading !== undefined) return await loading;
    // Also where reading it fails at once: the next one who asks tries again.
    const begun = this.read(generation, fromFiles).finally(() => this.loading.delete(generation.id));
    this.loading.set(generation.id, begun);
    return await begun;
  }

  /** Frees the memory of a generation that is not live. */
  unload(generation: Generation): void {
    if (this.parts.generations.live()?.id !== generation.id) this.forget(generation);
  }

  private forget({ id }: Generation): void {
    this.indexes.get(id)?.stop();
    this.indexes.delete(id);
  }

  /** Completes the graph of a generation, which need not be live, and writes its files. */
  async complete(generation: Generation, options?: LongWorkOptions): Promise<void> {
    const index = await this.of(generation);
    if (index === undefined) throw new TypeError("a library that is not searchable indexes nothing");
    await this.refresh();
    if ((await index.complete(options)) && index.checkpointChange !== this.seen) await this.writeFiles(index);
  }

  /** Writes the files of the live generation where this process is the one that does, and they lack something. */
  async checkpoint(signal?: AbortSignal): Promise<void> {
    // One at a time: two would write the same files.
    const own = this.checkpointing.then(() => this.makeCheckpoint(signal));
    this.checkpointing = own.catch(() => undefined);
    await own;
  }

  /** What `verify` looks at, and how it mends. */
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

  /** Resolves when nothing is read, followed, built or written any more; after `closing`, that is soon. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.loading.values(), this.refreshing]);
    await Promise.all([...this.indexes.values()].map((index) => index.settled()));
    await this.checkpointing;
    this.checkpointLease.release();
  }

  private async makeCheckpoint(signal?: AbortSignal): Promise<void> {
    const { closing, guard, options } = this.parts;
    const index = this.live;
    if (closing.aborted || index === undefined || guard.stopped !== undefined || !(await patiently(() => this.checkpointLease.take())))
      return;
    await this.refresh();
    const missing = await index.missingFile();
    if (missing !== undefined) this.notice(`The index files are written anew: ${missing}.`);
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
        this.notice(`The index files are made anew from the stored embeddings: ${fault}.`);
        this.rebuilds.begin("vectors", fault, graphState(vectors));
      },
      onProgress,
    };
  }

  /** For what answers: a filling generation is prepared by whoever reindexes. */
  private async buildApart(generation: Generation, signal: AbortSignal): Promise<boolean> {
    const { options, generations } = this.parts;
    const { indexApart } = options;
    if (indexApart === undefined || generation.id !== generations.live()?.id || !(await patiently(() => this.checkpointLease.take())))
      return false;
    await indexApart(generation.id, signal);
    return true;
  }

  /** Said where whoever runs this process reads it, and by whoever mends it kept for those who look after the library. */
  private notice(detail: string, code: ErrorCode = "library_damaged"): void {
    const { options, faults, now } = this.parts;
    options.onNotice?.(detail);
    if (!options.maintain) return;
    try {
      faults.add({ at: now().toISOString(), work: "indexes", code, detail });
    } catch {
      // A full disk, or another writer for long: answering goes on without.
    }
  }

  /** Makes the word index from all stored papers. */
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

  /** Reads the word index from the file of a checkpoint, and brings it up to date. @returns why it cannot be used; undefined where it can. */
  private async readWords(generation: Generation, manifest: Manifest): Promise<string | undefined> {
    const folder = this.folderOf(generation);
    try {
      this.words = LexicalIndex.fromStored(await readLexicalFile(folder.path(manifest.lexical)));
    } catch (error) {
      // Another process that writes a checkpoint takes away the files of the one before.
      const next = (await folder.isReplaced(manifest)) ? await readCheckpoint(generation, this.partsOf(generation)) : undefined;
      if (next !== undefined && "manifest" in next) return await this.readWords(generation, next.manifest);
      return `its file cannot be read (${toAppError(error).message})`;
    }
    if (this.surplusOfWords(manifest.lastChange) !== 0) return "it does not hold the papers that are stored";
    await this.followPapers(manifest.lastChange);
    return undefined;
  }

  /**
   * How many papers more the word index holds than are stored; below 0, fewer. What has changed since a change, up to which it holds
   * everything, is left out, and all is counted at one moment: other processes write meanwhile.
   */
  private surplusOfWords(since: number): number {
    const { db, papers } = this.parts;
    return asOfOneMoment(db, () => {
      const gone = papers.removedSince(since).filter((label) => this.words.has(label)).length;
      const fresh = papers.changedSince(since).filter((label) => !this.words.has(label)).length;
      return this.words.size - gone + fresh - papers.count();
    });
  }

  /** Takes in every change behind `seen`. */
  private async follow(): Promise<boolean> {
    const { counter, generations, onChange, closing } = this.parts;
    const upTo = counter.last();
    for (const index of this.indexes.values()) index.follow();
    // The first generation, which another process has made; a later one is loaded before it is asked.
    const live = generations.live();
    if (live !== undefined && this.indexes.size === 0) await this.of(live);
    if (await this.followPapers(this.seen)) onChange();
    if (!closing.aborted) this.seen = upTo;
    return true;
  }

  /** Ends early after `closing`. @returns whether there was anything to take in. */
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

  /** A paper that has changed; undefined where its record is damaged, so that all that came behind it is found all the same. */
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

/** What was thrown while index files were written; in words where another user's folder is in the way. */
function ofIndexFiles(thrown: unknown): unknown {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code !== "EACCES" && code !== "EPERM") return thrown;
  return new AppError(
    "storage_failed",
    `The index files cannot be written: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
    {
      mend: "Let this user write to that folder, or remove it: the files are made anew from what is stored. Nothing is lost.",
      cause: thrown,
    },
  );
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
