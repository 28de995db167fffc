// Paperkin's embedding pool against the batched pipeline of transformers.js: the speed, and the difference of the vectors.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writePapers } from "./data.mjs";
import { hasByteProducts } from "./machine.mjs";
import { alternate, measure, median, rangeOf } from "./processes.mjs";

const texts = 500;

export async function measureEmbedding({ data, root, folder, rounds, progress }) {
  const { file, what } = await writePapers({ data, root, folder, count: texts });
  const vectors = { pool: join(folder, "pool.bin"), pipeline: join(folder, "pipeline.bin") };
  const against = async (sameLength) => {
    const results = await alternate(
      rounds,
      () => measure("pool", { file, vectors: vectors.pool }),
      () => measure("pipeline", { file, vectors: vectors.pipeline, sameLength }),
      (round) => progress(`${sameLength ? "same length" : "defaults"}, round ${round} of ${rounds}`),
    );
    const ratios = results.first.map((one, round) => one.textsPerSecond / results.second[round].textsPerSecond);
    const pool = median(results.first.map((one) => one.textsPerSecond));
    const pipeline = median(results.second.map((one) => one.textsPerSecond));
    return {
      ratio: median(ratios),
      measured: `${median(ratios).toFixed(2)}× (rounds ${rangeOf(ratios, 2)}; ${pool.toFixed(1)} against ${pipeline.toFixed(1)} texts/s)`,
      ...results.first[0],
    };
  };
  const shipped = await against(false);
  const same = await against(true);
  const least = hasByteProducts() === false ? 1.6 : 3.5;
  return [
    {
      figure: "embedding, against the pipeline with its defaults",
      target: `≥ ${least}×`,
      measured: shipped.measured,
      met: shipped.ratio >= least,
      workload: `${texts} ${what}; ${availableParallelism()} processes, one text at a time; pipeline in batches of 32, arrival order`,
    },
    {
      figure: "  the same where the pipeline reads no more of a text than Paperkin",
      target: "",
      measured: same.measured,
      met: undefined,
      workload: `${same.cut} texts are longer than ${same.maxTokens} tokens and cut there by both; mean cosine ${meanCosine(vectors.pool, vectors.pipeline).toFixed(4)}: batches change a quantized model's vectors a little`,
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
