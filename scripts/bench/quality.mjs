// Hybrid search against the better of its arms, on labelled collections: what `paperkin eval` says.
import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import { unpackSets } from "./data.mjs";
import { textOf } from "./processes.mjs";

const collections = ["scifact", "cacm", "cisi"];
const leastEach = 0.99;
const leastMean = 1.05;

export async function measureQuality({ data, root, folder, progress }) {
  const folders = unpackSets({ data, folder, names: collections });
  const missing = collections.filter((name) => !folders.some((one) => basename(one) === name));
  const rows = [];
  const ratios = [];
  for (const dir of folders.length > 0 ? folders : [join(root, "src/starter")]) {
    progress(basename(dir));
    const { lines, ratio } = await evaluate(root, dir);
    ratios.push(ratio);
    const of = (mode) => lines.find((line) => line.mode === mode);
    const hybrid = of("hybrid");
    const difference = lines.find((line) => line.compare !== undefined && line.compare[1] !== "rrf");
    const { low, high } = difference["nDCG@10"];
    const isCollection = folders.length > 0;
    rows.push({
      figure: `hybrid against its better arm, ${hybrid.set}`,
      target: isCollection ? `≥ ${leastEach}×` : "",
      measured: `${ratio.toFixed(3)}× (nDCG@10 ${hybrid["nDCG@10"].toFixed(3)}; difference ${low.toFixed(3)} … ${high.toFixed(3)})`,
      met: isCollection ? ratio >= leastEach : undefined,
      workload: `${hybrid.queries} queries; keyword ${of("keyword")["nDCG@10"].toFixed(3)}, semantic ${of("semantic")["nDCG@10"].toFixed(3)}, rank fusion ${of("rrf")["nDCG@10"].toFixed(3)}`,
    });
  }
  if (folders.length === 0 || missing.length > 0) {
    rows.push({ figure: "  left out", target: "", measured: missing.join(", "), met: undefined, workload: "they are not in --data" });
    return rows;
  }
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  rows.push({
    figure: "  their mean",
    target: `≥ ${leastMean}×`,
    measured: `${mean.toFixed(3)}×`,
    met: mean >= leastMean,
    workload: collections.join(", "),
  });
  return rows;
}

async function evaluate(root, dir) {
  const command = [join(root, "dist/cli/main.js"), "eval", dir, "--set", "main", "--json"];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"], env: withoutSettings() });
  const { text, code } = await textOf(child);
  if (code !== 0) throw new Error(`paperkin eval ${dir} ended with exit code ${code}`);
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const gain = (mode) => lines.find((line) => line.mode === mode)["nDCG@10"];
  return { lines, ratio: gain("hybrid") / Math.max(gain("keyword"), gain("semantic")) };
}

/** The shipped settings, whatever the person who measures has set. */
function withoutSettings() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PAPERKIN_")));
}
