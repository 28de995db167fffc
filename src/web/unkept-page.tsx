/** Pages behind tokens and forms: nobody keeps them, and one that cannot be shown says why. */
import type { Context } from "hono";
import { toAppError } from "../core/errors.ts";
import { documentOf } from "./layout.tsx";
import { ErrorPage } from "./message-page.tsx";

/** Throws what is a fault of the service itself. */
export async function shown(c: Context, page: () => Promise<unknown>): Promise<Response> {
  c.header("cache-control", "no-store");
  try {
    return await c.html(documentOf(await page()));
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.outcome.status >= 500) throw error;
    return c.html(documentOf(<ErrorPage error={error} />), error.outcome.status);
  }
}
