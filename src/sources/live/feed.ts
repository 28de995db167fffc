/** One RSS or Atom feed with abstracts, with conditional requests, so that it is sent only if it has changed. */
import { AppError } from "../../core/errors.ts";
import type { FetchedPage, FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../core/live-source.ts";
import { feedFormat } from "../feed.ts";
import { webAddress } from "./addresses.ts";
import { faultOfXml, pageOf, textAt } from "./payload.ts";

export const feedSource: LiveSource = {
  name: "feed",
  title: "the feed",
  service: "feed",
  description: "an RSS or Atom feed with abstracts, when it has changed",
  address: "",
  gapMs: 1_000,
  words: "the feed's address, or that of the settings",
  options: [],
  examples: ["feed https://rss.arxiv.org/rss/cs.CL+cs.IR"],
  check({ words }) {
    if (words.length > 1)
      throw new AppError("invalid_request", "A feed is fetched by its one address.", { mend: "Fetch one after the other." });
    for (const word of words) webAddress(word);
  },
  pages: read,
};

async function* read({ words }: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage> {
  const [address = session.address] = words;
  if (address === "")
    throw new AppError("invalid_request", "A feed is fetched by its address.", { mend: "Give it one, or set sources.feed.address." });
  const [etag, modified] = [textAt(position, "etag"), textAt(position, "lastModified")];
  const answer = await session.request(webAddress(address), {
    headers: {
      accept: "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1",
      ...(etag === undefined ? {} : { "if-none-match": etag }),
      ...(modified === undefined ? {} : { "if-modified-since": modified }),
    },
    check: (bytes) => faultOfXml(bytes, ["rss", "feed", "RDF"]),
  });
  if (answer.status === 304) return;
  yield pageOf(feedFormat, answer, { etag: answer.headers.etag, lastModified: answer.headers["last-modified"] });
}
