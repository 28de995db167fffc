// Reads a file without storing anything, and reports the number of records and the cost in time and memory.
import { openInputs } from "../../dist/sources/open-inputs.js";
import { formatNamed, recognizeFormat } from "../../dist/sources/registry.js";
import { report } from "./papers.mjs";
import { median } from "./processes.mjs";

const { file, format, repetitions = 0 } = JSON.parse(process.argv[2]);
// The memory of an idle process is not counted.
const before = process.resourceUsage().maxRSS;
const started = performance.now();
const cpuBefore = process.cpuUsage();
const { papers, refused } = await readAll();
const ms = performance.now() - started;
const cpu = process.cpuUsage(cpuBefore);
const peak = process.resourceUsage().maxRSS;
/** The last ten repetitions, which show the cost of reading once the code has been compiled. */
const lastMs = [];
for (let repetition = 0; repetition < repetitions; repetition++) {
  const begun = process.cpuUsage();
  await readAll();
  const { user, system } = process.cpuUsage(begun);
  lastMs.push((user + system) / 1000);
  if (lastMs.length > 10) lastMs.shift();
}
const warmMs = lastMs.length === 0 ? undefined : median(lastMs);
report({ papers, refused, ms, cpuMs: (cpu.user + cpu.system) / 1000, peakMb: peak / 1024, grownMb: (peak - before) / 1024, warmMs });

async function readAll() {
  let [papers, refused] = [0, 0];
  for await (const input of openInputs(file)) {
    const { format: found, input: whole } = format === undefined ? await recognizeFormat(input) : { format: formatNamed(format), input };
    for await (const record of found.read(whole)) {
      if (record.kind === "paper") papers++;
      else if (record.kind === "refused") refused++;
    }
  }
  return { papers, refused };
}
