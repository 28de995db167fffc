/**
 * How widely the graph is searched: as widely as it takes to find what comparing with every vector finds. Recall depends
 * on the data and falls as a library grows, so it is measured again each time that a library has grown by a quarter.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { BitmapLabelSet } from "../../core/label-set.js";
import { compareScored, evenly } from "../../core/ranking/top.js";
import { toUnit, weightedSum } from "../../core/vectors.js";
/** The share of the ten nearest that searches are to find, unless the library is opened with another. */
export const defaultRecallTarget = 0.98;
/** The narrowest is what searches begin with; beyond the widest one, comparing with all is not much slower. */
const widths = [120, 160, 240, 360, 540, 800];
export const leastSearchWidth = 120;
const nearest = 10;
const sampleSize = 60;
/** Vectors that are compared before other work has its turn: a few milliseconds. */
const slice = 4_000;
/** Measured again when there are so many times as many vectors. */
const growth = 1.25;
/** Whether it is to be measured again: vectors came that may have changed it, or another share is aimed at. */
export function isOutgrown(width, vectors, target) {
    if (vectors === 0)
        return false;
    return width === undefined || width.target !== target || vectors > growth * width.vectors || vectors < width.vectors / growth;
}
/**
 * The narrowest width that reaches the target on questions, or the widest one. A question lies between papers and further
 * from them than they from each other, where neighbours are harder to find: the sample is made of such points, each
 * between two papers of the library.
 * @returns undefined where it was ended before.
 */
export async function measureSearchWidth(graph, matrix, target, signal) {
    const labels = Uint32Array.from(graph.labels()).sort();
    const slices = [];
    for (let at = 0; at < labels.length; at += slice)
        slices.push(new BitmapLabelSet(labels.slice(at, at + slice)));
    const asked = pointsBetween(evenly([...labels], 2 * sampleSize), matrix);
    const exact = [];
    for (const vector of asked) {
        const best = [];
        for (const part of slices) {
            if (signal?.aborted === true)
                return undefined;
            best.push(...matrix.nearest(vector, nearest, part));
            await nextTurn();
        }
        exact.push(new Set(best
            .sort(compareScored)
            .slice(0, nearest)
            .map(({ label }) => label)));
    }
    let measured;
    for (const efSearch of widths) {
        let [found, wanted] = [0, 0];
        for (const [at, vector] of asked.entries()) {
            if (signal?.aborted === true)
                return undefined;
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
        if (measured.recallAt10 >= target)
            break;
    }
    return measured;
}
function pointsBetween(labels, matrix) {
    const half = Math.ceil(labels.length / 2);
    return labels.slice(0, half).flatMap((label, at) => {
        // The other one comes from elsewhere: labels that follow each other are of one source, and often of one subject.
        const [one, other] = [matrix.get(label), matrix.get(labels[half + at] ?? label)];
        if (one === undefined || other === undefined)
            return [];
        return [
            toUnit(weightedSum([
                { vector: one, weight: 0.65 },
                { vector: other, weight: 0.35 },
            ], one.length)),
        ];
    });
}
//# sourceMappingURL=search-width.js.map