/**
 * The second stage of a search: a cross-encoder reads the first papers of a ranking together with the query, and reorders them. Each
 * paper costs time, so a budget limits how many are read; the rest keep their order below those.
 */
import { createHash } from "node:crypto";
import { AppError, toAppError } from "../../core/errors.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { prepareText } from "../../core/prepare.ts";
import { probabilityOf } from "../../core/ranking/log-odds.ts";
import type { Reranker } from "../../core/reranker.ts";
import type { RankedPaper } from "./rank.ts";
import type { Recency } from "./search-order.ts";
import type { Question } from "./search-request.ts";

/** The first papers of a ranking that are read; the others keep their places. */
export const rerankedWindow = 50;
/** A budget cuts at multiples of this, so that small differences in time rarely change an answer. */
const step = 10;
/** Queries whose scores are cached, so that further pages belong to the same answer. */
const mostKept = 500;
/** After this time, when nobody turns its pages any longer, an answer that the budget cut short is computed again. */
const cutShortKeptMs = 600_000;

/** Of a paper that was read. */
export interface Reranked {
  /** Log-odds that it answers the query. */
  readonly score: number;
  /** Its place among the hits before, from 1. */
  readonly before: number;
}

interface Kept {
  readonly scores: Promise<readonly number[]>;
  /** When it expires, in milliseconds; undefined while it is under way, and if it has all scores. */
  until: number | undefined;
}

export interface SecondStageOptions {
  /** Milliseconds. Undefined reads the whole window however long it takes, and throws errors: for measurements. */
  readonly budgetMs: number | undefined;
  readonly now: () => Date;
  /** Told about failures; the answer stays that of the first stage. */
  readonly onFailure: (error: AppError) => void;
}

export class SecondStage {
  private readonly kept = new Map<string, Kept>();
  private lastFailure: AppError | undefined;

  constructor(
    private readonly reranker: Reranker,
    private readonly options: SecondStageOptions,
  ) {}

  get model(): string {
    return this.reranker.model.id;
  }

  /** Reorders the papers after the `fixed` ones. Throws as its options say. */
  async apply(
    library: Pick<Library, "papers">,
    query: string,
    ordered: readonly RankedPaper[],
    fixed: number,
    recency: ReadonlyMap<Label, Recency>,
  ): Promise<{ ordered: readonly RankedPaper[]; reranked: ReadonlyMap<Label, Reranked> }> {
    const window = ordered.slice(fixed, fixed + rerankedWindow);
    const stored = await library.papers(window.map(({ label }) => label));
    // A paper that was removed meanwhile is scored as an empty text; no hit is made of it.
    const scores = await this.score(
      query,
      stored.map((one) => (one === undefined ? "" : prepareText(one.paper).text)),
    );
    const read = window.slice(0, scores.length).map((hit, at) => {
      const score = scores[at] ?? 0;
      const factor = recency.get(hit.label)?.factor;
      // Recency takes away a share, and log-odds cannot be scaled by a share.
      return { hit, score, value: factor === undefined ? score : probabilityOf(score) * factor, before: fixed + at + 1 };
    });
    const reranked = new Map(read.map(({ hit, score, before }) => [hit.label, { score, before }]));
    read.sort((a, b) => b.value - a.value || a.before - b.before);
    return { ordered: [...ordered.slice(0, fixed), ...read.map(({ hit }) => hit), ...ordered.slice(fixed + read.length)], reranked };
  }

  close(): Promise<void> {
    return this.reranker.close();
  }

  /** Scores of the first documents, as many as the budget allows. */
  private async score(query: string, documents: readonly string[]): Promise<readonly number[]> {
    const key = createHash("sha256")
      .update([query, ...documents].join("\u0000"))
      .digest("base64");
    const now = this.options.now().getTime();
    let one = this.kept.get(key);
    if (one === undefined || (one.until !== undefined && one.until < now)) {
      one = { scores: this.ask(query, documents), until: undefined };
      this.keep(key, one, documents.length);
    }
    try {
      return await one.scores;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (this.options.budgetMs === undefined) throw error;
      // A reranker that is permanently broken throws the same error object each time, which is reported once. A closed one is not a
      // failure.
      if (error !== this.lastFailure && error.code !== "cancelled") this.options.onFailure(error);
      this.lastFailure = error;
      return [];
    }
  }

  private async ask(query: string, documents: readonly string[]): Promise<readonly number[]> {
    const scores = await this.reranker.score(query, documents, this.options.budgetMs);
    return scores.length === documents.length ? scores : scores.slice(0, Math.floor(scores.length / step) * step);
  }

  private keep(key: string, one: Kept, whole: number): void {
    this.kept.delete(key);
    this.kept.set(key, one);
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
    one.scores.then(
      (scores) => {
        if (scores.length < whole) one.until = this.options.now().getTime() + cutShortKeptMs;
      },
      () => {
        if (this.kept.get(key) === one) this.kept.delete(key);
      },
    );
  }
}

/**
 * Whether a query uses the second stage: as `rerank` says; else in hybrid searches with the default fusion, since other modes serve to
 * compare retrieval methods. Throws `invalid_request` if it is requested and there is none.
 */
export function wantsSecondStage({ rerank, mode, fusion }: Pick<Question, "rerank" | "mode" | "fusion">, isThere: boolean): boolean {
  if (rerank === true && !isThere) {
    throw new AppError("invalid_request", "No reranker is set up.", {
      mend: "Get one with `paperkin models pull Xenova/ms-marco-MiniLM-L-6-v2 --as-reranker`, and name it in the setting `reranker` (--reranker, PAPERKIN_RERANKER).",
    });
  }
  return rerank ?? (isThere && (mode ?? "hybrid") === "hybrid" && (fusion ?? "convex") === "convex");
}
