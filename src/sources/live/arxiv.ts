/** arXiv's search API: queries, listings of categories, lists of ids. https://info.arxiv.org/help/api/user-manual.html */
import { AppError } from "../../core/errors.ts";
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import { addDays } from "../../core/period.ts";
import { arxivAtomFormat } from "../arxiv-atom.ts";
import { elementAt, plainText } from "../xml-tree.ts";
import { addressOf, elementsIn, faultOfXml, pageOf, refused } from "./payload.ts";
import { checkAsked, idsFor, offsetIn, portionsOf, withMissing } from "./request-ids.ts";

const title = "arXiv";
/** Papers per request: arXiv's large answers are slow, and sometimes empty. */
const pageSize = 200;
/** The most that arXiv returns for one query. */
const mostResults = 30_000;
/** How many days a listing goes back: papers appear some days after they were submitted. */
const listingDays = 7;

export const arxivSource: LiveSource = {
  name: "arxiv",
  title,
  service: "arxiv",
  description: "arXiv's search, newest first: a query, categories (alone: the submissions of the last seven days), or ids",
  address: "https://export.arxiv.org",
  gapMs: 3_000,
  words: "a query; also in arXiv's own form (ti:kin AND au:example)",
  options: ["from", "to", "category", "ids"],
  examples: [
    "arxiv graph neural networks --from 2026-01-01",
    "arxiv --category cs.CL --category cs.IR",
    "arxiv --ids 2401.00001,hep-th/9901001",
  ],
  check(request) {
    checkAsked(request, title, "Give it a query, --category or --ids.");
    idsIn(request);
  },
  pages: (request, session, position) =>
    request.ids === undefined ? search(queryOf(request, session.today()), request, session, position) : lookUp(request, session, position),
};

async function* search(
  query: string,
  { limit = Number.POSITIVE_INFINITY }: FetchRequest,
  session: FetchSession,
  position: FetchPosition | undefined,
): AsyncIterable<FetchedPage> {
  for (let start = offsetIn(position); ; start += pageSize) {
    const size = Math.min(pageSize, limit - start);
    const parameters = { search_query: query, start, max_results: size, sortBy: "submittedDate", sortOrder: "descending" };
    const { answer, total } = await ask(session, parameters, (count, entries) => entries > 0 || start >= count);
    if (total > mostResults && limit > mostResults)
      throw new AppError("invalid_request", `arXiv has ${total} papers for this, and gives ${mostResults} of one query.`, {
        mend: "Narrow it with --from and --to, set a --limit, or harvest them with `paperkin fetch arxiv-oai`.",
      });
    const isLast = start + size >= Math.min(total, limit);
    yield pageOf(arxivAtomFormat, answer, isLast ? undefined : { start: start + size });
    if (isLast) return;
  }
}

async function* lookUp(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  for (const { ids, next } of portionsOf(idsIn(request), pageSize, position)) {
    const { answer } = await ask(session, { id_list: ids.join(","), max_results: ids.length }, () => true);
    yield withMissing(
      pageOf(arxivAtomFormat, answer, next),
      answer.place,
      ids.map((id) => `arXiv:${id}`),
    );
  }
}

function idsIn(request: FetchRequest): string[] {
  return idsFor(request, title, "arXiv", (scheme, id) => (scheme === "arXiv" ? id : undefined));
}

/**
 * @param isComplete whether an answer has the papers that it should have, given the total number of results and the number of entries in
 * it.
 */
async function ask(
  session: FetchSession,
  parameters: Readonly<Record<string, string | number>>,
  isComplete: (total: number, entries: number) => boolean,
) {
  let total = 0;
  const answer = await session.request(addressOf(session, "/api/query", parameters), {
    check: async (bytes) => {
      const fault = faultOfXml(bytes, ["feed"]);
      if (fault !== undefined) return fault;
      const found = await elementsIn(bytes, ["feed"], (local) => local === "entry" || local === "totalResults");
      const entries = found.filter(({ local }) => local === "entry");
      const error = entries.find((entry) => plainText(elementAt(entry, "id"))?.includes("arxiv.org/api/errors") === true);
      if (error !== undefined) throw refused(title, plainText(elementAt(error, "summary")) ?? "an error without a reason");
      total = Number(plainText(found.find(({ local }) => local === "totalResults")) ?? 0);
      return isComplete(total, entries.length) ? undefined : "its page is empty, though there are more papers";
    },
  });
  return { answer, total };
}

function queryOf({ words, category = [], from, to }: FetchRequest, today: string): string {
  const text = words.join(" ").trim();
  const isOwnForm = /\b(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate):/.test(text);
  const parts = isOwnForm ? [`(${text})`] : termsIn(text);
  if (category.length > 0) parts.push(`(${category.map((one) => `cat:${one}`).join(" OR ")})`);
  const begin = from ?? (text === "" && to === undefined ? addDays(today, -listingDays) : undefined);
  if (begin !== undefined || to !== undefined)
    parts.push(`submittedDate:[${dense(begin ?? "1991-01-01")}0000 TO ${dense(to ?? today)}2359]`);
  return parts.join(" AND ");
}

const operators = /^(?:AND|OR|ANDNOT)$/;

/** All words are wanted, unless the text says otherwise with arXiv's operators, which may have brackets. */
function termsIn(text: string): string[] {
  const tokens = [...text.matchAll(/"[^"]*"|[()]|[^\s"()]+/g)].map(([token]) => token);
  const words = tokens.filter((token) => token !== "(" && token !== ")");
  if (!words.slice(1, -1).some((word) => operators.test(word))) return words.map((word) => `all:${word}`);
  const joined = tokens.map((token, at) => {
    const before = tokens[at - 1] ?? "(";
    const space = before === "(" || token === ")" ? "" : " ";
    const continues = space !== "" && !operators.test(token) && !operators.test(before);
    return `${space}${continues ? "AND " : ""}${operators.test(token) || /^[()]$/.test(token) ? token : `all:${token}`}`;
  });
  return [`(${joined.join("")})`];
}

function dense(day: string): string {
  return day.replaceAll("-", "");
}
