/** The name that arXiv's own records have among a paper's sources. */
export const arxivSource = "arxiv";
/** @param id with or without version, in any spelling that has no spaces. */
export function arxivAddresses(id) {
    const bare = id
        ?.trim()
        .replace(/^https?:\/\/[^/]*\/(?:abs|pdf)\//i, "")
        .replace(/^(?:oai:)?arxiv(?:\.org)?:/i, "")
        .replace(/v\d+$/, "");
    if (bare === undefined || bare === "")
        return { url: undefined, pdfUrl: undefined };
    return { url: `https://arxiv.org/abs/${bare}`, pdfUrl: `https://arxiv.org/pdf/${bare}` };
}
/** Authors who withdraw a paper say so in its comments. */
export function statusOfComment(comment) {
    return comment !== undefined && /\bwithdrawn\b/i.test(comment) ? "withdrawn" : undefined;
}
//# sourceMappingURL=xml-arxiv.js.map