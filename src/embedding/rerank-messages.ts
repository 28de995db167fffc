/** What the reranker and its worker process say to each other. */
import type { RerankerDescription } from "../core/reranker.ts";

export type ToRerankWorker =
  | { readonly kind: "load"; readonly modelsFolder: string; readonly model: RerankerDescription }
  | { readonly kind: "pair"; readonly id: number; readonly query: string; readonly document: string };

export type FromRerankWorker =
  | { readonly kind: "ready" }
  /** The model cannot be used at all. */
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "scored"; readonly id: number; readonly score: number }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };
