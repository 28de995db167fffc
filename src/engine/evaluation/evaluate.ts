/** Quality of search and related papers on a labelled collection: runs its queries, and measures the answers. */
import { AppError } from "../../core/errors.ts";
import type { Engine } from "../engine.ts";
import { emptyCounts } from "../intake/ingest.ts";
import type { Hit } from "../search/hits.ts";
import { asksForRelated, type EvalQuery, type QuerySet, readCorpus } from "./collection.ts";
import type { EvalConfiguration } from "./configurations.ts";
import { EvalDocuments, evalSource } from "./documents.ts";
import { type Comparison, compareModes, type EvalMode, type ModeResult, measure, type QueryMeasures, summarize } from "./measures.ts";
import { type EvalRun, idsOf, type JudgedRuns, type RankedDocument, rankingDepth } from "./run.ts";

export interface EvalOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (what: string, done: number, total: number, unit: string) => void;
}

export interface SetResult {
  readonly modes: readonly ModeResult[];
  readonly comparisons: readonly Comparison[];
}

/** Queries that run concurrently, so that one is embedded while another is ranked. */
const queriesInFlight = 3;
/** Stored papers that are examined at once. */
const pageSize = 500;

/**
 * Imports a corpus and embeds what is missing. A library that contains this corpus already stays unchanged. @returns the corpus' ids.
 * Throws `invalid_request`, having changed nothing, if the library contains other papers.
 */
export async function loadCollection(engine: Engine, corpus: string, options: EvalOptions = {}): Promise<EvalDocuments> {
  const { signal, onProgress } = options;
  const stop = signal === undefined ? {} : { signal };
  await checkLibrary(engine, corpus);
  const documents = new EvalDocuments();
  await engine.ingest(documents.read(corpus), emptyCounts(), {
    ...stop,
    onBatch: ({ read }) => onProgress?.("reading", read, Math.max(read, documents.size), "documents"),
  });
  throwIfAborted(signal);
  await engine.embedBacklog({ ...stop, onProgress: (done, total) => onProgress?.("embedding", done, total, "documents") });
  throwIfAborted(signal);
  // Complete the graph, so that the measurement is of a library at rest.
  await engine.library.checkpoint();
  return documents;
}

/** The folder of `--keep` may contain only documents of this corpus: above all, nobody's own papers. */
async function checkLibrary({ library }: Engine, corpus: string): Promise<void> {
  let page = await library.eachPaper(0, pageSize);
  if (page.length === 0) return;
  const documents = new EvalDocuments();
  for await (const document of readCorpus(corpus)) documents.take(document);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    const other = page.find(({ paper }) => documents.documentIdOf(paper.paperId) === undefined || paper.sources.join() !== evalSource);
    if (other !== undefined) {
      throw new AppError("invalid_request", `The library contains “${other.paper.title}”, which does not belong to this collection.`, {
        mend: "Name a separate folder with --keep for each collection.",
      });
    }
    page = await library.eachPaper(last.label, pageSize);
  }
}

/** The figures of runs that are named after modes. */
export function measureModes({ set, queries, runs }: JudgedRuns, modes: readonly EvalMode[]): SetResult {
  const measures = new Map<EvalMode, readonly QueryMeasures[]>();
  for (const mode of modes) {
    const rankings = runs.find(({ name }) => name === mode)?.rankings;
    if (rankings !== undefined)
      measures.set(
        mode,
        queries.map(({ judgments }, at) => measure(idsOf(rankings[at]), judgments)),
      );
  }
  return { modes: summarize(set, measures), comparisons: compareModes(set, measures) };
}

/** Runs every query of a set (as `countedSet` gives it) in each configuration. Throws `cancelled`, and what searching throws. */
export async function runSet(
  engine: Engine,
  documents: EvalDocuments,
  set: QuerySet,
  configurations: readonly EvalConfiguration[],
  options: EvalOptions = {},
): Promise<JudgedRuns> {
  const { signal, onProgress } = options;
  const related = asksForRelated(set, (id) => documents.has(id));
  const rankings = configurations.map(() => new Array<readonly RankedDocument[]>(set.queries.length));
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < set.queries.length) {
      const at = next++;
      const query = set.queries[at];
      if (query === undefined) continue;
      for (const [which, configuration] of configurations.entries()) {
        throwIfAborted(signal);
        const own = rankings[which];
        if (own !== undefined) own[at] = rankingOf(await ask(engine, documents, query, configuration, related, signal), documents);
      }
      onProgress?.(set.name, ++done, set.queries.length, "queries");
    }
  };
  await Promise.all(Array.from({ length: queriesInFlight }, work));
  return {
    set: set.name,
    queries: set.queries,
    runs: configurations.map(({ name }, which): EvalRun => ({ name, rankings: rankings[which] ?? [] })),
  };
}

async function ask(
  engine: Engine,
  documents: EvalDocuments,
  query: EvalQuery,
  { name: _, ...how }: EvalConfiguration,
  related: boolean,
  signal: AbortSignal | undefined,
): Promise<readonly Hit[]> {
  const request = { ...how, limit: rankingDepth };
  if (related) return await engine.similarToPaper(documents.paperIdOf(query.id), request, signal);
  return (await engine.search({ query: query.text, plain: true, rerank: false, ...request }, signal)).hits;
}

/** Documents that the library treats as one paper are grouped, the one that gave the paper its name first. */
function rankingOf(hits: readonly Hit[], documents: EvalDocuments): RankedDocument[] {
  return hits.flatMap(({ score, paper: { paperId, ids } }) =>
    [...new Set([paperId, ...ids])].flatMap((name) => {
      const id = documents.documentIdOf(name);
      return id === undefined ? [] : [{ id, score }];
    }),
  );
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError("cancelled", "The evaluation was interrupted.");
}
