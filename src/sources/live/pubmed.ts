/**
 * PubMed through its E-utilities: a search returns record numbers, and a second request their records.
 * https://www.ncbi.nlm.nih.gov/books/NBK25499
 */
import { AppError } from "../../core/errors.ts";
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import { addDays } from "../../core/period.ts";
import { pubmedXmlFormat } from "../pubmed-xml.ts";
import { requirePast } from "./days.ts";
import { addressOf, faultOfXml, pageOf, refused, requestJson, textAt, valueAt } from "./payload.ts";
import { checkAsked, idsFor, offsetIn, portionsOf, withMissing } from "./request-ids.ts";

const title = "PubMed";
const pageSize = 200;
/** The most that PubMed returns for one search. */
const mostResults = 9_999;

export const pubmedSource: LiveSource = {
  name: "pubmed",
  title,
  service: "pubmed",
  description: "PubMed: records that match a query (again without days: those that came since), or numbers",
  address: "https://eutils.ncbi.nlm.nih.gov",
  gapMs: 350,
  gapWithKeyMs: 110,
  words: "a query, as on PubMed's website",
  options: ["from", "to", "ids"],
  examples: ['pubmed "circadian rhythm[mesh]" --from 2025-01-01', "pubmed --ids 12345678,PMID:23456789"],
  check(request) {
    checkAsked(request, title);
    idsIn(request);
  },
  pages(request, session, position) {
    if (request.ids !== undefined) return lookUp(request, session, position);
    return search(request, session, position);
  },
};

async function* search(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  const { words, from, to, limit = Number.POSITIVE_INFINITY } = request;
  const since = textAt(position, "since");
  // An interrupted run keeps its last day, because the next run has to begin there.
  const today = textAt(position, "until") ?? session.today();
  const isIncremental = from === undefined && to === undefined;
  if (isIncremental && since !== undefined) requirePast(since, today);
  const period = isIncremental
    ? { datetype: "edat", mindate: since, maxdate: since === undefined ? undefined : today }
    : { datetype: "pdat", mindate: from ?? "1700-01-01", maxdate: to ?? "3000" };
  const end = isIncremental ? { since: addDays(today, -1) } : undefined;
  for (let start = offsetIn(position); ; start += pageSize) {
    const { ids, count } = await findIds(session, {
      term: words.join(" "),
      retstart: start,
      retmax: Math.min(pageSize, limit - start),
      ...(period.mindate === undefined
        ? {}
        : { datetype: period.datetype, mindate: slashed(period.mindate), maxdate: slashed(period.maxdate ?? "") }),
    });
    if (count > mostResults && limit > mostResults)
      throw new AppError("invalid_request", `PubMed has ${count} records for this, and gives ${mostResults} of one search.`, {
        mend: "Narrow it with --from and --to, or set a --limit.",
      });
    const isLast = ids.length === 0 || start + ids.length >= Math.min(count, limit);
    const next = isLast ? end : { since, until: today, start: start + pageSize };
    if (ids.length > 0) yield pageOf(pubmedXmlFormat, await records(session, ids), next);
    else yield { records: none(), next };
    if (isLast) return;
  }
}

async function* lookUp(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  for (const { ids, next } of portionsOf(idsIn(request), pageSize, position)) {
    const answer = await records(session, ids);
    yield withMissing(
      pageOf(pubmedXmlFormat, answer, next),
      answer.place,
      ids.map((id) => `PMID:${id}`),
    );
  }
}

function idsIn(request: FetchRequest): string[] {
  return idsFor(request, title, "PMID", (scheme, id) => (scheme === "PMID" ? id : undefined));
}

async function* none() {}

async function findIds(session: FetchSession, parameters: Readonly<Record<string, string | number>>) {
  const url = eutil(session, "esearch", { ...parameters, retmode: "json", sort: "pub_date" });
  const { answer, value } = await requestJson(session, url, {}, (found) => {
    const error = textAt(found, "esearchresult", "ERROR") ?? textAt(found, "error");
    if (error !== undefined) throw refused(title, error);
    return Array.isArray(valueAt(found, "esearchresult", "idlist")) ? undefined : "its answer has no list of numbers";
  });
  // Numbers alone are not papers, so nothing of a broken list is worth keeping.
  if (answer.fault !== undefined) throw answer.fault;
  const ids = (valueAt(value, "esearchresult", "idlist") as unknown[]).map(String);
  return { ids, count: Number(textAt(value, "esearchresult", "count") ?? 0) };
}

function records(session: FetchSession, ids: readonly string[]) {
  return session.request(eutil(session, "efetch", { id: ids.join(","), rettype: "xml", retmode: "xml" }), {
    check: (bytes) => faultOfXml(bytes, ["PubmedArticleSet"]),
  });
}

function eutil(session: FetchSession, tool: string, parameters: Readonly<Record<string, string | number>>): URL {
  return addressOf(session, `/entrez/eutils/${tool}.fcgi`, { db: "pubmed", tool: "paperkin", ...parameters, api_key: session.key });
}

function slashed(day: string): string {
  return day.replaceAll("-", "/");
}
