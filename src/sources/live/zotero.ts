/**
 * A Zotero library through its web API: all of it on the first run, then whatever has changed since.
 * https://www.zotero.org/support/dev/web_api/v3/syncing
 */
import { AppError } from "../../core/errors.ts";
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import type { SourceRecord } from "../../core/source.ts";
import { zoteroItem, zoteroJsonFormat } from "../zotero-json.ts";
import { addressOf, keyHeader, lengthAt, pageOf, refused, requestJson, textAt, valueAt } from "./payload.ts";
import { offsetIn } from "./request-ids.ts";

const title = "Zotero";
const pageSize = 100;

export const zoteroSource: LiveSource = {
  name: "zotero",
  title,
  service: "zotero",
  description: "a Zotero library or one of its collections, and at each next run what changed since; private ones need a key",
  address: "https://api.zotero.org",
  gapMs: 500,
  words: "users/NUMBER or groups/NUMBER, with /collections/KEY for one of its collections",
  options: [],
  examples: ["zotero users/475425", "zotero groups/12345/collections/ABCD2345"],
  check: ({ words }) => void libraryOf(words),
  pages,
};

async function* pages({ words }: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  const library = libraryOf(words);
  const since = textAt(position, "since");
  if (position?.deletions === true) {
    yield await deletionsIn(library, since, textAt(position, "version"), session);
    return;
  }
  // Whatever changes while the pages are read has a later version than the first page, so the next run gets it.
  let version = textAt(position, "version");
  for (let start = offsetIn(position); ; start += pageSize) {
    const url = addressOf(session, `/${library}/items/top`, {
      format: "json",
      since,
      sort: "dateAdded",
      direction: "asc",
      limit: pageSize,
      start,
    });
    const { answer, value } = await requestJson(
      session,
      url,
      {
        headers: {
          "zotero-api-version": "3",
          ...(since === undefined || start > 0 ? {} : { "if-modified-since-version": since }),
        },
        credentials: keyHeader("zotero-api-key", session.key),
      },
      (found) => {
        if (Array.isArray(found)) return undefined;
        throw refused(title, "something that is no list of items");
      },
    );
    if (answer.status === 304) return;
    version ??= answer.headers["last-modified-version"];
    const isLast = start + pageSize >= Number(answer.headers["total-results"] ?? 0) || lengthAt(value) === 0;
    const next = { since, version, ...(isLast ? { deletions: true } : { start: start + pageSize }) };
    yield pageOf(zoteroJsonFormat, answer, isLast && since === undefined ? { since: version } : next);
    if (isLast) break;
  }
  if (since !== undefined) yield await deletionsIn(library, since, version, session);
}

/** Items that were permanently deleted since a version, in the whole library; items in its trash count as present. */
async function deletionsIn(
  library: string,
  since: string | undefined,
  version: string | undefined,
  session: FetchSession,
): Promise<FetchedPage> {
  const [owner = ""] = library.split("/collections/");
  const { answer, value } = await requestJson(
    session,
    addressOf(session, `/${owner}/deleted`, { since }),
    { headers: { "zotero-api-version": "3" }, credentials: keyHeader("zotero-api-key", session.key) },
    (found) => {
      if (Array.isArray(valueAt(found, "items"))) return undefined;
      throw refused(title, "something that is no list of deleted items");
    },
  );
  const items = valueAt(value, "items");
  const keys = Array.isArray(items) ? items.filter((key) => typeof key === "string") : [];
  return { records: deletedIn(owner, keys, answer.place), next: { since: version }, fault: answer.fault };
}

async function* deletedIn(library: string, keys: readonly string[], file: string): AsyncIterable<SourceRecord> {
  for (const key of keys) yield { kind: "deleted", item: zoteroItem(library, key), place: { file, entry: key } };
}

/** The path of a library. Throws `invalid_request` for words that name none. */
function libraryOf(words: readonly string[]): string {
  const [library = "", ...more] = words;
  if (more.length > 0 || !/^(?:users|groups)\/\d+(?:\/collections\/[A-Z0-9]{8})?$/.test(library))
    throw new AppError("invalid_request", `“${words.join(" ")}” names no Zotero library.`, {
      mend: "It is users/NUMBER (see zotero.org/settings/keys) or groups/NUMBER, with /collections/KEY for one collection.",
    });
  return library;
}
