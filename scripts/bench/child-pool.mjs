// Embeds texts with Paperkin's pool, as an import does.
import { writeFileSync } from "node:fs";
import { AutoTokenizer, env } from "@xenova/transformers";
import { openEmbedder } from "../../dist/app.js";
import { config, report, textsOf } from "./papers.mjs";

const { file, vectors } = JSON.parse(process.argv[2]);
const texts = await textsOf(file);
const embedder = await openEmbedder(config, config.workers);
await embedder.ready();
const warm = Array.from({ length: 8 * config.workers }, (_, at) => embedder.embedDocument({ text: `warming up ${at}`, sentences: [] }));
await Promise.all(warm);

const results = new Array(texts.length);
const started = performance.now();
let next = 0;
async function work() {
  while (next < texts.length) {
    const at = next++;
    results[at] = (await embedder.embedDocument(texts[at])).vector;
  }
}
await Promise.all(Array.from({ length: 4 * embedder.concurrency }, work));
const seconds = (performance.now() - started) / 1000;
writeFileSync(vectors, Buffer.concat(results.map((vector) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength))));
const { maxTokens } = embedder.model;
await embedder.close();

env.allowRemoteModels = false;
env.localModelPath = config.models;
const tokenizer = await AutoTokenizer.from_pretrained(config.model, { local_files_only: true });
const cut = texts.filter(({ text }) => tokenizer.encode(text).length > maxTokens).length;
report({ textsPerSecond: texts.length / seconds, cut, maxTokens });
