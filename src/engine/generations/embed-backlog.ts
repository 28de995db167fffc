/**
 * Embeds all papers. The backlog is a query to the store, so a killed process loses at most the texts in flight. One process at a time
 * does this; the others watch.
 */
import { type Embedder, isModelFileFault } from "../../core/embedder.ts";
import type { BacklogEntry, EmbeddingStore, NewEmbedding } from "../../core/embedding-store.ts";
import { AppError, toAppError } from "../../core/errors.ts";
import { type Generation, type GenerationSpec, hasSameVectors } from "../../core/generation.ts";
import type { Label } from "../../core/label-set.ts";
import { preparationVersion } from "../../core/prepare.ts";
import type { Upkeep } from "../../core/upkeep.ts";
import { reportingProgress } from "./work-progress.ts";

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (embedded: number, total: number) => void;
  /** Only papers written by later changes, for callers that have embedded everything up to this one. */
  readonly since?: number;
  /** Told at the end about texts on which the model failed, while the others are embedded. Without it, that is thrown. */
  readonly onRefused?: (error: AppError) => void;
}

/** Entries that are read from the store at once. */
const readSize = 256;
/** Vectors in a transaction. */
const writeSize = 32;
/** Texts that are in flight for each worker. */
const inFlightPerWorker = 4;
/** Texts that may fail individually. If there are more, the model is at fault, whatever its state says. */
const mostRefused = 20;
/** The beginning of a text that failed, so that people find the paper. */
const shownCharacters = 80;

/**
 * Embeds the backlog of the live generation, which is created if there is none, until nothing waits or `signal` aborts; what is done by
 * then is stored. If the model works, a text that fails costs only itself. Throws `model_mismatch`, and what embedding does.
 * @returns how many papers were embedded, or undefined if another process is embedding.
 */
export async function embedBacklog(
  library: EmbeddingStore & Upkeep,
  embedder: Embedder,
  options: EmbedOptions = {},
): Promise<number | undefined> {
  const generation = (await library.liveGeneration()) ?? (await openFirst(library, embedder));
  // Most changes are not to papers, and requesting the lease waits for whoever writes.
  if (options.since !== undefined && options.since > 0 && (await library.backlogSize(generation, options.since)) === 0) return 0;
  const release = await library.claim("embedding");
  if (release === undefined) return undefined;
  try {
    const tell = reportingProgress(library, "embedding");
    const onProgress = (done: number, total: number) => {
      tell("embedding", done, total);
      options.onProgress?.(done, total);
    };
    return await fillGeneration(library, embedder, generation, { ...options, onProgress });
  } finally {
    await release();
  }
}

async function openFirst(library: EmbeddingStore, embedder: Embedder): Promise<Generation> {
  // The dimensions of a model that is missing may be unknown.
  const fault = embedder.state?.fault;
  if (fault !== undefined && isModelFileFault(fault)) await embedder.ready();
  return await library.openGeneration(specOf(embedder));
}

/** Embeds the backlog of one generation. The caller ensures that one process at a time does this. Throws `model_mismatch`. */
export async function fillGeneration(
  library: EmbeddingStore & Upkeep,
  embedder: Embedder,
  generation: Generation,
  options: EmbedOptions,
): Promise<number> {
  if (!hasSameVectors(generation, specOf(embedder))) {
    throw new AppError(
      "model_mismatch",
      `Generation ${generation.id} was embedded with ${generation.model}, not with ${embedder.model.id}.`,
      {
        mend: `Set the model to ${generation.model}, or move the library with \`paperkin reindex --model ${embedder.model.id}\`.`,
      },
    );
  }
  return await new BacklogRun(library, embedder, generation, options).run();
}

/** The specification of a model's embeddings, with the default graph. */
export function specOf({ model, truncation }: Embedder): GenerationSpec {
  const spec = { model: model.id, dimensions: model.dimensions, preparation: preparationVersion };
  return truncation === undefined ? spec : { ...spec, truncation };
}

class BacklogRun {
  private readonly finished: NewEmbedding[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  private embedded = 0;
  /** As of the last page that was read. */
  private total = 0;
  private failure: unknown;
  private readonly refused: { entry: BacklogEntry; error: AppError }[] = [];

  constructor(
    private readonly store: EmbeddingStore & Upkeep,
    private readonly embedder: Embedder,
    private readonly generation: Generation,
    private readonly options: EmbedOptions,
  ) {}

  async run(): Promise<number> {
    let since = this.options.since ?? 0;
    while (!this.stopped) {
      // What changes during this pass belongs to the next one.
      const reached = await this.store.lastChange();
      const started = await this.pass(since);
      await this.settle();
      if (!started) break;
      since = reached;
    }
    if (this.failure !== undefined) throw this.failure;
    this.tellRefused();
    return this.embedded;
  }

  /** Embeds the backlog, one pass. @returns whether anything was embedded. */
  private async pass(since: number): Promise<boolean> {
    let after: Label = 0;
    while (!this.stopped) {
      // More may come in meanwhile.
      if (this.options.onProgress !== undefined) this.total = this.embedded + (await this.store.backlogSize(this.generation, since));
      const entries = await this.store.backlog(this.generation, after, readSize, since);
      const last = entries.at(-1);
      if (last === undefined) break;
      after = last.label;
      for (const entry of entries) {
        if (this.stopped) break;
        this.start(entry);
        if (this.inFlight.size >= this.embedder.concurrency * inFlightPerWorker) await Promise.race(this.inFlight);
        if (this.finished.length >= writeSize) await this.write();
      }
    }
    return after > 0;
  }

  private get stopped(): boolean {
    return this.failure !== undefined || this.options.signal?.aborted === true;
  }

  private start(entry: BacklogEntry): void {
    const task = this.embedder
      .embedDocument(entry.text, this.options.signal)
      .then(({ vector, sentences }) => {
        this.finished.push({
          label: entry.label,
          contentHash: entry.contentHash,
          vector,
          sentences,
        });
      })
      .catch((error: unknown) => {
        if (this.options.signal?.aborted === true) return;
        const known = toAppError(error);
        if (known.code === "embedding_failed" && this.embedder.state?.fault === undefined && this.refused.length < mostRefused)
          this.refused.push({ entry, error: known });
        else this.failure ??= error;
      })
      .finally(() => this.inFlight.delete(task));
    this.inFlight.add(task);
  }

  private tellRefused(): void {
    const [first] = this.refused;
    if (first === undefined) return;
    const count = this.refused.length;
    const text = `“${first.entry.text.text.slice(0, shownCharacters)}”`;
    const error = new AppError(
      "embedding_failed",
      `${count === 1 ? `The paper ${text}` : `${count} papers, ${text} among them,`} cannot be embedded: ${first.error.message}`,
      {
        mend: "The others are embedded. The next import tries again, or a server after a while; until then, only keyword search finds papers without an embedding.",
        cause: first.error,
      },
    );
    if (this.options.onRefused === undefined) throw error;
    this.options.onRefused(error);
  }

  /** Waits for what is in flight, and stores it. */
  private async settle(): Promise<void> {
    await Promise.all(this.inFlight);
    await this.write();
  }

  private async write(): Promise<void> {
    const batch = this.finished.splice(0);
    if (batch.length === 0) return;
    await this.store.putEmbeddings(this.generation, batch);
    this.embedded += batch.length;
    this.options.onProgress?.(this.embedded, Math.max(this.total, this.embedded));
  }
}
