/** What the pool and its worker processes say to each other. */
import type { ModelDescription } from "../core/embedder.ts";
import type { PreparedText } from "../core/prepare.ts";
import type { FileChecksum } from "./file-checksums.ts";

export type ToWorker =
  | {
      readonly kind: "load";
      readonly modelsFolder: string;
      readonly model: ModelDescription;
      /** What they must be, checked once they are loaded. */
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
  /** The model cannot be used at all; the worker ends. */
  | { readonly kind: "broken"; readonly reason: string; readonly mend?: string }
  | {
      readonly kind: "done";
      readonly id: number;
      readonly vector: Float32Array;
      readonly sentences: Int8Array | undefined;
    }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };
