/** Errors as `application/problem+json` (RFC 9457), and the schema that documents them. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type AppError, type ErrorCode, errorCodes, toAppError } from "../core/errors.ts";

export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "about:blank" }),
    title: z.string().openapi({ example: "No such paper" }),
    status: z.number().int(),
    code: z.enum(errorCodes as [string, ...string[]]).openapi({ description: "Stable; programs may rely on it." }),
    detail: z.string().openapi({
      description: "What happened, to which input, and what to do.",
    }),
    requestId: z.string().openapi({
      description: "Also in the X-Request-Id header and in the log.",
    }),
  })
  .openapi("Problem");

/** The response for any error, for a route's documentation. */
export const problemResponse = {
  description: "An error in the request, or in the service",
  content: { "application/problem+json": { schema: problemSchema } },
};

export function problemOf(c: Context, thrown: unknown): Response {
  const error = toAppError(thrown);
  const { status, title } = error.outcome;
  return c.body(
    JSON.stringify({
      type: "about:blank",
      title,
      status,
      code: error.code,
      detail: detailOf(error),
      requestId: c.get("requestId"),
    }),
    status,
    {
      "content-type": "application/problem+json; charset=utf-8",
      ...(status === 401 ? { "www-authenticate": challengeFor(c) } : {}),
      ...retryHeaderOf(error),
    },
  );
}

/** What is over soon, so that asking again helps. */
const passing: readonly ErrorCode[] = ["service_busy", "library_busy", "embedding_failed"];
const passingSeconds = 5;

/** The Retry-After header, if it is known when the same request may succeed. */
export function retryHeaderOf({ code, retryAfterS }: AppError): Record<string, string> {
  const seconds = retryAfterS ?? (passing.includes(code) ? passingSeconds : undefined);
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}

/**
 * `Basic` makes a browser ask for a name and a password. A script of a page, which asks while a query is being typed, must not cause that.
 */
function challengeFor(c: Context): string {
  return c.req.header("x-requested-with") === undefined ? 'Basic realm="Paperkin", charset="UTF-8"' : 'Bearer realm="Paperkin"';
}

/** The message that may be shown. An unexpected error shows no details; they are in the log. */
function detailOf(error: AppError): string {
  return error.code === "internal" ? "An unexpected error occurred. The log describes it under this request's id." : error.explanation;
}
