/** The pages that are one person's. */
import { type Context, Hono } from "hono";
import { AppError, toAppError } from "../core/errors.ts";
import { type FeedbackKind, feedbackKinds, type Interest } from "../core/interest.ts";
import { type FeedAddresses, interestHref, privateFeedAddresses } from "../core/page-addresses.ts";
import type { Engine } from "../engine/engine.ts";
import type { InterestInput } from "../engine/interests.ts";
import type { Person } from "../engine/person.ts";
import { linesOf } from "./form-lines.ts";
import { emptyInterestForm, type InterestForm, InterestPage, InterestsPage, SavedPage } from "./interest-pages.tsx";
import { documentOf } from "./layout.tsx";
import { PicksPage } from "./picks-page.tsx";
import { PrivateFeedsPage } from "./private-feeds-page.tsx";
import { filtersOfForm, readSearchForm } from "./search-form.ts";

/** @param personOf the name of the person who asks. */
export function createPersonalApp(engine: Engine, personOf: (c: Context) => string): Hono {
  const app = new Hono({ strict: false });
  const person = (c: Context): Person => engine.person(personOf(c));

  app.get("/picks", async (c) => {
    const own = person(c);
    // Nothing to pick for is where everybody begins.
    if ((await own.interests()).length === 0) return c.redirect("/interests", 303);
    const date = c.req.query("date") ?? own.today();
    const { picks, papers } = await own.picks(date, {}, c.req.raw.signal);
    const said = new Map<string, Set<FeedbackKind>>();
    for (const { feedback, paper } of await own.feedback()) {
      const kinds = said.get(paper.paperId) ?? new Set();
      said.set(paper.paperId, kinds.add(feedback.kind));
    }
    return c.html(documentOf(<PicksPage picks={picks} papers={papers} today={own.today()} said={said} />));
  });

  app.post("/feedback", async (c) => {
    const field = await fieldsOf(c);
    const [kind, undo] = [kindOf(field("kind")), kindOf(field("undo"))];
    const interest = field("interest") === "" ? undefined : field("interest");
    if (undo !== undefined) await person(c).takeBackFeedback(field("paperId"), undo);
    else if (kind !== undefined) await person(c).giveFeedback(field("paperId"), { kind, interest });
    else throw new AppError("invalid_request", "The form does not say what is meant.");
    return c.redirect(ownAddress(field("back")) ?? "/saved", 303);
  });
  app.post("/judgments", async (c) => {
    const field = await fieldsOf(c);
    const [query, paperId, relevant] = [field("query"), field("paperId"), field("relevant")];
    if (field("undo") !== "") await person(c).takeBackJudgment(query, paperId);
    else if (relevant === "yes" || relevant === "no") await person(c).judge({ query, paperId, relevant: relevant === "yes" });
    else throw new AppError("invalid_request", "The form does not say what is meant.");
    return c.redirect(ownAddress(field("back")) ?? "/", 303);
  });
  app.get("/saved", async (c) => c.html(documentOf(<SavedPage all={await person(c).feedback()} />)));

  const showFeeds = async (c: Context, made?: FeedAddresses) => {
    c.header("cache-control", "no-store");
    const own = person(c);
    return c.html(documentOf(<PrivateFeedsPage feeds={await own.feeds()} interests={await own.interests()} made={made} />));
  };
  app.get("/feeds", (c) => showFeeds(c));
  app.post("/feeds", async (c) => {
    const interest = (await fieldsOf(c))("interest");
    const { token } = await person(c).addFeed(interest === "" ? undefined : interest);
    return await showFeeds(c, privateFeedAddresses(engine.publicUrl, token));
  });
  app.post("/feeds/revoke", async (c) => {
    await person(c).revokeFeeds((await fieldsOf(c))("prefix"));
    return c.redirect("/feeds", 303);
  });

  app.get("/interests", async (c) => showInterests(c, engine, person(c), emptyInterestForm));
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
      return await showInterests(c, engine, person(c), form, explainable(thrown));
    }
  });
  app.get("/interests/:id", async (c) => {
    const drivers = await person(c).describeInterest(c.req.param("id"), c.req.raw.signal);
    const proposal = await person(c).splitProposal(drivers.interest.id);
    return c.html(documentOf(<InterestPage drivers={drivers} form={formOfInterest(drivers.interest)} proposal={proposal} />));
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
    const form = formOf(await fieldsOf(c));
    try {
      await person(c).changeInterest(c.req.param("id"), inputOf(form));
      return c.redirect(interestHref(c.req.param("id")), 303);
    } catch (thrown) {
      const error = explainable(thrown);
      const drivers = await person(c).describeInterest(c.req.param("id"), c.req.raw.signal);
      const page = <InterestPage drivers={drivers} form={form} proposal={undefined} problem={error.explanation} />;
      return c.html(documentOf(page), error.outcome.status);
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
  return app;
}

async function showInterests(c: Context, engine: Engine, person: Person, form: InterestForm, error?: AppError): Promise<Response> {
  const page = (
    <InterestsPage
      interests={await person.interests()}
      topics={await engine.topics()}
      form={form}
      {...(error === undefined ? {} : { problem: error.explanation })}
    />
  );
  return c.html(documentOf(page), error?.outcome.status ?? 200);
}

/** What a person can mend by another try. Throws everything else. */
function explainable(thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (error.outcome.status >= 500) throw error;
  return error;
}

/** An address of this service, never of another. */
function ownAddress(path: string): string | undefined {
  return /^\/(?![/\\])/.test(path) ? path : undefined;
}

async function fieldsOf(c: Context): Promise<(name: string) => string> {
  const body = await c.req.parseBody();
  return (name) => {
    const value = body[name];
    return typeof value === "string" ? value.trim() : "";
  };
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
    weight: field("weight") || "1",
  };
}

function formOfInterest({ name, words, positives, negatives, weight }: Interest): InterestForm {
  return { name, words, positives: positives.join("\n"), negatives: negatives.join("\n"), weight: String(weight) };
}

function inputOf({ name, words, positives, negatives, weight }: InterestForm): InterestInput {
  return { name, words, positives: linesOf(positives), negatives: linesOf(negatives), weight: Number(weight) };
}
