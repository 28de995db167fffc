/**
 * RIS, which every reference manager and most publishers write: `TY - JOUR`, `AU - Lovelace, Ada`, …, `ER -`. Tags follow the description
 * by Research Information Systems, and the usage of Zotero, EndNote, Scopus and PubMed.
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { addressesIn, idsOf, pdfAmong } from "./bibliographic.ts";
import { languageTag } from "./language-tag.ts";
import { listedAuthor, listedWords } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { readTaggedPapers, type TaggedRecord, type TaggedSyntax } from "./tagged-text.ts";

const name = "ris";

const syntax: TaggedSyntax = {
  fieldOf(line) {
    // A single space before the dash is a common error, and so is no space after it; both at once are a hyphenated word.
    const [, tag, value = ""] = /^([A-Z][A-Z0-9])(?: {2,3}-| -(?=\s|$))(.*)$/.exec(line) ?? [];
    return tag === undefined ? undefined : [tag, value];
  },
  first: "TY",
  last: "ER",
  isIndented: false,
};

export const risFormat: Format = {
  name,
  description: "RIS, as Zotero, EndNote, Mendeley, Scopus, Web of Science and publishers export it",
  mediaTypes: ["application/x-research-info-systems"],
  recognize(head) {
    return /^(?:\ufeff)?TY {1,3}- ?[A-Z]{2,}\s*$/m.test(head) ? 1 : 0;
  },
  read: (input) => readTaggedPapers(input, syntax, paperOfRecord),
};

function paperOfRecord(record: TaggedRecord): NewPaper {
  const addresses = record.all("UR", "LK", "L1", "L2", "L3").flatMap(addressesIn);
  const keywords = record.all("KW");
  return paperOf(
    {
      ids: idsOf({
        doi: record.first("DO", "DI"),
        pmid: isFromPubmed(record) ? record.first("AN") : undefined,
        pmcid: record.first("C2"),
        accession: record.all("AN"),
        others: [...addresses, ...record.all("ID", "M3", "M1", "AN")],
      }),
      nameless: true,
      title: record.first("TI", "T1", "CT", ...(record.has("T2") ? [] : ["BT"]), "ST"),
      abstract: record.first("AB", "N2"),
      authors: record.firstAll("AU", "A1", "A2", "ED").flatMap((text) => text.split("\n").map(listedAuthor)),
      published: [record.first("DA"), record.first("PY", "Y1")].map((text) => readLooseDate(text)).sort(byPrecision)[0],
      venue: record.first("JF", "T2", "JO", "BT", "C3", "JA", "J2", "J1", "T3"),
      // PsycINFO marks the most important keywords with an asterisk.
      keywords: (keywords.length === 1 ? listedWords(keywords.join()) : keywords.flatMap((text) => text.split(/[\n;]/))).map((word) =>
        word.replace(/^\s*\*/, ""),
      ),
      url: addresses[0],
      pdfUrl: pdfAmong(addresses),
      language: languageTag(record.first("LA")),
    },
    name,
  );
}

function isFromPubmed(record: TaggedRecord): boolean {
  return record.all("DB", "DP").some((text) => /\b(?:pubmed|medline|nlm)\b/i.test(text));
}

/** Most precise first; missing dates last. */
function byPrecision(a: string | undefined, b: string | undefined): number {
  return (b?.length ?? 0) - (a?.length ?? 0);
}
