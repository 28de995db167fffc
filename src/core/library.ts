/**
 * The library as the engine sees it. Asynchronous throughout, so that a database server can be behind it. Each capability is an interface
 * of its own; a contract suite (`test/contract/`) defines what every implementation must do.
 */
import type { CommentStore } from "./comment.ts";
import type { DeliveryStore } from "./delivery.ts";
import type { EmbeddingStore } from "./embedding-store.ts";
import type { FetchPositionStore } from "./fetch-position.ts";
import type { GenerationStore } from "./generation-store.ts";
import type { JobStore } from "./job.ts";
import type { PaperStore } from "./paper-store.ts";
import type { PersonalStore } from "./personal-store.ts";
import type { Retrieval } from "./retrieval.ts";
import type { SignInStore } from "./sign-in.ts";
import type { SourceItemStore } from "./source-items.ts";
import type { Suggestions } from "./suggest.ts";
import type { TopicStore } from "./topic.ts";
import type { Upkeep } from "./upkeep.ts";

export interface Library
  extends PaperStore,
    EmbeddingStore,
    GenerationStore,
    Retrieval,
    Suggestions,
    TopicStore,
    FetchPositionStore,
    SourceItemStore,
    Upkeep {
  readonly personal: PersonalStore;
  readonly delivery: DeliveryStore;
  readonly jobs: JobStore;
  /** How people sign in to the pages. */
  readonly signIns: SignInStore;
  /** What people say of papers, for all of them. */
  readonly comments: CommentStore;
}
