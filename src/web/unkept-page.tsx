/** Pages behind tokens and forms: nobody keeps them, and one that cannot be shown says why. */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { explainable } from "./explainable.ts";
import { documentOf } from "./layout.tsx";
import { ErrorPage } from "./message-page.tsx";

/** Throws what is a fault of the service itself. */
export async function shown(c: Context, page: () => Promise<Child>): Promise<Response> {
  c.header("cache-control", "no-store");
  try {
    return await c.html(documentOf(c, await page()));
  } catch (thrown) {
    const error = explainable(thrown);
    return c.html(documentOf(c, <ErrorPage error={error} />), error.outcome.status);
  }
}
