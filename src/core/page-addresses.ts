/** The addresses of pages within the service: what pages and feeds link to. */

/**
 * The page of a paper. Slashes and colons are left readable where every browser and proxy preserves them; elsewhere (empty or dotted
 * segments) they are encoded too.
 */
export function paperHref(paperId: string): string {
  // Ids stored by earlier versions could contain half a surrogate pair. Such an address matches no paper, but the page that links to it
  // is shown.
  const encoded = encodeURIComponent(paperId.toWellFormed());
  const segments = paperId.split("/");
  const plain = segments.every((segment) => segment !== "" && !segment.startsWith("."));
  return `/papers/${plain ? encoded.replaceAll("%2F", "/").replaceAll("%3A", ":") : encoded}`;
}

export function topicHref(slug: string): string {
  return `/topics/${encodeURIComponent(slug)}`;
}

/** Of a feed, in each format. */
export interface FeedAddresses {
  readonly rss: string;
  readonly atom: string;
  readonly json: string;
}

/** A feed under a secret address. @param origin of the service from outside. */
export function privateFeedAddresses(origin: string, token: string): FeedAddresses {
  const address = `${origin}/feeds/private/${token}`;
  return { rss: `${address}.rss`, atom: `${address}.atom`, json: `${address}.json` };
}

export function interestHref(id: string): string {
  return `/interests/${encodeURIComponent(id)}`;
}
