/** One model in one single-threaded session: tokens in, vectors out, one text at a time (I6). */
import { AutoModel, AutoTokenizer, env, Tensor } from "@xenova/transformers";
import type { DocumentEmbedding, ModelDescription } from "../core/embedder.ts";
import type { PreparedText } from "../core/prepare.ts";
import { poolSentences, poolTokens } from "./pooling.ts";

/**
 * How transformers.js loads a model: from the models folder and from nowhere else, one thread a session. Parallelism is one
 * process for each core; a second thread only takes turns with the others.
 */
export function localOptions(modelsFolder: string) {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = modelsFolder;
  const tokenizer = { local_files_only: true };
  const threads = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" } as const;
  return { tokenizer, network: { ...tokenizer, session_options: threads } };
}

export class EmbeddingSession {
  private constructor(
    private readonly tokenizer: Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>,
    private readonly network: Awaited<ReturnType<typeof AutoModel.from_pretrained>>,
    private readonly model: ModelDescription,
  ) {}

  /** Loads from the models folder and from nowhere else. */
  static async load(modelsFolder: string, model: ModelDescription): Promise<EmbeddingSession> {
    const options = localOptions(modelsFolder);
    const tokenizer = await AutoTokenizer.from_pretrained(model.id, options.tokenizer);
    const network = await AutoModel.from_pretrained(model.id, { ...options.network, dtype: "q8" });
    return new EmbeddingSession(tokenizer, network, model);
  }

  async embedQuery(text: string): Promise<Float32Array> {
    const { states, tokens } = await this.run(this.tokenize(this.model.prefixes.query + text, true));
    return poolTokens(states, tokens, this.model.dimensions, this.model.pooling);
  }

  async embedDocument({ text, sentences }: PreparedText): Promise<DocumentEmbedding> {
    const ids = this.tokenize(this.model.prefixes.document + text, true);
    const { states, tokens } = await this.run(ids);
    const vector = poolTokens(states, tokens, this.model.dimensions, this.model.pooling);
    return {
      vector,
      sentences: this.sentenceVectors(sentences, ids, states, tokens),
    };
  }

  private sentenceVectors(
    sentences: readonly string[],
    ids: readonly number[],
    states: Float32Array,
    tokens: number,
  ): Int8Array | undefined {
    const pieces = sentences.map((sentence) => this.tokenize(sentence, false));
    const spoken = pieces.flat();
    // The text ends with its sentences: count back from its end, before the closing special token.
    const firstToken = ids.length - 1 - spoken.length;
    const agrees = firstToken >= 0 && spoken.every((id, at) => ids[firstToken + at] === id);
    if (!agrees) return undefined;
    return poolSentences(
      states,
      tokens,
      this.model.dimensions,
      pieces.map((piece) => piece.length),
      firstToken,
    );
  }

  private tokenize(text: string, special: boolean): number[] {
    return this.tokenizer.encode(text, { add_special_tokens: special });
  }

  /** @returns the last hidden state of each token; a text beyond the model's length is cut before its last token. */
  private async run(ids: readonly number[]): Promise<{ states: Float32Array; tokens: number }> {
    const { maxTokens } = this.model;
    const last = ids.at(-1);
    const kept = ids.length > maxTokens && last !== undefined ? [...ids.slice(0, maxTokens - 1), last] : ids;
    const shape = [1, kept.length];
    const output = await this.network({
      input_ids: new Tensor("int64", BigInt64Array.from(kept, BigInt), shape),
      attention_mask: new Tensor("int64", new BigInt64Array(kept.length).fill(1n), shape),
      token_type_ids: new Tensor("int64", new BigInt64Array(kept.length), shape),
    });
    const states: unknown = output.last_hidden_state.data;
    if (!(states instanceof Float32Array)) throw new TypeError("the model gives no float32 hidden states");
    return { states, tokens: kept.length };
  }
}
