// How the times of the keyword index and the vectors grow with the library: a quarter of its papers against all of them.
import { join } from "node:path";
import { measure } from "./processes.mjs";

const mostGrowth = 2;

export async function measureGrowth({ library, folder, progress }) {
  if (library === undefined)
    return [{ figure: "growth", target: "", measured: "skipped: it needs a large library (--library)", met: undefined, workload: "" }];
  progress("a library of a quarter of the papers");
  const { papers, embedded, queries, words, vectors } = await measure("growth", { library, part: join(folder, "part") });
  return [
    ["time of words", words, `${queries.words} beginnings of titles and parts of abstracts, the ten best`],
    ["  time of vectors", vectors, `${queries.vectors} papers ask, the ten nearest; ${embedded.part} and ${embedded.whole} embedded`],
  ].map(([figure, { part, whole }, workload]) => ({
    figure: `${figure} from ${papers.part} to ${papers.whole} papers`,
    target: `≤ ${mostGrowth}×`,
    measured: `p50 ${(whole.p50 / part.p50).toFixed(2)}× (${part.p50.toFixed(2)} to ${whole.p50.toFixed(2)} ms), p99 ${(whole.p99 / part.p99).toFixed(2)}× (${part.p99.toFixed(2)} to ${whole.p99.toFixed(2)} ms)`,
    met: whole.p50 <= mostGrowth * part.p50,
    workload,
  }));
}
