/** The pages that are one person's. */
import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { digestKinds } from "../core/delivery.ts";
import { AppError, toAppError } from "../core/errors.ts";
import { followConditions } from "../core/followed-query.ts";
import { type FeedbackKind, feedbackKinds, type Interest } from "../core/interest.ts";
import { interestHref, paperHref, privateFeedAddresses } from "../core/page-addresses.ts";
import type { Scope } from "../core/personal-store.ts";
import type { SourceRecord } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import type { InterestDrivers, InterestInput } from "../engine/interests.ts";
import type { MadeSubscription } from "../engine/own-subscriptions.ts";
import type { Person } from "../engine/person.ts";
import { hasExploration } from "../engine/picks.ts";
import type { NewFeed } from "../engine/private-feeds.ts";
import { ownTimeZone } from "../engine/subscriptions.ts";
import { FeedbackPage, feedbackPageSize } from "./feedback-page.tsx";
import { fieldsOf, sentFormOf } from "./form-fields.ts";
import { linesOf } from "./form-lines.ts";
import { emptyInterestForm, type InterestForm, InterestPage, InterestsPage } from "./interest-pages.tsx";
import { documentOf } from "./layout.tsx";
import { localAddress } from "./links.ts";
import { newOnce, OnceOnly } from "./once-only.ts";
import { PicksPage } from "./picks-page.tsx";
import { PrivateFeedsPage } from "./private-feeds-page.tsx";
import { readRhythm, timesOf } from "./rhythm.tsx";
import { filtersOfForm, readSearchForm } from "./search-form.ts";
import { type SubscriptionForm, SubscriptionsPage } from "./subscriptions-page.tsx";

/** Papers of several days on one page. */
const caughtUp = 30;

export interface PersonalOptions {
  /** The name of the person who asks. */
  readonly personOf: (c: Context) => string;
  /** What that one may do. */
  readonly scopeOf: (c: Context) => Scope | undefined;
  /** How the bytes of a file become papers. @param name of the file, with its ending. Throws what reading it throws. */
  readonly readBody: (
    bytes: AsyncIterable<Uint8Array>,
    type: string,
    format: string | undefined,
    name: string,
  ) => Promise<AsyncIterable<SourceRecord>>;
}

/** What the pages of a person are made with. */
interface Own {
  readonly engine: Engine;
  readonly personOf: (c: Context) => string;
  readonly person: (c: Context) => Person;
  readonly isAdmin: (c: Context) => boolean;
  readonly readBody: PersonalOptions["readBody"];
}

export function createPersonalApp(engine: Engine, { personOf, scopeOf, readBody }: PersonalOptions): Hono {
  const app = new Hono({ strict: false });
  const person = (c: Context): Person => engine.person(personOf(c));
  const isAdmin = (c: Context): boolean => scopeOf(c) === "admin";
  const own: Own = { engine, personOf, person, isAdmin, readBody };
  addPicks(app, own);
  addFeedback(app, own);
  addComments(app, own);
  addJudgments(app, own);
  addFeeds(app, own);
  addSubscriptions(app, own);
  addInterests(app, own);
  addOneInterest(app, own);
  return app;
}

function addPicks(app: Hono, { person }: Own): void {
  app.get("/picks", async (c) => {
    const own = person(c);
    // Nothing to pick for is where everybody begins.
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
    // Of a list that was made for an interest that is gone since, papers can still be saved.
    const interest = (await person(c).interests()).find(({ id }) => id === field("interest"))?.id;
    const note = field("note");
    if (undo !== undefined) await person(c).takeBackFeedback(field("paperId"), undo);
    else if (kind === "note") await person(c).giveFeedback(field("paperId"), { kind, interest, note });
    else if (kind !== undefined) await person(c).giveFeedback(field("paperId"), { kind, interest });
    else throw new AppError("invalid_request", "The form does not say what is meant.");
    // A note that was being written when another button of the paper was pressed.
    if (note !== "" && kind !== "note" && undo !== "note") {
      const { paper } = await engine.paper(field("paperId"));
      const kept = (await person(c).saidOf([paper]))(paper).get("note")?.note;
      if (note.replace(/\r\n/g, "\n") !== kept) await person(c).giveFeedback(paper.paperId, { kind: "note", interest, note });
    }
    const back = localAddress(field("back"), "/feedback");
    // A list that was asked for with a form is asked for again with the same one: 307 sends it on.
    return c.redirect(back, /^\/similar(?:#|$)/.test(back) ? 307 : 303);
  });
  app.get("/feedback", async (c) => {
    const kind = kindOf(c.req.query("kind") ?? "");
    const asked = /^[1-9]\d{0,8}$/.test(c.req.query("page") ?? "") ? Number(c.req.query("page")) : 1;
    const partOf = (page: number) => person(c).feedbackPage({ kind, limit: feedbackPageSize, offset: (page - 1) * feedbackPageSize });
    let [page, part] = [asked, await partOf(asked)];
    // What was taken back may have been the only entry of the last page.
    if (part.said.length === 0 && page > 1) {
      page = Math.max(1, Math.ceil(part.total / feedbackPageSize));
      part = await partOf(page);
    }
    return c.html(documentOf(c, <FeedbackPage {...{ part, kind, page }} />));
  });
  app.get("/saved", (c) => c.redirect("/feedback", 301));
}

function addComments(app: Hono, { engine, personOf, isAdmin }: Own): void {
  app.post("/comments", async (c) => {
    const field = await fieldsOf(c);
    await engine.addComment(personOf(c), field("paperId"), field("text"));
    return c.redirect(localAddress(field("back"), "/"), 303);
  });
  app.post("/comments/remove", async (c) => {
    const { paperId } = await engine.removeComment(personOf(c), (await fieldsOf(c))("id"), isAdmin(c));
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
    // A form that is sent again may have made one that was taken back since.
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
  const showSubscriptions = async (
    c: Context,
    shown: { readonly form?: SubscriptionForm; readonly made?: MadeSubscription; readonly error?: AppError } = {},
  ) => {
    c.header("cache-control", "no-store");
    const { form = emptySubscriptionForm(), made, error } = shown;
    const { ownSubscriptions: own } = engine;
    const all = await own.of(personOf(c));
    // A form that is sent again may have made one that was ended since.
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
    await engine.ownSubscriptions.end(personOf(c), (await fieldsOf(c))("id"));
    return c.redirect("/subscriptions#all", 303);
  });
}

/** The list, and new ones. */
function addInterests(app: Hono, { engine, person, isAdmin, readBody }: Own): void {
  app.get("/interests", async (c) => showInterests(c, engine, person(c), { bringsIn: isAdmin(c) }));
  app.post("/interests", async (c) => {
    const field = await fieldsOf(c);
    const search = field("search") === "" ? undefined : readSearchForm(new URLSearchParams(field("search")));
    const form = search === undefined ? formOf(field) : { ...emptyInterestForm, words: search.q };
    try {
      const topic = field("topic");
      const interest = await person(c).addInterest(
        search !== undefined ? { query: search.q, filters: filtersOfForm(search) } : topic === "" ? inputOf(form) : { topic },
      );
      return c.redirect(interestHref(interest.id), 303);
    } catch (thrown) {
      return await showInterests(c, engine, person(c), { form, error: explainable(thrown), bringsIn: isAdmin(c) });
    }
  });
  app.post("/interests/file", async (c) => {
    const { file, ...fields } = await sentFormOf(c);
    const typed = (name: string) => (typeof fields[name] === "string" && fields[name].trim() !== "" ? fields[name].trim() : undefined);
    try {
      if (!(file instanceof File) || file.size === 0)
        throw new AppError("invalid_request", "No file was chosen, or it is empty.", { mend: "Choose one, and send it again." });
      const records = await readBody(file.stream(), "", undefined, file.name);
      const { interest, missing, refused } = await person(c).followFile(
        { file: file.name, records, bringIn: isAdmin(c), name: typed("name"), collection: typed("collection") },
        c.req.raw.signal,
      );
      const left = missing + refused === 0 ? "" : `?missing=${missing}&unread=${refused}`;
      return c.redirect(interestHref(interest.id) + left, 303);
    } catch (thrown) {
      return await showInterests(c, engine, person(c), { error: explainable(thrown), ofFile: true, bringsIn: isAdmin(c) });
    }
  });
}

/** One of them, and what changes it. */
function addOneInterest(app: Hono, { person }: Own): void {
  const ofInterest = async (c: Context, drivers: InterestDrivers) => {
    const { interest, nearest } = drivers;
    const saidOf = await person(c).saidOf(nearest.map(({ paper }) => paper));
    const said = await person(c).feedbackFor(interest.id);
    return { drivers, said, version: versionOf(interest), feedback: { saidOf, back: interestHref(interest.id), interest: interest.id } };
  };
  app.get("/interests/:id", async (c) => {
    const drivers = await person(c).describeInterest(c.req.param("id"), c.req.raw.signal);
    const proposal = await person(c).splitProposal(drivers.interest.id);
    return c.html(
      documentOf(
        c,
        <InterestPage
          {...(await ofInterest(c, drivers))}
          form={formOfInterest(drivers.interest)}
          proposal={proposal}
          leftOut={{ missing: countOf(c, "missing"), unread: countOf(c, "unread") }}
        />,
      ),
    );
  });
  app.post("/interests/:id/split", async (c) => {
    const [first] = await person(c).acceptSplit(c.req.param("id"), (await fieldsOf(c))("token"));
    return c.redirect(interestHref(first.id), 303);
  });
  app.post("/interests/:id/keep-whole", async (c) => {
    const { id } = await person(c).declineSplit(c.req.param("id"));
    return c.redirect(interestHref(id), 303);
  });
  app.post("/interests/:id", async (c) => {
    const field = await fieldsOf(c);
    const form = formOf(field);
    try {
      const version = field("version");
      if (version !== "" && version !== versionOf(await person(c).interest(c.req.param("id"))))
        throw new AppError("invalid_request", "This interest has changed since the form was opened, perhaps in another tab.", {
          mend: "The form holds what you typed: send it once more to have it so.",
        });
      const filters = field("anything") === "yes" ? { filters: {} } : {};
      await person(c).changeInterest(c.req.param("id"), { ...inputOf(form), ...filters });
      return c.redirect(interestHref(c.req.param("id")), 303);
    } catch (thrown) {
      const error = explainable(thrown);
      const drivers = await person(c).describeInterest(c.req.param("id"), c.req.raw.signal);
      const page = <InterestPage {...(await ofInterest(c, drivers))} form={form} proposal={undefined} problem={error.explanation} />;
      return c.html(documentOf(c, page), error.outcome.status);
    }
  });
  app.post("/interests/:id/reset", async (c) => {
    await person(c).resetInterest(c.req.param("id"));
    return c.redirect(interestHref(c.req.param("id")), 303);
  });
  app.post("/interests/:id/remove", async (c) => {
    await person(c).removeInterest(c.req.param("id"));
    return c.redirect("/interests", 303);
  });
}

function emptySubscriptionForm(): SubscriptionForm {
  return { address: "", kind: "picks", days: "weekdays", hour: "7", zone: ownTimeZone(), empty: false };
}

async function showInterests(
  c: Context,
  engine: Engine,
  person: Person,
  {
    form = emptyInterestForm,
    error,
    ofFile = false,
    bringsIn,
  }: { readonly form?: InterestForm; readonly error?: AppError; readonly ofFile?: boolean; readonly bringsIn: boolean },
): Promise<Response> {
  const page = (
    <InterestsPage
      interests={await person.interests()}
      topics={await engine.topics()}
      form={form}
      bringsIn={bringsIn}
      {...(error === undefined ? {} : { [ofFile ? "fileProblem" : "problem"]: error.explanation })}
    />
  );
  return c.html(documentOf(c, page), error?.outcome.status ?? 200);
}

/** What a person can mend by another try. Throws everything else. */
function explainable(thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (error.outcome.status >= 500) throw error;
  return error;
}

function countOf(c: Context, name: string): number {
  const text = c.req.query(name) ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) : 0;
}

function kindOf(text: string): FeedbackKind | undefined {
  return feedbackKinds.find((kind) => kind === text);
}

function formOf(field: (name: string) => string): InterestForm {
  return {
    name: field("name"),
    words: field("words"),
    positives: field("positives"),
    negatives: field("negatives"),
    excludedWords: field("excludedWords"),
    conditions: field("conditions"),
    weight: field("weight") || "1",
  };
}

function formOfInterest({ name, words, positives, negatives, excludedWords, weight }: Interest): InterestForm {
  const lines = { positives: positives.join("\n"), negatives: negatives.join("\n"), excludedWords: excludedWords.join("\n") };
  return { name, words, ...lines, conditions: "", weight: String(weight) };
}

/** The same for as long as nothing of an interest changes that its form shows. */
function versionOf(interest: Interest): string {
  const shown = JSON.stringify([formOfInterest(interest), interest.filters]);
  return createHash("sha256").update(shown).digest("hex").slice(0, 16);
}

/** Throws `invalid_request` for what is no condition. */
function inputOf({ name, words, positives, negatives, excludedWords, conditions, weight }: InterestForm): InterestInput {
  const lines = { positives: linesOf(positives), negatives: linesOf(negatives), excludedWords: linesOf(excludedWords) };
  const filters = conditions === "" ? {} : { filters: followConditions(conditions) };
  return { name, words, ...lines, ...filters, weight: Number(weight) };
}
