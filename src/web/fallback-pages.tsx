/** The answers to addresses that lead nowhere, and to what goes wrong before a page is asked for. */
import type { Context, NotFoundHandler } from "hono";
import type { AppError } from "../core/errors.ts";
import { documentOf } from "./layout.tsx";
import { ErrorPage, NotFoundPage } from "./message-page.tsx";

export const notFoundPage: NotFoundHandler = (c) => c.html(documentOf(<NotFoundPage />), 404);

export function errorPage(c: Context, error: AppError): Response | Promise<Response> {
  return c.html(documentOf(<ErrorPage error={error} />), error.outcome.status);
}
