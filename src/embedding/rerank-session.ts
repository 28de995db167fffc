/** One cross-encoder in one single-threaded session: scores one pair of query and document at a time (I6). */
import { AutoModelForSequenceClassification, AutoTokenizer, Tensor } from "@xenova/transformers";
import type { RerankerDescription } from "../core/reranker.ts";
import { localOptions } from "./network.ts";

interface Encoded {
  readonly input_ids: readonly number[];
  /** Absent if the model does not distinguish segments. */
  readonly token_type_ids?: readonly number[];
}

/** An upper bound of the average length of a token in characters. Text beyond it would be truncated anyway, and is not tokenized. */
const longestAverageToken = 16;

export class RerankSession {
  /** The last shortened query, since it comes with each of its documents. */
  private last = { text: "", kept: "" };

  private constructor(
    private readonly tokenizer: Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>,
    private readonly network: Awaited<ReturnType<typeof AutoModelForSequenceClassification.from_pretrained>>,
    private readonly model: RerankerDescription,
  ) {}

  /** Loads from the models folder only. Throws if the model's output does not match its manifest. */
  static async load(modelsFolder: string, model: RerankerDescription): Promise<RerankSession> {
    const options = localOptions(modelsFolder);
    const tokenizer = await AutoTokenizer.from_pretrained(model.id, options.tokenizer);
    const dtype = model.weights === "onnx/model.onnx" ? "fp32" : "q8";
    const network = await AutoModelForSequenceClassification.from_pretrained(model.id, { ...options.network, dtype });
    const session = new RerankSession(tokenizer, network, model);
    // Detects a faulty model before the first request; the first run is also the slowest.
    await session.score("ready", "ready");
    return session;
  }

  /** The log-odds that the document answers the query. */
  async score(query: string, document: string): Promise<number> {
    const { ids, types } = this.encode(query, document);
    const shape = [1, ids.length];
    const output = await this.network({
      input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor("int64", new BigInt64Array(ids.length).fill(1n), shape),
      token_type_ids: new Tensor("int64", BigInt64Array.from(types, BigInt), shape),
    });
    const logits: unknown = output.logits?.data;
    const { labels } = this.model;
    if (!(logits instanceof Float32Array) || logits.length !== labels)
      throw new TypeError(`the model does not give ${labels === 1 ? "one float32 logit" : "two float32 logits"} for a pair of texts`);
    const [first = Number.NaN, second = Number.NaN] = logits;
    // With two labels, the difference of the logits is the log-odds.
    const score = labels === 1 ? first : second - first;
    if (!Number.isFinite(score)) throw new TypeError("the model returns a score that is not a number");
    return score;
  }

  /** Truncates a document that is too long, keeping the closing token. A query may take half of the length. */
  private encode(query: string, document: string): { ids: readonly number[]; types: readonly number[] } {
    const { maxTokens } = this.model;
    const longest = maxTokens * longestAverageToken;
    if (this.last.text !== query)
      this.last = { text: query, kept: this.shorten(query.slice(0, longest).toWellFormed(), Math.floor(maxTokens / 2)) };
    const encoded = this.tokenizer(this.last.kept, {
      text_pair: document.slice(0, longest).toWellFormed(),
      return_tensor: false,
    }) as Encoded;
    const { input_ids: all } = encoded;
    const allTypes = encoded.token_type_ids ?? new Array<number>(all.length).fill(0);
    const cut = (values: readonly number[]) => [...values.slice(0, maxTokens - 1), values.at(-1) ?? 0];
    return all.length > maxTokens ? { ids: cut(all), types: cut(allTypes) } : { ids: all, types: allTypes };
  }

  private shorten(text: string, most: number): string {
    let kept = text;
    for (;;) {
      const tokens = this.tokenizer.encode(kept, { add_special_tokens: false }).length;
      if (tokens <= most) return kept;
      const cut = kept.slice(0, Math.min(kept.length - 1, Math.floor((kept.length * most) / tokens)));
      // Cut between words if possible, since half a word is a different word.
      kept = (cut.includes(" ") ? cut.slice(0, cut.lastIndexOf(" ")) : cut).toWellFormed();
    }
  }
}
