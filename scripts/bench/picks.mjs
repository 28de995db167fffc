// Picks for one person, and for many people in succession, in a large library.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { measure, median } from "./processes.mjs";

const mostMs = 60;
const people = 50;
const everybody = 1_000;
const mostMinutes = 3;

export async function measurePicks({ folder, library, rounds, progress }) {
  if (library === undefined) {
    return [{ figure: "picks", target: "", measured: "skipped: it needs a large library (--library)", met: undefined, workload: "" }];
  }
  const results = [];
  for (let round = 0; round < rounds; round++) {
    // A copy, since interests and papers are added.
    const copy = join(folder, `picks-${round}`);
    cpSync(library, copy, { recursive: true });
    results.push(await measure("picks", { library: copy, people }));
    progress(`round ${round + 1} of ${rounds}`);
  }
  const of = (name) => median(results.map((one) => one[name]));
  const minutes = (of("total") * everybody) / people / 60_000;
  return [
    {
      figure: `picks for one person, ${of("papers")} papers`,
      target: `≤ ${mostMs} ms`,
      measured: `p50 ${of("p50").toFixed(0)} ms, p99 ${of("p99").toFixed(0)} ms`,
      met: of("p50") <= mostMs,
      workload: "10 interests, 500 examples, 300 new papers; each interest had picks before",
    },
    {
      figure: "  with interests that are all new",
      target: "",
      measured: `p50 ${of("beginning").toFixed(0)} ms`,
      met: undefined,
      workload: "they choose from the whole library; including the model's time for the words of interests",
    },
    {
      figure: `  for ${everybody} people, one after the other`,
      target: `≤ ${mostMinutes} min`,
      measured: `${minutes.toFixed(1)} min, from ${people} people`,
      met: minutes <= mostMinutes,
      workload: "one process",
    },
  ];
}
