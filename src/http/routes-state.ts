/**
 * The state of the service: GET /v1/index and /v1/index/faults, POST /v1/index/rollback, /prune and /drop, /health/live, /health/ready,
 * /metrics
 */
import { createRoute, type OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { LibraryHealth } from "../core/upkeep.ts";
import type { Engine } from "../engine/engine.ts";
import { reindexLimits } from "../engine/generations/reindex-request.ts";
import { type EngineStatus, notesOfHealth } from "../engine/upkeep/status.ts";
import type { Metrics } from "./metrics.ts";
import { problemResponse } from "./problem.ts";
import { progressField, progressModel } from "./progress-model.ts";
import { jsonBody, orNull } from "./schemas.ts";

const generationModel = z
  .object({
    id: z.number().int(),
    model: z.string(),
    dimensions: z.number().int(),
    preparation: z.number().int(),
    truncation: z
      .number()
      .int()
      .optional()
      .openapi({ description: "The number of tokens after which texts are truncated; absent for the model's length." }),
    graph: z.object({ M: z.number().int(), efConstruction: z.number().int() }).optional(),
  })
  .openapi("Generation");

const healthModel = z
  .object({
    rebuilds: z
      .array(
        z
          .object({
            index: z.enum(["vectors", "words"]),
            reason: z.string(),
            state: z.enum(["rebuilding", "rebuilt", "failed"]),
            since: z.string(),
            until: z.string().optional(),
          })
          .openapi("Rebuild"),
      )
      .openapi({
        description:
          "Index files that were damaged or missing since the server started, and are rebuilt from the database; meanwhile every vector is compared.",
      }),
    writesStopped: z
      .string()
      .nullable()
      .openapi({ description: "Why nothing is written any more until the server is restarted: the disk failed to sync." }),
  })
  .openapi("Health");

function healthBody({ rebuilds, writesStopped }: LibraryHealth): z.input<typeof healthModel> {
  return {
    rebuilds: rebuilds.map(({ until, ...rebuild }) => (until === undefined ? rebuild : { ...rebuild, until })),
    writesStopped: writesStopped ?? null,
  };
}

const generationEntryModel = z
  .object({
    generation: generationModel,
    state: z.enum(["live", "filling", "retired"]),
    embedded: z.number().int(),
    begun: z.string().optional().openapi({
      description: "Since when it is being filled. No process is working on it unless `work` lists a reindex; `drop` removes it.",
    }),
    parameters: z.object({ M: z.number().int(), efConstruction: z.number().int() }),
    audit: z
      .object({
        at: z.string(),
        embedded: z.number().int(),
        waiting: z.number().int(),
        sampled: z.number().int(),
        recallAt10: z.number(),
        overlapAt10: z.number().optional(),
      })
      .optional()
      .openapi({ description: "The result of its audit before it was made live; the first generation of a library was not audited." }),
    fileBytes: z.number().int().openapi({ description: "Of its index files." }),
    vectorBytes: z.number().int().openapi({ description: "Of its vectors in the database." }),
  })
  .openapi("GenerationEntry");

const indexModel = z
  .object({
    papers: z.number().int(),
    embedded: z.number().int(),
    backlog: z.number().int().openapi({ description: "Papers that wait for their embedding." }),
    model: z.string(),
    generation: orNull(generationModel).openapi({ description: "The live one." }),
    generations: z
      .array(generationEntryModel)
      .openapi({ description: "The live one, the one that is being filled, and those kept for a rollback." }),
    vectorSearch: z.enum(["hnsw", "exact"]),
    searchWidth: z
      .object({
        efSearch: z.number().int(),
        recallAt10: z.number(),
        target: z.number(),
        sampled: z.number().int(),
        vectors: z.number().int(),
      })
      .nullable()
      .openapi({
        description:
          "The search width of the index, and its recall@10, which is measured as the library grows. It is below the target if even the widest search does not reach it.",
      }),
    nativeBuild: z.enum(["avx", "sse", "unknown"]).openapi({ description: "The instructions that the index of vectors was compiled for." }),
    lastChange: z.number().int().openapi({
      description:
        "Rises whenever a paper is added, changed, embedded or removed. While it is the same, what was read from the library is up to date.",
    }),
    checkpointChange: z.number().int().nullable(),
    workers: z.number().int(),
    work: z
      .array(
        z.object({
          work: z.string(),
          pid: z.number().int(),
          elsewhere: z
            .literal(true)
            .optional()
            .openapi({ description: "Where it runs in another container of the same machine, whose number that is." }),
          since: z.string().optional().openapi({ description: "When the process started, where the system tells." }),
          progress: progressModel.optional(),
        }),
      )
      .openapi({ description: "The work of all processes, and its progress." }),
    files: z.array(z.object({ name: z.string(), sizeBytes: z.number().int() })),
    health: healthModel,
    embeddingFault: z
      .string()
      .optional()
      .openapi({ description: "Why no text can be embedded at the moment, so that semantic search is unavailable." }),
    backgroundFault: z
      .string()
      .optional()
      .openapi({ description: "Why embedding, or writing the index, failed the last time; it is retried automatically." }),
  })
  .openapi("IndexState");

function indexBody(status: EngineStatus): z.input<typeof indexModel> {
  return {
    ...status,
    generation: status.generation ?? null,
    searchWidth: status.searchWidth ?? null,
    checkpointChange: status.checkpointChange ?? null,
    generations: [...status.generations],
    files: status.files.map((file) => ({ ...file })),
    health: healthBody(status.health),
    work: status.work.map(({ progress, ...work }) => ({ ...work, ...progressField(progress) })),
  };
}

const index = createRoute({
  method: "get",
  path: "/v1/index",
  operationId: "getIndexState",
  summary: "The contents and the state of the library",
  responses: {
    200: jsonBody(indexModel, "The state of the library"),
    default: problemResponse,
  },
});

const faults = createRoute({
  method: "get",
  path: "/v1/index/faults",
  operationId: "listFaults",
  summary: "Recent faults in background work",
  responses: {
    200: jsonBody(
      z.object({
        faults: z.array(
          z
            .object({
              at: z.string().openapi({ description: "The time of the latest of equal faults." }),
              since: z.string().optional().openapi({ description: "If the same fault occurred before: the time of the first." }),
              work: z.string(),
              code: z.string(),
              detail: z.string(),
            })
            .openapi("Fault"),
        ),
      }),
      "The latest first",
    ),
    default: problemResponse,
  },
});

const rollback = createRoute({
  method: "post",
  path: "/v1/index/rollback",
  operationId: "rollBackGeneration",
  summary: "Go back to the generation that answered before",
  responses: { 200: jsonBody(z.object({ generation: generationModel }), "The live one now"), default: problemResponse },
});

const prune = createRoute({
  method: "post",
  path: "/v1/index/prune",
  operationId: "pruneGenerations",
  summary: "Remove old generations",
  request: {
    body: jsonBody(
      z.strictObject({ keep: z.number().int().min(reindexLimits.keep.least).max(reindexLimits.keep.most).default(1) }),
      "How many are kept for a rollback; one by default",
      { keep: 1 },
    ),
  },
  responses: { 200: jsonBody(z.object({ removed: z.array(generationModel) }), "Those that are gone"), default: problemResponse },
});

const drop = createRoute({
  method: "post",
  path: "/v1/index/drop",
  operationId: "dropUnfinishedGeneration",
  summary: "Remove the unfinished generation",
  responses: { 200: jsonBody(z.object({ removed: z.array(generationModel) }), "It is gone"), default: problemResponse },
});

const live = createRoute({
  method: "get",
  path: "/health/live",
  operationId: "getLiveness",
  summary: "Whether the process answers",
  responses: {
    200: jsonBody(z.object({ status: z.literal("ok") }), "It does"),
  },
});

const readyModel = z
  .object({
    status: z.enum(["ready", "starting", "failing"]),
    vectorSearch: z.enum(["hnsw", "exact"]),
    notes: z.array(z.string()).openapi({
      description: "Problems, and problems that were repaired, in plain words.",
      example: ["rebuilding: the index of vectors, since hnsw-120.bin is missing; every vector is compared until it is there"],
    }),
    health: healthModel,
  })
  .openapi("Readiness");
const ready = createRoute({
  method: "get",
  path: "/health/ready",
  operationId: "getReadiness",
  summary: "Whether searches are answered without delay",
  responses: {
    200: jsonBody(readyModel, "They are"),
    503: jsonBody(readyModel, "Not yet"),
  },
});

const metricsRoute: RouteConfig = {
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  summary: "Measurements for Prometheus",
  responses: {
    200: { description: "In Prometheus's text format", content: { "text/plain": { schema: z.string() } } },
    default: problemResponse,
  },
};

const loadingNote = "the model is being loaded: searches by meaning wait for it, those by words alone do not";

export function addStateRoutes(app: OpenAPIHono, engine: Engine, metrics: Metrics): void {
  app.openapi(index, async (c) => c.json(indexBody(await engine.status()), 200));
  app.openapi(faults, async (c) => c.json({ faults: await engine.library.faults() }, 200));
  app.openapi(rollback, async (c) => c.json({ generation: await engine.rollBack() }, 200));
  app.openapi(prune, async (c) => c.json({ removed: await engine.pruneGenerations(c.req.valid("json")?.keep ?? 1) }, 200));
  app.openapi(drop, async (c) => c.json({ removed: [await engine.dropUnfinished()] }, 200));
  app.openapi(live, (c) => c.json({ status: "ok" as const }, 200));
  let isLoading = false;
  const load = () => {
    if (isLoading) return;
    isLoading = true;
    void engine
      .ready()
      // The state of the embedder says why.
      .catch(() => undefined)
      .finally(() => {
        isLoading = false;
      });
  };
  load();
  app.openapi(ready, async (c) => {
    const health = await engine.library.health();
    const { embeddingFault } = engine;
    const { isReady } = engine.embedding;
    const notes = notesOfHealth(health, embeddingFault, engine.backgroundFault);
    const state = { vectorSearch: await engine.library.vectorSearch(), notes, health: healthBody(health) };
    if (isReady && embeddingFault === undefined) return c.json({ status: "ready" as const, ...state }, 200);
    // Starts the model's processes again if they have ended.
    load();
    if (embeddingFault !== undefined) return c.json({ status: "failing" as const, ...state }, 503);
    return c.json({ status: "starting" as const, ...state, notes: [loadingNote, ...notes] }, 503);
  });
  app.openAPIRegistry.registerPath(metricsRoute);
  app.get(metricsRoute.path, async (c) => c.text(await metrics.text(), 200, { "content-type": metrics.contentType }));
}
