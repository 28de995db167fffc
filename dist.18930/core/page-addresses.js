/** The addresses of pages within the service: what pages and feeds link to. */
/**
 * The page of a paper. Slashes and colons stay readable where every browser and proxy leaves them alone; elsewhere
 * (empty or dotted segments) they are encoded too.
 */
export function paperHref(paperId) {
    // Ids that were stored when half a character could still stand in one: the address is of no paper, and its page is shown.
    const encoded = encodeURIComponent(paperId.toWellFormed());
    const segments = paperId.split("/");
    const plain = segments.every((segment) => segment !== "" && !segment.startsWith("."));
    return `/papers/${plain ? encoded.replaceAll("%2F", "/").replaceAll("%3A", ":") : encoded}`;
}
export function topicHref(slug) {
    return `/topics/${encodeURIComponent(slug)}`;
}
/** A feed under a secret address. @param origin of the service from outside. */
export function privateFeedAddresses(origin, token) {
    const address = `${origin}/feeds/private/${token}`;
    return { rss: `${address}.rss`, atom: `${address}.atom`, json: `${address}.json` };
}
export function interestHref(id) {
    return `/interests/${encodeURIComponent(id)}`;
}
//# sourceMappingURL=page-addresses.js.map