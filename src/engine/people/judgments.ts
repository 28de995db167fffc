/** A person's judgments of answers, and their export as a labelled collection. */
import { createHash } from "node:crypto";
import { AppError } from "../../core/errors.ts";
import { type Judgment, longestJudgedQuery } from "../../core/judgment.ts";
import type { Library } from "../../core/library.ts";
import { compareText } from "../../core/order.ts";
import type { Paper } from "../../core/paper.ts";
import { parseQuery } from "../../core/query.ts";
import { normalizeText } from "../../core/text.ts";
import { findPapers, getPaper, namesBehind, pagesOfPapers } from "../papers.ts";
import { requireStillThere } from "./people.ts";

export interface JudgmentInput {
  readonly query: string;
  /** Any id of the paper. */
  readonly paperId: string;
  readonly relevant: boolean;
}

export interface JudgedPaper {
  readonly judgment: Judgment;
  readonly paper: Paper;
}

/** Of one person: all of them come in one answer. */
const mostJudgments = 20_000;

/** Throws `paper_not_found`, and `invalid_request` for a query that is empty or too long, and for too many. */
export async function judge(library: Library, person: string, input: JudgmentInput, now: Date): Promise<Judgment> {
  const query = judgedQuery(input.query);
  if (query === "" || query.length > longestJudgedQuery) {
    throw new AppError("invalid_request", query === "" ? "The query is empty." : "The query is too long to be judged.", {
      mend: `Papers are judged for a query of up to ${longestJudgedQuery} characters.`,
    });
  }
  const { paper } = await getPaper(library, input.paperId);
  const names = await namesBehind(library, paper.paperId);
  const isThere = (await library.personal.judgments(person, query)).some((one) => names.includes(one.paperId));
  if (!isThere && (await library.personal.countJudgments(person)) >= mostJudgments)
    throw new AppError("invalid_request", `You have judged ${mostJudgments} papers already.`, {
      mend: "Remove those that no evaluation needs any more.",
    });
  const judgment: Judgment = { query, paperId: paper.paperId, relevant: input.relevant, at: now.toISOString() };
  await requireStillThere(library, person);
  await library.personal.putJudgment(person, judgment);
  // A judgment under a former name of the paper is obsolete now. It is removed only after this one is stored, so that nothing is lost.
  for (const name of names) if (name !== paper.paperId) await library.personal.removeJudgment(person, query, name);
  return judgment;
}

/** @returns whether there was something to take back. */
export async function takeBackJudgment(library: Library, person: string, query: string, id: string): Promise<boolean> {
  let was = false;
  for (const name of await namesBehind(library, id)) was = (await library.personal.removeJudgment(person, judgedQuery(query), name)) || was;
  return was;
}

/** Latest first, with the papers; without those that are no longer there. Of one paper and query the latest. */
export async function listJudgments(library: Library, person: string, query?: string): Promise<JudgedPaper[]> {
  const all = await library.personal.judgments(person, query === undefined ? undefined : judgedQuery(query));
  const papers = await findPapers(
    library,
    all.map(({ paperId }) => paperId),
  );
  const known = new Set<string>();
  return all.flatMap((judgment, at) => {
    const paper = papers[at]?.paper;
    const key = JSON.stringify([judgment.query, paper?.paperId]);
    if (paper === undefined || known.has(key)) return [];
    known.add(key);
    return [{ judgment: { ...judgment, paperId: paper.paperId }, paper }];
  });
}

/** Normalises spaces, so that a repeated query is the same one. */
function judgedQuery(raw: string): string {
  return normalizeText(raw.slice(0, longestJudgedQuery * 4).toWellFormed());
}

/** The files of a labelled collection, in parts. */
export interface JudgedCollection {
  readonly queries: number;
  readonly judgments: number;
  readonly relevant: number;
  readonly queryLines: readonly string[];
  readonly judgmentLines: readonly string[];
  /** Every paper of the library: answers have to be told from papers that nobody judged. */
  readonly documentLines: () => AsyncIterable<string>;
}

/** Throws `invalid_request` if nothing was judged relevant. */
export async function judgedCollection(library: Library, person: string): Promise<JudgedCollection> {
  const all = (await listJudgments(library, person)).map(({ judgment }) => judgment);
  const relevant = all.filter((one) => one.relevant).length;
  if (relevant === 0) {
    throw new AppError("invalid_request", `“${person}” has not judged any paper of this library relevant to a query.`, {
      mend: "Judge papers with the buttons below the hits of a search, with `paperkin judgments add`, or with POST /v1/judgments.",
    });
  }
  const queries = [...new Set(all.map(({ query }) => query))].sort(compareText);
  // The text that is ranked: an evaluation runs words only. The query as it was asked is stored beside it.
  const queryLines = queries.map((query) => lineOf({ _id: queryId(query), text: parseQuery(query).text || query, query }));
  const ordered = [...all].sort((a, b) => compareText(a.query, b.query) || compareText(a.paperId, b.paperId));
  const judgmentLines = ordered.map(({ query, paperId, relevant: yes }) => `${queryId(query)}\t${paperId}\t${yes ? 1 : 0}\n`);
  return {
    queries: queries.length,
    judgments: all.length,
    relevant,
    queryLines,
    judgmentLines: ["query-id\tcorpus-id\tscore\n", ...judgmentLines],
    documentLines: () => documentLines(library),
  };
}

async function* documentLines(library: Library): AsyncIterable<string> {
  for await (const page of pagesOfPapers(library)) {
    for (const { paper } of page)
      yield lineOf({ _id: paper.paperId, title: paper.title, abstract: paper.abstract, authors: paper.authors.map(({ name }) => name) });
  }
}

/** The same in every export, so that runs of other systems remain valid. */
function queryId(query: string): string {
  return `q${createHash("sha256").update(query).digest("hex").slice(0, 12)}`;
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
