/** The page where anybody can subscribe to trending papers, without a key. */
import { Hono } from "hono";
import type { PublicSubscriptions } from "../engine/digests/public-subscriptions.ts";
import type { AccountOptions } from "./account-app.tsx";
import { explainable } from "./explainable.ts";
import { fieldsOf } from "./form-fields.ts";
import { documentOf, Page, Problem } from "./layout.tsx";
import { NotFoundPage } from "./message-page.tsx";
import { type Rhythm, RhythmFields, readRhythm, timesOf } from "./rhythm.tsx";

export function createSubscribeApp(
  subscriptions: PublicSubscriptions,
  { clientOf, onFailure }: Pick<AccountOptions, "clientOf" | "onFailure">,
): Hono {
  const app = new Hono({ strict: false });

  app.get("/subscribe", (c) =>
    subscriptions.isOffered ? c.html(documentOf(c, <SubscribePage form={emptyForm} />)) : c.html(documentOf(c, <NotFoundPage />), 404),
  );
  app.post("/subscribe", async (c) => {
    if (!subscriptions.isOffered) return c.html(documentOf(c, <NotFoundPage />), 404);
    const field = await fieldsOf(c);
    const form = { address: field("address"), ...readRhythm(field) };
    try {
      subscriptions.request({ address: form.address, ...timesOf(form) }, clientOf(c), onFailure);
      return c.html(documentOf(c, <AskedPage />));
    } catch (thrown) {
      const error = explainable(thrown);
      return c.html(documentOf(c, <SubscribePage form={form} problem={error.explanation} />), error.outcome.status);
    }
  });
  return app;
}

interface SubscribeForm extends Rhythm {
  readonly address: string;
}

const emptyForm: SubscribeForm = { address: "", days: "weekdays", hour: "7", zone: "UTC" };

function SubscribePage({ form, problem }: { form: SubscribeForm; problem?: string }) {
  return (
    <Page title="Trending papers by email">
      <h1>Trending papers by email</h1>
      <p class="lead">
        What readers here vote for and save, sent to you. You need no key: you confirm your address once, and every message has a link to
        unsubscribe.
      </p>
      <form class="kin" method="post" action="/subscribe">
        <Problem text={problem} />
        <label>
          Your email address
          <input name="address" type="email" autocomplete="email" maxlength={254} value={form.address} required />
        </label>
        <RhythmFields rhythm={form} />
        <button type="submit">Subscribe</button>
      </form>
    </Page>
  );
}

/** The same page whether or not the address is subscribed already, so that it reveals nothing. */
function AskedPage() {
  return (
    <Page title="Check your email">
      <h1>Check your email</h1>
      <p class="lead">Unless you are subscribed already, a message asks you to confirm your address. Nothing else is sent until you do.</p>
    </Page>
  );
}
