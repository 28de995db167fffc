/** The people who use the service: GET and POST /v1/people, PATCH and DELETE /v1/people/{name}, DELETE /v1/people/keys/{prefix} */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { personName } from "../core/interest.ts";
import { scopes } from "../core/personal-store.ts";
import type { Engine } from "../engine/engine.ts";
import { requireOwnKey } from "../engine/people/people.ts";
import type { KeyRing } from "./key-ring.ts";
import { problemResponse } from "./problem.ts";
import { jsonBody } from "./schemas.ts";

const scopeModel = z.enum(scopes).openapi({ description: "What it may do; each scope includes the ones before it." });
const personModel = z
  .object({
    name: z.string(),
    keys: z
      .array(
        z.object({
          prefix: z.string().openapi({ description: "Its beginning, which identifies it. Of the rest only a hash is stored." }),
          scope: scopeModel,
          created: z.string(),
        }),
      )
      .openapi({ description: "Empty if the person has no key." }),
    address: z.string().optional().openapi({ description: "Where sign-in links are mailed, besides the confirmed addresses of picks." }),
  })
  .openapi("Person");

const nameParameter = z.object({ name: z.string().min(1).openapi({ example: "ada" }) });

const listPeople = createRoute({
  method: "get",
  path: "/v1/people",
  operationId: "listPeople",
  summary: "Who uses the service, and the beginnings of their keys",
  responses: { 200: jsonBody(z.object({ people: z.array(personModel) }), "By name"), default: problemResponse },
});
const addPerson = createRoute({
  method: "post",
  path: "/v1/people",
  operationId: "addPerson",
  summary: "Add a person with a key, or another key for one who is there",
  description:
    "Once there is a key, every request needs one. So the first one must be one's own: `me`, of scope `admin`. The key is shown only now.",
  request: {
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({
          name: z.string().openapi({ maxLength: 64, description: "Letters, digits, dots, dashes and underscores." }),
          scope: scopeModel.default("write"),
        }),
        "Who, and what the key may do",
        { name: "ada", scope: "write" },
      ),
    },
  },
  responses: { 201: jsonBody(z.object({ name: z.string(), scope: scopeModel, key: z.string() }), "The key"), default: problemResponse },
});
const changePerson = createRoute({
  method: "patch",
  path: "/v1/people/{name}",
  operationId: "changePerson",
  summary: "Set the address to which a person's sign-in links are mailed",
  request: {
    params: nameParameter,
    body: {
      required: true,
      ...jsonBody(
        z.strictObject({
          address: z
            .string()
            .max(2_000)
            .nullable()
            .openapi({ description: "A mail address; null for none. Links that were already sent become invalid." }),
        }),
        "Where to",
        { address: "ada@example.org" },
      ),
    },
  },
  responses: {
    200: jsonBody(z.object({ name: z.string(), address: z.string().nullable() }), "As it is kept"),
    default: problemResponse,
  },
});
const removePerson = createRoute({
  method: "delete",
  path: "/v1/people/{name}",
  operationId: "removePerson",
  summary: "Remove a person with all of their data",
  description:
    "Keys, sign-ins, interests, picks, feedback, comments, feeds and subscriptions. If nobody else is left, and the settings contain no keys, no key is needed any more.",
  request: { params: nameParameter },
  responses: { 204: { description: "They are gone" }, default: problemResponse },
});
const revokeKey = createRoute({
  method: "delete",
  path: "/v1/people/keys/{prefix}",
  operationId: "revokeKey",
  summary: "Take a key back",
  description: "Programs that have it, and browsers that signed in with it, are refused from then on.",
  request: { params: z.object({ prefix: z.string().min(1).openapi({ example: "pk_8Jx2kQa7", description: "Its `prefix`, as listed." }) }) },
  responses: { 200: jsonBody(z.object({ revoked: z.number().int() }), "How many begin so"), default: problemResponse },
});

/** @param ring its cache is dropped after each change here, since programs use a new key at once. */
export function addPeopleRoutes(app: OpenAPIHono, engine: Engine, ring: Pick<KeyRing, "isEmpty" | "readAnew">): void {
  app.openapi(listPeople, async (c) => {
    const [people, mailboxes] = await Promise.all([engine.people(), engine.signIns.mailboxes()]);
    const bodies = people.map(({ name, keys }) => {
      const address = mailboxes.get(name);
      return { name, keys: [...keys], ...(address === undefined ? {} : { address }) };
    });
    return c.json({ people: bodies }, 200);
  });
  app.openapi(addPerson, async (c) => {
    const { scope, ...given } = c.req.valid("json");
    const name = personName(given.name);
    if ((await ring.isEmpty()) && (await engine.people()).length === 0) requireOwnKey(name, scope);
    const key = await engine.addPerson(name, scope);
    ring.readAnew();
    c.header("cache-control", "no-store");
    return c.json({ name, scope, key }, 201);
  });
  app.openapi(changePerson, async (c) => {
    const name = personName(c.req.valid("param").name);
    const address = await engine.signIns.setMailbox(name, c.req.valid("json").address ?? undefined);
    return c.json({ name, address: address ?? null }, 200);
  });
  app.openapi(removePerson, async (c) => {
    await engine.removePerson(personName(c.req.valid("param").name));
    ring.readAnew();
    return c.body(null, 204);
  });
  app.openapi(revokeKey, async (c) => {
    const revoked = await engine.revokeKey(c.req.valid("param").prefix);
    ring.readAnew();
    return c.json({ revoked }, 200);
  });
}
