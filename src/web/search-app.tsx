/** The search page, and the page that explains the rank of a paper. */
import { type Context, Hono } from "hono";
import { isJudgeable } from "../core/judgment.ts";
import type { Engine } from "../engine/engine.ts";
import type { SearchMode } from "../engine/search/rank.ts";
import type { SearchRequest } from "../engine/search/search-request.ts";
import { ComparePage } from "./compare-page.tsx";
import { ExplainPage } from "./explain-page.tsx";
import { explainable } from "./explainable.ts";
import { shownFacets } from "./facets.tsx";
import type { FeedbackOf } from "./feedback-of.ts";
import { documentOf } from "./layout.tsx";
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
import { SearchPage } from "./search-page.tsx";
import { exampleQuestions } from "./search-start.tsx";

const columnLength = 10;
const longestId = 2_000;

/** @param personOf the name of the person who sends the request. */
export function createSearchApp(engine: Engine, personOf: (c: Context) => string, feedbackOf: FeedbackOf): Hono {
  const app = new Hono({ strict: false });
  // An address that many people try.
  app.get("/search", (c) => c.redirect(`/${new URL(c.req.url).search}`, 301));
  const waiting = waitingOf(engine);
  app.get("/", async (c) => {
    const form = readSearchForm(new URL(c.req.url).searchParams);
    if (form.compare && form.q !== "") return await answerComparison(c, engine, form, personOf(c), feedbackOf);
    return await answerSearch(c, engine, form, personOf(c), feedbackOf, waiting);
  });
  app.get("/explain", (c) => answerWhy(c, engine, personOf(c)));
  return app;
}

/** Counting takes tens of milliseconds in a large library, and the number changes with each embedded paper, so it is kept for this time. */
const countedForMs = 5_000;

/** How many papers wait to be embedded, as counted within the last few seconds. */
function waitingOf({ library }: Engine): () => Promise<number> {
  let counted = { at: Number.NEGATIVE_INFINITY, waiting: 0 };
  return async () => {
    const now = performance.now();
    if (now - counted.at < countedForMs) return counted.waiting;
    const generation = await library.liveGeneration();
    counted = { at: now, waiting: generation === undefined ? 0 : await library.backlogSize(generation) };
    return counted.waiting;
  };
}

/** The answers of the three modes side by side. */
async function answerComparison(c: Context, engine: Engine, form: SearchForm, person: string, feedbackOf: FeedbackOf): Promise<Response> {
  const ask = (mode: SearchMode) => engine.search({ ...requestOf(engine, form, person), mode, limit: columnLength }, c.req.raw.signal);
  const [hybrid, semantic, keyword] = [await ask("hybrid"), await ask("semantic"), await ask("keyword")];
  const feedback = await feedbackOf(c, [...hybrid.hits, ...semantic.hits, ...keyword.hits], searchHref(form));
  return c.html(documentOf(c, <ComparePage form={form} answers={{ hybrid, semantic, keyword }} feedback={feedback} />));
}

/** The answer to a search; the start page if nothing is searched for. */
async function answerSearch(
  c: Context,
  engine: Engine,
  form: SearchForm,
  person: string,
  feedbackOf: FeedbackOf,
  waiting: () => Promise<number>,
): Promise<Response> {
  const started = performance.now();
  const isBehind = form.page > lastPage;
  const found = await engine.search(
    {
      ...requestOf(engine, form, person),
      mode: form.mode,
      correct: true,
      wordsIfNeeded: true,
      facets: asksSomething(form) ? shownFacets : undefined,
      limit: pageSize,
      offset: isBehind ? 0 : (form.page - 1) * pageSize,
    },
    c.req.raw.signal,
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
        waiting={answer.mode === "hybrid" || answer.mode === "semantic" ? await waiting() : 0}
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
    // A bookmarked page still works if the reranker was removed.
    rerank: reranker === undefined ? undefined : order.rerank,
    unseenBy: form.unseen ? person : undefined,
  };
}

/** Without a paper, the page asks for one. */
async function answerWhy(c: Context, engine: Engine, person: string): Promise<Response> {
  const { searchParams } = new URL(c.req.url);
  const form = readSearchForm(searchParams, ["paper"]);
  const paperId = (searchParams.get("paper") ?? "").trim().slice(0, longestId);
  if (paperId === "") return c.html(documentOf(c, <ExplainPage form={form} paperId="" told={undefined} />));
  try {
    const told = await engine.explain({ ...requestOf(engine, form, person), mode: form.mode, paperId }, c.req.raw.signal);
    return c.html(documentOf(c, <ExplainPage form={form} paperId={paperId} told={told} />));
  } catch (thrown) {
    const error = explainable(thrown);
    return c.html(
      documentOf(c, <ExplainPage form={form} paperId={paperId} told={undefined} problem={error.explanation} />),
      error.outcome.status,
    );
  }
}
