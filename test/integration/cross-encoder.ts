/**
 * A real cross-encoder, though a simple one: it has the shipped model's tokenizer, and its network says how often the
 * document has tokens of the query, each pair of the same token counting once.
 */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../src/compiled.ts";
import { float32, type Network, onnxOf } from "./onnx.ts";

export interface CrossEncoderOptions {
  /** How many logits it gives; of two, the first is always 0.5. */
  readonly labels?: 1 | 2;
  /** What its config.json says about that; the truth unless given. */
  readonly saidLabels?: number;
  readonly weights?: "onnx/model_quantized.onnx" | "onnx/model.onnx";
  readonly architecture?: string;
  /** Divides by zero, so that every score is infinite or not a number. */
  readonly isUnsound?: boolean;
}

/** Writes the files of a downloaded model into a folder. */
export async function writeCrossEncoder(folder: string, options: CrossEncoderOptions = {}): Promise<void> {
  const {
    labels = 1,
    saidLabels = labels,
    weights = "onnx/model_quantized.onnx",
    architecture = "BertForSequenceClassification",
  } = options;
  await mkdir(join(folder, "onnx"), { recursive: true });
  const shipped = join(projectRoot, "models", "Xenova", "all-MiniLM-L6-v2");
  for (const file of ["tokenizer.json", "tokenizer_config.json"]) await cp(join(shipped, file), join(folder, file));
  const id2label = Object.fromEntries(Array.from({ length: saidLabels }, (_, at) => [at, `LABEL_${at}`]));
  const config = { model_type: "bert", architectures: [architecture], max_position_embeddings: 512, id2label };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await writeFile(join(folder, weights), onnxOf(networkOf(labels, options.isUnsound === true)));
}

/** Token ids up to this one are not words: [CLS], [SEP], [PAD], [UNK], [MASK]. */
const lastSpecialToken = 103;

function networkOf(labels: 1 | 2, isUnsound: boolean): Network {
  const node = (type: string, inputs: string[], output: string, attributes: Record<string, number> = {}) => ({
    type,
    inputs,
    output,
    attributes,
  });
  const toFloat = { to: float32 };
  return {
    inputs: ["input_ids", "attention_mask", "token_type_ids"],
    output: "logits",
    constants: {
      last: { values: [lastSpecialToken], shape: [1] },
      rows: { values: [2], shape: [1] },
      columns: { values: [1], shape: [1] },
      divisor: { values: [isUnsound ? 0 : 1], shape: [1], type: float32 },
      no: { values: [0.5], shape: [1, 1], type: float32 },
    },
    nodes: [
      node("Cast", ["token_type_ids"], "second", toFloat),
      node("Cast", ["attention_mask"], "seen", toFloat),
      node("Greater", ["input_ids", "last"], "isWord"),
      node("Cast", ["isWord"], "word", toFloat),
      node("Mul", ["word", "seen"], "kept"),
      node("Mul", ["kept", "second"], "document"),
      node("Sub", ["kept", "document"], "query"),
      node("Unsqueeze", ["input_ids", "rows"], "down"),
      node("Unsqueeze", ["input_ids", "columns"], "across"),
      node("Equal", ["down", "across"], "isSame"),
      node("Cast", ["isSame"], "same", toFloat),
      node("Unsqueeze", ["document", "rows"], "documentDown"),
      node("MatMul", ["same", "documentDown"], "timesInDocument"),
      node("Unsqueeze", ["query", "columns"], "queryAcross"),
      node("MatMul", ["queryAcross", "timesInDocument"], "counted"),
      node("Squeeze", ["counted", "rows"], "sum"),
      node("Div", ["sum", "divisor"], labels === 1 ? "logits" : "yes"),
      ...(labels === 1 ? [] : [node("Concat", ["no", "yes"], "logits", { axis: 1 })]),
    ],
  };
}
