/** Subscriptions to digests: /v1/subscriptions */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { deliveryChannels, deliveryStates, digestKinds } from "../core/delivery.ts";
import type { ListedSubscription } from "../engine/digests/own-subscriptions.ts";
import type { Engine } from "../engine/engine.ts";
import { personOf } from "./identity.ts";
import { problemResponse } from "./problem.ts";
import { jsonBody } from "./schemas.ts";

const weekdays = z
  .array(z.number().int().min(1).max(7))
  .min(1)
  .openapi({ description: "1 is Monday, 7 is Sunday; one of them makes it weekly." });
const subscriptionModel = z
  .object({
    id: z.string(),
    channel: z.enum(deliveryChannels),
    address: z.string(),
    kind: z.enum(digestKinds).openapi({ description: "Your picks, or what is trending for everybody." }),
    weekdays,
    hour: z.number().int(),
    timeZone: z.string(),
    wantsEmpty: z.boolean(),
    created: z.string(),
    confirmed: z.string().optional().openapi({ description: "When the address was confirmed; nothing is sent before." }),
    next: z.string().optional().openapi({ description: "The day of the next message, in the time zone of the subscription." }),
    latest: z
      .object({ date: z.string(), state: z.enum(deliveryStates), lastError: z.string().optional() })
      .optional()
      .openapi({ description: "The state of the latest message." }),
  })
  .openapi("Subscription");
const newSubscription = z
  .strictObject({
    address: z
      .string()
      .max(2_000)
      .openapi({ description: "A mailbox, which receives a request for confirmation, or the https:// address of a webhook." }),
    kind: z.enum(digestKinds).default("picks"),
    weekdays: weekdays.default([1, 2, 3, 4, 5]),
    hour: z.number().int().min(0).max(23).default(7),
    timeZone: z.string().default("UTC").openapi({ example: "Europe/Berlin" }),
    wantsEmpty: z.boolean().default(false).openapi({ description: "Also if there are no papers." }),
  })
  .openapi("NewSubscription");

const listSubscriptions = createRoute({
  method: "get",
  path: "/v1/subscriptions",
  operationId: "listSubscriptions",
  summary: "What is sent to you",
  responses: {
    200: jsonBody(z.object({ subscriptions: z.array(subscriptionModel) }), "Each with the state of its latest message"),
    default: problemResponse,
  },
});
const addSubscription = createRoute({
  method: "post",
  path: "/v1/subscriptions",
  operationId: "addSubscription",
  summary: "Have your picks, or what is trending, sent to you",
  description: "The same address and kind again changes the days and the hour.",
  request: {
    body: { required: true, ...jsonBody(newSubscription, "Where to, and when", { address: "https://example.org/hook", hour: 8 }) },
  },
  responses: {
    201: jsonBody(
      subscriptionModel.extend({
        secret: z.string().optional().openapi({ description: "For a webhook, the secret with which its messages are signed." }),
      }),
      "The subscription",
    ),
    default: problemResponse,
  },
});
const endSubscription = createRoute({
  method: "delete",
  path: "/v1/subscriptions/{id}",
  operationId: "endSubscription",
  summary: "Cancel a subscription",
  request: { params: z.object({ id: z.string().min(1).openapi({ description: "Its `id`." }) }) },
  responses: { 204: { description: "Nothing more is sent there" }, default: problemResponse },
});

export function addSubscriptionRoutes(app: OpenAPIHono, { ownSubscriptions: own }: Engine): void {
  app.openapi(listSubscriptions, async (c) => c.json({ subscriptions: (await own.of(personOf(c))).map(bodyOf) }, 200));
  app.openapi(addSubscription, async (c) => {
    const { secret, ...made } = await own.add(personOf(c), c.req.valid("json"));
    c.header("cache-control", "no-store");
    return c.json({ ...bodyOf({ ...made, latest: undefined }), ...(secret === undefined ? {} : { secret }) }, 201);
  });
  app.openapi(endSubscription, async (c) => {
    await own.end(personOf(c), c.req.valid("param").id);
    return c.body(null, 204);
  });
}

function bodyOf({ subscription, latest, next }: ListedSubscription) {
  const { person: _, weekdays: days, ...told } = subscription;
  const { date, state, lastError } = latest ?? {};
  return {
    ...told,
    weekdays: [...days],
    ...(next === undefined ? {} : { next }),
    ...(date === undefined || state === undefined ? {} : { latest: { date, state, ...(lastError === undefined ? {} : { lastError }) } }),
  };
}
