/** Comments: GET and POST /v1/papers/{id}/comments, DELETE /v1/comments/{comment} */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { longestComment } from "../core/comment.ts";
import type { Engine } from "../engine/engine.ts";
import { identityOf, personOf } from "./identity.ts";
import { problemResponse } from "./problem.ts";
import { idParameter, jsonBody } from "./schemas.ts";

const commentModel = z
  .object({
    id: z.string(),
    paperId: z.string(),
    person: z.string().openapi({ description: "Who wrote it." }),
    text: z.string().openapi({ description: "Plain text with line breaks." }),
    created: z.string(),
  })
  .openapi("Comment");

const list = createRoute({
  method: "get",
  path: "/v1/papers/{id}{.+}/comments",
  operationId: "listComments",
  summary: "Comments on a paper",
  description: "By the people of this service, for the people of this service: anybody with a key can read them.",
  request: { params: idParameter },
  responses: { 200: jsonBody(z.object({ comments: z.array(commentModel) }), "Oldest first"), default: problemResponse },
});
const add = createRoute({
  method: "post",
  path: "/v1/papers/{id}{.+}/comments",
  operationId: "addComment",
  summary: "Comment on a paper",
  description: "Everybody who has a key to this service can read it. The same text again within a minute is the same comment.",
  request: {
    params: idParameter,
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({ text: z.string().openapi({ description: `Plain text, up to ${longestComment} characters.` }) }),
        "What you say",
        { text: "Section 3.2 is the one to read." },
      ),
    },
  },
  responses: { 201: jsonBody(commentModel, "As it is kept"), default: problemResponse },
});
const remove = createRoute({
  method: "delete",
  path: "/v1/comments/{comment}",
  operationId: "removeComment",
  summary: "Take a comment back",
  description: "Your own; with a key of scope `admin`, anybody's.",
  request: { params: z.object({ comment: z.string().min(1).openapi({ example: "c_8Jx2kQ5rT0vWq3Yz", description: "Its `id`." }) }) },
  responses: { 204: { description: "It is gone" }, default: problemResponse },
});

export function addCommentRoutes(app: OpenAPIHono, engine: Engine): void {
  app.openapi(list, async (c) => c.json({ comments: await engine.commentsOn(c.req.valid("param").id) }, 200));
  app.openapi(add, async (c) => c.json(await engine.addComment(personOf(c), c.req.valid("param").id, c.req.valid("json").text), 201));
  app.openapi(remove, async (c) => {
    const { person, scope } = identityOf(c);
    await engine.removeComment(person, c.req.valid("param").comment, scope === "admin");
    return c.body(null, 204);
  });
}
