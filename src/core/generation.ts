/** Generations of embeddings: what defines one, its state, and how two are compared. */

/** How the graph of neighbours is built: links per paper, and the width of the search for them (arXiv 1603.09320). */
export interface GraphParameters {
  readonly M: number;
  readonly efConstruction: number;
}

/** Everything that determines an embedding, and how neighbours are found among them. */
export interface GenerationSpec {
  readonly model: string;
  readonly dimensions: number;
  /** Version of the text preparation. */
  readonly preparation: number;
  /** Tokens that are read of a text; the model's length if undefined. */
  readonly truncation?: number | undefined;
  /** The usual parameters where undefined. */
  readonly graph?: GraphParameters | undefined;
}

export interface Generation extends GenerationSpec {
  readonly id: number;
}

/** One generation answers (`live`). At most one is `filling`. `retired` ones answered before, and can again. */
export type GenerationState = "live" | "filling" | "retired";

/** What a new generation showed before it was made live. */
export interface GenerationAudit {
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  /** Papers that have their vector, finite and of unit length. */
  readonly embedded: number;
  /** Papers without one: they arrived during the audit. */
  readonly waiting: number;
  /** Papers whose neighbours were looked up. */
  readonly sampled: number;
  /** The share of their ten exact nearest neighbours that the index finds. */
  readonly recallAt10: number;
  /** The share of their ten nearest in the live generation that are also the nearest in this one; undefined without a live one. */
  readonly overlapAt10?: number | undefined;
}

export interface GenerationEntry {
  readonly generation: Generation;
  readonly state: GenerationState;
  /** Papers that have an embedding in it, even of a text that has changed since. */
  readonly embedded: number;
  /** When filling began, ISO 8601 in UTC; undefined if an earlier version began it. */
  readonly begun?: string;
  /** The audit that it passed before it was made live; undefined for the first one, and while it is being filled. */
  readonly audit?: GenerationAudit;
}

/** The graph parameters of a generation that names none. */
export const defaultGraphParameters: GraphParameters = {
  M: 16,
  efConstruction: 200,
};

/** The model of a generation, for people, and how much of a text it reads if that is less than it could. */
export function describeModel({ model, truncation }: Pick<GenerationSpec, "model" | "truncation">): string {
  return truncation === undefined ? model : `${model}, ${truncation} tokens`;
}

export function describeGraph({ M, efConstruction }: GraphParameters): string {
  return `M ${M}, efConstruction ${efConstruction}`;
}

/** What defines a generation, for people: the model, and whatever differs from the defaults. */
export function describeSpec(spec: GenerationSpec): string {
  return spec.graph === undefined ? describeModel(spec) : `${describeModel(spec)}, ${describeGraph(spec.graph)}`;
}

/** The command that makes or continues the generation of a specification. */
export function reindexCommand({ model, graph, truncation }: GenerationSpec): string {
  const parameters = graph === undefined ? "" : ` --m ${graph.M} --ef-construction ${graph.efConstruction}`;
  return `paperkin reindex --model ${model}${parameters}${truncation === undefined ? "" : ` --truncation ${truncation}`}`;
}

/** Whether a text has the same embedding in both. */
export function hasSameVectors(a: GenerationSpec, b: GenerationSpec): boolean {
  return a.model === b.model && a.dimensions === b.dimensions && a.preparation === b.preparation && a.truncation === b.truncation;
}

/** Whether the graph of neighbours is the same too. */
export function isSameSpec(a: GenerationSpec, b: GenerationSpec): boolean {
  return hasSameVectors(a, b) && a.graph?.M === b.graph?.M && a.graph?.efConstruction === b.graph?.efConstruction;
}
