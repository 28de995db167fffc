/** Search in plain language. */
import { termsOf } from "../core/analysis.ts";
import type { Embedder } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import type { Filters } from "../core/filters.ts";
import { selectLabels } from "../core/label-set.ts";
import { compareText } from "../core/order.ts";
import { type ParsedQuery, parseQuery } from "../core/query.ts";
import { longestQuery } from "../core/query-pieces.ts";
import type { Facets, Label, LabelSet, Library, TermQuery } from "../core/storage.ts";
import { normalizeText } from "../core/text.ts";
import { conditionsOf } from "./conditions.ts";
import { correctQuery } from "./correct.ts";
import { type Hit, makeHits } from "./hits.ts";
import { type Fusion, longestWindow, type RankedPaper, rank, type SearchMode } from "./rank.ts";

export interface SearchRequest {
  readonly query: string;
  /** Whether the query is words only: quotes, minus signs, fields and ids mean nothing. */
  readonly plain?: boolean;
  readonly mode?: SearchMode;
  readonly fusion?: Fusion;
  readonly filters?: Filters;
  /** Whose seen, saved and dismissed papers are left out. */
  readonly unseenBy?: string | undefined;
  /** Whether to look after misspelt words. */
  readonly correct?: boolean;
  /** How many values of each kind to count the found papers by; none where absent. */
  readonly facets?: number | undefined;
  /** 1 … 100. */
  readonly limit?: number;
  readonly offset?: number;
}

export interface SearchAnswer {
  readonly hits: readonly Hit[];
  /**
   * Keyword: the papers that hold any of the words and meet the conditions. Otherwise every paper that meets the
   * conditions is nearer or further, and they are all counted.
   */
  readonly total: number;
  /** How the answer was found: `keyword` also where nothing is embedded yet, `newest` for a query without words. */
  readonly mode: SearchMode | "newest";
  /** The query with words that hardly any paper holds as papers spell them; absent where nothing is better. */
  readonly suggestion?: string;
  /** Over the papers that `total` counts. */
  readonly facets?: Facets;
}

const longestPage = 100;

export async function search(library: Library, embedder: Embedder, request: SearchRequest, signal?: AbortSignal): Promise<SearchAnswer> {
  const answer = await find(library, embedder, request, signal);
  const isExact = answer.hits.some((hit) => hit.exact !== undefined);
  const suggestion = request.correct === true && !isExact ? await correctQuery(library, request.query) : undefined;
  return suggestion === undefined ? answer : { ...answer, suggestion };
}

async function find(library: Library, embedder: Embedder, request: SearchRequest, signal?: AbortSignal): Promise<SearchAnswer> {
  const { mode = "hybrid", limit = 10, offset = 0 } = request;
  checkWindow(limit, offset);
  const parsed = request.plain === true ? wordsOnly(request.query) : parseQuery(request.query);
  const exact = await findExact(library, parsed);
  const within = await conditionsOf(library, parsed, request.filters ?? {}, request.unseenBy);
  const size = within?.size ?? (await library.countPapers());
  const pinned = exact.labels.filter((label) => within === undefined || within.has(label));
  // An id says nothing about its subject: the rest of the answer is about what the paper is about.
  const text = exact.by === "id" ? ((await library.papers(exact.labels))[0]?.paper.title ?? parsed.text) : parsed.text;
  const facetsOver = async (set: LabelSet | undefined) =>
    request.facets === undefined ? {} : { facets: await library.facets(set, request.facets) };
  if (text === "") {
    const labels = await library.newest(within, { limit, offset });
    const ranked = labels.map(
      (label): RankedPaper => ({
        label,
        score: 0,
        semantic: undefined,
        lexical: undefined,
      }),
    );
    return {
      hits: await makeHits(library, ranked, {
        generation: undefined,
        vector: undefined,
        terms: new Set(),
      }),
      total: size,
      mode: "newest",
      ...(await facetsOver(within)),
    };
  }
  const terms = termQueryOf(text);
  const generation = mode === "keyword" ? undefined : await library.liveGeneration();
  const vector = generation === undefined ? undefined : await embedder.embedQuery(text, signal);
  const window = offset + limit + pinned.length;
  const { ranked, matching } = await rank(library, {
    generation,
    vector,
    terms,
    mode,
    within,
    window,
    ...(request.fusion === undefined ? {} : { fusion: request.fusion }),
  });
  const ordered = await orderTies(library, pin(ranked, pinned));
  const page = ordered.slice(offset, offset + limit);
  const hits = await makeHits(library, page, {
    generation,
    vector,
    terms: new Set(terms.terms.keys()),
  });
  const answered = vector === undefined ? "keyword" : mode;
  return {
    hits: hits.map((hit, at) => (pinned.includes(page[at]?.label ?? -1) && exact.by !== undefined ? { ...hit, exact: exact.by } : hit)),
    total: answered === "keyword" ? Math.max(matching, pinned.length) : size,
    mode: answered,
    ...(request.facets === undefined ? {} : await facetsOver(answered === "keyword" ? await holdingWords(library, terms, within) : within)),
  };
}

async function holdingWords(library: Library, { terms }: TermQuery, within: LabelSet | undefined): Promise<LabelSet> {
  const holding = await library.holdingAny([...terms.keys()]);
  return within === undefined ? holding : selectLabels(holding.labels(), (label) => within.has(label));
}

function wordsOnly(raw: string): ParsedQuery {
  const text = normalizeText(raw.slice(0, longestQuery).toWellFormed());
  return { text, phrases: [], excluded: [], filters: {}, excludedFilters: [], alternatives: [], id: undefined };
}

function checkWindow(limit: number, offset: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > longestPage) {
    throw new AppError("invalid_request", `limit is ${limit}; it is a whole number from 1 to ${longestPage}.`);
  }
  if (!Number.isInteger(offset) || offset < 0 || offset + limit > longestWindow) {
    throw new AppError("invalid_request", `offset is ${offset}; the first ${longestWindow} papers of an answer can be asked for.`, {
      mend: "Narrow the query with filters instead.",
    });
  }
}

/** Each word once for each time that it is said. */
export function termQueryOf(text: string): TermQuery {
  const terms = new Map<string, number>();
  for (const term of termsOf(text)) terms.set(term, (terms.get(term) ?? 0) + 1);
  return { terms };
}

async function findExact(library: Library, parsed: ParsedQuery): Promise<{ labels: Label[]; by: "id" | "title" | undefined }> {
  if (parsed.id !== undefined) {
    const [label] = await library.resolve([parsed.id.id]);
    return label === undefined ? { labels: [], by: undefined } : { labels: [label], by: "id" };
  }
  const labels = parsed.text === "" ? [] : await library.findByTitle(parsed.text);
  return { labels, by: labels.length > 0 ? "title" : undefined };
}

/** Puts what was asked for by name before everything else. */
function pin(ranked: readonly RankedPaper[], pinned: readonly Label[]): RankedPaper[] {
  if (pinned.length === 0) return [...ranked];
  const above = (ranked[0]?.score ?? 0) + 1;
  const known = new Map(ranked.map((hit) => [hit.label, hit]));
  const first = pinned.map(
    (label): RankedPaper => ({
      ...(known.get(label) ?? {
        label,
        semantic: undefined,
        lexical: undefined,
      }),
      score: above,
    }),
  );
  return [...first, ...ranked.filter((hit) => !pinned.includes(hit.label))];
}

/** Score descending, then `paperId` (I8): ranks know labels only, so equal scores are put in order here. */
export async function orderTies(library: Pick<Library, "papers">, ranked: readonly RankedPaper[]): Promise<RankedPaper[]> {
  const ordered: RankedPaper[] = [];
  for (let start = 0; start < ranked.length; ) {
    let end = start + 1;
    while (end < ranked.length && ranked[end]?.score === ranked[start]?.score) end++;
    const run = ranked.slice(start, end);
    if (run.length > 1) {
      const names = new Map(
        (await library.papers(run.map((hit) => hit.label))).flatMap((stored) =>
          stored === undefined ? [] : [[stored.label, stored.paper.paperId]],
        ),
      );
      run.sort((a, b) => compareText(names.get(a.label) ?? "", names.get(b.label) ?? ""));
    }
    ordered.push(...run);
    start = end;
  }
  return ordered;
}
