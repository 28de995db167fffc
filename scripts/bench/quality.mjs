// Hybrid search against its arms and rank fusion, and the keyword arm against plain BM25, on labelled collections: what
// `paperkin eval` says of their main sets and their sets of related papers.
import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import { unpackSets } from "./data.mjs";
import { textOf } from "./processes.mjs";
import { referenceGain } from "./reference-words.mjs";

const collections = ["scifact", "cacm", "cisi", "scitldr"];
/** Of each set; enough for a mean, and few enough for a coffee. */
const mostQueries = 300;
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
    const kept = ["--keep", join(folder, `quality-${basename(dir)}`)];
    for (const { set, queries, gains, difference } of await evaluate(root, dir, kept)) {
      const { keyword, semantic, hybrid, rrf } = gains;
      const arms = `${queries} queries; keyword ${keyword.toFixed(3)}, semantic ${semantic.toFixed(3)}, rank fusion ${rrf.toFixed(3)}`;
      const { low, high } = difference;
      const of = ` (nDCG@10 ${hybrid.toFixed(3)}; difference ${low.toFixed(3)} … ${high.toFixed(3)})`;
      add("arm", set, hybrid / Math.max(keyword, semantic), of, arms);
      add("rrf", set, hybrid / rrf, "", arms);
    }
    const { gains, queries } = (await evaluate(root, dir, [...kept, "--set", "main", "--modes", "keyword"], Number.POSITIVE_INFINITY))[0];
    const plain = await referenceGain(dir);
    add(
      "words",
      basename(dir),
      gains.keyword / plain,
      "",
      `all ${queries} queries; ${gains.keyword.toFixed(3)} against ${plain.toFixed(3)}`,
    );
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

/** The sets of a collection but those to learn from, with nDCG@10 by mode. */
async function evaluate(root, dir, more, most = mostQueries) {
  const thinned = Number.isFinite(most) ? ["--queries", String(most)] : [];
  const command = [join(root, "dist/cli/main.js"), "eval", dir, ...more, ...thinned, "--json"];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"], env: withoutSettings() });
  const { text, code } = await textOf(child);
  if (code !== 0) throw new Error(`paperkin eval ${dir} ended with exit code ${code}`);
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ set }) => !set.endsWith("_train"));
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

/** The shipped settings, whatever the person who measures has set. */
function withoutSettings() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PAPERKIN_")));
}
