// One bare session: receives texts, tokenizes them and reports that; at the next message it runs the model over all of them. With `isOwn`
// it loads the network as Paperkin does, otherwise as transformers.js does.
import { AutoModel, AutoTokenizer, Tensor } from "@xenova/transformers";
import { readModelManifest } from "../../dist/embedding/manifest.js";
import { loadNetwork, localOptions } from "../../dist/embedding/network.js";
import { config } from "./papers.mjs";

const { maxTokens } = await readModelManifest(config.models, config.model);
const options = localOptions(config.models);
const tokenizer = await AutoTokenizer.from_pretrained(config.model, options.tokenizer);

function idsOf(text) {
  const all = tokenizer.encode(text);
  return all.length > maxTokens ? [...all.slice(0, maxTokens - 1), all.at(-1)] : all;
}

/** @returns a function that runs the network over one text; its inputs are prepared in advance. */
async function loadPlain() {
  const network = await AutoModel.from_pretrained(config.model, { ...options.network, dtype: "q8" });
  return (ids) => {
    const shape = [1, ids.length];
    const inputs = {
      input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor("int64", new BigInt64Array(ids.length).fill(1n), shape),
      token_type_ids: new Tensor("int64", new BigInt64Array(ids.length), shape),
    };
    return () => network(inputs);
  };
}

async function loadOwn() {
  const network = await loadNetwork(config.models, config.model);
  return (ids) => () => network(ids);
}

let runs = [];
process.on("message", async (message) => {
  if (message === "go") {
    for (const run of runs) await run();
    process.send("done");
    return;
  }
  const { texts, isOwn } = message;
  const prepare = await (isOwn ? loadOwn() : loadPlain());
  runs = texts.map((text) => prepare(idsOf(text)));
  for (const run of runs.slice(0, 8)) await run();
  process.send("ready");
});
