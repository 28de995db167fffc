/** Every live source: the commands, their help and the documentation are derived from this list. */
import { type LiveSource, type LiveSourceName, liveSourceNames } from "../../core/live-source.ts";
import { arxivSource } from "./arxiv.ts";
import { arxivOaiSource } from "./arxiv-oai.ts";
import { biorxivSource, medrxivSource } from "./biorxiv.ts";
import { feedSource } from "./feed.ts";
import { hfDailySource } from "./hf-daily.ts";
import { openAlexSource } from "./openalex.ts";
import { pubmedSource } from "./pubmed.ts";
import { semanticScholarSource } from "./semantic-scholar.ts";
import { zoteroSource } from "./zotero.ts";

const byName: Readonly<Record<LiveSourceName, LiveSource>> = {
  arxiv: arxivSource,
  "arxiv-oai": arxivOaiSource,
  "hf-daily": hfDailySource,
  "semantic-scholar": semanticScholarSource,
  openalex: openAlexSource,
  biorxiv: biorxivSource,
  medrxiv: medrxivSource,
  pubmed: pubmedSource,
  feed: feedSource,
  zotero: zoteroSource,
};

export const liveSources: readonly LiveSource[] = liveSourceNames.map((name) => byName[name]);
