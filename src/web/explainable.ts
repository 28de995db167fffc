/** Which errors a form or a page explains itself. */
import { type AppError, toAppError } from "../core/errors.ts";

/** An error that another attempt of the user can avoid. Rethrows everything else, which is a fault of the service. */
export function explainable(thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (error.outcome.status >= 500) throw error;
  return error;
}
