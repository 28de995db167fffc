// Minutes of upserts, removals and searches: nothing may grow, slow down, or reappear.
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { median, quantile } from "../bench/processes.mjs";
import { startChild } from "./children.mjs";

/** Enough vectors that searches use the graph instead of comparing all of them. */
const papers = { usual: 2000, short: 600 };
const samples = 24;

export async function tortureChurn({ folder, minutes, seed, short, progress }) {
  const size = short ? papers.short : papers.usual;
  const argument = { folder: join(folder, "churn"), size, seconds: 60 * minutes, samples, seed };
  const child = startChild("churn", argument, { execArgv: ["--expose-gc"] });
  const taken = [];
  let end;
  const ended = once(child, "close");
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line);
    if (said.sample !== undefined) taken.push(said.sample);
    else ({ end } = said);
    progress(`${taken.length} of ${samples} samples`);
  }
  const [code, signal] = await ended;
  if (end === undefined) throw new Error(`it ended with ${signal ?? code}`);
  // The first quarter is the warm-up.
  const [first, last] = [taken.slice(samples / 4, samples / 2), taken.slice(-samples / 4)];
  const growth = (value) => median(last.map(value)) / median(first.map(value)) - 1;
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const p99 = (list) =>
    quantile(
      list.flatMap(({ times }) => times),
      0.99,
    );
  const [used, rss] = [growth(({ usedBytes }) => usedBytes), growth(({ rssBytes }) => rssBytes)];
  const descriptors = Math.max(...last.map((one) => one.descriptors)) - Math.max(...first.map((one) => one.descriptors));
  const slower = p99(last) / p99(taken.slice(0, samples / 4));
  const workload = `${minutes} minutes, ${size} papers ${end.replaced} of them replaced, ${end.searches} searches`;
  return [
    {
      figure: "churn: memory in use, last quarter against second",
      target: "1 %",
      measured: `${percent(used)} (${Math.round(median(last.map((one) => one.usedBytes)) / 2 ** 20)} MiB); resident ${percent(rss)}`,
      // A run of seconds is too short to judge.
      met: short ? undefined : used <= 0.01,
      workload,
    },
    { figure: "  descriptors", target: "0 more", measured: String(descriptors), met: descriptors <= 0, workload: "" },
    {
      figure: "  p99 of searches, last quarter against first",
      target: "1.2×",
      measured: `${slower.toFixed(2)}× (${p99(last).toFixed(1)} ms)`,
      met: short ? undefined : slower <= 1.2,
      workload: "",
    },
    {
      figure: "  removed papers found, papers twice, papers missing",
      target: "0, 0, 0",
      measured: `${end.ghosts}, ${end.twice}, ${end.expected - end.count}`,
      met: end.ghosts + end.twice + Math.abs(end.expected - end.count) === 0,
      workload: "in every answer",
    },
    {
      figure: "  recall@10 against a newly built library",
      target: "0.01",
      measured: `${end.recall.toFixed(3)}, afresh ${end.recallAnew.toFixed(3)}`,
      met: end.recall >= end.recallAnew - 0.01,
      workload: `${(end.replaced / size).toFixed(1)} times the library replaced`,
    },
  ];
}
