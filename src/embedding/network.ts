/** The network of an embedding model: maps the token ids of a text to one hidden state per token. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AutoConfig, AutoModel, env } from "@xenova/transformers";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { fixInputs } from "./fixed-inputs.ts";
import { folderOfModel, weightsFile } from "./model-folder.ts";

/** @returns the last hidden states, `tokens × dimensions`. */
export type Network = (ids: readonly number[]) => Promise<Float32Array>;

/** The other inputs for one unpadded text: every token is attended to, and all belong to the same segment. */
const inputsOfOneText = { attention_mask: 1n, token_type_ids: 0n };

/** One thread per session: the parallelism is one process per core, and a second thread would only compete with the others. */
const sessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" } as const;

/** Makes transformers.js load models from the models folder only. */
export function localOptions(modelsFolder: string) {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = modelsFolder;
  const tokenizer = { local_files_only: true };
  return { tokenizer, network: { ...tokenizer, session_options: sessionOptions } };
}

/**
 * In BERT networks the other inputs are the same for every text, so they are made constants. The states stay bit-identical, and a twelfth
 * of the work is saved: adding a mask of zeros to the attention of each layer.
 */
export async function loadNetwork(modelsFolder: string, id: string): Promise<Network> {
  const options = localOptions(modelsFolder);
  const { model_type: kind } = await AutoConfig.from_pretrained(id, options.tokenizer);
  return kind === "bert" ? await loadFixed(join(folderOfModel(modelsFolder, id), weightsFile)) : await loadAny(id, options.network);
}

async function loadFixed(path: string): Promise<Network> {
  const session = await InferenceSession.create(fixInputs(await readFile(path), inputsOfOneText), sessionOptions);
  return async (ids) => {
    const output = await session.run({ input_ids: tensorOf(BigInt64Array.from(ids, BigInt)) });
    return statesOf(output.last_hidden_state?.data);
  };
}

async function loadAny(id: string, options: ReturnType<typeof localOptions>["network"]): Promise<Network> {
  const model = await AutoModel.from_pretrained(id, { ...options, dtype: "q8" });
  return async (ids) => {
    const output = await model({
      input_ids: tensorOf(BigInt64Array.from(ids, BigInt)),
      attention_mask: tensorOf(new BigInt64Array(ids.length).fill(1n)),
      token_type_ids: tensorOf(new BigInt64Array(ids.length)),
    });
    return statesOf(output.last_hidden_state.data);
  };
}

function tensorOf(numbers: BigInt64Array): Tensor {
  return new Tensor("int64", numbers, [1, numbers.length]);
}

function statesOf(states: unknown): Float32Array {
  if (!(states instanceof Float32Array)) throw new TypeError("the model gives no float32 hidden states");
  return states;
}
