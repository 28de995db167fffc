/** The OpenAPI document: what the routes say of themselves, and what key each needs. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { isOpen } from "./guard.ts";
import { neededScope } from "./identity.ts";

/** How a key is sent; one of them is enough. */
const keySchemes = {
  bearer: { type: "http", scheme: "bearer" },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
  basic: { type: "http", scheme: "basic", description: "The key is the password; the name does not matter." },
} as const;

/** @returns OpenAPI 3.1, with `{id}{.+}`, which only the router understands, as `{id}`. */
export function describeService(app: OpenAPIHono, version: string): unknown {
  for (const [name, scheme] of Object.entries(keySchemes)) app.openAPIRegistry.registerComponent("securitySchemes", name, scheme);
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Paperkin",
      version,
      description:
        "Semantic search and recommendation for a library of research papers. Where the service has keys, each request needs one of the scope that its route names (`read`, `write` or `admin`, of which each may do what those before it may); on one's own machine there may be none.",
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
  });
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    const shown = path.replaceAll("{.+}", "");
    const operations = Object.entries(item as Record<string, object>).map(([method, operation]) => [
      method,
      { security: securityOf(method.toUpperCase(), shown), ...operation },
    ]);
    return [shown, Object.fromEntries(operations)];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

/** One of the keys, with the scope as OpenAPI 3.1 names roles, or none where the service has no keys. */
function securityOf(method: string, path: string): Record<string, string[]>[] {
  if (isOpen(path)) return [];
  const scope = neededScope(method, path);
  return [...Object.keys(keySchemes).map((name) => ({ [name]: [scope] })), {}];
}
