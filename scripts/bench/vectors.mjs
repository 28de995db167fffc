// The vector index alone: its speed, and its recall against the exact results.
import { join } from "node:path";
import { measure, median, start, textOf } from "./processes.mjs";

const mostMs = 2;
const leastRecall = 0.95;

export async function measureVectors({ folder, library, vectors, rounds, progress }) {
  const files = { graph: join(folder, "graph.bin"), vectors: join(folder, "vectors.bin") };
  let build;
  if (library === undefined) {
    const child = start("vectors-build", { ...files, count: vectors }, ["ignore", "pipe", "pipe"]);
    child.stderr.setEncoding("utf8").on("data", (text) => progress(text.trimEnd()));
    const { text, code } = await textOf(child);
    if (code !== 0) throw new Error("the index could not be built");
    build = JSON.parse(text);
  }
  const results = [];
  for (let round = 0; round < rounds; round++) {
    results.push(
      await (library === undefined ? measure("vectors-search", { ...files, count: vectors }) : measure("library-search", { library })),
    );
    progress(`round ${round + 1} of ${rounds}`);
  }
  const [{ count, dimensions }] = results;
  const rows = ["papers", "questions"].map((kind) => {
    const of = (name) => median(results.map((one) => one[kind][name]));
    return {
      figure: kind === "papers" ? `semantic search over ${count} vectors, k = 10, queries are papers` : "  a question asks",
      target: `p50 ≤ ${mostMs} ms, recall ≥ ${leastRecall}`,
      measured: `p50 ${of("p50").toFixed(2)} ms, p99 ${of("p99").toFixed(2)} ms, recall@10 ${of("recall10").toFixed(4)}, @200 ${of("recall200").toFixed(4)}`,
      met: of("p50") <= mostMs && of("recall10") >= leastRecall,
      workload: `${library === undefined ? "synthetic clusters" : "a library's vectors"}, ${dimensions} dimensions, ${of("queries")} queries; exact scan ${of("exactP50").toFixed(1)} ms`,
    };
  });
  return [
    ...rows,
    ...(build === undefined
      ? []
      : [
          {
            figure: "  building it",
            target: "",
            measured: `${build.seconds.toFixed(0)} s (${Math.round(count / build.seconds)} vectors/s)`,
            met: undefined,
            workload: "one thread, in slices of a few milliseconds",
          },
        ]),
  ];
}
