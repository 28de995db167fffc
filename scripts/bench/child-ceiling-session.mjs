// One bare session: gets texts, makes their tokens, says so; at the next message runs the model over all of them.
import { AutoModel, AutoTokenizer, env, Tensor } from "@xenova/transformers";
import { readModelManifest } from "../../dist/app.js";
import { config } from "./papers.mjs";

env.allowRemoteModels = false;
env.localModelPath = config.models;
const { maxTokens } = await readModelManifest(config.models, config.model);
const tokenizer = await AutoTokenizer.from_pretrained(config.model, { local_files_only: true });
const network = await AutoModel.from_pretrained(config.model, {
  local_files_only: true,
  dtype: "q8",
  session_options: { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" },
});

function inputsOf(text) {
  const all = tokenizer.encode(text);
  const ids = all.length > maxTokens ? [...all.slice(0, maxTokens - 1), all.at(-1)] : all;
  const shape = [1, ids.length];
  return {
    input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor("int64", new BigInt64Array(ids.length).fill(1n), shape),
    token_type_ids: new Tensor("int64", new BigInt64Array(ids.length), shape),
  };
}

let inputs = [];
process.on("message", async (message) => {
  if (message === "go") {
    for (const input of inputs) await network(input);
    process.send("done");
    return;
  }
  inputs = message.map(inputsOf);
  for (const input of inputs.slice(0, 8)) await network(input);
  process.send("ready");
});
