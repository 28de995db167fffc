/** Several configurations in one table: figures, the confidence in their differences, and the queries that cause them. */
import { averagePrecision, type BootstrapTest, mean, pairedBootstrap, precisionAtRecalls } from "../../core/ranking/metrics.ts";
import type { EvalQuery } from "./collection.ts";
import { measure, measureNames, type QueryMeasures } from "./measures.ts";
import { type EvalRun, idsOf, type JudgedRuns, rankingDepth } from "./run.ts";

export const labMeasureNames = [...measureNames, "AP@100"] as const;
export type LabMeasures = QueryMeasures & { readonly "AP@100": number };

/** The means over the queries of a set. */
export interface ConfigurationResult extends LabMeasures {
  readonly set: string;
  readonly configuration: string;
  readonly queries: number;
}

/** A configuration against the first one. */
export interface ConfigurationComparison {
  readonly set: string;
  readonly compare: readonly [string, string];
  /** The interval contains 95 % of resampled means; `p` is not corrected for multiple comparisons. */
  readonly "nDCG@10": BootstrapTest;
  /** Queries whose nDCG@10 is above, the same, below. */
  readonly better: number;
  readonly same: number;
  readonly worse: number;
}

/** A relevant document whose rank differs; ranks from 1, null if it is not among the first 100. */
export interface MovedDocument {
  readonly document: string;
  readonly grade: number;
  readonly rank: number | null;
  readonly before: number | null;
}

/** One query in a configuration and in the first one. */
export interface QueryDifference {
  readonly set: string;
  readonly compare: readonly [string, string];
  readonly query: string;
  readonly text: string;
  readonly "nDCG@10": number;
  readonly before: number;
  readonly difference: number;
  /** What costs or gains most, first. */
  readonly moved: readonly MovedDocument[];
}

export interface LabResult {
  readonly set: string;
  readonly results: readonly ConfigurationResult[];
  readonly comparisons: readonly ConfigurationComparison[];
  /** The changed queries of each comparison, worst first; unchanged ones are left out. */
  readonly differences: readonly (readonly QueryDifference[])[];
  /** Of each configuration, precision at recall 0, 0.1 … 1. */
  readonly curves: readonly { readonly configuration: string; readonly precisions: readonly number[] }[];
}

const resamples = 4_000;
const seed = 20_260_101;
const mostMoved = 5;
/** Smaller than any change of a rank makes it. */
const noDifference = 1e-9;

export function measureLab({ set, queries, runs }: JudgedRuns): LabResult {
  const measured = runs.map((run) => ({ run, figures: queries.map((query, at) => figuresOf(run, query, at)) }));
  const [first, ...others] = measured;
  const gains = ({ figures }: { figures: readonly LabMeasures[] }) => figures.map((one) => one["nDCG@10"]);
  const differences = others.map((other) => (first === undefined ? [] : differencesOf(set, queries, other, first)));
  return {
    set,
    results: measured.map(({ run, figures }) => ({ set, configuration: run.name, queries: queries.length, ...meansOf(figures) })),
    comparisons: others.map((other, at): ConfigurationComparison => {
      const { difference, low, high, p } = pairedBootstrap(gains(other), first === undefined ? [] : gains(first), { resamples, seed });
      const own = differences[at] ?? [];
      const worse = own.filter((one) => one.difference < 0).length;
      return {
        set,
        compare: [other.run.name, first?.run.name ?? ""],
        "nDCG@10": { difference: round(difference), low: round(low), high: round(high), p: round(p) },
        better: own.length - worse,
        same: queries.length - own.length,
        worse,
      };
    }),
    differences,
    curves: runs.map((run) => ({ configuration: run.name, precisions: curveOf(run, queries) })),
  };
}

function figuresOf(run: EvalRun, { judgments }: EvalQuery, at: number): LabMeasures {
  const ids = idsOf(run.rankings[at]);
  return { ...measure(ids, judgments), "AP@100": averagePrecision(ids, judgments) };
}

function meansOf(figures: readonly LabMeasures[]): LabMeasures {
  const means = labMeasureNames.map((name) => [name, round(mean(figures.map((one) => one[name])))]);
  return Object.fromEntries(means) as LabMeasures;
}

function curveOf({ rankings }: EvalRun, queries: readonly EvalQuery[]): number[] {
  const all = queries.map(({ judgments }, at) => precisionAtRecalls(idsOf(rankings[at]), judgments));
  return Array.from({ length: 11 }, (_, level) => round(mean(all.map((one) => one[level] ?? 0))));
}

interface Measured {
  readonly run: EvalRun;
  readonly figures: readonly LabMeasures[];
}

function differencesOf(set: string, queries: readonly EvalQuery[], other: Measured, first: Measured): QueryDifference[] {
  const all = queries.flatMap((query, at): QueryDifference[] => {
    const [now, before] = [other.figures[at]?.["nDCG@10"] ?? 0, first.figures[at]?.["nDCG@10"] ?? 0];
    if (Math.abs(now - before) < noDifference) return [];
    return [
      {
        set,
        compare: [other.run.name, first.run.name],
        query: query.id,
        text: query.text,
        "nDCG@10": round(now),
        before: round(before),
        difference: round(now - before),
        moved: movedOf(query, idsOf(other.run.rankings[at]), idsOf(first.run.rankings[at])),
      },
    ];
  });
  // The sort is stable: queries with equal losses stay in the order of the file.
  return all.sort((a, b) => a.difference - b.difference);
}

function movedOf({ judgments }: EvalQuery, now: readonly string[], before: readonly string[]): MovedDocument[] {
  const [nowRanks, beforeRanks] = [ranksOf(now), ranksOf(before)];
  const moved = [...judgments].flatMap(([document, grade]): (MovedDocument & { effect: number })[] => {
    const [rank, earlier] = [nowRanks.get(document) ?? null, beforeRanks.get(document) ?? null];
    if (grade <= 0 || rank === earlier) return [];
    return [{ document, grade, rank, before: earlier, effect: Math.abs(grade * (discount(rank) - discount(earlier))) }];
  });
  return moved
    .sort((a, b) => b.effect - a.effect || (a.rank ?? rankingDepth + 1) - (b.rank ?? rankingDepth + 1))
    .slice(0, mostMoved)
    .map(({ effect: _, ...one }) => one);
}

function ranksOf(ids: readonly string[]): Map<string, number> {
  return new Map(ids.slice(0, rankingDepth).map((id, at) => [id, at + 1]));
}

function discount(rank: number | null): number {
  return rank === null || rank > 10 ? 0 : 1 / Math.log2(rank + 1);
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
