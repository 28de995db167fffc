/** The pages that belong to one person. */
import { type Context, Hono } from "hono";
import type { Comment } from "../core/comment.ts";
import { digestKinds } from "../core/delivery.ts";
import { AppError } from "../core/errors.ts";
import { type FeedbackKind, feedbackKinds } from "../core/interest.ts";
import { paperHref, privateFeedAddresses } from "../core/page-addresses.ts";
import type { Scope } from "../core/personal-store.ts";
import { plainLines } from "../core/text.ts";
import type { MadeSubscription } from "../engine/digests/own-subscriptions.ts";
import { ownTimeZone } from "../engine/digests/subscriptions.ts";
import type { Engine } from "../engine/engine.ts";
import type { Person } from "../engine/people/person.ts";
import { hasExploration } from "../engine/people/picks.ts";
import type { NewFeed } from "../engine/people/private-feeds.ts";
import { addressOf } from "./address.tsx";
import { explainable } from "./explainable.ts";
import { versionOfNote } from "./feedback-form.tsx";
import { FeedbackPage, feedbackPageSize } from "./feedback-page.tsx";
import { fieldsOf } from "./form-fields.ts";
import { createInterestsApp, type ReadReferences } from "./interests-app.tsx";
import { documentOf } from "./layout.tsx";
import { localAddress } from "./links.ts";
import { newOnce, OnceOnly } from "./once-only.ts";
import { PicksPage } from "./picks-page.tsx";
import { PrivateFeedsPage } from "./private-feeds-page.tsx";
import { readRhythm, timesOf } from "./rhythm.tsx";
import { type SubscriptionForm, SubscriptionsPage } from "./subscriptions-page.tsx";

/** The number of papers on a page that covers several days. */
const caughtUp = 30;
/** The limit for page numbers in addresses that are edited by hand. */
const mostFeedbackPages = 999_999_999;

export interface PersonalOptions {
  /** The name of the person who sends the request. */
  readonly personOf: (c: Context) => string;
  /** The scope of that person's key. */
  readonly scopeOf: (c: Context) => Scope | undefined;
  readonly readBody: ReadReferences;
}

/** What a person's pages need. */
interface Own {
  readonly engine: Engine;
  readonly personOf: (c: Context) => string;
  readonly person: (c: Context) => Person;
  readonly isAdmin: (c: Context) => boolean;
}

export function createPersonalApp(engine: Engine, { personOf, scopeOf, readBody }: PersonalOptions): Hono {
  const app = new Hono({ strict: false });
  const person = (c: Context): Person => engine.person(personOf(c));
  const isAdmin = (c: Context): boolean => scopeOf(c) === "admin";
  const own: Own = { engine, personOf, person, isAdmin };
  addPicks(app, own);
  addFeedback(app, own);
  addComments(app, own);
  addJudgments(app, own);
  addFeeds(app, own);
  addSubscriptions(app, own);
  app.route("/", createInterestsApp(engine, own, readBody));
  return app;
}

function addPicks(app: Hono, { person }: Own): void {
  app.get("/picks", async (c) => {
    const own = person(c);
    // Everybody starts without interests, and there is nothing to pick for without them.
    const interests = await own.interests();
    if (interests.length === 0) return c.redirect("/interests", 303);
    const followed = new Set(interests.map(({ id }) => id));
    const date = c.req.query("date") ?? own.today();
    const from = c.req.query("from");
    const { picks, papers } =
      from === undefined
        ? await own.picks(date, {}, c.req.raw.signal)
        : await own.catchUp({ from, to: c.req.query("to") ?? own.today(), limit: caughtUp }, c.req.raw.signal);
    const saidOf = await own.saidOf([...papers.values()]);
    const today = own.today();
    const later = "made" in picks && picks.date === today ? await own.waitingInterests() : [];
    const isToday = "made" in picks && picks.date === today;
    const exploration = !isToday ? "none" : c.req.query("outside") === "none" ? "nothing" : (await own.mayExplore()) ? "offered" : "none";
    const page = { picks, papers, today, saidOf, followed, exploration } as const;
    return c.html(documentOf(c, <PicksPage {...page} later={later.map(({ name }) => name)} />));
  });
  app.post("/picks", async (c) => {
    const exploration = (await fieldsOf(c))("exploration") === "yes";
    const { picks } = await person(c).extendPicks({ exploration }, c.req.raw.signal);
    return c.redirect(!exploration ? "/picks" : hasExploration(picks) ? "/picks#outside" : "/picks?outside=none#outside", 303);
  });
}

function addFeedback(app: Hono, { engine, person }: Own): void {
  app.post("/feedback", async (c) => {
    const field = await fieldsOf(c);
    const [kind, undo] = [kindOf(field("kind")), kindOf(field("undo"))];
    // If the interest of a list was removed since, its papers can still be saved.
    const interest = (await person(c).interests()).find(({ id }) => id === field("interest"))?.id;
    if (kind === undefined && undo === undefined) throw new AppError("invalid_request", "The form does not say what is meant.");
    const paperId = field("paperId");
    const note = await noteToKeep(engine, person(c), field);
    if (undo !== undefined) await person(c).takeBackFeedback(paperId, undo);
    else if (kind !== undefined && kind !== "note") await person(c).giveFeedback(paperId, { kind, interest });
    if (note !== undefined) await person(c).giveFeedback(paperId, { kind: "note", interest, note });
    const back = localAddress(field("back"), "/feedback");
    // A list that was requested with a form is requested again with the same fields, which 307 forwards.
    return c.redirect(back, /^\/similar(?:#|$)/.test(back) ? 307 : 303);
  });
  app.get("/feedback", async (c) => {
    const address = addressOf(c);
    const [kind, asked] = [address.choice("kind", feedbackKinds), address.page(mostFeedbackPages)];
    const partOf = (page: number) => person(c).feedbackPage({ kind, limit: feedbackPageSize, offset: (page - 1) * feedbackPageSize });
    let [page, part] = [asked, await partOf(asked)];
    // The removed entry may have been the only one on the last page.
    if (part.said.length === 0 && page > 1) {
      page = Math.max(1, Math.ceil(part.total / feedbackPageSize));
      part = await partOf(page);
    }
    return c.html(documentOf(c, <FeedbackPage {...{ part, kind, page }} misread={address.misread()} />));
  });
  app.get("/saved", (c) => c.redirect("/feedback", 301));
}

/**
 * The note to store: the one that the form is sent for, or one that was being written when another of the paper's buttons was pressed.
 * Throws `invalid_request` if it would overwrite a note that was changed since the form was shown, from another tab.
 */
async function noteToKeep(engine: Engine, person: Person, field: (name: string) => string): Promise<string | undefined> {
  const [isMeant, isRemoved] = [field("kind") === "note" && field("undo") === "", field("undo") === "note"];
  const note = plainLines(field("note"));
  if (note === "" && !isMeant && !isRemoved) return undefined;
  const [stored] = await engine.papers([field("paperId")]);
  const kept = stored && (await person.saidOf([stored.paper]))(stored.paper).get("note")?.note;
  // A form without this field does not know about notes, and counts as showing the current one.
  const shown = field("noted") || versionOfNote(kept);
  const isWritten = note !== kept && (isMeant || versionOfNote(note) !== shown);
  if ((isRemoved ? kept !== undefined : isWritten) && shown !== versionOfNote(kept))
    throw new AppError("invalid_request", "Your note on this paper has changed since this page was shown, perhaps in another tab.", {
      mend: "Look at it as it is now, and change it there.",
    });
  return isRemoved || !(isMeant || isWritten) ? undefined : note;
}

function addComments(app: Hono, { engine, personOf, isAdmin }: Own): void {
  const removed = new OnceOnly<Comment>();
  app.post("/comments", async (c) => {
    const field = await fieldsOf(c);
    await engine.addComment(personOf(c), field("paperId"), field("text"));
    return c.redirect(localAddress(field("back"), "/"), 303);
  });
  app.post("/comments/remove", async (c) => {
    const id = (await fieldsOf(c))("id");
    const { paperId } = await removed.of(id, [personOf(c)], () => engine.removeComment(personOf(c), id, isAdmin(c)));
    return c.redirect(`${paperHref(paperId)}#comments`, 303);
  });
}

function addJudgments(app: Hono, { person }: Own): void {
  app.post("/judgments", async (c) => {
    const field = await fieldsOf(c);
    const [query, paperId, relevant] = [field("query"), field("paperId"), field("relevant")];
    if (field("undo") !== "") await person(c).takeBackJudgment(query, paperId);
    else if (relevant === "yes" || relevant === "no") await person(c).judge({ query, paperId, relevant: relevant === "yes" });
    else throw new AppError("invalid_request", "The form does not say what is meant.");
    return c.redirect(localAddress(field("back"), "/"), 303);
  });
}

function addFeeds(app: Hono, { engine, personOf, person }: Own): void {
  const madeFeeds = new OnceOnly<NewFeed>();
  const showFeeds = async (c: Context, made?: NewFeed) => {
    c.header("cache-control", "no-store");
    const own = person(c);
    const feeds = await own.feeds();
    // A form that is sent again may return a feed that was revoked since.
    const isThere = made !== undefined && feeds.some(({ prefix }) => prefix === made.prefix);
    const addresses = isThere ? privateFeedAddresses(engine.publicUrl, made.token) : undefined;
    return c.html(documentOf(c, <PrivateFeedsPage feeds={feeds} interests={await own.interests()} made={addresses} once={newOnce()} />));
  };
  app.get("/feeds", (c) => showFeeds(c));
  app.post("/feeds", async (c) => {
    const field = await fieldsOf(c);
    const interest = field("interest");
    const add = () => person(c).addFeed(interest === "" ? undefined : interest);
    return await showFeeds(c, await madeFeeds.of(field("once"), [personOf(c), interest], add));
  });
  app.post("/feeds/revoke", async (c) => {
    await person(c).revokeFeeds((await fieldsOf(c))("prefix"));
    return c.redirect("/feeds", 303);
  });
}

function addSubscriptions(app: Hono, { engine, personOf }: Own): void {
  const madeSubscriptions = new OnceOnly<MadeSubscription>();
  const ended = new OnceOnly<void>();
  const showSubscriptions = async (
    c: Context,
    shown: { readonly form?: SubscriptionForm; readonly made?: MadeSubscription; readonly error?: AppError } = {},
  ) => {
    c.header("cache-control", "no-store");
    const { form = emptySubscriptionForm(), made, error } = shown;
    const { ownSubscriptions: own } = engine;
    const all = await own.of(personOf(c));
    // A form that is sent again may return a subscription that was ended since.
    const there = made === undefined ? undefined : all.find(({ subscription }) => subscription.id === made.subscription.id);
    const told = there === undefined || made === undefined ? undefined : { ...made, subscription: there.subscription };
    const page = <SubscriptionsPage {...{ all, form }} made={told} hasMail={own.hasMail} problem={error?.explanation} once={newOnce()} />;
    return c.html(documentOf(c, page), error?.outcome.status ?? 200);
  };
  app.get("/subscriptions", (c) => showSubscriptions(c));
  app.post("/subscriptions", async (c) => {
    const field = await fieldsOf(c);
    const form = { address: field("address"), kind: field("kind"), empty: field("empty") === "yes", ...readRhythm(field) };
    const kind = digestKinds.find((one) => one === form.kind) ?? "picks";
    try {
      const wanted = { address: form.address, kind, wantsEmpty: form.empty, ...timesOf(form) };
      const add = () => engine.ownSubscriptions.add(personOf(c), wanted);
      return await showSubscriptions(c, { made: await madeSubscriptions.of(field("once"), [personOf(c), wanted], add) });
    } catch (thrown) {
      return await showSubscriptions(c, { form, error: explainable(thrown) });
    }
  });
  app.post("/subscriptions/end", async (c) => {
    const field = await fieldsOf(c);
    const id = field("id");
    // Whoever subscribes again gets the same id.
    await ended.of(field("once"), [personOf(c), id], () => engine.ownSubscriptions.end(personOf(c), id));
    return c.redirect("/subscriptions#all", 303);
  });
}

function emptySubscriptionForm(): SubscriptionForm {
  return { address: "", kind: "picks", days: "weekdays", hour: "7", zone: ownTimeZone(), empty: false };
}

function kindOf(text: string): FeedbackKind | undefined {
  return feedbackKinds.find((kind) => kind === text);
}
