/** The answers to unknown addresses, and to errors that occur before a page is reached. */
import type { Context, NotFoundHandler } from "hono";
import type { AppError } from "../core/errors.ts";
import type { SignIns } from "../engine/people/sign-ins.ts";
import { SignInPage } from "./account-pages.tsx";
import { fieldsOfForm } from "./form-fields.ts";
import { documentOf } from "./layout.tsx";
import { ErrorPage, NotFoundPage } from "./message-page.tsx";

export const notFoundPage: NotFoundHandler = (c) => c.html(documentOf(c, <NotFoundPage />), 404);

/** @param signIns how people sign in, for pages that require it. */
export function errorPageOf({ byMail }: Pick<SignIns, "byMail">) {
  return (c: Context, error: AppError) => errorPage(c, error, byMail);
}

/** The fields of a failed form are not lost: signing in sends them again, and every other error page shows them. */
async function errorPage(c: Context, error: AppError, byMail: boolean): Promise<Response> {
  const isForm = c.req.method === "POST";
  const sent = isForm ? await fieldsOfForm(c) : undefined;
  if (isForm || error.code === "unauthorized") c.header("cache-control", "no-store");
  const { pathname, search } = new URL(c.req.url);
  if (error.code === "unauthorized") {
    const page = <SignInPage back={isForm ? "/" : pathname + search} byMail={byMail} sent={sent && { action: pathname, fields: sent }} />;
    return c.html(documentOf(c, page), error.outcome.status);
  }
  // A key that somebody signs in with must not appear in a page.
  const resent = sent === undefined || "key" in sent ? undefined : { action: pathname, fields: sent };
  return c.html(documentOf(c, <ErrorPage error={error} sent={resent} requestId={c.get("requestId")} />), error.outcome.status);
}
