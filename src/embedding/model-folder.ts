/**
 * The folder of a model. Worker processes load this module, so it is separate from the manifest: importing zod would take a tenth of their
 * start-up time.
 */
import { join } from "node:path";

/** The weights of an embedding model; a reranker's manifest names its own. */
export const weightsFile = "onnx/model_quantized.onnx";

export function folderOfModel(modelsFolder: string, id: string): string {
  return join(modelsFolder, ...id.split("/"));
}
