// Paperkin's embedding pool against the library's own pipeline in batches: speed, and how far the vectors are apart.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writePapers } from "./data.mjs";
import { hasByteProducts } from "./machine.mjs";
import { alternate, measure, median } from "./processes.mjs";

const texts = 500;

export async function measureEmbedding({ data, root, folder, rounds, progress }) {
  const { file, what } = await writePapers({ data, root, folder, count: texts });
  const vectors = { pool: join(folder, "pool.bin"), pipeline: join(folder, "pipeline.bin") };
  const results = await alternate(
    rounds,
    () => measure("pool", { file, vectors: vectors.pool }),
    () => measure("pipeline", { file, vectors: vectors.pipeline }),
    (round) => progress(`round ${round} of ${rounds}`),
  );
  const pool = median(results.first.map((one) => one.textsPerSecond));
  const pipeline = median(results.second.map((one) => one.textsPerSecond));
  const least = hasByteProducts() === false ? 1.6 : 3;
  const { cut, maxTokens } = results.first[0];
  return [
    {
      figure: "embedding, against the pipeline",
      target: `≥ ${least}×`,
      measured: `${(pool / pipeline).toFixed(2)}× (${pool.toFixed(1)} against ${pipeline.toFixed(1)} texts/s)`,
      met: pool / pipeline >= least,
      workload: `${texts} ${what}; ${availableParallelism()} processes, one text at a time; pipeline in batches of 32, arrival order`,
    },
    {
      figure: "  the same vectors",
      target: "",
      measured: `mean cosine ${meanCosine(vectors.pool, vectors.pipeline).toFixed(4)}`,
      met: undefined,
      workload: `${cut} texts are longer than ${maxTokens} tokens and cut there by both; batches change a quantized model's vectors a little`,
    },
  ];
}

function meanCosine(a, b) {
  const [first, second] = [a, b].map((path) => {
    const bytes = readFileSync(path);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  });
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += first[i] * second[i];
  return sum / texts;
}
