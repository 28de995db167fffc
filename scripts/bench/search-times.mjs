// The times of an approximate search, and its recall against the exact results.
import { quantile } from "./processes.mjs";

/** The number of queries that are compared with the exact scan, which takes much longer. */
const audited = 300;
const warmingUp = 100;
/** The size of a page, and the number of candidates that a hybrid search takes for its fusion. */
const page = 10;
const candidates = 200;

/** @returns milliseconds of a search for ten, and recall@10 and recall@200. */
export async function searchTimes(vectors, search, searchExactly) {
  for (const vector of vectors.slice(0, warmingUp)) await search(vector, page);
  const times = [];
  for (const vector of vectors) {
    const started = performance.now();
    await search(vector, page);
    times.push(performance.now() - started);
  }
  const exactTimes = [];
  const found = { [page]: 0, [candidates]: 0 };
  const wanted = { [page]: 0, [candidates]: 0 };
  for (const vector of vectors.slice(0, audited)) {
    const started = performance.now();
    const exact = await searchExactly(vector, candidates);
    exactTimes.push(performance.now() - started);
    for (const k of [page, candidates]) {
      const got = new Set((await search(vector, k)).map((hit) => hit.label));
      const best = exact.slice(0, k);
      wanted[k] += best.length;
      found[k] += best.filter((hit) => got.has(hit.label)).length;
    }
  }
  return {
    queries: vectors.length,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    exactP50: quantile(exactTimes, 0.5),
    recall10: found[page] / Math.max(1, wanted[page]),
    recall200: found[candidates] / Math.max(1, wanted[candidates]),
  };
}
