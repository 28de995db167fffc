// Hybrid search against its arms and rank fusion, and the keyword arm against plain BM25, on labelled collections: the results of `paperkin
// eval` on their main sets and their sets of related papers.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { unpackSets } from "./data.mjs";
import { textOf } from "./processes.mjs";
import { referenceGain } from "./reference-words.mjs";

const collections = ["scifact", "cacm", "cisi", "scitldr"];
const targets = {
  arm: { what: "hybrid against its better arm", each: 1, mean: 1.09 },
  rrf: { what: "hybrid against rank fusion", each: undefined, mean: 1.02 },
  words: { what: "keyword arm against plain BM25 (k1 0.9, b 0.4, title once)", each: 1, mean: 1.06 },
};

export async function measureQuality({ data, root, folder, progress }) {
  const folders = unpackSets({ data, folder, names: collections });
  const isCollection = folders.length > 0;
  const missing = collections.filter((name) => !folders.some((one) => basename(one) === name));
  const ratios = { arm: [], rrf: [], words: [] };
  const rows = [];
  const add = (kind, set, ratio, more, workload) => {
    const { what, each } = targets[kind];
    ratios[kind].push(ratio);
    const target = isCollection ? each : undefined;
    rows.push({
      figure: `${what}, ${set}`,
      target: target === undefined ? "" : `≥ ${target.toFixed(2)}×`,
      measured: `${ratio.toFixed(3)}×${more}`,
      met: target === undefined ? undefined : ratio >= target,
      workload,
    });
  };
  for (const dir of isCollection ? folders : [join(root, "src/starter")]) {
    progress(basename(dir));
    const measured = await evaluate(root, dir, join(folder, `quality-${basename(dir)}`));
    for (const { set, queries, gains, difference } of measured) {
      const { keyword, semantic, hybrid, rrf } = gains;
      const arms = `${queries} queries; keyword ${keyword.toFixed(3)}, semantic ${semantic.toFixed(3)}, rank fusion ${rrf.toFixed(3)}`;
      const { low, high } = difference;
      const of = ` (nDCG@10 ${hybrid.toFixed(3)}; difference ${low.toFixed(3)} … ${high.toFixed(3)})`;
      add("arm", set, hybrid / Math.max(keyword, semantic), of, arms);
      add("rrf", set, hybrid / rrf, "", arms);
    }
    const { gains } = measured.find(({ set }) => set === basename(dir));
    const plain = await referenceGain(dir);
    add("words", basename(dir), gains.keyword / plain, "", `${gains.keyword.toFixed(3)} against ${plain.toFixed(3)}`);
  }
  rows.sort((a, b) => (a.figure < b.figure ? -1 : 1));
  if (!isCollection || missing.length > 0)
    rows.push({ figure: "  left out", target: "", measured: missing.join(", "), met: undefined, workload: "they are not in --data" });
  for (const [kind, { what, mean }] of Object.entries(targets)) {
    const measured = ratios[kind].reduce((sum, ratio) => sum + ratio, 0) / ratios[kind].length;
    const counts = isCollection && missing.length === 0;
    rows.push({
      figure: `  mean of ${what}`,
      target: counts ? `≥ ${mean}×` : "",
      measured: `${measured.toFixed(3)}×`,
      met: counts ? measured >= mean : undefined,
      workload: `${ratios[kind].length} sets`,
    });
  }
  return rows;
}

/**
 * Evaluates the test queries of a collection, and then its related papers.
 * @param library the folder of its library.
 * @returns nDCG@10 by mode.
 */
async function evaluate(root, dir, library) {
  const sets = existsSync(join(dir, "queries_related.jsonl")) ? ["main", "related"] : ["main"];
  const command = [join(root, "dist/cli/main.js"), "eval", dir, "--keep", library, ...sets.flatMap((set) => ["--set", set]), "--json"];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"], env: withoutSettings() });
  const { text, code } = await textOf(child);
  if (code !== 0) throw new Error(`paperkin eval ${dir} ended with exit code ${code}`);
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return [...new Set(lines.map(({ set }) => set))].map((set) => {
    const own = lines.filter((line) => line.set === set);
    const modes = own.filter(({ mode }) => mode !== undefined);
    return {
      set,
      queries: modes[0].queries,
      gains: Object.fromEntries(modes.map((line) => [line.mode, line["nDCG@10"]])),
      difference: own.find((line) => line.compare !== undefined && line.compare[1] !== "rrf")?.["nDCG@10"],
    };
  });
}

/** The default settings, independent of the environment. */
function withoutSettings() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PAPERKIN_")));
}
