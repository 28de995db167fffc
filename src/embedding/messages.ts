/** Messages between the pool and its worker processes. */
import type { ModelDescription } from "../core/embedder.ts";
import type { PreparedText } from "../core/prepare.ts";
import type { FileChecksum } from "./file-checksums.ts";

export type ToWorker =
  | {
      readonly kind: "load";
      readonly modelsFolder: string;
      readonly model: ModelDescription;
      /** The expected checksums, verified after the model is loaded. */
      readonly files: readonly FileChecksum[];
    }
  | { readonly kind: "query"; readonly id: number; readonly text: string }
  | {
      readonly kind: "document";
      readonly id: number;
      readonly text: PreparedText;
    };

export type FromWorker =
  | { readonly kind: "ready" }
  /** The model cannot be used. The pool ends its workers. */
  | { readonly kind: "broken"; readonly reason: string; readonly mend?: string }
  | {
      readonly kind: "done";
      readonly id: number;
      readonly vector: Float32Array;
      readonly sentences: Int8Array | undefined;
    }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };
