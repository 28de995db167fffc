/** What Paperkin's feeds call a paper: a stable `tag:` URI (RFC 4151), the same in every library. */

const prefix = "tag:paperkin,2026:paper/";

/** `tag:paperkin,2026:paper/arXiv:1706.03762` */
export function feedIdOf(paperId: string): string {
  return prefix + encodeURIComponent(paperId.toWellFormed()).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

/** The paperId again; undefined for what is no such URI. */
export function paperIdOfFeedId(uri: string): string | undefined {
  if (!uri.startsWith(prefix)) return undefined;
  try {
    return decodeURIComponent(uri.slice(prefix.length));
  } catch {
    return undefined;
  }
}
