/** Errors in the form of the services whose addresses are imitated: their clients do not read problem documents. */
import type { Context } from "hono";
import type { AppError } from "../../core/errors.ts";
import { retryHeaderOf } from "../problem.ts";

const compatiblePaths = /^\/(?:graph\/v1|recommendations\/v1|api)(?:\/|$)/;

/** Whether a path is one at which another service is imitated. */
export function isCompatible(path: string): boolean {
  return compatiblePaths.test(path);
}

/**
 * `error` and `message`, since clients read either. A missing or wrong key is 403, as at Semantic Scholar. An unexpected error shows no
 * details; they are in the log.
 */
export function compatibleError(c: Context, error: AppError): Response {
  const { status } = error.outcome;
  const told = error.code === "internal" ? "An unexpected error occurred." : error.message;
  return c.json({ error: told, message: status === 429 ? "Too Many Requests" : told }, status === 401 ? 403 : status, retryHeaderOf(error));
}
