/**
 * Semantic Scholar's Graph and Recommendations APIs, for programs that were written for them and can be pointed at another host. What they
 * offer beyond papers, authors' names and texts (citations, references, types of publications) is empty or refused.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import { dateOf, type Paper } from "../../core/paper.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import { longestQuery } from "../../core/query-pieces.ts";
import { foldWords } from "../../core/text.ts";
import type { Engine } from "../../engine/engine.ts";
import { mostExamples } from "../../engine/recommend/recommend.ts";
import { longestWindow } from "../../engine/search/rank.ts";
import { bestByWords } from "./best-by-words.ts";
import { bulkOrder, readBulkQuery } from "./s2-bulk.ts";
import { s2Filters, unacceptable } from "./s2-filters.ts";
import { corpusIdOf, readFields, type S2Source, s2AuthorsOf, s2IdOf, s2PaperOf, type WantedFields } from "./s2-paper.ts";

/** The most hits that the engine gives at once. */
const searchedAtOnce = 100;
const mostRecommended = 500;
const mostIds = 500;
const longestCompleted = 100;

const batchSchema = z.object({ ids: z.array(z.string().min(1)).min(1).max(mostIds) });
const examplesSchema = z.object({
  positivePaperIds: z.array(z.string()).max(mostExamples).nullish(),
  negativePaperIds: z.array(z.string()).max(mostExamples).nullish(),
});

export function addSemanticScholarRoutes(app: OpenAPIHono, engine: Engine): void {
  app.get("/graph/v1/paper/search", (c) => answerSearch(c, engine));
  app.get("/graph/v1/paper/search/bulk", (c) => answerBulk(c, engine));
  app.get("/graph/v1/paper/search/match", (c) => answerMatch(c, engine));
  app.get("/graph/v1/paper/autocomplete", (c) => answerCompletions(c, engine));
  app.get("/graph/v1/snippet/search", (c) => answerSnippets(c, engine));
  app.post("/graph/v1/paper/batch", (c) => answerBatch(c, engine));
  app.get("/graph/v1/paper/:id{.+}/authors", (c) => answerAuthors(c, engine));
  for (const part of ["citations", "references"]) app.get(`/graph/v1/paper/:id{.+}/${part}`, (c) => answerNone(c, engine));
  app.get("/graph/v1/paper/:id{.+}", async (c) => {
    const wanted = fieldsOf(c);
    return c.json(await bodyOf(engine, await paperOf(engine, c.req.param("id")), wanted));
  });
  app.get("/recommendations/v1/papers/forpaper/:id{.+}", async (c) => {
    const from = c.req.query("from") ?? "recent";
    if (from !== "recent" && from !== "all-cs") throw unacceptable("from", from);
    const { paper } = await paperOf(engine, c.req.param("id"));
    return await answerRecommended(c, engine, [paper.paperId], []);
  });
  app.post("/recommendations/v1/papers", async (c) => {
    const { positivePaperIds, negativePaperIds } = await readBody(c, examplesSchema);
    if (positivePaperIds == null || positivePaperIds.length === 0)
      throw new AppError("invalid_request", "No positive paper examples given");
    return await answerRecommended(c, engine, positivePaperIds, negativePaperIds ?? []);
  });
}

async function answerSearch(c: Context, engine: Engine): Promise<Response> {
  const [wanted, offset, asked] = [fieldsOf(c), numberOf(c, "offset", 0, longestWindow - 1), numberOf(c, "limit", 100, searchedAtOnce)];
  // Clients page on to the end, whether or not it is on the last page.
  const limit = Math.min(asked, longestWindow - offset);
  const { hits, total } = await engine.search(
    { query: queryOf(c), plain: true, filters: s2Filters(c.req.query()), limit, offset, wordsIfNeeded: true },
    c.req.raw.signal,
  );
  const data = await bodiesOf(
    engine,
    hits.map(({ paper }) => paper),
    wanted,
  );
  const next = offset + limit;
  return c.json({ total, offset, ...(next < Math.min(total, longestWindow) ? { next } : {}), data });
}

/** All at once, since the engine ranks no more than one page of such an answer has: there is no token. */
async function answerBulk(c: Context, engine: Engine): Promise<Response> {
  const [wanted, order] = [fieldsOf(c), bulkOrder(c.req.query("sort") || undefined)];
  const request = { query: readBulkQuery(queryOf(c)), filters: s2Filters(c.req.query()) };
  const papers = await bestByWords(engine, request, c.req.raw.signal);
  return c.json({ total: papers.length, data: await bodiesOf(engine, papers.sort(order), wanted) });
}

/** The paper whose title is nearest to the query, if at least half of the words are in both. */
async function answerMatch(c: Context, engine: Engine): Promise<Response> {
  const [wanted, query] = [fieldsOf(c), queryOf(c)];
  const request = { query, plain: true, mode: "keyword", filters: s2Filters(c.req.query()), limit: 20 } as const;
  const { hits } = await engine.search(request, c.req.raw.signal);
  const asked = new Set(foldWords(query).split(" "));
  const [best] = hits
    .map((hit) => ({ hit, share: sharedWords(asked, new Set(foldWords(hit.paper.title).split(" "))) }))
    .sort((a, b) => b.share - a.share);
  if (best === undefined || best.share < 0.5) throw new AppError("paper_not_found", "Title match not found");
  return c.json({ data: [{ ...(await bodyOf(engine, best.hit, wanted)), matchScore: best.hit.score }] });
}

function sharedWords(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = [...a].filter((word) => b.has(word)).length;
  return both / Math.max(a.size, b.size);
}

async function answerCompletions(c: Context, engine: Engine): Promise<Response> {
  const { titles } = await engine.suggest(queryOf(c).slice(0, longestCompleted), 10);
  const papers = await engine.papers(titles.map(({ paperId }) => paperId));
  const matches = papers.flatMap((stored) => {
    if (stored === undefined) return [];
    const { paper } = stored;
    return [{ id: s2IdOf(paper), title: paper.title, authorsYear: authorsYearOf(paper) }];
  });
  return c.json({ matches });
}

/** `Example et al., 2024` */
function authorsYearOf(paper: Paper): string {
  const [first, second, third] = paper.authors.map(({ name, family }) => family ?? name);
  const authors =
    first === undefined ? [] : [second === undefined ? first : third === undefined ? `${first}, ${second}` : `${first} et al.`];
  return [...authors, dateOf(paper)?.slice(0, 4) ?? []].flat().join(", ");
}

/** The most telling sentence of each paper's abstract. */
async function answerSnippets(c: Context, engine: Engine): Promise<Response> {
  const limit = numberOf(c, "limit", 10, longestWindow);
  for (const name of ["paperIds", "authors", "insertedBefore"])
    if ((c.req.query(name) ?? "") !== "") throw unacceptable(name, c.req.query(name));
  const request = { query: queryOf(c), plain: true, filters: s2Filters(c.req.query()), wordsIfNeeded: true };
  const data: unknown[] = [];
  for (let offset = 0; offset < limit; offset += searchedAtOnce) {
    const size = Math.min(searchedAtOnce, limit - offset);
    const { hits } = await engine.search({ ...request, offset, limit: size }, c.req.raw.signal);
    data.push(
      ...hits.map(({ paper, score, sentence }) => {
        const text = sentence?.text ?? paper.title;
        const start = Math.max(0, paper.abstract.indexOf(text));
        const snippetKind = sentence === undefined ? "title" : "abstract";
        const snippetOffset = { start, end: start + text.length };
        return {
          snippet: { text, snippetKind, section: null, snippetOffset, annotations: { sentences: [], refMentions: [] } },
          score,
          paper: {
            corpusId: corpusIdOf(paper),
            title: paper.title,
            authors: paper.authors.map(({ name }) => name),
            openAccessInfo: { license: null, status: null, disclaimer: null },
          },
        };
      }),
    );
    if (hits.length < size) break;
  }
  return c.json({ data, retrievalVersion: `paperkin/${engine.model}` });
}

async function answerBatch(c: Context, engine: Engine): Promise<Response> {
  const wanted = fieldsOf(c);
  const found = await engine.papers((await readBody(c, batchSchema)).ids);
  const bodies: unknown[] = [];
  for (const stored of found) bodies.push(stored === undefined ? null : await bodyOf(engine, stored, wanted));
  return c.json(bodies);
}

async function answerAuthors(c: Context, engine: Engine): Promise<Response> {
  const [offset, limit] = [numberOf(c, "offset", 0, Number.MAX_SAFE_INTEGER), numberOf(c, "limit", 100, 1_000)];
  const authors = s2AuthorsOf((await paperOf(engine, c.req.param("id") ?? "")).paper);
  const next = offset + limit;
  return c.json({ offset, ...(next < authors.length ? { next } : {}), data: authors.slice(offset, next) });
}

async function answerNone(c: Context, engine: Engine): Promise<Response> {
  const offset = numberOf(c, "offset", 0, Number.MAX_SAFE_INTEGER);
  await paperOf(engine, c.req.param("id") ?? "");
  return c.json({ offset, data: [] });
}

async function answerRecommended(c: Context, engine: Engine, positive: readonly string[], negative: readonly string[]): Promise<Response> {
  const [wanted, limit] = [fieldsOf(c), numberOf(c, "limit", 100, mostRecommended)];
  const named = [...positive, ...negative];
  const found = await engine.papers(named);
  const missing = named.find((_, at) => found[at] === undefined);
  if (missing !== undefined) throw notFound(missing);
  const hits = await engine.recommend({ positive, negative, limit }, c.req.raw.signal);
  return c.json({
    recommendedPapers: await bodiesOf(
      engine,
      hits.map(({ paper }) => paper),
      wanted,
    ),
  });
}

async function paperOf(engine: Engine, id: string): Promise<StoredPaper> {
  const [stored] = await engine.papers([id]);
  if (stored === undefined) throw notFound(id);
  return stored;
}

/** In the words of the service. */
function notFound(id: string): AppError {
  return new AppError("paper_not_found", `Paper with id ${id.slice(0, 200)} not found`);
}

async function bodiesOf(engine: Engine, papers: readonly Paper[], wanted: WantedFields): Promise<unknown[]> {
  const bodies: unknown[] = [];
  for (const paper of papers) bodies.push(await bodyOf(engine, { paper }, wanted));
  return bodies;
}

async function bodyOf(engine: Engine, { paper }: { readonly paper: Paper }, wanted: WantedFields): Promise<Record<string, unknown>> {
  return s2PaperOf({ paper, embedding: wanted.has("embedding") ? await embeddingOf(engine, paper) : undefined }, wanted, engine.publicUrl);
}

async function embeddingOf(engine: Engine, paper: Paper): Promise<S2Source["embedding"]> {
  const [stored] = await engine.papers([paper.paperId]);
  const vector = stored === undefined ? undefined : await engine.embeddingOf(stored);
  return vector === undefined ? undefined : { model: engine.model, vector: Array.from(vector) };
}

function fieldsOf(c: Context): WantedFields {
  return readFields(c.req.query("fields"));
}

/** Throws `invalid_request` without a query. */
function queryOf(c: Context): string {
  const query = (c.req.query("query") ?? "").trim();
  if (query === "") throw new AppError("invalid_request", "Missing required parameter: query");
  return query.slice(0, longestQuery);
}

/** Throws `invalid_request` for anything but a whole number up to `most`. */
function numberOf(c: Context, name: string, usual: number, most: number): number {
  const text = c.req.query(name) ?? "";
  if (text === "") return usual;
  if (!/^\d{1,15}$/.test(text) || Number(text) > most || (name === "limit" && Number(text) === 0)) throw unacceptable(name, text);
  return Number(text);
}

/** The body as JSON, whatever its content type. Throws `invalid_request`. */
async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const value: unknown = await c.req.json().catch(() => undefined);
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new AppError("invalid_request", `${issue?.path.join(".") || "The body"}: ${issue?.message ?? "it is not valid"}`);
}
