// Times of an approximate search, and the share of the exact answer that it finds.
import { quantile } from "./processes.mjs";

/** Queries that are compared with the exact scan, which takes much longer. */
const audited = 300;
const warmingUp = 100;

/** @returns milliseconds, and recall@10. */
export async function searchTimes(vectors, search, searchExactly) {
  for (const vector of vectors.slice(0, warmingUp)) await search(vector);
  const times = [];
  const answers = [];
  for (const vector of vectors) {
    const started = performance.now();
    const hits = await search(vector);
    times.push(performance.now() - started);
    answers.push(hits);
  }
  const exactTimes = [];
  let [found, wanted] = [0, 0];
  for (const [at, vector] of vectors.slice(0, audited).entries()) {
    const started = performance.now();
    const exact = await searchExactly(vector);
    exactTimes.push(performance.now() - started);
    const got = new Set(answers[at].map((hit) => hit.label));
    wanted += exact.length;
    found += exact.filter((hit) => got.has(hit.label)).length;
  }
  return {
    queries: vectors.length,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    exactP50: quantile(exactTimes, 0.5),
    recall: found / Math.max(1, wanted),
  };
}
