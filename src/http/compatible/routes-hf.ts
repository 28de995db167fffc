/**
 * Hugging Face's Daily Papers as its API gives them: the listing of a day, a week or a month, a search, single papers. Papers go by their
 * arXiv number, others by their `paperId`.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../../core/errors.ts";
import { idIn } from "../../core/export/work.ts";
import { firstDay } from "../../core/filters.ts";
import { dateOf, listingDateOf, type Paper } from "../../core/paper.ts";
import { longestQuery } from "../../core/query-pieces.ts";
import type { Engine } from "../../engine/engine.ts";

/** The most papers of one answer. */
const mostPapers = 100;
const usualPapers = 50;

export function addHuggingFaceRoutes(app: OpenAPIHono, engine: Engine): void {
  app.get("/api/daily_papers", (c) => answerDaily(c, engine));
  app.get("/api/papers/search", async (c) => {
    const query = (c.req.query("q") ?? "").trim().slice(0, longestQuery);
    const limit = Math.min(numberOf(c, "limit", 20), mostPapers);
    if (query === "" || limit === 0) return c.json([]);
    const { hits } = await engine.search({ query, limit, wordsIfNeeded: true }, c.req.raw.signal);
    return c.json(hits.map(({ paper }) => wrapped(paper)));
  });
  app.get("/api/papers/:id{.+}", async (c) => {
    const { paper } = await engine.paper(c.req.param("id"));
    return c.json({
      ...bare(paper),
      numComments: paper.comments ?? 0,
      submittedOnDailyAt: timeOf(listingDateOf(paper)),
      submittedOnDailyBy: nobody,
    });
  });
  app.get("/papers/:id{.+}", async (c, next) => {
    const id = c.req.param("id");
    const isAsked = /\btext\/markdown\b/i.test(c.req.header("accept") ?? "");
    if (!isAsked && !id.endsWith(".md")) return await next();
    const [stored] = await engine.papers([isAsked ? id : id.slice(0, -".md".length)]);
    if (stored === undefined) return await next();
    return c.body(markdownOf(stored.paper), 200, { "content-type": "text/markdown; charset=utf-8", vary: "Accept" });
  });
}

async function answerDaily(c: Context, engine: Engine): Promise<Response> {
  const { date, week, month, submitter } = c.req.query();
  const sort = c.req.query("sort") ?? "publishedAt";
  if (sort !== "publishedAt" && sort !== "trending")
    throw new AppError("invalid_request", `“sort” is publishedAt or trending, not “${sort.slice(0, 40)}”.`);
  const [p, limit] = [numberOf(c, "p", 0), Math.min(numberOf(c, "limit", usualPapers), mostPapers)];
  const order = sort === "trending" ? "trending" : "date";
  // A time stands for its day.
  const day = /^\d{4}-\d\d-\d\dT/.test(date ?? "") ? date?.slice(0, 10) : date;
  if (limit === 0) return c.json([]);
  const answer = await engine.daily({ date: day, week, month, sort: order, limit, offset: p * limit }, c.req.raw.signal);
  const { asked, shown } = answer;
  // The nearest earlier period would be told as the one that was asked for. And nobody submits papers here.
  if ((asked !== undefined && asked.name !== shown?.name) || (submitter ?? "") !== "") return c.json([]);
  return c.json(answer.papers.map(({ paper, listed, here }) => wrapped(paper, listed, here)));
}

const nobody = { _id: "", user: "paperkin", name: "paperkin", fullname: "Paperkin", avatarUrl: "", type: "user", isPro: false };

/** @param here the votes and comments of the people of this service. */
function wrapped(paper: Paper, listed = listingDateOf(paper), here = { votes: 0, comments: 0 }) {
  return {
    paper: { ...bare(paper), upvotes: (paper.votes ?? 0) + here.votes },
    publishedAt: timeOf(listed),
    title: paper.title,
    summary: paper.abstract,
    thumbnail: "",
    numComments: (paper.comments ?? 0) + here.comments,
    submittedBy: nobody,
    isAuthorParticipating: false,
    // Hugging Face's own client looks for it here only.
    ...(paper.codeUrl === undefined ? {} : { githubRepo: paper.codeUrl }),
  };
}

function bare(paper: Paper) {
  const id = hfIdOf(paper);
  return {
    id,
    authors: paper.authors.map(({ name }, at) => ({ _id: `${id}#${at + 1}`, name, hidden: false })),
    discussionId: id,
    publishedAt: timeOf(paper.published ?? dateOf(paper)),
    summary: paper.abstract,
    title: paper.title,
    upvotes: paper.votes ?? 0,
    ...(paper.keywords.length === 0 ? {} : { ai_keywords: [...paper.keywords] }),
    ...(paper.codeUrl === undefined ? {} : { githubRepo: paper.codeUrl }),
    ...(paper.status === "withdrawn" ? { withdrawnAt: timeOf(paper.updated ?? dateOf(paper)) } : {}),
  };
}

function hfIdOf(paper: Paper): string {
  return idIn(paper, "arXiv") ?? paper.paperId;
}

/** The first moment of a date; clients expect one, and a paper without any date has the oldest. */
function timeOf(date: string | undefined): string {
  return `${firstDay(date === undefined || date === "" ? "1970" : date)}T00:00:00.000Z`;
}

function markdownOf(paper: Paper): string {
  const about = [paper.authors.map(({ name }) => name).join(", "), dateOf(paper), paper.venue].flatMap((part) => part || []);
  return [`# ${paper.title}`, about.join(" · "), paper.abstract, paper.url ?? ""]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

function numberOf(c: Context, name: string, usual: number): number {
  const text = c.req.query(name) ?? "";
  if (text === "") return usual;
  if (!/^\d{1,6}$/.test(text)) throw new AppError("invalid_request", `“${name}” is a whole number, not “${text.slice(0, 40)}”.`);
  return Number(text);
}
