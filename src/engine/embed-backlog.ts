/**
 * Brings every paper its embedding. The backlog is a question to the store, so a killed process loses at most the
 * texts in flight. One process at a time does this; the others watch.
 */
import type { Embedder } from "../core/embedder.ts";
import { preparationVersion } from "../core/prepare.ts";
import type { BacklogEntry, EmbeddingStore, Generation, Label, NewEmbedding, Upkeep } from "../core/storage.ts";

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (embedded: number, total: number) => void;
}

/** Entries that are read from the store at once. */
const readSize = 256;
/** Vectors in a transaction. */
const writeSize = 32;
/** Texts that are in flight for each worker. */
const inFlightPerWorker = 4;

/** The generation that this model fills. Throws `model_mismatch`. */
export async function openGenerationOf(store: EmbeddingStore, embedder: Embedder): Promise<Generation> {
  return await store.openGeneration({ model: embedder.model.id, dimensions: embedder.model.dimensions, preparation: preparationVersion });
}

/**
 * Embeds until nothing waits, or until `signal` says so: then what is done is stored.
 * @returns how many papers were embedded, or undefined where another process is at it.
 */
export async function embedBacklog(
  library: EmbeddingStore & Upkeep,
  embedder: Embedder,
  options: EmbedOptions = {},
): Promise<number | undefined> {
  const generation = await openGenerationOf(library, embedder);
  const release = await library.claim("embedding");
  if (release === undefined) return undefined;
  try {
    return await new BacklogRun(library, embedder, generation, options).run();
  } finally {
    await release();
  }
}

class BacklogRun {
  private readonly finished: NewEmbedding[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  private embedded = 0;
  private failure: unknown;

  constructor(
    private readonly store: EmbeddingStore,
    private readonly embedder: Embedder,
    private readonly generation: Generation,
    private readonly options: EmbedOptions,
  ) {}

  async run(): Promise<number> {
    let total = await this.store.backlogSize(this.generation);
    if (total > 0) this.options.onProgress?.(0, total);
    let after: Label = 0;
    while (!this.stopped) {
      const entries = await this.store.backlog(this.generation, after, readSize);
      const last = entries.at(-1);
      if (last === undefined) {
        // From the beginning again: papers may have changed behind the place that was reached.
        await this.settle();
        if (this.stopped || after === 0) break;
        after = 0;
        total = this.embedded + (await this.store.backlogSize(this.generation));
        continue;
      }
      after = last.label;
      for (const entry of entries) {
        if (this.stopped) break;
        this.start(entry);
        if (this.inFlight.size >= this.embedder.concurrency * inFlightPerWorker) await Promise.race(this.inFlight);
        if (this.finished.length >= writeSize) await this.write(total);
      }
    }
    await this.settle();
    if (this.failure !== undefined) throw this.failure;
    return this.embedded;
  }

  private get stopped(): boolean {
    return this.failure !== undefined || this.options.signal?.aborted === true;
  }

  private start(entry: BacklogEntry): void {
    const task = this.embedder
      .embedDocument(entry.text, this.options.signal)
      .then(({ vector, sentences }) => {
        this.finished.push({ label: entry.label, contentHash: entry.contentHash, vector, sentences });
      })
      .catch((error: unknown) => {
        if (this.options.signal?.aborted !== true) this.failure ??= error;
      })
      .finally(() => this.inFlight.delete(task));
    this.inFlight.add(task);
  }

  /** Waits for what is in flight, and stores it. */
  private async settle(): Promise<void> {
    await Promise.all(this.inFlight);
    await this.write(this.embedded + this.finished.length);
  }

  private async write(total: number): Promise<void> {
    const batch = this.finished.splice(0);
    if (batch.length === 0) return;
    await this.store.putEmbeddings(this.generation, batch);
    this.embedded += batch.length;
    this.options.onProgress?.(this.embedded, Math.max(total, this.embedded));
  }
}
