/**
 * The second stage of a search: a cross-encoder reads the first papers of a ranking together with the query, and puts
 * those into its own order. It costs time for each paper, so a budget says how far it comes, and what it did not reach
 * keeps its order behind what it did.
 */
import { createHash } from "node:crypto";
import { AppError, toAppError } from "../core/errors.ts";
import type { Label } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import { prepareText } from "../core/prepare.ts";
import { probabilityOf } from "../core/ranking/log-odds.ts";
import type { Reranker } from "../core/reranker.ts";
import type { RankedPaper } from "./rank.ts";
import type { Recency } from "./search-order.ts";
import type { Question } from "./search-request.ts";

/** The first papers of a ranking that are read; the others keep their places. */
export const rerankedWindow = 50;
/** A budget cuts at multiples of this, so that small differences in time seldom change an answer. */
const step = 10;
/** Questions whose scores are kept: whoever turns a page gets the rest of the same answer. */
const mostKept = 500;
/** What a budget cut short is tried again after this, when nobody turns its pages any more. */
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
  /** When it is forgotten, in milliseconds; undefined while it is under way, and for all scores. */
  until: number | undefined;
}

export interface SecondStageOptions {
  /** Milliseconds; undefined reads all of the window however long it takes, and throws what goes wrong: for measuring. */
  readonly budgetMs: number | undefined;
  readonly now: () => Date;
  /** Told of what went wrong: the answer stays the first stage's. */
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

  /** The papers behind the `fixed` ones in a new order. Throws as its options say. */
  async apply(
    library: Pick<Library, "papers">,
    query: string,
    ordered: readonly RankedPaper[],
    fixed: number,
    recency: ReadonlyMap<Label, Recency>,
  ): Promise<{ ordered: readonly RankedPaper[]; reranked: ReadonlyMap<Label, Reranked> }> {
    const window = ordered.slice(fixed, fixed + rerankedWindow);
    const stored = await library.papers(window.map(({ label }) => label));
    // A paper that was removed meanwhile is an empty text; no hit is made of it.
    const scores = await this.score(
      query,
      stored.map((one) => (one === undefined ? "" : prepareText(one.paper).text)),
    );
    const read = window.slice(0, scores.length).map((hit, at) => {
      const score = scores[at] ?? 0;
      const factor = recency.get(hit.label)?.factor;
      // What an age takes away is a share, and log-odds have none.
      return { hit, score, value: factor === undefined ? score : probabilityOf(score) * factor, before: fixed + at + 1 };
    });
    const reranked = new Map(read.map(({ hit, score, before }) => [hit.label, { score, before }]));
    read.sort((a, b) => b.value - a.value || a.before - b.before);
    return { ordered: [...ordered.slice(0, fixed), ...read.map(({ hit }) => hit), ...ordered.slice(fixed + read.length)], reranked };
  }

  close(): Promise<void> {
    return this.reranker.close();
  }

  /** Of the first documents, as many as the budget allows. */
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
      // A reranker that is broken for good gives the same error each time: it is told once. One that was closed is no failure.
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
 * Whether a question is answered with the second stage: as `rerank` says; else in hybrid searches with the usual fusion, since other
 * modes are asked for to compare ways of searching. Throws `invalid_request` where it is wanted and there is none.
 */
export function wantsSecondStage({ rerank, mode, fusion }: Pick<Question, "rerank" | "mode" | "fusion">, isThere: boolean): boolean {
  if (rerank === true && !isThere) {
    throw new AppError("invalid_request", "This Paperkin has no reranker.", {
      mend: "Get one, `paperkin models pull Xenova/ms-marco-MiniLM-L-6-v2 --as-reranker`, and name it in the setting `reranker` (--reranker, PAPERKIN_RERANKER).",
    });
  }
  return rerank ?? (isThere && (mode ?? "hybrid") === "hybrid" && (fusion ?? "convex") === "convex");
}
