// How long a server keeps other requests waiting while papers are imported and embedded.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { writePapers } from "./data.mjs";
import { measure, median, rangeOf } from "./processes.mjs";

const mostMs = 20;

export async function measureDelay({ data, root, folder, papers, rounds, progress }) {
  const { file, what } = await writePapers({ data, root, folder, count: papers });
  const library = join(folder, "delay");
  const results = [];
  for (let round = 0; round < rounds; round++) {
    results.push(await measure("delay", { file, library }));
    rmSync(library, { recursive: true, force: true });
    progress(`round ${round + 1} of ${rounds}`);
  }
  const of = (name) => median(results.map((one) => one[name]));
  return [
    {
      figure: "event-loop delay during an import, p99",
      target: `≤ ${mostMs} ms`,
      measured: `${of("p99").toFixed(1)} ms (rounds ${rangeOf(
        results.map((one) => one.p99),
        1,
      )}; p50 ${of("p50").toFixed(1)}, max ${of("max").toFixed(0)} ms)`,
      met: of("p99") <= mostMs,
      workload: `${papers} papers, ${what}, imported and embedded by the process that answers a search every 50 ms; 1 ms of it is the clock's own`,
    },
    {
      figure: "  a search meanwhile",
      target: "",
      measured: `p50 ${of("searchP50").toFixed(0)} ms, p99 ${of("searchP99").toFixed(0)} ms (${Math.round(of("searches"))} searches)`,
      met: undefined,
      workload: "hybrid, ten hits, the query embedded between the papers",
    },
  ];
}
