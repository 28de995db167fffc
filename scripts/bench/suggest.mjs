// Suggestions of a server while a query is typed, in a large library: prefixes of its own titles and names.
import { measure, median } from "./processes.mjs";

const mostMs = 15;
const mostDelayMs = 30;
const mostMb = 60;

export async function measureSuggest({ library, rounds, progress }) {
  if (library === undefined) {
    return [{ figure: "suggestions", target: "", measured: "skipped: it needs a large library (--library)", met: undefined, workload: "" }];
  }
  const results = [];
  for (let round = 0; round < rounds; round++) {
    results.push(await measure("suggest", { library }));
    progress(`round ${round + 1} of ${rounds}`);
  }
  const of = (name) => median(results.map((one) => one[name]));
  return [
    {
      figure: `suggestions through HTTP, ${of("papers")} papers, p99`,
      target: `≤ ${mostMs} ms`,
      measured: `${of("p99").toFixed(1)} ms (p50 ${of("p50").toFixed(1)}, max ${of("max").toFixed(0)} ms)`,
      met: of("p99") <= mostMs,
      workload: `${of("asked")} beginnings of 1 to 20 characters of titles and authors, every letter and digit, one after the other`,
    },
    {
      figure: "  of one character",
      target: "",
      measured: `p50 ${of("lettersP50").toFixed(1)} ms, max ${of("lettersMax").toFixed(0)} ms`,
      met: undefined,
      workload: "36 letters and digits, ten times",
    },
    {
      figure: "  built while answering, longest event-loop delay",
      target: `≤ ${mostDelayMs} ms`,
      measured: `${of("delay").toFixed(0)} ms, in ${(of("warmMs") / 1000).toFixed(1)} s of warming up`,
      met: of("delay") <= mostDelayMs,
      workload: "after opening; 1 ms of it is the clock's own",
    },
    {
      figure: "  memory for it",
      target: `≤ ${mostMb} MB`,
      measured: `${of("mb").toFixed(0)} MB`,
      met: of("mb") <= mostMb,
      workload: "heap and arrays after collecting, against the same with facets and the order of terms",
    },
  ];
}
