/**
 * How widely the graph is searched (efSearch): just widely enough to find what an exhaustive search finds. Recall depends on the data and
 * falls as a library grows, so it is measured again whenever a library has grown by a quarter.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { BitmapLabelSet, type Label } from "../../core/label-set.ts";
import { compareScored, evenly } from "../../core/ranking/top.ts";
import type { Scored } from "../../core/retrieval.ts";
import type { SearchWidth } from "../../core/upkeep.ts";
import { toUnit, weightedSum } from "../../core/vectors.ts";
import type { HnswIndex } from "./hnsw-index.ts";
import type { VectorMatrix } from "./vector-matrix.ts";

/** The default share of the ten nearest papers that searches should find. */
export const defaultRecallTarget = 0.98;
/** Searches start with the narrowest; beyond the widest, an exhaustive search is not much slower. */
const widths = [120, 160, 240, 360, 540, 800];
export const leastSearchWidth = 120;
const nearest = 10;
const sampleSize = 60;
/** Vectors that are compared before other work gets a turn: a few milliseconds. */
const slice = 4_000;
/** The width is measured again when the number of vectors has grown by this factor. */
const growth = 1.25;

/** Whether the width must be measured again: the number of vectors has changed a lot, or the target has. */
export function isOutgrown(width: SearchWidth | undefined, vectors: number, target: number): boolean {
  if (vectors === 0) return false;
  return width === undefined || width.target !== target || vectors > growth * width.vectors || vectors < width.vectors / growth;
}

/**
 * The narrowest width that reaches the target for sample queries, or the widest one. A real query lies between papers, and further from
 * them than they are from each other, where neighbours are harder to find. The sample therefore consists of points between two papers of
 * the library.
 * @returns undefined if it was aborted.
 */
export async function measureSearchWidth(
  graph: HnswIndex,
  matrix: VectorMatrix,
  target: number,
  signal?: AbortSignal,
): Promise<SearchWidth | undefined> {
  const labels = Uint32Array.from(graph.labels()).sort();
  const slices: BitmapLabelSet[] = [];
  for (let at = 0; at < labels.length; at += slice) slices.push(new BitmapLabelSet(labels.slice(at, at + slice)));
  const asked = pointsBetween(evenly([...labels], 2 * sampleSize), matrix);
  const exact: Set<Label>[] = [];
  for (const vector of asked) {
    const best: Scored[] = [];
    for (const part of slices) {
      if (signal?.aborted === true) return undefined;
      best.push(...matrix.nearest(vector, nearest, part));
      await nextTurn();
    }
    exact.push(
      new Set(
        best
          .sort(compareScored)
          .slice(0, nearest)
          .map(({ label }) => label),
      ),
    );
  }
  let measured: SearchWidth | undefined;
  for (const efSearch of widths) {
    let [found, wanted] = [0, 0];
    for (const [at, vector] of asked.entries()) {
      if (signal?.aborted === true) return undefined;
      const best = exact[at] ?? new Set();
      wanted += best.size;
      found += graph.search(vector, nearest, efSearch).filter(({ label }) => best.has(label)).length;
      await nextTurn();
    }
    measured = {
      efSearch,
      recallAt10: wanted === 0 ? 1 : found / wanted,
      target,
      sampled: asked.length,
      vectors: labels.length,
    };
    if (measured.recallAt10 >= target) break;
  }
  return measured;
}

function pointsBetween(labels: readonly Label[], matrix: VectorMatrix): Float32Array[] {
  const half = Math.ceil(labels.length / 2);
  return labels.slice(0, half).flatMap((label, at) => {
    // The other paper is taken from elsewhere: papers with consecutive labels come from one source, and often share a subject.
    const [one, other] = [matrix.get(label), matrix.get(labels[half + at] ?? label)];
    if (one === undefined || other === undefined) return [];
    return [
      toUnit(
        weightedSum(
          [
            { vector: one, weight: 0.65 },
            { vector: other, weight: 0.35 },
          ],
          one.length,
        ),
      ),
    ];
  });
}
