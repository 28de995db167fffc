// hnswlib-node compiled for this processor against its regular build: the same vectors, the same queries.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { alternate, measure, median } from "./processes.mjs";

const mostVectors = 20_000;
const leastBuild = 1.5;
const leastSearch = 2;

export async function measureNative({ rounds, vectors, progress }) {
  const home = dirname(createRequire(import.meta.url).resolve("hnswlib-node/package.json"));
  const [native, plain] = ["native", "Release"].map((kind) => join(home, "build", kind, "addon.node"));
  if (!existsSync(native)) {
    return [{ figure: "native index build", target: "", measured: "skipped: only the plain build exists", met: undefined, workload: "" }];
  }
  const count = Math.min(vectors, mostVectors);
  const run = (addon) => () => measure("native", { addon, count });
  const results = await alternate(rounds, run(native), run(plain), (round) => progress(`round ${round} of ${rounds}`));
  const of = (side, name) => median(results[side].map((one) => one[name]));
  const ratio = (name) => of("second", name) / of("first", name);
  const recalls = ["first", "second"].map((side) => of(side, "recall").toFixed(4));
  return [
    ["building the index of vectors with vector instructions, against the plain build", "build", leastBuild, 0],
    ["  searching it", "search", leastSearch, 2],
  ].map(([figure, name, least, digits]) => ({
    figure,
    target: `≥ ${least}×`,
    measured: `${ratio(name).toFixed(2)}× (${of("first", name).toFixed(digits)} against ${of("second", name).toFixed(digits)} ms), recall@10 ${recalls.join(" against ")}`,
    met: ratio(name) >= least,
    workload: `${count} synthetic vectors`,
  }));
}
