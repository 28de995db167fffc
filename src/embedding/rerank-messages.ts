/** Messages between the reranker and its worker process. */
import type { RerankerDescription } from "../core/reranker.ts";
import type { FileChecksum } from "./file-checksums.ts";

export type ToRerankWorker =
  | {
      readonly kind: "load";
      readonly modelsFolder: string;
      readonly model: RerankerDescription;
      /** The expected checksums, verified after the model is loaded. */
      readonly files: readonly FileChecksum[];
    }
  | { readonly kind: "pair"; readonly id: number; readonly query: string; readonly document: string };

export type FromRerankWorker =
  | { readonly kind: "ready" }
  /** The model cannot be used at all. */
  | { readonly kind: "broken"; readonly reason: string; readonly mend?: string }
  | { readonly kind: "scored"; readonly id: number; readonly score: number }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };
