/** The page where anybody subscribes to what is trending, without a key. */
import { Hono } from "hono";
import { toAppError } from "../core/errors.ts";
import type { PublicSubscriptions } from "../engine/public-subscriptions.ts";
import type { AccountOptions } from "./account-app.tsx";
import { fieldsOf } from "./form-fields.ts";
import { documentOf, Page } from "./layout.tsx";
import { NotFoundPage } from "./message-page.tsx";

export function createSubscribeApp(
  subscriptions: PublicSubscriptions,
  { clientOf, onFailure }: Pick<AccountOptions, "clientOf" | "onFailure">,
): Hono {
  const app = new Hono({ strict: false });

  app.get("/subscribe", (c) =>
    subscriptions.isOffered ? c.html(documentOf(<SubscribePage form={emptyForm} />)) : c.html(documentOf(<NotFoundPage />), 404),
  );
  app.post("/subscribe", async (c) => {
    if (!subscriptions.isOffered) return c.html(documentOf(<NotFoundPage />), 404);
    const field = await fieldsOf(c);
    const form = { address: field("address"), days: field("days"), hour: field("hour"), zone: field("zone") };
    try {
      const weekdays = form.days === "weekly" ? [1] : form.days === "daily" ? [1, 2, 3, 4, 5, 6, 7] : [1, 2, 3, 4, 5];
      const input = { address: form.address, weekdays, hour: form.hour === "" ? Number.NaN : Number(form.hour), timeZone: form.zone };
      subscriptions.request(input, clientOf(c), onFailure);
      return c.html(documentOf(<AskedPage />));
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.outcome.status >= 500) throw error;
      return c.html(documentOf(<SubscribePage form={form} problem={error.explanation} />), error.outcome.status);
    }
  });
  return app;
}

interface SubscribeForm {
  readonly address: string;
  readonly days: string;
  readonly hour: string;
  readonly zone: string;
}

const emptyForm: SubscribeForm = { address: "", days: "weekdays", hour: "7", zone: "UTC" };

const rhythms = [
  { value: "weekdays", text: "from Monday to Friday" },
  { value: "daily", text: "every day" },
  { value: "weekly", text: "on Mondays" },
] as const;

function SubscribePage({ form, problem }: { form: SubscribeForm; problem?: string }) {
  return (
    <Page title="Trending papers by mail">
      <h1>Trending papers by mail</h1>
      <p class="lead">
        What readers here vote for and save, sent to you. You need no key: your address is asked to confirm, and each mail has a link that
        ends it.
      </p>
      <form class="kin" method="post" action="/subscribe">
        {problem === undefined ? null : (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <label>
          Your mail address
          <input name="address" type="email" autocomplete="email" maxlength={254} value={form.address} required />
        </label>
        <div class="grid">
          <label>
            It comes
            <select name="days">
              {rhythms.map(({ value, text }) => (
                <option value={value} selected={value === form.days}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <label>
            At the hour
            <input name="hour" type="number" min={0} max={23} value={form.hour} required />
          </label>
          <label>
            In the time zone
            <input name="zone" value={form.zone} placeholder="Europe/Berlin" required />
          </label>
        </div>
        <button type="submit">Send them to me</button>
      </form>
    </Page>
  );
}

/** The same whether the address is subscribed already or not. */
function AskedPage() {
  return (
    <Page title="Look into your mail">
      <h1>Look into your mail</h1>
      <p class="lead">Unless it is subscribed already, your address is asked to confirm. Nothing is sent before it does.</p>
    </Page>
  );
}
