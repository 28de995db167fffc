/** Pages behind tokens and forms: they are never cached, and explain if they cannot be shown. */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { explainable } from "./explainable.ts";
import { documentOf } from "./layout.tsx";
import { ErrorPage } from "./message-page.tsx";

/** Rethrows faults of the service itself. */
export async function shown(c: Context, page: () => Promise<Child>): Promise<Response> {
  c.header("cache-control", "no-store");
  try {
    return await c.html(documentOf(c, await page()));
  } catch (thrown) {
    const error = explainable(thrown);
    return c.html(documentOf(c, <ErrorPage error={error} />), error.outcome.status);
  }
}
