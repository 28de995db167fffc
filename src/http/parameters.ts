/** Parameters that a route of the API does not know are refused: a condition with a slip in its name would be none. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { AppError } from "../core/errors.ts";

/**
 * Throws `invalid_request`. What is below `/v1` is meant; feeds take what readers of news put behind an address.
 * @param registry where routes describe themselves, later ones too.
 */
export function refuseUnknownParameters(registry: OpenAPIHono["openAPIRegistry"]): MiddlewareHandler {
  let known: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  return async (c, next) => {
    const given = Object.keys(c.req.queries());
    if (given.length > 0 && c.req.path.startsWith("/v1/")) {
      known ??= parametersOf(registry);
      // Of several that match, the first one answers.
      const [names] = matchedRoutes(c).flatMap(({ method, path }) => known?.get(`${method} ${path}`) ?? []);
      const unknown = names === undefined ? [] : given.filter((name) => !names.has(name));
      if (unknown.length > 0) {
        const named = unknown.slice(0, 10).map((name) => `“${name.slice(0, 40)}”`);
        throw new AppError("invalid_request", `there is no parameter ${named.join(", ")}.`, {
          mend: `This route takes ${names === undefined || names.size === 0 ? "none" : [...names].join(", ")}. See /docs for what each route takes.`,
        });
      }
    }
    await next();
  };
}

/** By method and path, as the router has them. */
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
