/** One person's own data: /v1/interests, /v1/feedback, GET /v1/picks */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../core/errors.ts";
import { feedbackKinds, interestSchema } from "../core/interest.ts";
import type { Paper } from "../core/paper.ts";
import { pickSchema, picksSchema } from "../core/picks.ts";
import type { Engine } from "../engine/engine.ts";
import { longestNote } from "../engine/people/feedback.ts";
import type { Person } from "../engine/people/person.ts";
import { interestTexts, withTexts } from "./field-texts.ts";
import { personOf } from "./identity.ts";
import { problemResponse } from "./problem.ts";
import { filtersModel, flag, hitBody, hitModel, jsonBody, limitParameter, offsetParameter, paperModel } from "./schemas.ts";

export const interestModel = z.object(withTexts(interestSchema.shape, interestTexts)).openapi("Interest");
const interestInput = z
  .strictObject({
    name: z.string().max(200).optional(),
    words: z.string().max(10_000).optional().openapi({ description: "What is wanted, in words." }),
    positives: z.array(z.string()).max(500).optional().openapi({ description: "Example papers, by any of their ids." }),
    negatives: z.array(z.string()).max(500).optional().openapi({ description: "What it is not." }),
    filters: filtersModel.optional(),
    excludedWords: z.array(z.string()).max(100).optional().openapi({ description: "No pick contains any of these." }),
    weight: z.number().min(0.1).max(10).optional().openapi({ description: "Its share of the picks, relative to other interests." }),
    topic: z.string().optional().openapi({ description: "A topic to follow." }),
    query: z.string().max(10_000).optional().openapi({
      description:
        "A search to follow, in place of words: its words, fields and -excluded words. Anything that an interest cannot contain is refused.",
    }),
  })
  .openapi("InterestInput");
const feedbackModel = z
  .object({
    paperId: z.string(),
    kind: z.enum(feedbackKinds),
    note: z.string().optional(),
    interest: z.string().optional(),
    at: z.string(),
  })
  .openapi("Feedback");
const reasonModel = z.object(pickSchema.shape.reason.shape);
const pickModel = z.object({ ...pickSchema.shape, paper: paperModel, reason: reasonModel }).openapi("Pick");
const catchUpModel = z
  .object({
    from: z.string(),
    to: z.string(),
    candidates: z.number().int().openapi({ description: "New papers that there were to choose from on all days." }),
    picks: z.array(pickModel.extend({ date: z.string().openapi({ description: "The day on which it was picked." }) })),
    quiet: picksSchema.shape.quiet,
    early: picksSchema.shape.early,
  })
  .openapi("CatchUp");
const picksModel = z.object({ ...picksSchema.shape, picks: z.array(pickModel) }).openapi("Picks");
export const interestId = z.object({
  id: z
    .string()
    .min(1)
    .openapi({ param: { name: "id", in: "path" }, example: "Waves", description: "Its id, or its name." }),
});

const listInterests = createRoute({
  method: "get",
  path: "/v1/interests",
  operationId: "listInterests",
  summary: "Your interests",
  responses: {
    200: jsonBody(z.object({ interests: z.array(interestModel) }), "In the order in which they were made"),
    default: problemResponse,
  },
});
const addInterest = createRoute({
  method: "post",
  path: "/v1/interests",
  operationId: "addInterest",
  summary: "A new interest",
  description:
    "From words, example papers, both, a topic, or a search. An interest with neither words nor examples takes any paper that meets its filters, contains no excluded word and is not like its negative examples, newest first. If the same interest exists already, it is returned.",
  request: {
    body: {
      required: true,
      ...jsonBody(interestInput, "What is wanted", { words: "how plants sense light", filters: { yearFrom: 2020 } }),
    },
  },
  responses: {
    201: { ...jsonBody(interestModel, "The interest, which is at the address in `Location`"), headers: z.object({ location: z.string() }) },
    default: problemResponse,
  },
});
const showInterest = createRoute({
  method: "get",
  path: "/v1/interests/{id}",
  operationId: "getInterest",
  summary: "One interest, and what determines its picks",
  request: { params: interestId },
  responses: {
    200: jsonBody(
      z.object({
        interest: interestModel,
        examples: z.object({ positives: z.number().int(), negatives: z.number().int() }),
        terms: z.array(z.string()),
        nearest: z.array(hitModel.extend({ reason: reasonModel.omit({ newSince: true, byMeaning: true }) })),
      }),
      "The interest, how many examples it has learnt from, its strongest terms, the papers that fit it best",
    ),
    default: problemResponse,
  },
});
const changeInterest = createRoute({
  method: "patch",
  path: "/v1/interests/{id}",
  operationId: "changeInterest",
  summary: "Change an interest",
  request: {
    params: interestId,
    body: { required: true, ...jsonBody(interestInput.omit({ topic: true, query: true }), "What changes", { weight: 2 }) },
  },
  responses: { 200: jsonBody(interestModel, "The interest as it is now"), default: problemResponse },
});
const removeInterest = createRoute({
  method: "delete",
  path: "/v1/interests/{id}",
  operationId: "removeInterest",
  summary: "Remove an interest",
  request: { params: interestId },
  responses: { 204: { description: "It is gone" }, default: problemResponse },
});
const resetInterest = createRoute({
  method: "post",
  path: "/v1/interests/{id}/reset",
  operationId: "resetInterest",
  summary: "Let an interest forget what it learnt from feedback",
  description: "Saves, notes and votes are kept, but no longer belong to an interest; papers that were dismissed for it count as seen.",
  request: { params: interestId },
  responses: { 200: jsonBody(interestModel, "The interest, which is as it was made or last changed"), default: problemResponse },
});
const listFeedback = createRoute({
  method: "get",
  path: "/v1/feedback",
  operationId: "listFeedback",
  summary: "Your feedback on papers",
  request: {
    query: z.object({
      kind: z.enum(feedbackKinds).optional(),
      limit: limitParameter.openapi({ description: "How many to return." }),
      offset: offsetParameter.openapi({ description: "How many to skip." }),
    }),
  },
  responses: {
    200: jsonBody(
      z.object({
        total: z.number().int().openapi({ description: "The number of entries, of this kind if one is given." }),
        limit: z.number().int(),
        offset: z.number().int(),
        feedback: z.array(feedbackModel.extend({ paper: paperModel })),
      }),
      "Latest first, without papers that are no longer in the library",
    ),
    default: problemResponse,
  },
});
const giveFeedback = createRoute({
  method: "post",
  path: "/v1/feedback",
  operationId: "addFeedback",
  summary: "Save, dismiss, mark as seen, vote, or note",
  description:
    "A save that names an interest becomes an example for it. A dismissed paper is not picked again, and similar papers are ranked lower, in the named interest or in all.",
  request: {
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({
          paperId: z.string().min(1).openapi({ description: "Any id of the paper." }),
          kind: z.enum(feedbackKinds),
          note: z
            .string()
            .optional()
            .openapi({ description: `For \`note\`, and only there: its text, up to ${longestNote} characters.` }),
          interest: z.string().optional().openapi({ description: "The interest that it is about, by id or name." }),
        }),
        "What you say",
        { paperId: "arXiv:1706.03762", kind: "save" },
      ),
    },
  },
  responses: { 201: jsonBody(feedbackModel, "As it is kept"), default: problemResponse },
});
const undoFeedback = createRoute({
  method: "delete",
  path: "/v1/feedback",
  operationId: "removeFeedback",
  summary: "Remove your feedback",
  request: {
    query: z.object({
      paperId: z.string().min(1).openapi({ example: "arXiv:1706.03762", description: "Any id of the paper." }),
      kind: z.enum(feedbackKinds).openapi({ example: "save" }),
    }),
  },
  responses: { 200: jsonBody(z.object({ removed: z.boolean() }), "Whether there was something"), default: problemResponse },
});
const getPicks = createRoute({
  method: "get",
  path: "/v1/picks",
  operationId: "getPicks",
  summary: "Your picks of a day",
  description:
    "The picks of a day are made at the first request for it, and do not change afterwards; those of today are made once there are papers to choose from. While `early` is true, recent papers wait for their embedding, and the picks may still change. With `from`, a catch-up: the picks of all days up to `to` (at most 31), ranked together, without those that were dismissed or seen since, or whose interest is gone.",
  request: {
    query: z.object({
      date: z.string().optional().openapi({ description: "YYYY-MM-DD; today by default." }),
      from: z.string().optional().openapi({ description: "The first day of a catch-up; cannot be combined with `date`." }),
      to: z.string().optional().openapi({ description: "Its last day; today by default." }),
      limit: limitParameter.openapi({
        description: "The number of papers to pick, if the picks are made now; for a catch-up, the number to return.",
      }),
      exploration: flag.openapi({ description: "Adds one paper from outside your interests, marked as such." }),
    }),
  },
  responses: {
    200: jsonBody(z.union([picksModel, catchUpModel]), "The picks with their reasons; of several days if `from` is given"),
    default: problemResponse,
  },
});
const extendPicks = createRoute({
  method: "post",
  path: "/v1/picks",
  operationId: "extendPicks",
  summary: "Pick today for interests that were added later",
  description:
    "Today's picks stay as they are, followed by those of interests that were added since they were made, once for each; `extended` is the time. Without such interests nothing changes, unless `exploration` requests one more paper.",
  request: {
    query: z.object({
      exploration: flag.openapi({ description: "Adds one paper from outside your interests after them, marked as such, once a day." }),
    }),
  },
  responses: { 200: jsonBody(picksModel, "Today's picks"), default: problemResponse },
});

export function addPersonalRoutes(app: OpenAPIHono, engine: Engine): void {
  const person = (c: Context): Person => engine.person(personOf(c));
  app.openapi(listInterests, async (c) => c.json({ interests: await person(c).interests() }, 200));
  app.openapi(addInterest, async (c) => {
    const interest = await person(c).addInterest(c.req.valid("json"));
    return c.json(interest, 201, { location: `/v1/interests/${interest.id}` });
  });
  app.openapi(showInterest, async (c) => {
    const { nearest, terms, ...drivers } = await person(c).describeInterest(c.req.valid("param").id, c.req.raw.signal);
    const hits = nearest.map((hit) => ({ ...hitBody(hit), reason: { nearest: [...hit.reason.nearest], terms: [...hit.reason.terms] } }));
    return c.json({ ...drivers, terms: [...terms], nearest: hits }, 200);
  });
  app.openapi(changeInterest, async (c) => c.json(await person(c).changeInterest(c.req.valid("param").id, c.req.valid("json")), 200));
  app.openapi(removeInterest, async (c) => {
    await person(c).removeInterest(c.req.valid("param").id);
    return c.body(null, 204);
  });
  app.openapi(resetInterest, async (c) => c.json(await person(c).resetInterest(c.req.valid("param").id), 200));
  app.openapi(listFeedback, async (c) => {
    const { kind, limit, offset } = c.req.valid("query");
    const { said, total } = await person(c).feedbackPage({ kind, limit, offset });
    return c.json({ total, limit, offset, feedback: said.map(({ feedback, paper }) => ({ ...feedback, paper })) }, 200);
  });
  app.openapi(giveFeedback, async (c) => {
    const { paperId, ...said } = c.req.valid("json");
    return c.json(await person(c).giveFeedback(paperId, said), 201);
  });
  app.openapi(undoFeedback, async (c) => {
    const { paperId, kind } = c.req.valid("query");
    return c.json({ removed: await person(c).takeBackFeedback(paperId, kind) }, 200);
  });
  app.openapi(getPicks, async (c) => {
    const { date, from, to, limit, exploration } = c.req.valid("query");
    if (date !== undefined && (from ?? to) !== undefined)
      throw new AppError("invalid_request", "Both a single day and a range of days are given.", { mend: "Give date, or from and to." });
    const own = person(c);
    if (from !== undefined) {
      const { picks, papers } = await own.catchUp({ from, to: to ?? own.today(), limit }, c.req.raw.signal);
      return c.json({ ...picks, picks: withPapers(picks.picks, papers) }, 200);
    }
    if (to !== undefined) throw new AppError("invalid_request", "The last day is given without the first.", { mend: "Give from too." });
    const { picks, papers } = await own.picks(date ?? own.today(), { limit, exploration: exploration === true }, c.req.raw.signal);
    return c.json({ ...picks, picks: withPapers(picks.picks, papers) }, 200);
  });
  app.openapi(extendPicks, async (c) => {
    const exploration = c.req.valid("query").exploration === true;
    const { picks, papers } = await person(c).extendPicks({ exploration }, c.req.raw.signal);
    return c.json({ ...picks, picks: withPapers(picks.picks, papers) }, 200);
  });
}

/** Leaves out papers that are no longer in the library. */
function withPapers<T extends { readonly paperId: string }>(
  picks: readonly T[],
  papers: ReadonlyMap<string, Paper>,
): (T & { paper: Paper })[] {
  return picks.flatMap((pick) => {
    const paper = papers.get(pick.paperId);
    return paper === undefined ? [] : [{ ...pick, paper }];
  });
}
