/** OpenAlex: works that match a query, or works by id. https://docs.openalex.org */
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import { openAlexFormat } from "../openalex.ts";
import { addressOf, pageOf, refused, requestJson, textAt, valueAt } from "./payload.ts";
import { checkAsked, idsFor, portionsOf, withMissing } from "./request-ids.ts";

const title = "OpenAlex";
const pageSize = 200;
/** How many values one filter may have. */
const mostIds = 50;

export const openAlexSource: LiveSource = {
  name: "openalex",
  title,
  service: "openalex",
  description: "OpenAlex: works that match a query, or ids",
  address: "https://api.openalex.org",
  gapMs: 200,
  words: "a query; AND, OR, NOT and quotes work",
  options: ["from", "to", "ids"],
  examples: ["openalex dense retrieval --from 2025-01-01", "openalex --ids W2741809807,10.18653/v1/N18-3011"],
  check(request) {
    checkAsked(request, title);
    idsIn(request);
  },
  pages(request, session, position) {
    if (request.ids !== undefined) return lookUp(request, session, position);
    return search(request, session, position);
  },
};

async function* search(
  { words, from, to, limit = pageSize }: FetchRequest,
  session: FetchSession,
  position: FetchPosition | undefined,
): AsyncIterable<FetchedPage> {
  const filters = [
    ...(from === undefined ? [] : [`from_publication_date:${from}`]),
    ...(to === undefined ? [] : [`to_publication_date:${to}`]),
  ];
  const filter = filters.length === 0 ? undefined : filters.join(",");
  let cursor: string | undefined = textAt(position, "cursor") ?? "*";
  while (cursor !== undefined) {
    const { answer, value } = await ask(session, { search: words.join(" "), filter, "per-page": Math.min(pageSize, limit), cursor });
    cursor = textAt(value, "meta", "next_cursor");
    yield pageOf(openAlexFormat, answer, cursor === undefined ? undefined : { cursor });
  }
}

/** Requests ids kind by kind, because a filter takes ids of one kind. */
async function* lookUp(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  const known = idsIn(request);
  const portions = [...new Set(known.map(kindOf))].flatMap((kind) => {
    const same = known.filter((id) => kindOf(id) === kind);
    return [...portionsOf(same, mostIds, undefined)].map(({ ids }) => ids);
  });
  for (const {
    ids: [asked = []],
    next,
  } of portionsOf(portions, 1, position)) {
    const [kind] = asked.map(kindOf);
    const filter = `${kind}:${asked.map((id) => id.slice(id.indexOf(":") + 1)).join("|")}`;
    const { answer } = await ask(session, { filter, "per-page": mostIds });
    yield withMissing(pageOf(openAlexFormat, answer, next), answer.place, asked);
  }
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf(":"));
}

function idsIn(request: FetchRequest): string[] {
  return idsFor(request, title, "OpenAlex", spell);
}

function spell(scheme: string, id: string): string | undefined {
  switch (scheme) {
    case "OpenAlex":
      return `openalex:${id}`;
    case "DOI":
      return `doi:${id}`;
    case "arXiv":
      return `doi:10.48550/arxiv.${id}`;
    case "PMID":
      return `pmid:${id}`;
    default:
      return undefined;
  }
}

function ask(session: FetchSession, parameters: Readonly<Record<string, string | number | undefined>>) {
  return requestJson(session, addressOf(session, "/works", { ...parameters, api_key: session.key }), {}, (value) => {
    if (Array.isArray(valueAt(value, "results"))) return undefined;
    throw refused(title, textAt(value, "message") ?? textAt(value, "error") ?? "something that is no list of works");
  });
}
