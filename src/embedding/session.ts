/** One model in one single-threaded session: embeds one text at a time (I6). */
import { AutoTokenizer, BertTokenizer } from "@xenova/transformers";
import type { DocumentEmbedding, ModelDescription } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import type { PreparedText } from "../core/prepare.ts";
import { loadNetwork, localOptions, type Network } from "./network.ts";
import { poolSentences, poolTokens } from "./pooling.ts";

/** Pairs of texts with the same number of tokens, in several scripts, since no model reads all of them. */
const unlike = [
  ["a", "b"],
  ["7", "4"],
  ["я", "ю"],
  ["水", "山"],
] as const;

export class EmbeddingSession {
  private constructor(
    private readonly tokenizer: Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>,
    private readonly network: Network,
    private readonly model: ModelDescription,
  ) {}

  /** Loads from the models folder only. */
  static async load(modelsFolder: string, model: ModelDescription): Promise<EmbeddingSession> {
    const tokenizer = await AutoTokenizer.from_pretrained(model.id, localOptions(modelsFolder).tokenizer);
    const session = new EmbeddingSession(tokenizer, await loadNetwork(modelsFolder, model.id), model);
    await session.requireDifference();
    return session;
  }

  /**
   * A vocabulary of one token, or a network that ignores its input, would make everything equally near to every query without any error.
   */
  private async requireDifference(): Promise<void> {
    for (const [one, other] of unlike) {
      const [first, second] = [await this.embedQuery(one), await this.embedQuery(other)];
      if (first.some((value, at) => value !== second[at])) return;
    }
    throw new AppError("embedding_failed", "it returns the same vector for different texts");
  }

  async embedQuery(text: string): Promise<Float32Array> {
    const { states, tokens } = await this.run(this.tokenize(this.model.prefixes.query + text, true));
    return poolTokens(states, tokens, this.model.dimensions, this.model.pooling);
  }

  async embedDocument(prepared: PreparedText): Promise<DocumentEmbedding> {
    const { ids, sentences } = this.tokensOf(prepared);
    const { states, tokens } = await this.run(ids);
    const { dimensions, pooling } = this.model;
    const lengths = sentences?.map(({ length }) => length);
    return {
      vector: poolTokens(states, tokens, dimensions, pooling),
      // The sentences are the end of the text, so their start is counted back from the closing special token.
      sentences: lengths && poolSentences(states, tokens, dimensions, lengths, ids.length - 1 - lengths.reduce((sum, one) => sum + one, 0)),
    };
  }

  /**
   * The tokens of the text and of each of its sentences. The sentences are undefined if they are tokenized differently in the text than
   * alone.
   */
  private tokensOf({ text, sentences }: PreparedText): { ids: readonly number[]; sentences: readonly (readonly number[])[] | undefined } {
    const pieces = sentences.map((sentence) => this.tokenize(sentence, false));
    const spoken = pieces.flat();
    const said = sentences.join(" ");
    if (this.tokenizer instanceof BertTokenizer && text.endsWith(said)) {
      // This tokenizer has no tokens that span a space.
      const before = this.tokenize(this.model.prefixes.document + text.slice(0, text.length - said.length), true);
      return { ids: [...before.slice(0, -1), ...spoken, ...before.slice(-1)], sentences: pieces };
    }
    const ids = this.tokenize(this.model.prefixes.document + text, true);
    const first = ids.length - 1 - spoken.length;
    const agrees = first >= 0 && spoken.every((id, at) => ids[first + at] === id);
    return { ids, sentences: agrees ? pieces : undefined };
  }

  private tokenize(text: string, special: boolean): number[] {
    const ids = this.tokenizer.encode(text, { add_special_tokens: special });
    // ONNX counts negative indexes from the end of a table, so they would select other words.
    const wrong = ids.find((id) => !Number.isSafeInteger(id) || id < 0);
    if (wrong !== undefined) throw new AppError("embedding_failed", `the tokenizer returns the invalid token id ${wrong}`);
    return ids;
  }

  /** @returns the last hidden state of each token; a text that exceeds the model's length is truncated, keeping the closing token. */
  private async run(ids: readonly number[]): Promise<{ states: Float32Array; tokens: number }> {
    const { maxTokens, dimensions } = this.model;
    const last = ids.at(-1);
    const kept = ids.length > maxTokens && last !== undefined ? [...ids.slice(0, maxTokens - 1), last] : ids;
    const states = await this.network(kept);
    const width = states.length / kept.length;
    // Split at another width, the states would give meaningless vectors.
    if (width !== dimensions)
      throw new AppError(
        "embedding_failed",
        `the model returns ${width} numbers for each token, but its manifest says ${dimensions} dimensions`,
      );
    return { states, tokens: kept.length };
  }
}
