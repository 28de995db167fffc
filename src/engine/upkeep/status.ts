/** The state of the library, for people and programs that maintain it. */

import { defaultGraphParameters, type GenerationEntry, type GraphParameters } from "../../core/generation.ts";
import type { Library } from "../../core/library.ts";
import type { ClaimedWork, LibraryHealth, LibraryStatus } from "../../core/upkeep.ts";

/** A generation with its parameters and its size. */
export interface DescribedGeneration extends GenerationEntry {
  /** Of its graph, the usual ones too. */
  readonly parameters: GraphParameters;
  /** Of its index files. */
  readonly fileBytes: number;
  /** Of its vectors in the database. */
  readonly vectorBytes: number;
}

export interface EngineStatus extends LibraryStatus {
  readonly model: string;
  /** Processes that embed. */
  readonly workers: number;
  /** Why no text can be embedded at the moment. */
  readonly embeddingFault?: string | undefined;
  /** Why embedding, or writing the index, failed when it was last tried. */
  readonly backgroundFault?: string | undefined;
  readonly generations: readonly DescribedGeneration[];
  /** The current work of living processes, and its progress. */
  readonly work: readonly ClaimedWork[];
  readonly health: LibraryHealth;
}

export async function describeStatus(
  library: Library,
  own: Pick<EngineStatus, "model" | "workers" | "embeddingFault" | "backgroundFault">,
): Promise<EngineStatus> {
  const status = await library.status();
  const generations = (await library.generations()).map((entry): DescribedGeneration => {
    const { id, dimensions, graph = defaultGraphParameters } = entry.generation;
    const files = status.files.filter(({ name }) => name.startsWith(`generation-${id}/`));
    return {
      ...entry,
      parameters: graph,
      fileBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      vectorBytes: 4 * dimensions * entry.embedded,
    };
  });
  return { ...status, ...own, generations, work: await library.claimedWork(), health: await library.health() };
}

/**
 * Notices for people and logs, one line each; empty if all is well.
 * @param embeddingFault why no text can be embedded. @param backgroundFault why background work fails.
 */
export function notesOfHealth({ rebuilds, writesStopped }: LibraryHealth, embeddingFault?: string, backgroundFault?: string): string[] {
  const notes = rebuilds.map(({ index, reason, state, until }) => {
    const what = `the index of ${index}, since ${reason}`;
    if (state === "rebuilt") return `rebuilt: ${what} (done ${until})`;
    const meanwhile = index === "vectors" ? "; every vector is compared until it is there" : "";
    return state === "rebuilding" ? `rebuilding: ${what}${meanwhile}` : `could not be rebuilt: ${what}; every vector is compared`;
  });
  // A cause that has its own notice is not reported twice.
  if (backgroundFault !== undefined && backgroundFault !== embeddingFault && backgroundFault !== writesStopped)
    notes.unshift(`background work fails, and is retried: ${backgroundFault}`);
  if (embeddingFault !== undefined) notes.unshift(`nothing is searched by meaning: ${embeddingFault}`);
  return writesStopped === undefined ? notes : [`writing has stopped: ${writesStopped}`, ...notes];
}

/** About index files without usable content: there are none, or they are of another version, whose manifest does not apply. */
export function describeUnusedFiles(files: LibraryStatus["files"]): string {
  return files.some(({ name }) => name.startsWith("generation-"))
    ? "to be rebuilt by the next import or a server"
    : "none yet; made when papers are embedded";
}
