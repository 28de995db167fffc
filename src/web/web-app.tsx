/** The pages: rendered on the server, complete without script. */
import { type Context, Hono } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import { AppError, toAppError } from "../core/errors.ts";
import { isJudgeable } from "../core/judgment.ts";
import { paperHref } from "../core/page-addresses.ts";
import type { Paper } from "../core/paper.ts";
import type { Scope } from "../core/personal-store.ts";
import { dailySorts } from "../engine/daily-order.ts";
import type { Engine } from "../engine/engine.ts";
import { goodSorts } from "../engine/good-hits.ts";
import type { Hit } from "../engine/hits.ts";
import type { SearchMode } from "../engine/rank.ts";
import type { SearchRequest } from "../engine/search-request.ts";
import { type AccountOptions, createAccountApp } from "./account-app.tsx";
import { type AdminOptions, createAdminApp } from "./admin-app.tsx";
import { ComparePage } from "./compare-page.tsx";
import { DailyPage, dailyPageSize } from "./daily-page.tsx";
import { ApiDocs, DocsPage } from "./docs-page.tsx";
import { ExplainPage } from "./explain-page.tsx";
import { shownFacets } from "./facets.tsx";
import { errorPageOf } from "./fallback-pages.tsx";
import type { FeedbackOfList } from "./feedback-form.tsx";
import { fieldsOf } from "./form-fields.ts";
import { linesOf } from "./form-lines.ts";
import { createImportApp, type ReadSent } from "./import-app.tsx";
import { assets, documentOf } from "./layout.tsx";
import { createMessageLinksApp } from "./message-links-app.tsx";
import { PaperPage } from "./paper-page.tsx";
import { createPeopleApp } from "./people-app.tsx";
import { createPersonalApp, type PersonalOptions } from "./personal-app.tsx";
import {
  asksSomething,
  filtersOfForm,
  lastPage,
  orderOfForm,
  pageSize,
  readSearchForm,
  type SearchForm,
  searchHref,
} from "./search-form.ts";
import { exampleQuestions, SearchPage } from "./search-page.tsx";
import { longestText, type SimilarForm, SimilarPage, similarHref } from "./similar-page.tsx";
import { createSubscribeApp } from "./subscribe-app.tsx";
import { type Followed, TopicPage, TopicsPage } from "./topic-pages.tsx";
import { keepViewer } from "./viewer.tsx";

const contentTypes: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};
const kinShown = 10;
const columnLength = 10;
const longestId = 2_000;
/** Ids and a sentence or two: an abstract that is pasted, a draft perhaps, stays out of histories and of the logs of proxies. */
const longestAddress = 1_000;
/** A hand that changes an address may ask for no more. */
const lastDailyPage = 10_000;

export interface WebOptions {
  /** What the page of those who look after the service shows beside what the engine knows. */
  readonly admin?: AdminOptions;
  readonly readBody: PersonalOptions["readBody"];
  /** What the page that brings papers in reads with; without it no file is taken. */
  readonly readSent?: ReadSent;
  /** Shown as documentation. */
  readonly openApiDocument: () => unknown;
  /** The name of the person who asks. */
  readonly personOf: (c: Context) => string;
  /** What whoever asks may do; undefined where nobody is asked who they are. */
  readonly scopeOf: (c: Context) => Scope | undefined;
  /** How somebody signs in. */
  readonly sessionOf: AccountOptions["sessionOf"];
  readonly needsKeys: AccountOptions["needsKeys"];
  readonly personOfKey: AccountOptions["personOfKey"];
  readonly keepSession: AccountOptions["keepSession"];
  readonly clientOf: AccountOptions["clientOf"];
  /** Told of what failed when nobody waited for it: a mail that could not be sent. */
  readonly onFailure?: (error: unknown) => void;
}

const takesNoFiles: ReadSent = () => {
  throw new AppError("unsupported_format", "No files are taken here.");
};

export function createWebApp(engine: Engine, options: WebOptions): Hono {
  const app = new Hono({ strict: false, router: new TrieRouter() });
  app.use(async (c, next) => {
    // The files of the pages are the same for everybody.
    if (!c.req.path.startsWith("/assets/")) {
      const scope = options.scopeOf(c);
      const signedIn = !(await options.needsKeys()) ? undefined : scope === undefined ? "nobody" : { as: options.personOf(c) };
      keepViewer(c, { scope, signedIn });
    }
    await next();
  });
  app.route("/", createAdminApp(engine, options.admin));
  app.route("/", createPeopleApp(engine, options));
  app.route("/", createImportApp(engine, options.readSent ?? takesNoFiles));
  app.route("/", createPersonalApp(engine, options));
  app.route("/", createMessageLinksApp(engine.digests));
  const account = { ...options, onFailure: options.onFailure ?? (() => undefined) };
  app.route("/", createAccountApp(engine.signIns, account));
  app.route("/", createSubscribeApp(engine.publicSubscriptions, account));

  const feedbackOf: FeedbackOf = async (c, shown, back) => {
    const { pathname, search } = new URL(c.req.url);
    const papers = shown.map(({ paper }) => paper);
    return { saidOf: await engine.person(options.personOf(c)).saidOf(papers), back: back ?? pathname + search };
  };
  const followed = async (c: Context): Promise<Followed> => {
    const interests = await engine.person(options.personOf(c)).interests();
    return new Map(interests.flatMap(({ topic, id }) => (topic === undefined ? [] : [[topic, id]])));
  };

  // Where many look for it.
  app.get("/search", (c) => c.redirect(`/${new URL(c.req.url).search}`, 301));
  app.get("/", (c) => answerSearch(c, engine, options.personOf(c), feedbackOf));

  app.get("/explain", (c) => answerWhy(c, engine, options.personOf(c)));

  app.get("/papers/:id{.+}", async (c) => {
    const stored = await engine.paper(c.req.param("id"));
    const embedded = (await engine.embeddingOf(stored)) !== undefined;
    const kin = await engine.similarToPaper(stored.paper.paperId, { limit: kinShown }, c.req.raw.signal);
    const provenance = await engine.provenance(stored);
    const person = options.personOf(c);
    const feedback = await feedbackOf(c, [stored, ...kin], paperHref(stored.paper.paperId));
    const discussion = {
      comments: await engine.commentsOn(stored.paper.paperId),
      person,
      isAdmin: options.scopeOf(c) === "admin",
      isShared: (await engine.people()).length > 0,
    };
    const page = { paper: stored.paper, kin, provenance, embedded, feedback, discussion };
    return c.html(documentOf(c, <PaperPage {...page} />));
  });

  app.get("/daily/:period?", async (c) => {
    const period = c.req.param("period") ?? (c.req.query("period") || undefined);
    const sort = dailySorts.find((one) => one === c.req.query("sort")) ?? "date";
    const asked = Number(c.req.query("page") ?? 1);
    const page = Number.isSafeInteger(asked) && asked >= 1 && asked <= lastDailyPage ? asked : 1;
    const request = { period, sort, limit: dailyPageSize, offset: (page - 1) * dailyPageSize };
    const answer = await engine.daily(request, c.req.raw.signal);
    return c.html(
      documentOf(
        c,
        <DailyPage
          answer={answer}
          sort={sort}
          page={page}
          byMail={engine.publicSubscriptions.isOffered}
          feedback={await feedbackOf(c, answer.papers)}
        />,
      ),
      page > 1 && answer.papers.length === 0 ? 404 : 200,
    );
  });

  app.get("/topics", async (c) => c.html(documentOf(c, <TopicsPage topics={await engine.topics()} followed={await followed(c)} />)));
  app.get("/topics/:slug", async (c) => {
    const sort = goodSorts.find((one) => one === c.req.query("sort")) ?? "newest";
    const { topic, hits } = await engine.topicPapers(c.req.param("slug"), { sort, limit: 30 }, c.req.raw.signal);
    const page = { topic, hits, sort, followed: await followed(c), feedback: await feedbackOf(c, hits) };
    return c.html(documentOf(c, <TopicPage {...page} />));
  });

  app.get("/similar", (c) => {
    const form = { text: c.req.query("text") ?? "", like: c.req.query("like") ?? "", unlike: c.req.query("unlike") ?? "" };
    return answerKin(c, engine, form, (hits) => feedbackOf(c, hits));
  });
  app.post("/similar", async (c) => {
    const field = await fieldsOf(c);
    const form = { text: field("text"), like: field("like"), unlike: field("unlike") };
    const address = similarHref(form);
    if (address.length <= longestAddress) return c.redirect(`${address}#results`, 303);
    return await answerKin(c, engine, form, async (hits) => ({ ...(await feedbackOf(c, hits)), carried: { ...form } }));
  });

  let docs: string | undefined;
  app.get("/docs", (c) => {
    docs ??= String(<ApiDocs document={options.openApiDocument()} />);
    return c.html(documentOf(c, <DocsPage html={docs} />));
  });

  app.get("/assets/:name", (c) => {
    const name = c.req.param("name");
    const asset = assets.get(name);
    if (asset === undefined) return c.notFound();
    const etag = `"${asset.hash}"`;
    if (c.req.header("if-none-match") === etag) return c.body(null, 304);
    return c.body(new Uint8Array(asset.bytes), 200, {
      "content-type": contentTypes[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      "cache-control": c.req.query("v") === asset.hash ? "public, max-age=31536000, immutable" : "no-cache",
      etag,
    });
  });

  const errorPage = errorPageOf(engine.signIns);
  app.onError((thrown, c) => errorPage(c, toAppError(thrown)));
  return app;
}

/** How the papers of a list are talked about. @param back where the buttons lead back to; this page, as it was asked for, unless given. */
type FeedbackOf = (c: Context, shown: readonly { readonly paper: Paper }[], back?: string) => Promise<FeedbackOfList>;

/** The answer to a search, or the three answers of its modes side by side; the start page where nothing is asked. */
async function answerSearch(c: Context, engine: Engine, person: string, feedbackOf: FeedbackOf): Promise<Response> {
  const started = performance.now();
  const form = readSearchForm(new URL(c.req.url).searchParams);
  const { signal } = c.req.raw;
  if (form.compare && form.q !== "") {
    const ask = (mode: SearchMode) => engine.search({ ...requestOf(engine, form, person), mode, limit: columnLength }, signal);
    const [hybrid, semantic, keyword] = [await ask("hybrid"), await ask("semantic"), await ask("keyword")];
    const feedback = await feedbackOf(c, [...hybrid.hits, ...semantic.hits, ...keyword.hits], searchHref(form));
    return c.html(documentOf(c, <ComparePage form={form} answers={{ hybrid, semantic, keyword }} feedback={feedback} />));
  }
  const isBehind = form.page > lastPage;
  const found = await engine.search(
    {
      ...requestOf(engine, form, person),
      mode: form.mode,
      correct: true,
      facets: asksSomething(form) ? shownFacets : undefined,
      limit: pageSize,
      offset: isBehind ? 0 : (form.page - 1) * pageSize,
    },
    signal,
  );
  const answer = isBehind ? { ...found, hits: [] } : found;
  const judgments = isJudgeable(form.q) ? await engine.person(person).judgments(form.q) : [];
  const judged = new Map(judgments.map(({ judgment }) => [judgment.paperId, judgment.relevant]));
  const isStart = !asksSomething(form);
  return c.html(
    documentOf(
      c,
      <SearchPage
        form={form}
        answer={answer}
        isEmpty={found.total === 0 && (await engine.library.countPapers()) === 0}
        questions={isStart ? await exampleQuestions(engine.library) : []}
        topics={isStart ? await engine.topics() : []}
        hasReranker={engine.reranker !== undefined}
        tookMs={performance.now() - started}
        feedback={await feedbackOf(c, answer.hits, searchHref(form))}
        judged={judged}
      />,
    ),
    form.page > 1 && answer.hits.length === 0 ? 404 : 200,
  );
}

function requestOf({ reranker }: Engine, form: SearchForm, person: string): SearchRequest {
  const order = orderOfForm(form);
  return {
    query: form.q,
    filters: filtersOfForm(form),
    ...order,
    // A page that was kept shows something when the reranker is gone.
    rerank: reranker === undefined ? undefined : order.rerank,
    unseenBy: form.unseen ? person : undefined,
  };
}

/** Without a paper the page asks for one. */
async function answerWhy(c: Context, engine: Engine, person: string): Promise<Response> {
  const { searchParams } = new URL(c.req.url);
  const form = readSearchForm(searchParams);
  const paperId = (searchParams.get("paper") ?? "").trim().slice(0, longestId);
  if (paperId === "") return c.html(documentOf(c, <ExplainPage form={form} paperId="" told={undefined} />));
  try {
    const told = await engine.explain({ ...requestOf(engine, form, person), mode: form.mode, paperId }, c.req.raw.signal);
    return c.html(documentOf(c, <ExplainPage form={form} paperId={paperId} told={told} />));
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.outcome.status >= 500) throw error;
    return c.html(
      documentOf(c, <ExplainPage form={form} paperId={paperId} told={undefined} problem={error.explanation} />),
      error.outcome.status,
    );
  }
}

/** A text alone finds what is like it; with papers, all of it are examples. */
async function answerKin(
  c: Context,
  engine: Engine,
  form: SimilarForm,
  feedbackOf: (hits: readonly Hit[]) => Promise<FeedbackOfList>,
): Promise<Response> {
  const text = form.text.trim();
  const [positive, negative] = [linesOf(form.like), linesOf(form.unlike)];
  if (text === "" && positive.length === 0) return c.html(documentOf(c, <SimilarPage form={form} hits={undefined} />));
  try {
    if (text.length > longestText) throw new AppError("invalid_request", `The text has more than ${longestText} characters.`);
    const hits =
      positive.length === 0 && negative.length === 0
        ? await engine.similarToText(text, { limit: pageSize }, c.req.raw.signal)
        : await engine.recommend({ positive, negative, query: text, limit: pageSize }, c.req.raw.signal);
    return c.html(documentOf(c, <SimilarPage form={form} hits={hits} feedback={await feedbackOf(hits)} />));
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.outcome.status >= 500) throw error;
    return c.html(documentOf(c, <SimilarPage form={form} hits={undefined} problem={error.explanation} />), error.outcome.status);
  }
}
