/** The OpenAPI document: the descriptions of the routes, and the scope that each requires. */
import { type OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { unchangedResponse } from "./conditional.ts";
import { isOpen } from "./guard.ts";
import { neededScope } from "./identity.ts";
import { problemResponse } from "./problem.ts";

/** The ways to send a key, any one of which is enough. */
const keySchemes = {
  bearer: { type: "http", scheme: "bearer" },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
  basic: { type: "http", scheme: "basic", description: "The key is the password; the name does not matter." },
} as const;

/** The tags of routes, each with a pattern for its paths; the first match counts. */
const tags = [
  {
    name: "search",
    description: "Finding papers: by meaning, by words, by examples.",
    paths: /^\/v1\/(?:search|explain|suggest|similar|recommendations|papers\/\{id\}\/similar)/,
  },
  {
    name: "comments",
    description: "Comments on papers by the people of the service.",
    paths: /^\/v1\/(?:comments|papers\/\{id\}\/comments)/,
  },
  { name: "papers", description: "The papers of the library.", paths: /^\/v1\/(?:papers|export)/ },
  { name: "daily", description: "The papers of a day, a week or a month.", paths: /^\/v1\/daily/ },
  { name: "topics", description: "Subjects that everybody can follow.", paths: /^\/v1\/topics/ },
  {
    name: "personal",
    description: "One person's interests, picks, feedback and judgments.",
    paths: /^\/v1\/(?:interests|picks|feedback|judgments)/,
  },
  { name: "feeds", description: "Papers as feeds for news readers.", paths: /^(?:\/v1)?\/feeds/ },
  { name: "subscriptions", description: "Digests that are sent to people.", paths: /^\/v1\/subscriptions/ },
  { name: "people", description: "The people who use the service, and their keys.", paths: /^\/v1\/people/ },
  { name: "operation", description: "The state of the service, and its long-running jobs.", paths: /./ },
] as const;

const documentRoute: RouteConfig = {
  method: "get",
  path: "/openapi.json",
  operationId: "getOpenApiDocument",
  summary: "This document",
  responses: {
    200: { description: "OpenAPI 3.1", content: { "application/json": { schema: z.looseObject({ openapi: z.string() }) } } },
    304: unchangedResponse,
    default: problemResponse,
  },
};

/**
 * Serves the document at `/openapi.json`.
 * @returns a function that returns the document, with all routes that exist at its first call.
 */
export function addDocumentRoute(app: OpenAPIHono, version: string): () => unknown {
  app.openAPIRegistry.registerPath(documentRoute);
  // Created once, since that blocks the event loop for a tenth of a second.
  let described: unknown;
  const document = () => {
    described ??= describeService(app, version);
    return described;
  };
  app.get(documentRoute.path, (c) => c.json(document()));
  return document;
}

/** @returns OpenAPI 3.1, with `{id}` in place of `{id}{.+}`, which only the router understands. */
function describeService(app: OpenAPIHono, version: string): unknown {
  for (const [name, scheme] of Object.entries(keySchemes)) app.openAPIRegistry.registerComponent("securitySchemes", name, scheme);
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Paperkin",
      version,
      description:
        "Semantic search and recommendation for a library of research papers. If the service has keys, each request needs one of the scope that its route names (`read`, `write` or `admin`, each of which includes the ones before it); a service on one's own machine may have none. A key is sent as `X-API-Key`, as `Authorization: Bearer`, or as the password of HTTP Basic. Ids of papers may be raw or encoded in URLs, and any known id of a paper finds it. Errors are problem documents (RFC 9457) with a stable `code`, on every route.",
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: tags.map(({ name, description }) => ({ name, description })),
  });
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    const shown = path.replaceAll("{.+}", "");
    const tag = tags.find(({ paths }) => paths.test(shown));
    const operations = Object.entries(item as Record<string, object>).map(([method, operation]) => [
      method,
      { tags: tag === undefined ? [] : [tag.name], security: securityOf(method.toUpperCase(), shown), ...operation },
    ]);
    return [shown, Object.fromEntries(operations)];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

/** Any of the schemes, with the scope as a role in the sense of OpenAPI 3.1; or none, for a service without keys. */
function securityOf(method: string, path: string): Record<string, string[]>[] {
  if (isOpen(path)) return [];
  const scope = neededScope(method, path);
  return [...Object.keys(keySchemes).map((name) => ({ [name]: [scope] })), {}];
}
