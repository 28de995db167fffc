/** One cross-encoder in one single-threaded session: a query and a document in, one number out, one pair at a time (I6). */
import { AutoModelForSequenceClassification, AutoTokenizer, Tensor } from "@xenova/transformers";
import type { RerankerDescription } from "../core/reranker.ts";
import { localOptions } from "./network.ts";

interface Encoded {
  readonly input_ids: readonly number[];
  /** Absent where the model knows no parts of a text. */
  readonly token_type_ids?: readonly number[];
}

/** Tokens are shorter than this on average: what lies behind so many characters would be cut off, and is not looked at. */
const longestAverageToken = 16;

export class RerankSession {
  /** The query that was last shortened: it comes with each of its documents. */
  private last = { text: "", kept: "" };

  private constructor(
    private readonly tokenizer: Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>,
    private readonly network: Awaited<ReturnType<typeof AutoModelForSequenceClassification.from_pretrained>>,
    private readonly model: RerankerDescription,
  ) {}

  /** Loads from the models folder and from nowhere else. Throws where the model gives something else than its manifest says. */
  static async load(modelsFolder: string, model: RerankerDescription): Promise<RerankSession> {
    const options = localOptions(modelsFolder);
    const tokenizer = await AutoTokenizer.from_pretrained(model.id, options.tokenizer);
    const dtype = model.weights === "onnx/model.onnx" ? "fp32" : "q8";
    const network = await AutoModelForSequenceClassification.from_pretrained(model.id, { ...options.network, dtype });
    const session = new RerankSession(tokenizer, network, model);
    // What is wrong with the model is known before anybody asks; the first run is also the slowest.
    await session.score("ready", "ready");
    return session;
  }

  /** Log-odds that the document answers the query. */
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
    // Of two labels, what the second has more than the first is its log-odds.
    const score = labels === 1 ? first : second - first;
    if (!Number.isFinite(score)) throw new TypeError("the model gives a score that is no number");
    return score;
  }

  /** A document that is too long is cut before its last token, the closing one; a query may take half of the room. */
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
      // Between words where there are several: half a word is another one.
      kept = (cut.includes(" ") ? cut.slice(0, cut.lastIndexOf(" ")) : cut).toWellFormed();
    }
  }
}
