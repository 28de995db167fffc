/** arXiv's search API: `GET` and `POST /api/query`, answered as Atom. Errors are feeds too, with one entry called “Error”. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError, toAppError } from "../../core/errors.ts";
import { idIn } from "../../core/export/work.ts";
import { firstDay } from "../../core/filters.ts";
import { escapeHtml } from "../../core/html.ts";
import { recognizeId } from "../../core/identity.ts";
import { compareText } from "../../core/order.ts";
import { paperHref } from "../../core/page-addresses.ts";
import { dateOf, type Paper } from "../../core/paper.ts";
import type { Engine } from "../../engine/engine.ts";
import { readArxivQuery } from "./arxiv-query.ts";
import { bestByWords } from "./best-by-words.ts";

/** Of one answer, and of all answers to a query, as at arXiv. */
const mostAtOnce = 2_000;
const mostResults = 30_000;

type Parameters = Readonly<Record<string, string>>;

export function addArxivRoutes(app: OpenAPIHono, engine: Engine): void {
  app.get("/api/query", (c) => answer(c, engine, c.req.query()));
  app.post("/api/query", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    return await answer(c, engine, { ...c.req.query(), ...Object.fromEntries(form) });
  });
}

async function answer(c: Context, engine: Engine, parameters: Parameters): Promise<Response> {
  const address = engine.publicUrl + c.req.path;
  try {
    const [start, asked] = [numberOf(parameters, "start", 0), numberOf(parameters, "max_results", 10)];
    if (start + asked > mostResults) throw new AppError("invalid_request", `start + max_results must not be more than ${mostResults}`);
    const size = Math.min(asked, mostAtOnce);
    const { total, papers } = await papersFor(engine, parameters, { start, size }, c.req.raw.signal);
    return atom(
      c,
      200,
      feedOf(
        address,
        { total, start, size },
        papers.map((paper) => entryOf(paper, engine.publicUrl)),
      ),
    );
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.outcome.status >= 500) throw thrown;
    const entry = `<entry><id>http://arxiv.org/api/errors#${escapeHtml(error.code)}</id><title>Error</title><summary>${escapeHtml(error.message)}</summary><updated>1970-01-01T00:00:00Z</updated><author><name>Paperkin</name></author></entry>`;
    return atom(c, 400, feedOf(address, { total: 1, start: 0, size: 1 }, [entry]));
  }
}

async function papersFor(
  engine: Engine,
  parameters: Parameters,
  { start, size }: { readonly start: number; readonly size: number },
  signal: AbortSignal,
): Promise<{ total: number; papers: readonly Paper[] }> {
  const read = readArxivQuery(parameters.search_query ?? "");
  const ids = [...(parameters.id_list ?? "").split(",").flatMap((id) => id.trim() || []), ...read.ids].map(arxivId);
  if (ids.length > mostAtOnce) throw new AppError("invalid_request", `id_list must not name more than ${mostAtOnce} papers`);
  const isSearch = read.query !== "" || read.filters.publishedFrom !== undefined;
  if (ids.length === 0 && !isSearch) return { total: 0, papers: [] };
  const order = orderOf(parameters);
  if (!isSearch) {
    const found = (await engine.papers(ids)).flatMap((stored) => stored?.paper ?? []);
    return { total: found.length, papers: inOrder(found, order).slice(start, start + size) };
  }
  // Clients go on until they have as many as there are, so no more are told than they can get.
  const papers = await bestByWords(engine, read, signal);
  const named = new Set(ids);
  const wanted = ids.length === 0 ? papers : papers.filter((paper) => paper.ids.some((id) => named.has(id)));
  return { total: wanted.length, papers: inOrder(wanted, order).slice(start, start + size) };
}

/** Throws `invalid_request`. */
function arxivId(text: string): string {
  const known = recognizeId(text);
  if (known === undefined) throw new AppError("invalid_request", `incorrect id format for ${text.slice(0, 100)}`);
  return known.id;
}

interface Order {
  readonly by: "submittedDate" | "lastUpdatedDate";
  readonly isAscending: boolean;
}

/** Undefined for the order by relevance. Throws `invalid_request`. */
function orderOf({ sortBy = "relevance", sortOrder = "descending" }: Parameters): Order | undefined {
  if (sortOrder !== "ascending" && sortOrder !== "descending")
    throw new AppError("invalid_request", "sortOrder must be in: ascending, descending");
  if (sortBy === "relevance" || sortBy === "") return undefined;
  if (sortBy !== "submittedDate" && sortBy !== "lastUpdatedDate")
    throw new AppError("invalid_request", "sortBy must be in: relevance, lastUpdatedDate, submittedDate");
  return { by: sortBy, isAscending: sortOrder === "ascending" };
}

function inOrder(papers: readonly Paper[], order: Order | undefined): readonly Paper[] {
  if (order === undefined) return papers;
  const timeOf = order.by === "submittedDate" ? publishedOf : updatedOf;
  const sign = order.isAscending ? 1 : -1;
  return papers.toSorted((a, b) => sign * compareText(timeOf(a), timeOf(b)) || compareText(a.paperId, b.paperId));
}

function publishedOf(paper: Paper): string {
  return `${firstDay(paper.published ?? dateOf(paper) ?? "1970")}T00:00:00Z`;
}

function updatedOf(paper: Paper): string {
  return paper.updated === undefined ? publishedOf(paper) : `${firstDay(paper.updated)}T00:00:00Z`;
}

function numberOf(parameters: Parameters, name: string, usual: number): number {
  const text = parameters[name] ?? "";
  if (text === "") return usual;
  if (!/^\d{1,9}$/.test(text)) throw new AppError("invalid_request", `${name} must be an integer`);
  return Number(text);
}

function atom(c: Context, status: 200 | 400, body: string): Response {
  return c.body(body, status, { "content-type": "application/atom+xml; charset=utf-8" });
}

function feedOf(
  address: string,
  { total, start, size }: { total: number; start: number; size: number },
  entries: readonly string[],
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">
<title>arXiv Query: Paperkin</title><id>${escapeHtml(address)}</id><updated>1970-01-01T00:00:00Z</updated>
<opensearch:totalResults>${total}</opensearch:totalResults><opensearch:startIndex>${start}</opensearch:startIndex><opensearch:itemsPerPage>${size}</opensearch:itemsPerPage>
${entries.join("\n")}
</feed>
`;
}

function entryOf(paper: Paper, origin: string): string {
  const arxiv = idIn(paper, "arXiv");
  const doi = idIn(paper, "DOI");
  const version = paper.version === undefined ? "" : `v${paper.version}`;
  const page = arxiv === undefined ? origin + paperHref(paper.paperId) : `http://arxiv.org/abs/${arxiv}${version}`;
  const [primary = ""] = paper.categories;
  const element = (name: string, text: string | undefined) =>
    text === undefined || text === "" ? [] : [`<${name}>${escapeHtml(text)}</${name}>`];
  const link = (rel: string, href: string | undefined, title?: string) =>
    href === undefined ? [] : [`<link href="${escapeHtml(href)}" rel="${rel}"${title === undefined ? "" : ` title="${title}"`}/>`];
  return `<entry>${[
    ...element("id", page),
    ...element("updated", updatedOf(paper)),
    ...element("published", publishedOf(paper)),
    ...element("title", paper.title),
    `<summary>${escapeHtml(paper.abstract)}</summary>`,
    ...paper.authors.flatMap(({ name }) => ["<author>", ...element("name", name), "</author>"]),
    ...element("arxiv:doi", doi),
    ...element("arxiv:journal_ref", paper.venue),
    ...link("alternate", page),
    // arXiv always has one, and clients download from there.
    ...link("related", paper.pdfUrl ?? (arxiv === undefined ? undefined : `https://arxiv.org/pdf/${arxiv}${version}`), "pdf"),
    ...link("related", doi === undefined ? undefined : `https://doi.org/${doi}`, "doi"),
    // Clients count on one.
    `<arxiv:primary_category term="${escapeHtml(primary)}"/>`,
    ...paper.categories.map((category) => `<category term="${escapeHtml(category)}"/>`),
  ].join("")}</entry>`;
}
