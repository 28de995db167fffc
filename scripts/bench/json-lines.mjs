// Imports a large JSON Lines file as the command line does, and reads one that is larger than the memory it should need.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { unpackCorpus, writePapers } from "./data.mjs";
import { measure, median, rangeOf } from "./processes.mjs";

const leastPerSecond = 8_000;
const [smallMb, largeMb] = [50, 1_000];
/** Allows for garbage that has not been collected yet. */
const mostGrowthMb = 100;

export async function measureJsonLines({ data, root, folder, rounds, progress }) {
  return [...(await measureStoring({ data, root, folder, rounds, progress })), await measureMemory({ data, root, folder, progress })];
}

async function measureStoring({ data, root, folder, rounds, progress }) {
  const file = unpackCorpus({ data, folder });
  if (file === undefined) return [];
  const library = join(folder, "json-lines");
  const rates = [];
  let counts = { read: 0 };
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const command = ["dist/cli/main.js", "import", "--no-embed", "--json", "--data", library, file];
    const { stdout, status } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
    counts = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "{}");
    if (status !== 0 && status !== 3) throw new Error(`the import ended with exit code ${status}`);
    rates.push((1000 * counts.read) / (performance.now() - started));
    rmSync(library, { recursive: true, force: true });
    progress(`round ${round + 1} of ${rounds}`);
  }
  return [
    {
      figure: "JSON Lines, papers a second read and stored",
      target: `≥ ${leastPerSecond}`,
      measured: `${median(rates).toFixed(0)} (rounds ${rangeOf(rates, 0)})`,
      met: median(rates) >= leastPerSecond,
      workload: `paperkin import --no-embed of ${counts.read} real papers into a new library, start and end of the process included`,
    },
  ];
}

async function measureMemory({ data, root, folder, progress }) {
  const { file: seed } = await writePapers({ data, root, folder, count: 20_000 });
  const peaks = [];
  for (const megabytes of [smallMb, largeMb]) {
    const file = join(folder, `lines-${megabytes}.jsonl`);
    repeat(seed, file, megabytes * 1e6);
    progress(`${megabytes} MB`);
    peaks.push({ ...(await measure("read", { file, format: "paperkin" })), bytes: statSync(file).size });
    rmSync(file);
  }
  const [small, large] = peaks;
  return {
    figure: `JSON Lines, memory for ${largeMb} MB against ${smallMb} MB`,
    target: `≤ ${mostGrowthMb} MB more`,
    measured: `${large.peakMb.toFixed(0)} against ${small.peakMb.toFixed(0)} MB`,
    met: large.peakMb - small.peakMb <= mostGrowthMb,
    workload: `reading only: ${large.papers} papers at ${(large.bytes / 1e3 / large.ms).toFixed(0)} MB/s; peak of the whole process`,
  };
}

/** Repeats a file up to a size. */
function repeat(source, target, bytes) {
  const content = readFileSync(source);
  const file = openSync(target, "w");
  for (let written = 0; written < bytes; written += content.length) {
    const left = bytes - written;
    const end = left >= content.length ? content.length : content.lastIndexOf(10, left) + 1;
    writeSync(file, content, 0, end);
  }
  closeSync(file);
}
