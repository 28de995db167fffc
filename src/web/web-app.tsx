/** The pages: rendered on the server, complete without script. */
import { type Context, Hono } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import { AppError, toAppError } from "../core/errors.ts";
import { paperHref } from "../core/page-addresses.ts";
import type { Scope } from "../core/personal-store.ts";
import { dailySorts } from "../engine/daily-order.ts";
import type { Engine } from "../engine/engine.ts";
import { goodSorts } from "../engine/search/good-hits.ts";
import { type AccountOptions, createAccountApp } from "./account-app.tsx";
import { addressOf } from "./address.tsx";
import { type AdminOptions, createAdminApp } from "./admin-app.tsx";
import { DailyPage, dailyPageSize } from "./daily-page.tsx";
import { ApiDocs, DocsPage } from "./docs-page.tsx";
import { errorPageOf } from "./fallback-pages.tsx";
import { type FeedbackOf, feedbackReader } from "./feedback-of.ts";
import { createImportApp, type ReadSent } from "./import-app.tsx";
import { assets, documentOf } from "./layout.tsx";
import { createMessageLinksApp } from "./message-links-app.tsx";
import { PaperPage } from "./paper-page.tsx";
import { createPeopleApp } from "./people-app.tsx";
import { createPersonalApp, type PersonalOptions } from "./personal-app.tsx";
import { createSearchApp } from "./search-app.tsx";
import { createSimilarApp } from "./similar-app.tsx";
import { createSubscribeApp } from "./subscribe-app.tsx";
import { type Followed, TopicPage, TopicsPage } from "./topic-pages.tsx";
import { keepViewer } from "./viewer.tsx";

const contentTypes: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};
const kinShown = 10;
/** The limit for page numbers in addresses that are edited by hand. */
const lastDailyPage = 10_000;

export interface WebOptions {
  /** Information for the admin page that the engine does not have. */
  readonly admin?: AdminOptions;
  readonly readBody: PersonalOptions["readBody"];
  /** Reads uploaded files of papers; without it, uploads are not accepted. */
  readonly readSent?: ReadSent;
  /** The OpenAPI document that is shown as documentation. */
  readonly openApiDocument: () => unknown;
  /** The name of the person who sends the request. */
  readonly personOf: (c: Context) => string;
  /** What that person may do; undefined if the request does not identify anybody. */
  readonly scopeOf: (c: Context) => Scope | undefined;
  /** See `AccountOptions`, for signing in. */
  readonly sessionOf: AccountOptions["sessionOf"];
  readonly needsKeys: AccountOptions["needsKeys"];
  readonly personOfKey: AccountOptions["personOfKey"];
  readonly keepSession: AccountOptions["keepSession"];
  readonly clientOf: AccountOptions["clientOf"];
  /** Called with errors of work that no request waits for, such as a mail that could not be sent. */
  readonly onFailure?: (error: unknown) => void;
}

const takesNoFiles: ReadSent = () => {
  throw new AppError("unsupported_format", "No files are taken here.");
};

export function createWebApp(engine: Engine, options: WebOptions): Hono {
  const app = new Hono({ strict: false, router: new TrieRouter() });
  app.use(async (c, next) => {
    // Assets are the same for everybody.
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
  app.route("/", createAccountApp(engine.signIns, { ...account, onFailure: (error) => tellMailFault(engine, account.onFailure, error) }));
  app.route("/", createSubscribeApp(engine.publicSubscriptions, account));

  const feedbackOf = feedbackReader(engine, options.personOf);
  app.route("/", createSearchApp(engine, options.personOf, feedbackOf));
  app.route("/", createSimilarApp(engine, feedbackOf));
  addPaper(app, engine, options, feedbackOf);
  addDaily(app, engine, feedbackOf);
  addTopics(app, engine, options.personOf, feedbackOf);
  addDocs(app, options);
  addAssets(app);

  const errorPage = errorPageOf(engine.signIns);
  app.onError((thrown, c) => errorPage(c, toAppError(thrown)));
  return app;
}

/** A sign-in link that was not delivered is among the recent problems: nobody else hears of it. */
function tellMailFault(engine: Engine, onFailure: (error: unknown) => void, error: unknown): void {
  onFailure(error);
  engine.recordFault("sign-in mail", error).catch(onFailure);
}

function addPaper(app: Hono, engine: Engine, { personOf, scopeOf }: WebOptions, feedbackOf: FeedbackOf): void {
  app.get("/papers/:id{.+}", async (c) => {
    const stored = await engine.paper(c.req.param("id"));
    const embedded = (await engine.embeddingOf(stored)) !== undefined;
    const kin = await engine.similarToPaper(stored.paper.paperId, { limit: kinShown }, c.req.raw.signal);
    const provenance = await engine.provenance(stored);
    const person = personOf(c);
    const feedback = await feedbackOf(c, [stored, ...kin], paperHref(stored.paper.paperId));
    const discussion = {
      comments: await engine.commentsOn(stored.paper.paperId),
      person,
      isAdmin: scopeOf(c) === "admin",
      isShared: (await engine.people()).length > 0,
    };
    const page = { paper: stored.paper, kin, provenance, embedded, feedback, discussion };
    return c.html(documentOf(c, <PaperPage {...page} />));
  });
}

function addDaily(app: Hono, engine: Engine, feedbackOf: FeedbackOf): void {
  app.get("/daily/:period?", async (c) => {
    const period = c.req.param("period") ?? (c.req.query("period") || undefined);
    const address = addressOf(c);
    const [sort, page] = [address.choice("sort", dailySorts) ?? "date", address.page(lastDailyPage)];
    const request = { period, sort, limit: dailyPageSize, offset: (page - 1) * dailyPageSize };
    const answer = await engine.daily(request, c.req.raw.signal);
    return c.html(
      documentOf(
        c,
        <DailyPage
          answer={answer}
          sort={sort}
          page={page}
          misread={address.misread(["period"])}
          byMail={engine.publicSubscriptions.isOffered}
          feedback={await feedbackOf(c, answer.papers)}
        />,
      ),
      page > 1 && answer.papers.length === 0 ? 404 : 200,
    );
  });
}

function addTopics(app: Hono, engine: Engine, personOf: WebOptions["personOf"], feedbackOf: FeedbackOf): void {
  const followed = async (c: Context): Promise<Followed> => {
    const interests = await engine.person(personOf(c)).interests();
    return new Map(interests.flatMap(({ topic, id }) => (topic === undefined ? [] : [[topic, id]])));
  };
  app.get("/topics", async (c) => c.html(documentOf(c, <TopicsPage topics={await engine.topics()} followed={await followed(c)} />)));
  app.get("/topics/:slug", async (c) => {
    const address = addressOf(c);
    const sort = address.choice("sort", goodSorts) ?? "newest";
    const { topic, hits } = await engine.topicPapers(c.req.param("slug"), { sort, limit: 30 }, c.req.raw.signal);
    const page = { topic, hits, sort, misread: address.misread(), followed: await followed(c), feedback: await feedbackOf(c, hits) };
    return c.html(documentOf(c, <TopicPage {...page} />));
  });
}

function addDocs(app: Hono, { openApiDocument }: WebOptions): void {
  let docs: string | undefined;
  app.get("/docs", (c) => {
    docs ??= String(<ApiDocs document={openApiDocument()} />);
    return c.html(documentOf(c, <DocsPage html={docs} />));
  });
}

function addAssets(app: Hono): void {
  app.get("/assets/:name", (c) => {
    const name = c.req.param("name");
    const asset = assets.get(name);
    if (asset === undefined) return c.notFound();
    const etag = `"${asset.hash}"`;
    // A proxy that compresses has turned it into a weak one (`W/"…"`).
    if (c.req.header("if-none-match")?.includes(etag) === true) return c.body(null, 304);
    return c.body(new Uint8Array(asset.bytes), 200, {
      "content-type": contentTypes[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      "cache-control": c.req.query("v") === asset.hash ? "public, max-age=31536000, immutable" : "no-cache",
      etag,
    });
  });
}
