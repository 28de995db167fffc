/** Semantic Scholar's Graph API: a search, or lists of ids. https://api.semanticscholar.org/api-docs/graph */
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import { semanticScholarFormat } from "../semantic-scholar.ts";
import { addressOf, keyHeader, lengthAt, pageOf, refused, requestJson, textAt } from "./payload.ts";
import { checkAsked, idsFor, offsetIn, portionsOf } from "./request-ids.ts";

const title = "Semantic Scholar";
const fields =
  "paperId,corpusId,externalIds,url,title,abstract,venue,year,publicationDate,citationCount,openAccessPdf,fieldsOfStudy,journal,authors";
/** The search by relevance returns no more results in total. */
const mostRanked = 1_000;
const rankedPage = 100;
const mostIds = 500;

export const semanticScholarSource: LiveSource = {
  name: "semantic-scholar",
  title,
  service: "semantic-scholar",
  description: `Semantic Scholar: papers that match a query (with --limit up to ${mostRanked} the best ones), or ids`,
  address: "https://api.semanticscholar.org",
  gapMs: 1_000,
  words: 'a query; + | - " and ( ) are operators',
  options: ["from", "to", "ids"],
  examples: ["semantic-scholar dense retrieval --limit 200", "semantic-scholar --ids 10.18653/v1/N18-3011,arXiv:2106.15928"],
  check(request) {
    checkAsked(request, title);
    idsIn(request);
  },
  pages(request, session, position) {
    if (request.ids !== undefined) return lookUp(request, session, position);
    return request.limit !== undefined && request.limit <= mostRanked
      ? ranked(request, request.limit, session, position)
      : bulk(request, session, position);
  },
};

async function* ranked(
  request: FetchRequest,
  limit: number,
  session: FetchSession,
  position: FetchPosition | undefined,
): AsyncIterable<FetchedPage> {
  for (let offset = offsetIn(position); ; offset += rankedPage) {
    const size = Math.min(rankedPage, limit - offset);
    const { answer, value } = await ask(session, "/graph/v1/paper/search", { ...searchOf(unhyphenated(request)), offset, limit: size });
    const hasMore = textAt(value, "next") !== undefined && offset + size < limit;
    yield pageOf(semanticScholarFormat, answer, hasMore ? { start: offset + size } : undefined);
    if (!hasMore) return;
  }
}

/** The search by relevance finds nothing for a word with a hyphen, and has no operators. */
function unhyphenated(request: FetchRequest): FetchRequest {
  return { ...request, words: request.words.map((word) => word.replace(/\p{Pd}+/gu, " ").trim()) };
}

async function* bulk(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  let token = textAt(position, "token");
  do {
    const { answer, value } = await ask(session, "/graph/v1/paper/search/bulk", { ...searchOf(request), token });
    token = lengthAt(value, "data") === 0 ? undefined : textAt(value, "token");
    yield pageOf(semanticScholarFormat, answer, token === undefined ? undefined : { token });
  } while (token !== undefined);
}

async function* lookUp(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  for (const { ids, next } of portionsOf(idsIn(request), mostIds, position)) {
    const { answer } = await ask(session, "/graph/v1/paper/batch", {}, { ids });
    yield pageOf(semanticScholarFormat, answer, next);
  }
}

function idsIn(request: FetchRequest): string[] {
  return idsFor(request, title, "S2", spell);
}

function spell(scheme: string, id: string): string | undefined {
  if (scheme === "S2") return id;
  if (scheme === "PMCID") return `PMCID:${id.replace(/^PMC/, "")}`;
  return ["arXiv", "DOI", "PMID", "ACL", "MAG", "CorpusId"].includes(scheme) ? `${scheme}:${id}` : undefined;
}

function searchOf({ words, from, to }: FetchRequest): Record<string, string | undefined> {
  return {
    query: words.join(" "),
    publicationDateOrYear: from === undefined && to === undefined ? undefined : `${from ?? ""}:${to ?? ""}`,
  };
}

function ask(session: FetchSession, path: string, parameters: Readonly<Record<string, string | number | undefined>>, body?: unknown) {
  const credentials = keyHeader("x-api-key", session.key);
  return requestJson(session, addressOf(session, path, { ...parameters, fields }), { credentials, body }, (value) => {
    const error = textAt(value, "error") ?? textAt(value, "message");
    if (error !== undefined) throw refused(title, error);
    return undefined;
  });
}
