/** The answers to addresses that lead nowhere, and to what goes wrong before a page is asked for. */
import type { Context, NotFoundHandler } from "hono";
import type { AppError } from "../core/errors.ts";
import { SignInPage } from "./account-pages.tsx";
import { documentOf } from "./layout.tsx";
import { ErrorPage, NotFoundPage } from "./message-page.tsx";

export const notFoundPage: NotFoundHandler = (c) => c.html(documentOf(<NotFoundPage />), 404);

export function errorPage(c: Context, error: AppError): Response | Promise<Response> {
  if (error.code === "unauthorized") {
    c.header("cache-control", "no-store");
    const { pathname, search } = new URL(c.req.url);
    return c.html(documentOf(<SignInPage back={pathname + search} />), error.outcome.status);
  }
  return c.html(documentOf(<ErrorPage error={error} />), error.outcome.status);
}
