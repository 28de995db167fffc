/** Papers: POST /v1/papers, POST /v1/papers/batch, GET and DELETE /v1/papers/{id} */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../core/errors.ts";
import { describePlace, type Refusal, type SourceRecord } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import { emptyCounts, type IngestCounts } from "../engine/intake/ingest.ts";
import { unchangedResponse } from "./conditional.ts";
import { problemResponse } from "./problem.ts";
import { idParameter, jsonBody, orNull, paperModel } from "./schemas.ts";

/** Parses the body of a request into papers, by media type, format and file name; provided by `app.ts`. */
export type ReadBody = (
  bytes: AsyncIterable<Uint8Array>,
  type: string,
  format: string | undefined,
  name?: string,
) => Promise<AsyncIterable<SourceRecord>>;

/** The most refused records that an answer lists; the others are only counted. */
const mostRefusals = 1_000;

const ingestModel = z
  .object({
    read: z.number().int(),
    new: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    merged: z.number().int(),
    refused: z.number().int(),
    deleted: z
      .number()
      .int()
      .openapi({ description: "Records that their source has deleted, of papers that are in the library. Nothing was removed." }),
    kept: z.number().int().openapi({ description: "Ids of papers that are not in the library; they are kept to be looked up." }),
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

const fileText = z.string().openapi({ description: "The contents of a file in this format." });

const add = createRoute({
  method: "post",
  path: "/v1/papers",
  operationId: "addPapers",
  summary: "Add or update papers",
  description:
    "Papers in any format that `paperkin import` reads: Paperkin's own JSON (a paper, a list, or one a line), BibTeX, RIS, CSL, PubMed and others. If the media type is specific to a format (`application/x-bibtex`), it decides; otherwise the format is detected. The body may be compressed with gzip. Papers are stored before the answer is sent, and embedded in the background. Keyword search finds them at once, semantic search as soon as they are embedded.",
  request: {
    query: z.object({
      format: z.string().optional().openapi({
        description: "The name of the format, instead of the media type or detection.",
      }),
    }),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.union([z.looseObject({}), z.array(z.looseObject({}))]).openapi({
            description:
              "A paper in Paperkin's own form, or a list of them: `id` (or `ids`, `arxiv`, `doi`) and `title`, and where known `abstract`, `authors` (names, or objects as in `Paper`), `date`, `venue`, `categories`, `keywords`, `url`, `pdfUrl`, `codeUrl`, `language`, `votes`, `citations`, `status`. Papers in responses of this API are accepted too.",
          }),
          example: { id: "arXiv:2401.00001", title: "An invented paper", abstract: "What it says.", date: "2024-01-01" },
        },
        "application/x-ndjson": { schema: fileText },
        "application/x-bibtex": { schema: fileText },
        "application/x-research-info-systems": { schema: fileText },
        "application/xml": { schema: fileText },
        "text/csv": { schema: fileText },
        "text/plain": { schema: fileText },
      },
    },
  },
  responses: {
    200: jsonBody(ingestModel, "What happened to the records"),
    default: problemResponse,
  },
});

const batch = createRoute({
  method: "post",
  path: "/v1/papers/batch",
  operationId: "getPapers",
  summary: "Papers by their ids",
  request: {
    body: {
      required: true,
      ...jsonBody(z.strictObject({ ids: z.array(z.string().min(1)).min(1).max(500) }), "The ids", {
        ids: ["arXiv:1706.03762", "10.1038/nature14539"],
      }),
    },
  },
  responses: {
    200: jsonBody(z.object({ papers: z.array(orNull(paperModel)) }), "In the order of the ids; null if there is no such paper"),
    default: problemResponse,
  },
});

const includable = z.enum(["embedding", "provenance"]);

/** The parameter may be repeated. */
const includeSchema = z
  .union([includable, z.array(includable)], { error: `it is ${includable.options.join(" or ")}, and may be repeated` })
  .optional()
  .transform((value) => (value === undefined || Array.isArray(value) ? value : [value]))
  .openapi({ type: "array", items: { type: "string", enum: includable.options }, description: "Further parts to include." });

const one = createRoute({
  method: "get",
  path: "/v1/papers/{id}{.+}",
  operationId: "getPaper",
  summary: "One paper",
  request: {
    params: idParameter,
    query: z.object({ include: includeSchema }),
  },
  responses: {
    200: jsonBody(
      paperModel
        .extend({
          embedding: z
            .object({ model: z.string(), vector: z.array(z.number()) })
            .nullable()
            .optional(),
          provenance: z.record(z.string(), z.array(z.string())).optional().openapi({
            description: "For each field, the records that its value comes from: their source and their own id.",
          }),
        })
        .openapi("PaperWithEmbedding"),
      "The paper; if requested, its embedding (null while it waits for one) and where each value comes from",
    ),
    304: unchangedResponse,
    default: problemResponse,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/papers/{id}{.+}",
  operationId: "removePaper",
  summary: "Remove a paper",
  request: { params: idParameter },
  responses: { 204: { description: "It is gone" }, default: problemResponse },
});

type ListedRefusal = z.input<typeof ingestModel>["refusals"][number];

export function addPaperRoutes(app: OpenAPIHono, engine: Engine, readBody: ReadBody): void {
  // Bypasses zod-openapi's parsing of the body: lines are read as a stream, and a faulty line costs one record only.
  app.openAPIRegistry.registerPath(add);
  app.post(add.getRoutingPath(), (c) => answerAdded(c, engine, readBody));
  app.openapi(batch, async (c) => {
    const found = await engine.papers(c.req.valid("json").ids);
    return c.json({ papers: found.map((stored) => stored?.paper ?? null) }, 200);
  });
  app.openapi(one, async (c) => {
    const stored = await engine.paper(c.req.valid("param").id);
    const include = c.req.valid("query").include ?? [];
    const vector = include.includes("embedding") ? await engine.embeddingOf(stored) : undefined;
    return c.json(
      {
        ...stored.paper,
        ...(include.includes("embedding")
          ? { embedding: vector === undefined ? null : { model: engine.model, vector: Array.from(vector) } }
          : {}),
        ...(include.includes("provenance") ? { provenance: await engine.provenance(stored) } : {}),
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

/** Stores the papers in the body up to the first fault in its bytes. Throws that fault, and `invalid_paper` if no record is a paper. */
async function answerAdded(c: Context, engine: Engine, readBody: ReadBody): Promise<Response> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  requireKnownPacking(c.req.header("content-encoding"));
  const counts = emptyCounts();
  const refusals: ListedRefusal[] = [];
  const onRefusal = ({ place, field, reason, excerpt }: Refusal) => {
    if (refusals.length < mostRefusals)
      refusals.push({
        place: describePlace(place),
        reason,
        excerpt,
        ...(field === undefined ? {} : { field }),
      });
  };
  const records = await readBody(bytesOf(c.req.raw.body), type, c.req.query("format"));
  let fault: AppError | undefined;
  await engine.ingest(
    untilFault(records, (error) => {
      fault = error;
    }),
    counts,
    { signal: c.req.raw.signal, onRefusal },
  );
  if (fault !== undefined) throw fault;
  requireSomePaper(counts, refusals);
  return c.json({ ...counts, refusals }, 200);
}

/** Throws `unsupported_format`. */
function requireKnownPacking(contentEncoding = "identity"): void {
  const encoding = contentEncoding.trim().toLowerCase();
  if (!/^(?:identity|(?:x-)?gzip)$/.test(encoding)) {
    throw new AppError("unsupported_format", `The body is compressed in an unsupported way (content-encoding: ${encoding.slice(0, 80)}).`, {
      mend: "Compress it once with gzip, or send it uncompressed.",
    });
  }
}

/** Throws `invalid_paper` if the body has records, but none of them is a paper. */
function requireSomePaper({ read, refused }: IngestCounts, [first]: readonly ListedRefusal[]): void {
  if (refused === 0 || refused !== read) return;
  const none = read === 1 ? "The record is not a paper" : `None of the ${read} records is a paper; of the first`;
  const field = first?.field === undefined ? "" : `${first.field}: `;
  throw new AppError("invalid_paper", `${none}: ${field}${first?.reason ?? ""}.`, {
    mend: "A paper needs at least an id and a title.",
  });
}

/** Ends at a fault instead of throwing it, so that the records before it are stored, as its message promises. */
async function* untilFault(records: AsyncIterable<SourceRecord>, onFault: (error: AppError) => void): AsyncIterable<SourceRecord> {
  try {
    yield* records;
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.code === "file_unreadable")) throw thrown;
    onFault(thrown);
  }
}

/** Throws `invalid_request` for an empty body, which would otherwise pass as a file without papers if a format is named. */
async function* bytesOf(body: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) throw nothingSent();
  let isEmpty = true;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done && isEmpty) throw nothingSent();
      if (done) return;
      isEmpty &&= value.length === 0;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

function nothingSent(): AppError {
  return new AppError("invalid_request", "The body is empty.", {
    mend: "Send at least one paper, in any format that /docs names.",
  });
}
