/** How the service is: GET /v1/index, /health/live, /health/ready, /metrics */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Engine } from "../engine/engine.ts";
import type { Metrics } from "./metrics.ts";
import { problemResponse } from "./problem.ts";
import { jsonBody } from "./schemas.ts";

const indexModel = z
  .object({
    papers: z.number().int(),
    embedded: z.number().int(),
    backlog: z.number().int().openapi({ description: "Papers that wait for their embedding." }),
    model: z.string(),
    generation: z
      .object({
        id: z.number().int(),
        model: z.string(),
        dimensions: z.number().int(),
        preparation: z.number().int(),
      })
      .nullable(),
    vectorSearch: z.enum(["hnsw", "exact"]),
    lastChange: z.number().int(),
    checkpointChange: z.number().int().nullable(),
    workers: z.number().int(),
    files: z.array(z.object({ name: z.string(), sizeBytes: z.number().int() })),
  })
  .openapi("IndexState");

const index = createRoute({
  method: "get",
  path: "/v1/index",
  summary: "What the library holds and how it is",
  responses: {
    200: jsonBody(indexModel, "The state of the library"),
    default: problemResponse,
  },
});

const live = createRoute({
  method: "get",
  path: "/health/live",
  summary: "Whether the process answers",
  responses: {
    200: jsonBody(z.object({ status: z.literal("ok") }), "It does"),
  },
});

const readyModel = z
  .object({
    status: z.enum(["ready", "starting"]),
    vectorSearch: z.enum(["hnsw", "exact"]),
  })
  .openapi("Readiness");
const ready = createRoute({
  method: "get",
  path: "/health/ready",
  summary: "Whether questions are answered at once",
  responses: {
    200: jsonBody(readyModel, "They are"),
    503: jsonBody(readyModel, "Not yet"),
  },
});

export function addStateRoutes(app: OpenAPIHono, engine: Engine, metrics: Metrics): void {
  app.openapi(index, async (c) => {
    const status = await engine.status();
    return c.json(
      {
        ...status,
        generation: status.generation ?? null,
        checkpointChange: status.checkpointChange ?? null,
        files: status.files.map((file) => ({ ...file })),
      },
      200,
    );
  });
  app.openapi(live, (c) => c.json({ status: "ok" as const }, 200));
  let isReady = false;
  void engine.ready().then(
    () => {
      isReady = true;
    },
    () => undefined,
  );
  app.openapi(ready, async (c) => {
    const vectorSearch = await engine.library.vectorSearch();
    return isReady ? c.json({ status: "ready" as const, vectorSearch }, 200) : c.json({ status: "starting" as const, vectorSearch }, 503);
  });
  app.get("/metrics", async (c) => c.text(await metrics.text(), 200, { "content-type": metrics.contentType }));
}
