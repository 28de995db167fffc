/** Papers: POST /v1/papers, POST /v1/papers/batch, GET and DELETE /v1/papers/{id} */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "../core/errors.ts";
import { describePlace, type Refusal, type SourceInput, type SourceRecord } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import { emptyCounts } from "../engine/ingest.ts";
import { problemResponse } from "./problem.ts";
import { idParameter, jsonBody, paperModel } from "./schemas.ts";

/** How the bytes of a request become papers; given by `app.ts`. */
export type ReadPapers = (input: SourceInput, format: string | undefined) => Promise<AsyncIterable<SourceRecord>>;

/** Refused records that an answer names; the rest are counted. */
const mostRefusals = 1_000;

const ingestModel = z
  .object({
    read: z.number().int(),
    new: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    merged: z.number().int(),
    refused: z.number().int(),
    refusals: z.array(
      z.object({
        place: z.string(),
        field: z.string().optional(),
        reason: z.string(),
        excerpt: z.string(),
      }),
    ),
  })
  .openapi("IngestReport");

const add = createRoute({
  method: "post",
  path: "/v1/papers",
  summary: "Add or update papers",
  description:
    "One paper as JSON, a list of them, or JSON Lines (`application/x-ndjson`) in any format that `paperkin import` reads. Papers are stored when the answer comes; they are embedded in the background. Words find them at once, meaning as soon as they are embedded.",
  request: {
    query: z.object({
      format: z.string().optional().openapi({
        description: "The format of the lines, where it should not be found out.",
      }),
    }),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.unknown().openapi({
            type: "object",
            description: "A paper in Paperkin's own form, or a list of them.",
          }),
        },
        "application/x-ndjson": { schema: z.string() },
      },
    },
  },
  responses: {
    200: jsonBody(ingestModel, "What became of each record"),
    default: problemResponse,
  },
});

const batch = createRoute({
  method: "post",
  path: "/v1/papers/batch",
  summary: "Papers by their ids",
  request: {
    body: {
      required: true,
      ...jsonBody(z.strictObject({ ids: z.array(z.string().min(1)).min(1).max(500) }), "The ids"),
    },
  },
  responses: {
    200: jsonBody(z.object({ papers: z.array(paperModel.nullable()) }), "In the order of the ids; null where there is no such paper"),
    default: problemResponse,
  },
});

const one = createRoute({
  method: "get",
  path: "/v1/papers/{id}{.+}",
  summary: "One paper",
  request: {
    params: idParameter,
    query: z.object({ include: z.enum(["embedding"]).optional() }),
  },
  responses: {
    200: jsonBody(
      paperModel
        .extend({
          embedding: z
            .object({ model: z.string(), vector: z.array(z.number()) })
            .nullable()
            .optional(),
        })
        .openapi("PaperWithEmbedding"),
      "The paper; its embedding where asked for, null while it waits for one",
    ),
    default: problemResponse,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/papers/{id}{.+}",
  summary: "Remove a paper",
  request: { params: idParameter },
  responses: { 204: { description: "It is gone" }, default: problemResponse },
});

export function addPaperRoutes(app: OpenAPIHono, engine: Engine, readPapers: ReadPapers): void {
  // Without zod-openapi's own reading of bodies: lines are read as a stream, and a fault costs one record.
  app.openAPIRegistry.registerPath(add);
  app.post(add.getRoutingPath(), async (c) => {
    const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
    const bytes = type === "application/json" ? linesOfJson(await c.req.text()) : linesOfBody(c.req.raw.body);
    const counts = emptyCounts();
    const refusals: z.input<typeof ingestModel>["refusals"] = [];
    const onRefusal = ({ place, field, reason, excerpt }: Refusal) => {
      if (refusals.length < mostRefusals)
        refusals.push({
          place: describePlace(place),
          reason,
          excerpt,
          ...(field === undefined ? {} : { field }),
        });
    };
    const records = await readPapers({ name: "request body", bytes }, c.req.query("format"));
    await engine.ingest(records, counts, {
      signal: c.req.raw.signal,
      onRefusal,
    });
    const [first] = refusals;
    if (counts.refused > 0 && counts.refused === counts.read) {
      throw new AppError(
        "invalid_paper",
        `None of ${counts.read} records is a paper: ${first?.field === undefined ? "" : `${first.field}: `}${first?.reason ?? ""}.`,
        {
          mend: "A paper needs at least an id and a title.",
        },
      );
    }
    return c.json({ ...counts, refusals }, 200);
  });
  app.openapi(batch, async (c) => {
    const found = await engine.papers(c.req.valid("json").ids);
    return c.json({ papers: found.map((stored) => stored?.paper ?? null) }, 200);
  });
  app.openapi(one, async (c) => {
    const stored = await engine.paper(c.req.valid("param").id);
    if (c.req.valid("query").include !== "embedding") return c.json(stored.paper, 200);
    const vector = await engine.embeddingOf(stored);
    return c.json(
      {
        ...stored.paper,
        embedding: vector === undefined ? null : { model: engine.model, vector: Array.from(vector) },
      },
      200,
    );
  });
  app.openapi(remove, async (c) => {
    const { id } = c.req.valid("param");
    const removed = await engine.removePapers([id]);
    if (removed.length === 0) await engine.paper(id);
    return c.body(null, 204);
  });
}

/** One JSON value, or a list, as the lines that formats read. */
async function* linesOfJson(text: string): AsyncIterable<Uint8Array> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid_request", `The body is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      mend: "Lines of JSON are sent with content-type application/x-ndjson.",
    });
  }
  for (const item of Array.isArray(value) ? value : [value]) yield new TextEncoder().encode(`${JSON.stringify(item)}\n`);
}

async function* linesOfBody(body: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
