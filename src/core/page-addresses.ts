/** The addresses of pages within the service: what pages and feeds link to. */

/**
 * The page of a paper. Slashes and colons stay readable where every browser and proxy leaves them alone; elsewhere
 * (empty or dotted segments) they are encoded too.
 */
export function paperHref(paperId: string): string {
  const encoded = encodeURIComponent(paperId);
  const segments = paperId.split("/");
  const plain = segments.every((segment) => segment !== "" && !segment.startsWith("."));
  return `/papers/${plain ? encoded.replaceAll("%2F", "/").replaceAll("%3A", ":") : encoded}`;
}

export function topicHref(slug: string): string {
  return `/topics/${encodeURIComponent(slug)}`;
}
