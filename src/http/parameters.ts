/** Refuses unknown query parameters of the API: a condition with a misspelt name would have no effect. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { AppError } from "../core/errors.ts";

/**
 * Throws `invalid_request`. Applies to `/v1` only, since news readers add parameters of their own to the addresses of feeds.
 * @param registry the descriptions of the routes; those that are added later are included.
 */
export function refuseUnknownParameters(registry: OpenAPIHono["openAPIRegistry"]): MiddlewareHandler {
  let known: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  return async (c, next) => {
    const given = Object.keys(c.req.queries());
    if (given.length > 0 && c.req.path.startsWith("/v1/")) {
      known ??= parametersOf(registry);
      // If several routes match, the first one answers.
      const [names] = matchedRoutes(c).flatMap(({ method, path }) => known?.get(`${method} ${path}`) ?? []);
      const unknown = names === undefined ? [] : given.filter((name) => !names.has(name));
      if (unknown.length > 0) {
        const named = unknown.slice(0, 10).map((name) => `“${name.slice(0, 40)}”`);
        throw new AppError("invalid_request", `there is no parameter ${named.join(", ")}.`, {
          mend: `This route accepts ${names === undefined || names.size === 0 ? "none" : [...names].join(", ")}. See /docs for what each route accepts.`,
        });
      }
    }
    await next();
  };
}

/** Keyed by method and path, as the router writes them. */
function parametersOf({ definitions }: OpenAPIHono["openAPIRegistry"]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    definitions.flatMap((definition) => {
      if (definition.type !== "route") return [];
      const { method, path, request } = definition.route;
      const names = request?.query instanceof z.ZodObject ? Object.keys(request.query.shape) : [];
      return [[`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`, new Set(names)] as const];
    }),
  );
}
