/** A person's subscriptions: listing, creating and ending them. */
import type { DeliveryState } from "../core/delivery.ts";
import type { ListedSubscription, MadeSubscription } from "../engine/digests/own-subscriptions.ts";
import { readableDate } from "./dates.ts";
import { Page, Problem } from "./layout.tsx";
import { type Rhythm, RhythmFields, rhythmText } from "./rhythm.tsx";
import { Sure } from "./sure.tsx";
import { mayWrite, OnlyReads } from "./viewer.tsx";

export interface SubscriptionForm extends Rhythm {
  readonly address: string;
  readonly kind: string;
  readonly empty: boolean;
}

const states: Readonly<Record<DeliveryState, string>> = {
  pending: "waits to be sent",
  sending: "is being sent",
  sent: "was sent",
  empty: "had nothing to report",
  failed: "could not be sent",
  unknown: "may have arrived",
};

/** @param made the subscription that was just created. @param once see `OnceOnly`. */
export function SubscriptionsPage({
  all,
  form,
  hasMail,
  made,
  problem,
  once,
}: {
  all: readonly ListedSubscription[];
  form: SubscriptionForm;
  hasMail: boolean;
  made?: MadeSubscription | undefined;
  problem?: string | undefined;
  once: string;
}) {
  return (
    <Page title="Sent to you" active="picks">
      <h1>Your picks, sent to you</h1>
      <p class="lead">
        Your <a href="/picks">picks</a> with their reasons, on the days and at the hour that you choose. Or read them in a feed reader:{" "}
        <a href="/feeds">private feeds</a>.
      </p>
      {made === undefined ? null : <Made made={made} />}
      <OnlyReads>To have them sent you need one that can write.</OnlyReads>
      {mayWrite() ? <NewSubscription form={form} hasMail={hasMail} problem={problem} once={once} /> : null}
      <h2 id="all">Your subscriptions</h2>
      {all.length === 0 ? <p>There are none.</p> : null}
      <ul class="cards">
        {all.map(({ subscription, latest, next }) => (
          <li>
            <h3>{subscription.address}</h3>
            <p>
              {subscription.kind === "picks" ? "Your picks" : "What is trending"}, {rhythmText(subscription)}
              {subscription.wantsEmpty ? ", even when there is nothing to report" : ""}
            </p>
            <p>{stateOf(latest, next)}</p>
            {mayWrite() ? (
              <Sure
                action="/subscriptions/end"
                fields={{ id: subscription.id, once }}
                text="Unsubscribe"
                of={subscription.address}
                goes="Nothing more is sent there. To subscribe again, an email address has to be confirmed again, and a webhook gets a new secret."
                button="Stop sending"
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Page>
  );
}

function NewSubscription({
  form,
  hasMail,
  problem,
  once,
}: {
  form: SubscriptionForm;
  hasMail: boolean;
  problem: string | undefined;
  once: string;
}) {
  return (
    <>
      <h2 id="new">A new subscription</h2>
      <form class="kin" method="post" action="/subscriptions">
        <input type="hidden" name="once" value={once} />
        <Problem text={problem} />
        <label>
          {hasMail ? "Your email address, or the address of a webhook" : "The address of a webhook"}
          <input
            name="address"
            maxlength={2_000}
            value={form.address}
            placeholder={hasMail ? "name@example.org" : "https://example.org/hook"}
            autocomplete={hasMail ? "email" : "url"}
            required
          />
          <small>
            {hasMail
              ? "An email address has to be confirmed first. A webhook gets signed JSON by POST."
              : "A webhook gets signed JSON by POST. Email is not set up on this service."}
          </small>
        </label>
        <label>
          What to send
          <select name="kind">
            <option value="picks" selected={form.kind !== "trending"}>
              my picks
            </option>
            <option value="trending" selected={form.kind === "trending"}>
              what is trending for everybody
            </option>
          </select>
        </label>
        <RhythmFields rhythm={form} />
        <label class="check">
          <input type="checkbox" name="empty" value="yes" checked={form.empty} /> Even when there is nothing to report
        </label>
        <button type="submit">Subscribe</button>
      </form>
    </>
  );
}

function Made({ made: { subscription, next, secret } }: { made: MadeSubscription }) {
  return (
    <section aria-labelledby="made">
      <h2 id="made">Your new subscription</h2>
      <p role="status">
        {next === undefined
          ? `Check your email: ${subscription.address} has to be confirmed before anything is sent to it.`
          : `${subscription.address} is subscribed. The next message is due on ${readableDate(next)}.`}
      </p>
      {secret === undefined ? null : (
        <p>
          Its messages are signed with <code class="secret">{secret}</code>
        </p>
      )}
    </section>
  );
}

function stateOf(latest: ListedSubscription["latest"], next: string | undefined): string {
  if (next === undefined) return "It has not been confirmed yet: check your email.";
  const coming = `The ${latest === undefined ? "first" : "next"} one is due on ${readableDate(next)}.`;
  if (latest === undefined) return coming;
  return `The message of ${readableDate(latest.date)} ${states[latest.state]}${latest.lastError === undefined ? "" : `: ${latest.lastError}`}. ${coming}`;
}
