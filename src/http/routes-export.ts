/** GET /v1/export */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { exportNames, type PapersToExport, piecesOf } from "../core/export/format.ts";
import { exportFormat, exportFormats } from "../core/export/formats.ts";
import { feedbackKinds } from "../core/interest.ts";
import type { Paper } from "../core/paper.ts";
import type { Engine } from "../engine/engine.ts";
import { PartialExport } from "../engine/export.ts";
import { personOf } from "./identity.ts";
import { outgoingOf } from "./listen.ts";
import { problemResponse } from "./problem.ts";
import { questionOfParameters, questionParameters, wholeNumber } from "./schemas.ts";
import { streamedText } from "./streamed-text.ts";

const route = createRoute({
  method: "get",
  path: "/v1/export",
  operationId: "exportPapers",
  summary: "Papers as a file for another program",
  description:
    "The best papers of a search. Without words, the papers that meet the conditions, newest first, or all papers if there are no conditions. With `kind`, the papers to which the person who asks gave this feedback. As BibTeX, RIS, CSL JSON, a table, or in Paperkin's own format, all of which `paperkin import` reads. The file is streamed, so an export that fails on its way is truncated: for a damaged library, after everything that can be read.",
  request: {
    query: questionParameters.extend({
      format: z.enum(exportNames).default("jsonl"),
      kind: z
        .enum(feedbackKinds)
        .optional()
        .openapi({ description: "Instead of a search: the papers that you saved, voted for, …, latest first." }),
      limit: wholeNumber(1)
        .optional()
        .openapi({ description: "The most papers. With words, 100 by default and at most 1,000; otherwise all by default." }),
    }),
  },
  responses: {
    200: {
      description: "The file",
      content: Object.fromEntries(
        exportFormats.map(({ mediaType }) => [
          mediaType,
          { schema: mediaType.endsWith("+json") ? z.array(z.looseObject({})) : z.string() },
        ]),
      ),
    },
    default: problemResponse,
  },
});

export function addExportRoute(app: OpenAPIHono, engine: Engine): void {
  app.openapi(route, async (c) => {
    const { format: name, kind, limit, ...parameters } = c.req.valid("query");
    const person = personOf(c);
    const said = kind === undefined ? undefined : { person, kind };
    const papers = await engine.exportPapers({ ...questionOfParameters(parameters, person), limit, said }, c.req.raw.signal);
    const format = exportFormat(name);
    return c.body(streamedText(piecesOf(format, noted(engine, papers)), outgoingOf(c)), 200, {
      "content-type": `${format.mediaType}; charset=utf-8`,
      "content-disposition": `attachment; filename="papers.${format.extension}"`,
    });
  });
}

/** The answer has begun: what is missing from it can only be reported to those who look after the library. */
async function* noted(engine: Engine, papers: PapersToExport): AsyncGenerator<Paper> {
  try {
    yield* papers;
  } catch (error) {
    if (error instanceof PartialExport) await engine.recordFault("export", error).catch(() => undefined);
    throw error;
  }
}
