/** Feeds of one person's picks: /v1/feeds creates and revokes their addresses, GET /feeds/private/{token}.{format} needs no key. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { interestHref, paperHref, privateFeedAddresses } from "../core/page-addresses.ts";
import type { Engine } from "../engine/engine.ts";
import type { ListedFeed } from "../engine/people/private-feeds.ts";
import { ConditionalAnswers } from "./conditional.ts";
import { feedMediaTypes, feedOf } from "./feed.ts";
import { personOf } from "./identity.ts";
import { problemResponse } from "./problem.ts";
import { feedFile, feedResponses, formatParameter, readFileName } from "./routes-feeds.ts";
import { jsonBody } from "./schemas.ts";

const feedModel = z
  .object({
    prefix: z.string().openapi({ description: "The beginning of the secret part of its address, which identifies it." }),
    interest: z.object({ id: z.string(), name: z.string() }).optional().openapi({ description: "Absent if it contains all picks." }),
    created: z.string(),
  })
  .openapi("PrivateFeed");
const newFeedModel = feedModel.extend({ rss: z.string(), atom: z.string(), json: z.string() }).openapi("NewPrivateFeed");

const listFeeds = createRoute({
  method: "get",
  path: "/v1/feeds",
  operationId: "listPrivateFeeds",
  summary: "Your private feeds",
  responses: { 200: jsonBody(z.object({ feeds: z.array(feedModel) }), "Oldest first, without their addresses"), default: problemResponse },
});
const addFeed = createRoute({
  method: "post",
  path: "/v1/feeds",
  operationId: "addPrivateFeed",
  summary: "A private feed of your picks, or of those for one interest",
  description: "Its address needs no key and opens only this feed. It is shown only now: only a hash of it is stored.",
  request: {
    body: {
      required: false,
      ...jsonBody(
        z.strictObject({ interest: z.string().min(1).optional().openapi({ description: "By id or name; all picks without one." }) }),
        "What it is to have",
        { interest: "Waves" },
      ),
    },
  },
  responses: { 201: jsonBody(newFeedModel, "The feed, with its addresses as RSS, Atom and JSON Feed"), default: problemResponse },
});
const revokeFeed = createRoute({
  method: "delete",
  path: "/v1/feeds/{prefix}",
  operationId: "revokePrivateFeeds",
  summary: "Revoke a private feed",
  request: {
    params: z.object({
      prefix: z.string().min(1).openapi({ example: "8Jx2kQ", description: "The beginning of the secret part of its address." }),
    }),
  },
  responses: { 200: jsonBody(z.object({ revoked: z.number().int() }), "How many addresses began with it"), default: problemResponse },
});

export function addPrivateFeedRoutes(app: OpenAPIHono, engine: Engine): void {
  const bodyOf = ({ prefix, interest, created }: ListedFeed) => ({
    prefix,
    created,
    ...(interest === undefined ? {} : { interest: { ...interest } }),
  });
  app.openapi(listFeeds, async (c) => c.json({ feeds: (await engine.person(personOf(c)).feeds()).map(bodyOf) }, 200));
  app.openapi(addFeed, async (c) => {
    const feed = await engine.person(personOf(c)).addFeed(c.req.valid("json").interest);
    c.header("cache-control", "no-store");
    return c.json({ ...bodyOf(feed), ...privateFeedAddresses(engine.publicUrl, feed.token) }, 201);
  });
  app.openapi(revokeFeed, async (c) => c.json({ revoked: await engine.person(personOf(c)).revokeFeeds(c.req.valid("param").prefix) }, 200));

  // Registered by hand, like the public feeds.
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/feeds/private/{token}.{format}",
    operationId: "privateFeed",
    summary: "Your picks as a feed, with the reasons",
    description:
      "The picks of the last 30 days, at most 50 papers. Those of a day are made at the first request for them, and appear here once they are final.",
    security: [],
    request: {
      params: z.object({ token: z.string().openapi({ description: "The secret part of its address." }), format: formatParameter }),
    },
    responses: feedResponses,
  });
  const answers = new ConditionalAnswers();
  app.get(`/feeds/private/:file${feedFile}`, async (c) => {
    const { stem, format } = readFileName(c.req.param("file"));
    const { interest, entries } = await engine.privateFeed(stem, c.req.raw.signal);
    const { publicUrl } = engine;
    const document = feedOf(
      {
        title: interest === undefined ? "Picks · Paperkin" : `${interest.name} · Paperkin`,
        description: interest === undefined ? "Papers picked for you." : "Papers picked for one of your interests.",
        selfUrl: privateFeedAddresses(publicUrl, stem)[format],
        htmlUrl: publicUrl + (interest === undefined ? "/picks" : interestHref(interest.id)),
        items: entries.map(({ paper, why, picked }) => ({ paper, url: publicUrl + paperHref(paper.paperId), why, added: picked })),
      },
      format,
    );
    return answers.answer(c, document, feedMediaTypes[format], "private, no-cache");
  });
}
