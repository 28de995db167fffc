/** The pages of interests: the list, new interests from words, topics or files, and the page of one interest with its changes. */
import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { AppError } from "../core/errors.ts";
import { followConditions } from "../core/followed-query.ts";
import type { Interest } from "../core/interest.ts";
import { interestHref } from "../core/page-addresses.ts";
import type { SourceRecord } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import type { InterestDrivers, InterestInput } from "../engine/people/interests.ts";
import type { Person } from "../engine/people/person.ts";
import { explainable } from "./explainable.ts";
import { fieldsOf, sentFormOf } from "./form-fields.ts";
import { linesOf } from "./form-lines.ts";
import { emptyInterestForm, type InterestForm } from "./interest-form.tsx";
import { InterestPage, InterestsPage, type InterestsPageProps } from "./interest-pages.tsx";
import { documentOf } from "./layout.tsx";
import { OnceOnly } from "./once-only.ts";
import { filtersOfForm, readSearchForm } from "./search-form.ts";

/** Reads the papers of a file. @param name of the file, with its extension. Throws the errors of reading it. */
export type ReadReferences = (
  bytes: AsyncIterable<Uint8Array>,
  type: string,
  format: string | undefined,
  name: string,
) => Promise<AsyncIterable<SourceRecord>>;

/** Functions that tell who sends a request, and what they may do. */
interface Asking {
  readonly personOf: (c: Context) => string;
  readonly person: (c: Context) => Person;
  readonly isAdmin: (c: Context) => boolean;
}

export function createInterestsApp(engine: Engine, asking: Asking, readBody: ReadReferences): Hono {
  const app = new Hono({ strict: false });
  addInterests(app, engine, asking, readBody);
  addOneInterest(app, asking);
  return app;
}

/** The list of interests, and creating new ones. */
function addInterests(app: Hono, engine: Engine, { person, isAdmin }: Asking, readBody: ReadReferences): void {
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
      const ofFile = { collection: typed("collection") ?? "", name: typed("name") ?? "" };
      return await showInterests(c, engine, person(c), { error: explainable(thrown), ofFile, bringsIn: isAdmin(c) });
    }
  });
}

/** One interest, and its changes. */
function addOneInterest(app: Hono, { person, personOf }: Asking): void {
  const madeSplits = new OnceOnly<readonly [Interest, Interest]>();
  const removed = new OnceOnly<Interest>();
  const ofInterest = async (c: Context, drivers: InterestDrivers) => {
    const { interest, nearest } = drivers;
    const saidOf = await person(c).saidOf(nearest.map(({ paper }) => paper));
    const said = await person(c).feedbackFor(interest.id);
    const feedback = { saidOf, back: interestHref(interest.id), interest: interest.id, changesPage: true };
    return { drivers, said, version: versionOf(interest), feedback };
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
    const [id, token] = [c.req.param("id"), (await fieldsOf(c))("token")];
    const [first] = await madeSplits.of(token, [personOf(c), id], () => person(c).acceptSplit(id, token));
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
      const change = { ...inputOf(form), ...(field("anything") === "yes" ? { filters: {} } : {}) };
      // Checked within the change, so that the second of two concurrent forms sees the result of the first.
      await person(c).changeInterest(c.req.param("id"), (before) => {
        if (version === "" || version === versionOf(before)) return change;
        throw new AppError("invalid_request", "This interest has changed since the form was opened, perhaps in another tab.", {
          mend: "The form holds what you typed: send it once more to have it so.",
        });
      });
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
    const id = c.req.param("id");
    await removed.of((await fieldsOf(c))("once"), [personOf(c), id], () => person(c).removeInterest(id));
    return c.redirect("/interests", 303);
  });
}

async function showInterests(
  c: Context,
  engine: Engine,
  person: Person,
  {
    form = emptyInterestForm,
    error,
    ofFile,
    bringsIn,
  }: {
    readonly form?: InterestForm;
    readonly error?: AppError;
    readonly ofFile?: InterestsPageProps["ofFile"];
    readonly bringsIn: boolean;
  },
): Promise<Response> {
  const page = (
    <InterestsPage
      interests={await person.interests()}
      topics={await engine.topics()}
      form={form}
      bringsIn={bringsIn}
      ofFile={ofFile}
      {...(error === undefined ? {} : { [ofFile !== undefined ? "fileProblem" : "problem"]: error.explanation })}
    />
  );
  return c.html(documentOf(c, page), error?.outcome.status ?? 200);
}

function countOf(c: Context, name: string): number {
  const text = c.req.query(name) ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) : 0;
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

/** Changes exactly if something changes that the form of an interest shows. */
function versionOf(interest: Interest): string {
  const shown = JSON.stringify([formOfInterest(interest), interest.filters]);
  return createHash("sha256").update(shown).digest("hex").slice(0, 16);
}

/** Throws `invalid_request` for invalid conditions. */
function inputOf({ name, words, positives, negatives, excludedWords, conditions, weight }: InterestForm): InterestInput {
  const lines = { positives: linesOf(positives), negatives: linesOf(negatives), excludedWords: linesOf(excludedWords) };
  const filters = conditions === "" ? {} : { filters: followConditions(conditions) };
  return { name, words, ...lines, ...filters, weight: Number(weight) };
}
