/**
 * Stands in for an embedding model whose files are missing or damaged, so that everything that needs no model works without it. Whoever
 * needs it gets the error, and causes another attempt to open it: somebody may have put its files back.
 */
import type { DocumentEmbedding, Embedder, EmbedderState, ModelDescription } from "../core/embedder.ts";
import { AppError, toAppError } from "../core/errors.ts";
import type { PreparedText } from "../core/prepare.ts";

/** The pause between attempts, each of which may read all of the model's files. */
const restMs = 10_000;

export interface MissingModelOptions {
  /** As far as it is known: 0 dimensions if nothing was ever embedded with it here. */
  readonly description: ModelDescription;
  readonly truncation: number | undefined;
  readonly concurrency: number;
  /** Why the model could not be opened. */
  readonly fault: AppError;
  /** Opens the model. */
  readonly open: () => Promise<Embedder>;
  readonly restMs?: number;
}

/** What is known of a model without its manifest. @param dimensions those of the library's vectors, if there are any. */
export function undescribed(id: string, dimensions = 0): ModelDescription {
  return { id, dimensions, pooling: "mean", prefixes: { query: "", document: "" }, maxTokens: 1 };
}

export class MissingModel implements Embedder {
  readonly concurrency: number;
  readonly truncation?: number;
  private fault: AppError;
  private triedAtMs = performance.now();
  private opened: Embedder | undefined;
  private opening: Promise<Embedder> | undefined;
  private closed = false;

  constructor(private readonly options: MissingModelOptions) {
    this.concurrency = options.concurrency;
    this.fault = options.fault;
    if (options.truncation !== undefined) this.truncation = options.truncation;
  }

  get model(): ModelDescription {
    return this.opened?.model ?? this.options.description;
  }

  get state(): EmbedderState | undefined {
    if (this.opened !== undefined) return this.opened.state;
    return { isReady: false, fault: this.fault, crashes: 0, lastSuccess: undefined };
  }

  async embedQuery(text: string, signal?: AbortSignal): Promise<Float32Array> {
    return await (await this.found()).embedQuery(text, signal);
  }

  async embedDocument(text: PreparedText, signal?: AbortSignal): Promise<DocumentEmbedding> {
    return await (await this.found()).embedDocument(text, signal);
  }

  async knowsWord(word: string): Promise<boolean> {
    // Answers about spelling are not worth an error.
    return (await this.opened?.knowsWord(word)) ?? false;
  }

  async ready(): Promise<void> {
    await (await this.found()).ready();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.opening?.catch(() => undefined);
    await this.opened?.close();
  }

  /** Throws why it cannot be opened. */
  private async found(): Promise<Embedder> {
    if (this.opened !== undefined) return this.opened;
    if (this.closed) throw new AppError("cancelled", "The embedding model was closed.");
    if (this.opening === undefined && performance.now() - this.triedAtMs < (this.options.restMs ?? restMs)) throw this.fault;
    this.opening ??= this.tryOpening().finally(() => {
      this.opening = undefined;
    });
    return await this.opening;
  }

  private async tryOpening(): Promise<Embedder> {
    try {
      const embedder = await this.options.open();
      const { dimensions } = this.options.description;
      if (dimensions !== 0 && embedder.model.dimensions !== dimensions) {
        await embedder.close();
        throw new AppError(
          "model_mismatch",
          `The model ${embedder.model.id} has ${embedder.model.dimensions} dimensions now, and the library was embedded with ${dimensions}.`,
          { mend: "Put the previous model back, or get the other one under another name and reindex." },
        );
      }
      this.opened = embedder;
      return embedder;
    } catch (error) {
      this.fault = toAppError(error);
      this.triedAtMs = performance.now();
      throw this.fault;
    }
  }
}
