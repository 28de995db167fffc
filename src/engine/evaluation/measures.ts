/** From rankings to figures: the measures of each mode, and the confidence in the differences between modes. */
import { type Interval, type Judgments, mean, ndcgAt, pairedBootstrap, recallAt, reciprocalRankAt } from "../../core/ranking/metrics.ts";

export const evalModes = ["keyword", "semantic", "hybrid", "rrf"] as const;
/** A search mode; `rrf` is `hybrid` with reciprocal rank fusion. */
export type EvalMode = (typeof evalModes)[number];

/** The figures of one query. */
export interface QueryMeasures {
  readonly "nDCG@10": number;
  readonly "recall@10": number;
  readonly "recall@100": number;
  readonly "MRR@10": number;
}

export type MeasureName = keyof QueryMeasures;
export const measureNames = ["nDCG@10", "recall@10", "recall@100", "MRR@10"] as const satisfies readonly MeasureName[];

/** The means over the queries of a set. */
export interface ModeResult extends QueryMeasures {
  readonly set: string;
  readonly mode: EvalMode;
  readonly queries: number;
}

/** The first mode against the second, with the interval that holds 95 % of resampled means. */
export interface Comparison {
  readonly set: string;
  readonly compare: readonly [EvalMode, EvalMode];
  readonly "nDCG@10": Interval;
}

const resamples = 4_000;
const seed = 20_260_101;

/** @param ranking document ids, best first. */
export function measure(ranking: readonly string[], judgments: Judgments): QueryMeasures {
  return {
    "nDCG@10": ndcgAt(10, ranking, judgments),
    "recall@10": recallAt(10, ranking, judgments),
    "recall@100": recallAt(100, ranking, judgments),
    "MRR@10": reciprocalRankAt(10, ranking, judgments),
  };
}

/** @param measures of each mode, query by query in one order. */
export function summarize(set: string, measures: ReadonlyMap<EvalMode, readonly QueryMeasures[]>): ModeResult[] {
  return [...measures].map(([mode, all]) => {
    const meanOf = (name: MeasureName) => round(mean(all.map((one) => one[name])));
    return {
      set,
      mode,
      queries: all.length,
      "nDCG@10": meanOf("nDCG@10"),
      "recall@10": meanOf("recall@10"),
      "recall@100": meanOf("recall@100"),
      "MRR@10": meanOf("MRR@10"),
    };
  });
}

/** Hybrid against the better of its arms, and against reciprocal rank fusion, as far as they were asked. */
export function compareModes(set: string, measures: ReadonlyMap<EvalMode, readonly QueryMeasures[]>): Comparison[] {
  const gains = (mode: EvalMode) => measures.get(mode)?.map((one) => one["nDCG@10"]);
  const hybrid = gains("hybrid");
  if (hybrid === undefined) return [];
  const arms = (["keyword", "semantic"] as const).flatMap((mode) => {
    const values = gains(mode);
    return values === undefined ? [] : [{ mode, values }];
  });
  const [best] = arms.sort((a, b) => mean(b.values) - mean(a.values));
  const fused = gains("rrf");
  const others = [...(best === undefined ? [] : [best]), ...(fused === undefined ? [] : [{ mode: "rrf" as const, values: fused }])];
  return others.map(({ mode, values }) => {
    const { difference, low, high } = pairedBootstrap(hybrid, values, {
      resamples,
      seed,
    });
    return {
      set,
      compare: ["hybrid", mode],
      "nDCG@10": {
        difference: round(difference),
        low: round(low),
        high: round(high),
      },
    };
  });
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
