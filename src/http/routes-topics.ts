/** Topics: GET and POST /v1/topics, DELETE /v1/topics/{slug}, GET /v1/topics/{slug}/papers */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Engine } from "../engine/engine.ts";
import { goodSorts } from "../engine/search/good-hits.ts";
import { problemResponse } from "./problem.ts";
import { since } from "./routes-search.ts";
import { hitBody, hitModel, jsonBody, limitParameter } from "./schemas.ts";

const topicModel = z.object({ slug: z.string(), name: z.string(), description: z.string() }).openapi("Topic");
const slugParameter = z.object({
  slug: z.string().openapi({
    param: { name: "slug", in: "path" },
    example: "language-models",
  }),
});

const list = createRoute({
  method: "get",
  path: "/v1/topics",
  operationId: "listTopics",
  summary: "All topics",
  responses: {
    200: jsonBody(z.object({ topics: z.array(topicModel) }), "By name"),
    default: problemResponse,
  },
});

const add = createRoute({
  method: "post",
  path: "/v1/topics",
  operationId: "addTopic",
  summary: "Add a topic",
  request: {
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({
          name: z.string().min(1).max(200),
          description: z.string().min(1).max(5_000),
        }),
        "Its name, and a description of its subject",
        { name: "Protein design", description: "new proteins designed by computation" },
      ),
    },
  },
  responses: {
    201: jsonBody(topicModel, "The topic"),
    default: problemResponse,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/topics/{slug}",
  operationId: "removeTopic",
  summary: "Remove a topic",
  request: { params: slugParameter },
  responses: { 204: { description: "It is gone" }, default: problemResponse },
});

const papers = createRoute({
  method: "get",
  path: "/v1/topics/{slug}/papers",
  operationId: "listTopicPapers",
  summary: "The papers of a topic",
  request: {
    params: slugParameter,
    query: z.object({
      sort: z.enum(goodSorts).default("newest"),
      limit: limitParameter,
    }),
  },
  responses: {
    200: jsonBody(
      z
        .object({
          topic: topicModel,
          hits: z.array(hitModel),
          tookMs: z.number(),
        })
        .openapi("TopicPapers"),
      "The good papers, newest or best first",
    ),
    default: problemResponse,
  },
});

export function addTopicRoutes(app: OpenAPIHono, engine: Engine): void {
  app.openapi(list, async (c) => c.json({ topics: await engine.topics() }, 200));
  app.openapi(add, async (c) => {
    const { name, description } = c.req.valid("json");
    return c.json(await engine.addTopic(name, description), 201);
  });
  app.openapi(remove, async (c) => {
    await engine.removeTopic(c.req.valid("param").slug);
    return c.body(null, 204);
  });
  app.openapi(papers, async (c) => {
    const started = performance.now();
    const { topic, hits } = await engine.topicPapers(c.req.valid("param").slug, c.req.valid("query"), c.req.raw.signal);
    return c.json({ topic, hits: hits.map(hitBody), tookMs: since(started) }, 200);
  });
}
