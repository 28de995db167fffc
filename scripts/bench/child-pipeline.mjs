// Embeds texts with the library's own pipeline, in batches of 32 in the order of arrival.
import { writeFileSync } from "node:fs";
import { env, pipeline } from "@xenova/transformers";
import { config, report, textsOf } from "./papers.mjs";

const batchSize = 32;

const { file, vectors } = JSON.parse(process.argv[2]);
const texts = (await textsOf(file)).map(({ text }) => text);
env.allowRemoteModels = false;
env.localModelPath = config.models;
const embed = await pipeline("feature-extraction", config.model, { dtype: "q8", local_files_only: true });
await embed(["warming up", "and again"], { pooling: "mean", normalize: true });

const results = [];
const started = performance.now();
for (let at = 0; at < texts.length; at += batchSize) {
  const { data } = await embed(texts.slice(at, at + batchSize), { pooling: "mean", normalize: true });
  results.push(Buffer.from(Float32Array.from(data).buffer));
}
const seconds = (performance.now() - started) / 1000;
writeFileSync(vectors, Buffer.concat(results));
report({ textsPerSecond: texts.length / seconds, maxTokens: embed.tokenizer.model_max_length });
