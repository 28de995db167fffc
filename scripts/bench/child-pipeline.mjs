// Embeds texts with the pipeline of transformers.js, in batches of 32 in the order of arrival. By default it reads twice as many tokens of
// a long text as the model was trained for; `sameLength` prevents that, so that both do the same work.
import { writeFileSync } from "node:fs";
import { env, pipeline } from "@xenova/transformers";
import { readModelManifest } from "../../dist/embedding/manifest.js";
import { config, report, textsOf } from "./papers.mjs";

const batchSize = 32;

const { file, vectors, sameLength } = JSON.parse(process.argv[2]);
const texts = (await textsOf(file)).map(({ text }) => text);
env.allowRemoteModels = false;
env.localModelPath = config.models;
const embed = await pipeline("feature-extraction", config.model, { dtype: "q8", local_files_only: true });
if (sameLength) {
  const { maxTokens } = await readModelManifest(config.models, config.model);
  const { tokenizer } = embed;
  embed.tokenizer = (batch, options) => tokenizer(batch, { ...options, max_length: maxTokens });
  const [, longest] = embed.tokenizer(["word ".repeat(2 * maxTokens)], { padding: true, truncation: true }).input_ids.dims;
  if (longest !== maxTokens) throw new Error(`the pipeline reads ${longest} tokens instead of ${maxTokens}`);
}
await embed(["warming up", "and again"], { pooling: "mean", normalize: true });

const results = [];
const started = performance.now();
for (let at = 0; at < texts.length; at += batchSize) {
  const { data } = await embed(texts.slice(at, at + batchSize), { pooling: "mean", normalize: true });
  results.push(Buffer.from(Float32Array.from(data).buffer));
}
const seconds = (performance.now() - started) / 1000;
writeFileSync(vectors, Buffer.concat(results));
report({ textsPerSecond: texts.length / seconds });
