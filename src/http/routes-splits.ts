/** Interests that should be split in two: /v1/interests/{id}/split */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Engine } from "../engine/engine.ts";
import { personOf } from "./identity.ts";
import { problemResponse } from "./problem.ts";
import { interestId, interestModel } from "./routes-personal.ts";
import { jsonBody } from "./schemas.ts";

const halfModel = z.object({
  terms: z.array(z.string()).openapi({ description: "What the other half does not have, strongest first." }),
  papers: z.array(z.object({ paperId: z.string(), title: z.string() })),
});
const proposalModel = z
  .object({
    token: z.string().openapi({ description: "Identifies this proposal; required to accept it." }),
    likeness: z.number().openapi({ description: "0 to 1: how alike the halves are." }),
    halves: z.array(halfModel).length(2).openapi({ description: "The larger one first." }),
  })
  .openapi("SplitProposal");

const showSplit = createRoute({
  method: "get",
  path: "/v1/interests/{id}/split",
  operationId: "getSplitProposal",
  summary: "Whether an interest should be split in two",
  request: { params: interestId },
  responses: { 200: jsonBody(z.object({ proposal: proposalModel.optional() }), "None where it is one"), default: problemResponse },
});
const acceptSplit = createRoute({
  method: "post",
  path: "/v1/interests/{id}/split",
  operationId: "acceptSplit",
  summary: "Split an interest in two",
  description: "The existing interest keeps its words and its half; your feedback on papers goes to the half that it belongs to.",
  request: {
    params: interestId,
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({ token: z.string().min(1).openapi({ description: "As in the proposal." }) }),
        "The proposal that was shown",
        { token: "TOKEN" },
      ),
    },
  },
  responses: { 201: jsonBody(z.object({ interests: z.array(interestModel) }), "Both"), default: problemResponse },
});
const declineSplit = createRoute({
  method: "delete",
  path: "/v1/interests/{id}/split",
  operationId: "declineSplit",
  summary: "Keep an interest whole",
  description: "Nothing is proposed again until it has half as many examples more.",
  request: { params: interestId },
  responses: { 200: jsonBody(interestModel, "The interest"), default: problemResponse },
});

export function addSplitRoutes(app: OpenAPIHono, engine: Engine): void {
  app.openapi(showSplit, async (c) => {
    const proposal = await engine.person(personOf(c)).splitProposal(c.req.valid("param").id);
    if (proposal === undefined) return c.json({}, 200);
    const { token, likeness, halves } = proposal;
    const shown = halves.map(({ terms, papers }) => ({
      terms: [...terms],
      papers: papers.map(({ paperId, title }) => ({ paperId, title })),
    }));
    return c.json({ proposal: { token, likeness, halves: shown } }, 200);
  });
  app.openapi(acceptSplit, async (c) => {
    const interests = await engine.person(personOf(c)).acceptSplit(c.req.valid("param").id, c.req.valid("json").token);
    return c.json({ interests: [...interests] }, 201);
  });
  app.openapi(declineSplit, async (c) => c.json(await engine.person(personOf(c)).declineSplit(c.req.valid("param").id), 200));
}
