/** Generations of embeddings over the papers in memory. */

import type { BacklogEntry, EmbeddingStore, NewEmbedding } from "../../core/embedding-store.ts";
import { AppError } from "../../core/errors.ts";
import {
  describeSpec,
  type Generation,
  type GenerationAudit,
  type GenerationEntry,
  type GenerationSpec,
  type GenerationState,
  hasSameVectors,
  isSameSpec,
  reindexCommand,
} from "../../core/generation.ts";
import type { GenerationStore } from "../../core/generation-store.ts";
import type { Label } from "../../core/label-set.ts";
import { prepareText } from "../../core/prepare.ts";
import { faultOfVector } from "../../core/vectors.ts";
import { type Entry, MemoryPaperStore } from "./paper-memory.ts";

interface KeptGeneration {
  readonly generation: Generation;
  state: GenerationState;
  /** The change at which it ceased to be live. */
  retired: number;
  readonly vectors: Map<Label, NewEmbedding>;
  audit?: GenerationAudit;
  /** When it was started. */
  readonly begun: string;
}

export class MemoryGenerationStore extends MemoryPaperStore implements EmbeddingStore, GenerationStore {
  /** Every search is exhaustive here. */
  readonly recallTarget: number = 1;
  private readonly kept: KeptGeneration[] = [];
  private lastGeneration = 0;

  // Embeddings

  async liveGeneration(): Promise<Generation | undefined> {
    return this.live?.generation;
  }

  async openGeneration(spec: GenerationSpec): Promise<Generation> {
    const { generation } = this.live ?? this.keep(spec, "live");
    if (!hasSameVectors(generation, spec))
      throw new AppError("model_mismatch", `The library was embedded with ${generation.model}, not with ${spec.model}.`);
    return generation;
  }

  async backlog(generation: Generation, after: Label, limit: number, since = 0): Promise<BacklogEntry[]> {
    return this.waiting(generation, since)
      .filter(({ stored }) => stored.label > after)
      .slice(0, limit)
      .map(({ stored }) => ({
        label: stored.label,
        contentHash: stored.contentHash,
        text: prepareText(stored.paper),
      }));
  }

  async backlogSize(generation: Generation, since = 0): Promise<number> {
    return this.waiting(generation, since).length;
  }

  async putEmbeddings(generation: Generation, embeddings: readonly NewEmbedding[]): Promise<void> {
    for (const { label, vector } of embeddings) {
      const fault = faultOfVector(vector, generation.dimensions);
      if (fault !== undefined) throw new AppError("invalid_embedding", `The embedding of paper ${label} is not stored: ${fault}.`);
    }
    const { vectors } = this.known(generation);
    const current = embeddings.filter(({ label, contentHash }) => this.entries.get(label)?.stored.contentHash === contentHash);
    for (const embedding of current) {
      const { vector, sentences } = embedding;
      vectors.set(embedding.label, {
        ...embedding,
        vector: vector.slice(),
        sentences: sentences?.slice(),
      });
    }
    if (current.length > 0) this.change++;
  }

  async embeddings(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]> {
    const vectors = this.vectorsOf(generation);
    return labels.map((label) => vectors.get(label)?.vector);
  }

  async embeddedHashes(generation: Generation, labels: readonly Label[]): Promise<(string | undefined)[]> {
    const vectors = this.vectorsOf(generation);
    return labels.map((label) => vectors.get(label)?.contentHash);
  }

  async sentenceEmbeddings(generation: Generation, labels: readonly Label[]): Promise<(Int8Array | undefined)[]> {
    const vectors = this.vectorsOf(generation);
    return labels.map((label) => vectors.get(label)?.sentences);
  }

  // Generations

  async generations(): Promise<GenerationEntry[]> {
    const states: GenerationState[] = ["live", "filling", "retired"];
    return [...this.kept]
      .sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state) || b.retired - a.retired)
      .map(({ generation, state, vectors, audit, begun }) => ({
        generation,
        state,
        embedded: vectors.size,
        ...(state === "filling" ? { begun } : {}),
        ...(audit === undefined ? {} : { audit }),
      }));
  }

  async fillGeneration(spec: GenerationSpec): Promise<Generation> {
    const { generation } = this.kept.find(({ state }) => state === "filling") ?? this.keep(spec, "filling");
    if (!isSameSpec(generation, spec))
      throw new AppError("generation_filling", `Generation ${generation.id} is being filled with ${describeSpec(generation)} already.`, {
        mend: `Go on with that one (\`${reindexCommand(generation)}\`).`,
      });
    return generation;
  }

  async reuseEmbeddings(generation: Generation): Promise<number> {
    const { vectors } = this.known(generation);
    let reused = 0;
    for (const { stored } of this.waiting(generation)) {
      const same = this.kept
        .filter((other) => hasSameVectors(other.generation, generation))
        .flatMap((other) => other.vectors.get(stored.label) ?? [])
        .find(({ contentHash }) => contentHash === stored.contentHash);
      if (same === undefined) continue;
      vectors.set(stored.label, same);
      reused++;
    }
    if (reused > 0) this.change++;
    return reused;
  }

  async loadGeneration(generation: Generation): Promise<void> {
    this.known(generation);
  }

  async indexGeneration(generation: Generation): Promise<void> {
    this.known(generation);
  }

  async unloadGeneration(): Promise<void> {}

  async recordAudit(generation: Generation, audit: GenerationAudit): Promise<void> {
    this.known(generation).audit = audit;
  }

  async makeLive(generation: Generation): Promise<void> {
    const next = this.known(generation);
    if (next === this.live) return;
    this.change++;
    if (this.live !== undefined) {
      this.live.retired = this.change;
      this.live.state = "retired";
    }
    next.state = "live";
  }

  async dropGeneration(generation: Generation): Promise<void> {
    const gone = this.known(generation);
    if (gone === this.live) throw new AppError("invalid_request", `Generation ${generation.id} answers searches.`);
    this.kept.splice(this.kept.indexOf(gone), 1);
    this.change++;
  }

  async dropLeftovers(): Promise<void> {}

  // Parts

  protected override delete(label: Label): void {
    super.delete(label);
    for (const { vectors } of this.kept) vectors.delete(label);
  }

  protected get live(): KeptGeneration | undefined {
    return this.kept.find(({ state }) => state === "live");
  }

  private keep(spec: GenerationSpec, state: GenerationState): KeptGeneration {
    const made: KeptGeneration = {
      generation: { ...spec, id: ++this.lastGeneration },
      state,
      retired: 0,
      vectors: new Map(),
      begun: this.now().toISOString(),
    };
    this.kept.push(made);
    return made;
  }

  protected known({ id }: Generation): KeptGeneration {
    const found = this.kept.find(({ generation }) => generation.id === id);
    if (found === undefined) throw new AppError("generation_not_found", `There is no generation ${id}.`);
    return found;
  }

  protected vectorsOf({ id }: Generation): ReadonlyMap<Label, NewEmbedding> {
    return this.kept.find(({ generation }) => generation.id === id)?.vectors ?? new Map();
  }

  /** Papers whose text has no embedding in a generation; none if the generation is retired. */
  protected waiting({ id }: Generation, since = 0): Entry[] {
    const own = this.kept.find(({ generation, state }) => generation.id === id && state !== "retired");
    if (own === undefined) return [];
    return [...this.entries.values()]
      .filter(({ stored, change }) => change > since && own.vectors.get(stored.label)?.contentHash !== stored.contentHash)
      .sort((a, b) => a.stored.label - b.stored.label);
  }
}
