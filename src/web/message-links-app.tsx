/**
 * The pages that links in messages lead to, without a sign-in: the token identifies the person and the action. A GET shows a page and
 * changes nothing, because programs that scan mails open every link. Only the page's button has an effect, and so has the one-click POST of
 * RFC 8058.
 */
import { Hono } from "hono";
import type { Subscription } from "../core/delivery.ts";
import { directionOf } from "../core/direction.ts";
import { paperHref } from "../core/page-addresses.ts";
import type { Digests, FeedbackLink } from "../engine/digests/digests.ts";
import { feedbackTexts } from "../engine/digests/links.ts";
import { readableDate } from "./dates.ts";
import { sentFormOf } from "./form-fields.ts";
import { Page } from "./layout.tsx";
import { Prose } from "./mathematics.tsx";
import { rhythmText } from "./rhythm.tsx";
import { shown } from "./unkept-page.tsx";

export function createMessageLinksApp(digests: Digests): Hono {
  const app = new Hono({ strict: false });

  app.get("/unsubscribe/:token", (c) =>
    shown(c, async () => <UnsubscribePage subscription={await digests.subscriptionOf("unsubscribe", c.req.param("token"))} />),
  );
  app.post("/unsubscribe/:token", (c) =>
    shown(c, async () => {
      await digests.unsubscribeByLink(c.req.param("token"));
      return <DonePage title="Unsubscribed" text="You will get no more of these messages." />;
    }),
  );
  app.get("/confirm/:token", (c) =>
    shown(c, async () => {
      const subscription = await digests.subscriptionOf("confirm", c.req.param("token"));
      return <ConfirmPage subscription={subscription} next={digests.nextDay(subscription)} />;
    }),
  );
  app.post("/confirm/:token", (c) =>
    shown(c, async () => {
      const subscription = await digests.confirm(c.req.param("token"));
      return <DonePage title="Confirmed" text={nextOf(subscription, digests.nextDay(subscription))} />;
    }),
  );
  app.get("/f/:token", (c) => shown(c, async () => <FeedbackLinkPage link={await digests.feedbackOf(c.req.param("token"))} />));
  app.post("/f/:token", (c) =>
    shown(c, async () => {
      const undo = (await sentFormOf(c)).undo !== undefined;
      return <FeedbackLinkPage link={await digests.giveFeedback(c.req.param("token"), undo)} isUndone={undo} />;
    }),
  );
  return app;
}

/** A form that posts to the address of its own page. */
function ActionForm({ text, undo }: { text: string; undo?: boolean }) {
  return (
    <form method="post">
      {undo === true ? <input type="hidden" name="undo" value="1" /> : null}
      <button type="submit">{text}</button>
    </form>
  );
}

function UnsubscribePage({ subscription: { address, kind } }: { subscription: Subscription }) {
  return (
    <Page title="Unsubscribe">
      <h1>Unsubscribe</h1>
      <p class="lead">
        {kind === "picks" ? "Picks" : "Trending papers"} are sent to {address}.
      </p>
      <ActionForm text="Unsubscribe" />
    </Page>
  );
}

function nextOf({ address, hour, timeZone }: Subscription, next = ""): string {
  return `The next message to ${address} is due on ${readableDate(next)} at ${hour}:00, ${timeZone}.`;
}

/** @param next the day of the next message, if the address was confirmed before. */
function ConfirmPage({ subscription, next }: { subscription: Subscription; next: string | undefined }) {
  if (next !== undefined) return <DonePage title="Confirmed" text={nextOf(subscription, next)} />;
  const { address, kind } = subscription;
  return (
    <Page title="Confirm your subscription">
      <h1>Confirm your subscription</h1>
      <p class="lead">
        {kind === "picks" ? "Picks" : "Trending papers"} will be sent to {address}, {rhythmText(subscription)}.
      </p>
      <ActionForm text="Confirm" />
    </Page>
  );
}

function DonePage({ title, text }: { title: string; text: string }) {
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p class="lead">{text}</p>
    </Page>
  );
}

/** The page of a feedback link; opened again, it offers to undo the feedback. */
function FeedbackLinkPage({ link: { paper, kind, isSaid }, isUndone }: { link: FeedbackLink; isUndone?: boolean }) {
  const text = feedbackTexts[kind] ?? kind;
  return (
    <Page title={text}>
      <h1>{isUndone === true ? "Undone" : isSaid ? "Noted" : text}</h1>
      <p class="lead" lang={paper.language} dir={directionOf(paper.title)}>
        <a href={paperHref(paper.paperId)}>
          <Prose text={paper.title} />
        </a>
      </p>
      {isSaid ? <ActionForm text={`Undo “${text}”`} undo /> : <ActionForm text={text} />}
    </Page>
  );
}
