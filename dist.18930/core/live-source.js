/** Every source, as `paperkin fetch` and the settings name it. */
export const liveSourceNames = [
    "arxiv",
    "arxiv-oai",
    "hf-daily",
    "semantic-scholar",
    "openalex",
    "biorxiv",
    "medrxiv",
    "pubmed",
    "feed",
    "zotero",
];
//# sourceMappingURL=live-source.js.map