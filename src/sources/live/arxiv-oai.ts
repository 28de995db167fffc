/**
 * Harvests by OAI-PMH 2.0: everything on the first run, then whatever has changed since. Made for arXiv, whose pages are ordered by
 * datestamp, but works with any other repository. http://www.openarchives.org/OAI/openarchivesprotocol.html
 */
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import { addDays } from "../../core/period.ts";
import { oaiPmhFormat } from "../oai-pmh.ts";
import { attributeOf, elementAt, plainText, type XmlElement } from "../xml-tree.ts";
import { addressOf, elementsIn, faultOfXml, pageOf, refused } from "./payload.ts";

const title = "arXiv (OAI-PMH)";

export const arxivOaiSource: LiveSource = {
  name: "arxiv-oai",
  title,
  service: "arxiv",
  description: "a harvest by OAI-PMH, of arXiv or of another repository: all of a set, and at each next run what changed since",
  address: "https://oaipmh.arxiv.org/oai",
  gapMs: 3_000,
  options: ["set", "prefix", "from", "to"],
  examples: ["arxiv-oai --set cs:cs:CL", "arxiv-oai --set math --from 2026-01-01"],
  pages: harvest,
};

/** The state of a harvest. Days are datestamps: days of change, not of publication. */
interface Harvest {
  /** The resumption token of the next page; there is none before the first page and after the last. */
  readonly token?: string | undefined;
  /** The datestamp at which the harvest began. */
  readonly from?: string | undefined;
  /** The latest datestamp seen. A future one is ignored: later runs would miss all changes before it. */
  readonly latest?: string | undefined;
  /** Whether no page so far had records older than the page before it. */
  readonly ordered?: boolean | undefined;
}

async function* harvest(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  let state = readPosition(position, request.from);
  /** Where the harvest was last restarted; a second restart there would mean no progress, and an endless loop. */
  let restartedAt: string | null | undefined = null;
  for (;;) {
    const { answer, code, token, days } = await ask(session, parametersOf(state, request));
    if (code === "noRecordsMatch") return;
    if (code === "badResumptionToken") {
      // Tokens expire after a day. If the pages came in order, nothing before the latest datestamp is missing.
      const from: string | undefined = state.ordered === true ? (state.latest ?? state.from) : state.from;
      if (from === restartedAt) throw refused(title, "a resumption token is expired as soon as it is given", "Try again later.");
      restartedAt = from;
      state = { from, latest: state.latest, ordered: state.ordered };
      continue;
    }
    const [first, last] = [days[0] ?? state.latest, days.at(-1) ?? ""];
    const latest = last > (state.latest ?? "") ? last : state.latest;
    const ordered = state.ordered !== false && (first ?? "") >= (state.latest ?? "");
    state = token === undefined ? { from: latest ?? state.from } : { token, from: state.from, latest, ordered };
    yield pageOf(oaiPmhFormat, answer, { ...state });
    if (token === undefined) return;
  }
}

function readPosition(position: FetchPosition | undefined, from: string | undefined): Harvest {
  const text = (name: string) => (typeof position?.[name] === "string" ? position[name] : undefined);
  return { token: text("token"), from: text("from") ?? from, latest: text("latest"), ordered: position?.ordered !== false };
}

function parametersOf({ token, from }: Harvest, { set, prefix = "arXiv", to }: FetchRequest): Record<string, string | undefined> {
  // A token is sent without other parameters, which it implies.
  if (token !== undefined) return { verb: "ListRecords", resumptionToken: token };
  return { verb: "ListRecords", metadataPrefix: prefix, set, from, until: to };
}

/** @returns the answer, the code of an error that is no failure, the resumption token, and the datestamps in ascending order. */
async function ask(session: FetchSession, parameters: Readonly<Record<string, string | undefined>>) {
  let code: string | undefined;
  let token: string | undefined;
  let days: string[] = [];
  const answer = await session.request(addressOf(session, "", parameters), {
    check: async (bytes) => {
      const fault = faultOfXml(bytes, ["OAI-PMH"]);
      if (fault !== undefined) return fault;
      const found = await elementsIn(bytes, ["OAI-PMH"], isEnvelope);
      const error = found.find(({ local }) => local === "error");
      code = error === undefined ? undefined : (attributeOf(error, "code") ?? "an error");
      if (code !== undefined && code !== "noRecordsMatch" && code !== "badResumptionToken")
        throw refused(title, `${code}: ${plainText(error) ?? "no reason"}`);
      token = plainText(found.find(({ local }) => local === "resumptionToken")) || undefined;
      const tomorrow = addDays(session.today(), 1);
      days = found
        .flatMap((header) => dayOf(header) ?? [])
        .filter((day) => day.slice(0, tomorrow.length) <= tomorrow)
        .sort();
      return undefined;
    },
  });
  return { answer, code, token, days };
}

function isEnvelope(local: string, parent: string | undefined): boolean {
  return (
    (local === "error" && parent === "OAI-PMH") ||
    (local === "resumptionToken" && parent === "ListRecords") ||
    (local === "header" && parent === "record")
  );
}

/** The datestamp of a header. It may include a time, in the repository's granularity; anything else could not be sent as `from`. */
function dayOf(header: XmlElement): string | undefined {
  const stamp = header.local === "header" ? plainText(elementAt(header, "datestamp")) : undefined;
  return stamp !== undefined && /^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/.test(stamp) ? stamp : undefined;
}
