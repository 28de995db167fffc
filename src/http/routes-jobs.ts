/**
 * Long-running work: POST /v1/index/generations (a reindex), GET and POST /v1/jobs, GET /v1/jobs/{id}, POST /v1/jobs/{id}/pause, /resume
 * and /cancel
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type Job, jobKinds, jobStates, type ReindexRequest } from "../core/job.ts";
import type { Engine } from "../engine/engine.ts";
import { graphOf, reindexLimits } from "../engine/generations/reindex-request.ts";
import { problemResponse } from "./problem.ts";
import { progressField, progressModel } from "./progress-model.ts";
import { jsonBody } from "./schemas.ts";

const whole = ({ least, most }: { least: number; most: number }) => z.number().int().min(least).max(most);

const reindexModel = z
  .strictObject({
    model: z
      .string()
      .regex(/^\w[\w.-]*\/\w[\w.-]*$/, "a model id is owner/name")
      .max(200)
      .optional()
      .openapi({ description: "The library's by default. It must have been pulled: `paperkin models pull`." }),
    M: whole(reindexLimits.M).optional().openapi({ description: "Links of a paper in the graph; 16 by default." }),
    efConstruction: whole(reindexLimits.efConstruction)
      .optional()
      .openapi({ description: "Width of the search for them while building; 200 by default." }),
    truncation: whole(reindexLimits.truncation)
      .optional()
      .openapi({ description: "The number of tokens after which texts are truncated; the model's length by default." }),
    new: z.boolean().default(false).openapi({ description: "Drops an unfinished generation, and makes a new one in any case." }),
    keep: whole(reindexLimits.keep).default(1).openapi({ description: "The number of old generations that are kept for a rollback." }),
    workers: whole(reindexLimits.workers)
      .optional()
      .openapi({ description: "The number of embedding processes; the server's by default." }),
  })
  .openapi("ReindexRequest");

const jobModel = z
  .object({
    id: z.string(),
    kind: z.enum(jobKinds),
    state: z.enum(jobStates).openapi({
      description: "`paused` keeps what it has done until it is resumed or cancelled; `done`, `failed` and `cancelled` are final.",
    }),
    created: z.string(),
    changed: z.string(),
    request: z.record(z.string(), z.unknown()).optional(),
    generation: z.number().int().optional().openapi({ description: "The generation that a reindex fills." }),
    interruptions: z.number().int().openapi({ description: "How often the server ended while the job ran. It was continued afterwards." }),
    progress: progressModel.optional(),
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
    result: z.record(z.string(), z.unknown()).optional().openapi({
      description: "The result: of a reindex the generation, the papers embedded and reused, and the audit; of `verify` its findings.",
    }),
  })
  .openapi("Job");

function jobBody({ progress, request, result, ...job }: Job): z.input<typeof jobModel> {
  return {
    ...job,
    ...(request === undefined ? {} : { request: { ...request } }),
    ...progressField(progress),
    ...(result === undefined ? {} : { result: { ...result } }),
  };
}

const idParameter = z.object({
  id: z
    .string()
    .max(100)
    .openapi({ param: { name: "id", in: "path" }, description: "Its `id`." }),
});

const accepted = {
  202: {
    ...jsonBody(jobModel, "The job; its state is at the address in `Location`"),
    headers: z.object({ location: z.string() }),
  },
  default: problemResponse,
};

const reindex = createRoute({
  method: "post",
  path: "/v1/index/generations",
  operationId: "reindex",
  summary: "Move the library to another model or other parameters, while it keeps answering",
  request: { body: jsonBody(reindexModel, "The parameters, all of which are optional", { model: "Xenova/bge-small-en-v1.5" }) },
  responses: accepted,
});

const add = createRoute({
  method: "post",
  path: "/v1/jobs",
  operationId: "addJob",
  summary: "Begin long work",
  request: {
    body: {
      required: true,
      ...jsonBody(
        // Does not extend the named model, which is strict: no object would satisfy both.
        z.discriminatedUnion("kind", [
          z.strictObject({ kind: z.literal("verify") }),
          z.strictObject({ kind: z.literal("reindex"), ...reindexModel.shape }),
        ]),
        "What is to be done",
        { kind: "verify" },
      ),
    },
  },
  responses: accepted,
});

const jobsModel = z.object({
  jobs: z.array(jobModel),
  heldUpBy: z.string().optional().openapi({
    description:
      "Why nothing can be written at the moment, for example a full disk. Jobs wait meanwhile, even if their state is `running`.",
  }),
});
const list = createRoute({
  method: "get",
  path: "/v1/jobs",
  operationId: "listJobs",
  summary: "Long-running jobs, the latest first",
  responses: { 200: jsonBody(jobsModel, "The last hundred"), default: problemResponse },
});

const show = createRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  operationId: "getJob",
  summary: "The progress of a job, and its result",
  request: { params: idParameter },
  responses: { 200: jsonBody(jobModel, "The job"), default: problemResponse },
});

const actions = [
  ["pause", "Pause a reindex; what it has embedded stays"],
  ["resume", "Resume a paused job"],
  ["cancel", "Cancel a job; what a reindex has filled is removed"],
] as const;

export function addJobRoutes(app: OpenAPIHono, engine: Engine): void {
  const { jobs } = engine;
  app.openapi(reindex, async (c) => {
    const job = await jobs.addReindex(requestOf(c.req.valid("json")));
    return c.json(jobBody(job), 202, { location: `/v1/jobs/${job.id}` });
  });
  app.openapi(add, async (c) => {
    const body = c.req.valid("json");
    const job = body.kind === "verify" ? await jobs.addVerify() : await jobs.addReindex(requestOf(body));
    return c.json(jobBody(job), 202, { location: `/v1/jobs/${job.id}` });
  });
  app.openapi(list, async (c) => {
    const listed = (await jobs.list()).map(jobBody);
    const { heldUpBy } = jobs;
    return c.json({ jobs: listed, ...(heldUpBy === undefined ? {} : { heldUpBy: heldUpBy.explanation }) }, 200);
  });
  app.openapi(show, async (c) => c.json(jobBody(await jobs.get(c.req.valid("param").id)), 200));
  for (const [action, summary] of actions) {
    const route = createRoute({
      method: "post",
      path: `/v1/jobs/{id}/${action}`,
      operationId: `${action}Job`,
      summary,
      request: { params: idParameter },
      responses: { 200: jsonBody(jobModel, "The job"), default: problemResponse },
    });
    app.openapi(route, async (c) => c.json(jobBody(await jobs[action](c.req.valid("param").id)), 200));
  }
}

function requestOf(body: z.output<typeof reindexModel> | undefined): ReindexRequest {
  const { model, truncation, keep = 1, workers } = body ?? {};
  return { model, truncation, workers, keep, fresh: body?.new === true, graph: graphOf(body?.M, body?.efConstruction) };
}
