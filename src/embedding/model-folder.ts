/** Where a model is. What a worker needs of it stands here, apart from manifests: reading schemas' library would take a tenth of its start. */
import { join } from "node:path";

/** The weights of an embedding model; a reranker's manifest names its own. */
export const weightsFile = "onnx/model_quantized.onnx";

export function folderOfModel(modelsFolder: string, id: string): string {
  return join(modelsFolder, ...id.split("/"));
}
