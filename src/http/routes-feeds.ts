/** Public feeds: GET /feeds/daily.{format}, /feeds/topics/{slug}.{format} and /feeds/search.{format} */
import { type OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { paperHref, topicHref } from "../core/page-addresses.ts";
import type { Paper } from "../core/paper.ts";
import type { Engine } from "../engine/engine.ts";
import { goodSorts } from "../engine/search/good-hits.ts";
import { ConditionalAnswers } from "./conditional.ts";
import { type FeedFormat, feedFormats, feedMediaTypes, feedOf } from "./feed.ts";
import { problemResponse } from "./problem.ts";
import { filterParameters, filtersOfParameters, modeSchema } from "./schemas.ts";

/** The most papers in a feed. */
const mostItems = 50;

export const formatParameter = z.enum(feedFormats).openapi({ param: { name: "format", in: "path" }, example: "atom" });
const goodSortSchema = z.enum(goodSorts).default("newest").openapi({
  description: "Of the papers that match well: the newest first, or the best first.",
});
const searchQuery = z.object({
  q: z.string().max(10_000).default("").openapi({ example: "graph neural networks", description: "The query, as for `/v1/search`." }),
  ...filterParameters.shape,
  mode: modeSchema,
  sort: goodSortSchema,
});
const topicQuery = z.object({ sort: goodSortSchema });

const jsonFeedModel = z
  .looseObject({ version: z.string(), title: z.string(), items: z.array(z.looseObject({ id: z.string() })) })
  .openapi("JsonFeed", { description: "JSON Feed 1.1 (jsonfeed.org)." });

export const feedResponses: RouteConfig["responses"] = {
  200: {
    description: "The feed, with ETag and Last-Modified; clients that send them back get 304 while nothing has changed",
    content: Object.fromEntries(
      feedFormats.map((format) => [feedMediaTypes[format].replace(/;.*/, ""), { schema: format === "json" ? jsonFeedModel : z.string() }]),
    ),
  },
  304: { description: "Nothing has changed" },
  default: problemResponse,
};

const routes: readonly RouteConfig[] = [
  {
    method: "get",
    path: "/feeds/daily.{format}",
    operationId: "dailyFeed",
    summary: "The papers of the last days, as a feed",
    description: "The last seven days that have papers, as RSS 2.0, Atom or JSON Feed 1.1.",
    request: { params: z.object({ format: formatParameter }) },
    responses: feedResponses,
  },
  {
    method: "get",
    path: "/feeds/topics/{slug}.{format}",
    operationId: "topicFeed",
    summary: "A topic as a feed",
    request: { params: z.object({ slug: z.string().openapi({ example: "language-models" }), format: formatParameter }), query: topicQuery },
    responses: feedResponses,
  },
  {
    method: "get",
    path: "/feeds/search.{format}",
    operationId: "searchFeed",
    summary: "A search as a feed",
    description: "The papers that match a search well, the newest first.",
    request: { params: z.object({ format: formatParameter }), query: searchQuery },
    responses: feedResponses,
  },
];

/** For example `daily.atom` → `daily`, `atom`. */
export const feedFile = `{.+\\.(?:${feedFormats.join("|")})}`;

export function readFileName(name: string): { stem: string; format: FeedFormat } {
  const at = name.lastIndexOf(".");
  const ending = name.slice(at + 1);
  return { stem: name.slice(0, at), format: feedFormats.find((format) => format === ending) ?? "atom" };
}

export function addFeedRoutes(app: OpenAPIHono, engine: Engine): void {
  // Registered by hand: the router has no parameters for a part of a segment.
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  const answers = new ConditionalAnswers();

  function send(
    c: Context,
    format: FeedFormat,
    page: { title: string; description: string; path: string; papers: readonly Paper[] },
  ): Response {
    const { host, origin, pathname, search } = new URL(c.req.url);
    // Behind a TLS proxy the host is the same, but the scheme differs.
    const base = host === new URL(engine.publicUrl).host ? engine.publicUrl : origin;
    const items = page.papers.map((paper) => ({ paper, url: base + paperHref(paper.paperId) }));
    const { title, description } = page;
    const document = feedOf({ title, description, selfUrl: base + pathname + search, htmlUrl: base + page.path, items }, format);
    return answers.answer(c, document, feedMediaTypes[format]);
  }

  app.get(`/feeds/topics/:file${feedFile}`, async (c) => {
    const { stem, format } = readFileName(c.req.param("file"));
    const { sort } = topicQuery.parse(queryOf(c));
    const { topic, hits } = await engine.topicPapers(stem, { sort, limit: mostItems }, c.req.raw.signal);
    const papers = hits.map((hit) => hit.paper);
    return send(c, format, { title: `${topic.name} · Paperkin`, description: topic.description, path: topicHref(topic.slug), papers });
  });

  app.get(`/feeds/:file${feedFile}`, async (c, next) => {
    const { stem, format } = readFileName(c.req.param("file"));
    if (stem === "daily") {
      const papers = await engine.latestListed(mostItems);
      return send(c, format, { title: "Daily papers · Paperkin", description: "The papers of the last days.", path: "/daily", papers });
    }
    if (stem !== "search") return await next();
    const { q, mode, sort, ...filters } = searchQuery.parse(queryOf(c));
    const papers = await engine.goodPapers({ query: q, mode, filters: filtersOfParameters(filters), sort }, mostItems, c.req.raw.signal);
    return send(c, format, {
      title: q === "" ? "New papers · Paperkin" : `${q.slice(0, 80)} · Paperkin`,
      description: q === "" ? "The newest papers." : `Papers that match “${q.slice(0, 200)}” well.`,
      path: `/${new URL(c.req.url).search}`,
      papers,
    });
  });
}

/** Parameters that occur several times become lists, as the schemas of routes expect. */
function queryOf(c: Context): Record<string, string | string[] | undefined> {
  return Object.fromEntries(Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}
