/** What a form or a page can say of its own failure. */
import { type AppError, toAppError } from "../core/errors.ts";

/** What whoever asked can mend by another try. Throws everything else, which is a fault of the service itself. */
export function explainable(thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (error.outcome.status >= 500) throw error;
  return error;
}
