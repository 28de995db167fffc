/**
 * The library in its simplest form: Maps, counting, exhaustive comparison. Nothing outlives the process. It is the reference that other
 * implementations are tested against, so it favours simplicity over speed.
 */
import { AppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import { compareText } from "../../core/order.ts";
import type { Suggested, SuggestedKind } from "../../core/suggest.ts";
import type { Topic } from "../../core/topic.ts";
import {
  type ClaimedWork,
  type Fault,
  type Finding,
  keptFaults,
  type LibraryHealth,
  type LibraryStatus,
  type WorkProgress,
} from "../../core/upkeep.ts";
import { MemoryCommentStore } from "./comment-memory.ts";
import { MemoryDeliveryStore } from "./delivery-memory.ts";
import { MemoryJobStore } from "./job-memory.ts";
import { MemoryPersonalStore } from "./personal-memory.ts";
import { MemoryRetrieval } from "./retrieval-memory.ts";
import { MemorySignInStore } from "./sign-in-memory.ts";
import { suggestPapers } from "./suggestion-memory.ts";

/** Its base classes implement parts of the interface on the same maps, one file each: papers, generations, retrieval. */
export class MemoryLibrary extends MemoryRetrieval implements Library {
  private readonly topicOfSlug = new Map<string, Topic>();
  private readonly fetchPositions = new Map<string, string>();
  private readonly claimed = new Map<string, WorkProgress | undefined>();
  private readonly keptFaults: Fault[] = [];
  readonly jobs = new MemoryJobStore();
  readonly delivery = new MemoryDeliveryStore();
  readonly signIns = new MemorySignInStore();
  readonly comments = new MemoryCommentStore();
  readonly personal = new MemoryPersonalStore([this.delivery, this.signIns, this.comments]);

  // Suggestions

  async suggest(typed: string, kinds: readonly SuggestedKind[], limit: number): Promise<Suggested> {
    return suggestPapers(this.sortedPapers(), typed, kinds, limit);
  }

  // Topics

  async topics(): Promise<Topic[]> {
    return [...this.topicOfSlug.values()].sort((a, b) => compareText(a.name, b.name) || compareText(a.slug, b.slug));
  }

  async addTopic(topic: Topic): Promise<void> {
    if (this.topicOfSlug.has(topic.slug)) throw new AppError("topic_exists", `There is a topic “${topic.slug}” already.`);
    this.topicOfSlug.set(topic.slug, { ...topic });
  }

  async removeTopic(slug: string): Promise<boolean> {
    return this.topicOfSlug.delete(slug);
  }

  // How far fetches have come

  async fetchPosition(key: string): Promise<string | undefined> {
    return this.fetchPositions.get(key);
  }

  async setFetchPosition(key: string, position: string | undefined): Promise<void> {
    if (position === undefined) this.fetchPositions.delete(key);
    else this.fetchPositions.set(key, position);
  }

  // Upkeep: there are no derived data that could lag behind the maps.

  async refresh(): Promise<boolean> {
    return false;
  }

  async vectorSearch(): Promise<"hnsw" | "exact"> {
    return "exact";
  }

  async health(): Promise<LibraryHealth> {
    return { rebuilds: [], writesStopped: undefined };
  }

  async warmUp(): Promise<void> {}

  async lastChange(): Promise<number> {
    return this.change;
  }

  async checkpoint(): Promise<void> {}

  async verify(options: { repair: boolean; onProgress?: (check: string) => void }): Promise<Finding[]> {
    options.onProgress?.("memory");
    return [
      {
        check: "memory",
        state: "ok",
        detail: `${this.entries.size} papers are in memory`,
      },
    ];
  }

  async status(): Promise<LibraryStatus> {
    return {
      papers: this.entries.size,
      embedded: this.live?.vectors.size ?? 0,
      backlog: this.live === undefined ? this.entries.size : this.waiting(this.live.generation).length,
      generation: this.live?.generation,
      vectorSearch: "exact",
      searchWidth: undefined,
      nativeBuild: "unknown",
      lastChange: this.change,
      checkpointChange: undefined,
      files: [],
    };
  }

  async claim(work: string): Promise<(() => Promise<void>) | undefined> {
    if (this.claimed.has(work)) return undefined;
    this.claimed.set(work, undefined);
    return async () => {
      this.claimed.delete(work);
    };
  }

  async claimedWork(): Promise<ClaimedWork[]> {
    return [...this.claimed]
      .sort(([a], [b]) => compareText(a, b))
      .map(([work, progress]) => (progress === undefined ? { work, pid: process.pid } : { work, pid: process.pid, progress }));
  }

  async reportWork(work: string, progress: WorkProgress): Promise<void> {
    if (this.claimed.has(work)) this.claimed.set(work, progress);
  }

  async recordFault(fault: Fault): Promise<void> {
    const isSame = ({ work, code, detail }: Fault) => work === fault.work && code === fault.code && detail === fault.detail;
    const at = this.keptFaults.findIndex(isSame);
    const [before] = at < 0 ? [] : this.keptFaults.splice(at, 1);
    this.keptFaults.unshift(before === undefined ? fault : { ...fault, since: before.since ?? before.at });
    this.keptFaults.splice(keptFaults);
  }

  async faults(): Promise<Fault[]> {
    return [...this.keptFaults];
  }

  async close(): Promise<void> {}
}
