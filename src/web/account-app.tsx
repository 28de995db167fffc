/**
 * Signing in and out. A key is exchanged for a session and never appears in a page; a link in a mail has an effect only through the button
 * on its page.
 */
import { type Context, Hono } from "hono";
import { AppError } from "../core/errors.ts";
import type { SignIns } from "../engine/people/sign-ins.ts";
import { AccountPage, LinkSentPage, NoSignInPage, type SentForm, SignInPage, UseLinkPage } from "./account-pages.tsx";
import { explainable } from "./explainable.ts";
import { fieldsOf, fieldsOfForm } from "./form-fields.ts";
import { documentOf } from "./layout.tsx";
import { localAddress } from "./links.ts";
import { shown } from "./unkept-page.tsx";

export interface AccountOptions {
  readonly personOf: (c: Context) => string;
  /** The hash of the session that a browser presents; undefined for a key, and if the service needs no keys. */
  readonly sessionOf: (c: Context) => string | undefined;
  /** Whether the service needs keys at all. */
  readonly needsKeys: () => Promise<boolean>;
  /** The owner of a key; undefined if the key is not valid. */
  readonly personOfKey: (key: string) => Promise<string | undefined>;
  /** @param secret of a session; undefined to make the browser forget its session. */
  readonly keepSession: (c: Context, secret: string | undefined) => void;
  /** The origin of a request, for rate limiting. */
  readonly clientOf: (c: Context) => string;
  /** Called with errors of work that no request waits for. */
  readonly onFailure: (error: unknown) => void;
}

const start = "/picks";

export function createAccountApp(signIns: SignIns, options: AccountOptions): Hono {
  const app = new Hono({ strict: false });
  addSignIn(app, signIns, options);
  addLinks(app, signIns, options);
  addAccount(app, signIns, options);
  return app;
}

function agentOf(c: Context): string {
  return c.req.header("user-agent") ?? "";
}

function addSignIn(app: Hono, signIns: SignIns, options: AccountOptions): void {
  app.get("/sign-in", async (c) => {
    c.header("cache-control", "no-store");
    if (!(await options.needsKeys())) return c.html(documentOf(c, <NoSignInPage />));
    return c.html(documentOf(c, <SignInPage back={localAddress(c.req.query("back") ?? "", start)} byMail={signIns.byMail} />));
  });
  app.post("/sign-in", async (c) => {
    c.header("cache-control", "no-store");
    if (!(await options.needsKeys())) return c.redirect("/", 303);
    const field = await fieldsOf(c);
    const sent = await sentWith(c);
    const back = localAddress(field("back"), start);
    try {
      const client = options.clientOf(c);
      const key = field("key");
      if (key === "") {
        signIns.requestLink(field("address"), client, options.onFailure);
        return c.html(documentOf(c, <LinkSentPage />));
      }
      signIns.countTry(client);
      const person = await options.personOfKey(key);
      if (person === undefined) throw new AppError("unauthorized", "This key is not known here.");
      options.keepSession(c, await signIns.beginWithKey(person, key, agentOf(c)));
      // 307 forwards the form with its fields.
      return sent === undefined ? c.redirect(back, 303) : c.redirect(sent.action, 307);
    } catch (thrown) {
      const error = explainable(thrown);
      const page = <SignInPage back={back} byMail={signIns.byMail} sent={sent} problem={error.explanation} />;
      return c.html(documentOf(c, page), error.outcome.status);
    }
  });
}

/** The pages that links in mails lead to. */
function addLinks(app: Hono, signIns: SignIns, options: AccountOptions): void {
  app.get("/sign-in/:token", (c) => shown(c, async () => <UseLinkPage person={await signIns.personOfLink(c.req.param("token"))} />));
  app.post("/sign-in/:token", async (c) => {
    try {
      options.keepSession(c, await signIns.useLink(c.req.param("token"), agentOf(c)));
    } catch (thrown) {
      return await shown(c, () => Promise.reject(thrown));
    }
    return c.redirect(start, 303);
  });
}

function addAccount(app: Hono, signIns: SignIns, options: AccountOptions): void {
  app.get("/account", async (c) => {
    if (!(await options.needsKeys())) return c.html(documentOf(c, <NoSignInPage />));
    const person = options.personOf(c);
    return await shown(c, async () => <AccountPage person={person} sessions={await signIns.sessions(person, options.sessionOf(c))} />);
  });
  app.post("/account/revoke", async (c) => {
    const prefix = (await fieldsOf(c))("prefix");
    await signIns.end({ person: options.personOf(c), prefix: prefix === "" ? undefined : prefix });
    return c.redirect("/account", 303);
  });
  app.post("/sign-out", async (c) => {
    const session = options.sessionOf(c);
    if (session !== undefined) await signIns.signOut(session);
    options.keepSession(c, undefined);
    return c.redirect("/sign-in", 303);
  });
}

/** The form that is to be sent again after signing in. */
async function sentWith(c: Context): Promise<SentForm | undefined> {
  const { key: _, resume = "", ...fields } = (await fieldsOfForm(c)) ?? {};
  const action = localAddress(resume, "");
  return action === "" ? undefined : { action, fields };
}
