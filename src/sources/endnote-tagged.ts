/** EndNote's tagged text (`.enw`), inherited from Unix's refer: `%0 Journal Article`, `%A Lovelace, Ada`, `%T …`. */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { addressIn, idsOf, pdfAmong } from "./bibliographic.ts";
import { languageTag } from "./language-tag.ts";
import { listedAuthor, listedWords } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { readTaggedPapers, type TaggedRecord, type TaggedSyntax } from "./tagged-text.ts";

const name = "endnote-tagged";

const syntax: TaggedSyntax = {
  fieldOf(line) {
    const [, tag, value = ""] = /^%([0-9A-Z?@!#$*&()+^<>[\]=~\\])(?:[ \t]+(.*))?$/.exec(line) ?? [];
    return tag === undefined ? undefined : [tag, value];
  },
  first: "0",
  // EndNote begins each record with %0 and may leave empty lines within it; in refer, only empty lines separate records.
  startsAfterBlank: (tag, record) => !record.has("0") || (record.has("T") && (tag === "A" || tag === "T")),
  isIndented: false,
};

export const endnoteTaggedFormat: Format = {
  name,
  description: "EndNote's tagged text (.enw) and Unix's refer",
  mediaTypes: ["application/x-endnote-refer"],
  recognize(head) {
    const [first = ""] = head.replace(/^\ufeff?\s*/, "").split("\n", 1);
    if (!/^%[0-9A-Z](?:[ \t]|\r?$)/.test(first)) return 0;
    return /^%[TAJ][ \t]\S/m.test(head) ? 1 : 0.4;
  },
  read: (input) => readTaggedPapers(input, syntax, paperOfRecord),
};

function paperOfRecord(record: TaggedRecord): NewPaper {
  const addresses = record
    .all("U", ">")
    .flatMap((text) => text.split("\n"))
    .map(addressIn);
  const keywords = record.all("K");
  return paperOf(
    {
      ids: idsOf({
        doi: record.all("R").find((text) => text.includes("10.")),
        accession: record.all("M"),
        others: [...addresses, ...record.all("R", "M", "F")],
      }),
      nameless: true,
      title: record.first("T", "!"),
      abstract: record.first("X"),
      authors: record.firstAll("A", "E").flatMap((text) => text.split(/[\n;]/).map(listedAuthor)),
      published: publishedOf(record),
      venue: record.first("J", "B", "S"),
      keywords: keywords.length === 1 ? listedWords(keywords.join()) : keywords.flatMap((text) => text.split(/[\n;]/)),
      url: addresses.find((address) => address !== undefined),
      pdfUrl: pdfAmong(addresses),
      language: languageTag(record.first("G")),
    },
    name,
  );
}

/** %8 is a complete date, or a day without its year. */
function publishedOf(record: TaggedRecord): string | undefined {
  const [year, day] = [record.first("D"), record.first("8")];
  const exact = readLooseDate(day);
  return exact !== undefined && exact.length > 4 ? exact : (readLooseDate(year, day) ?? exact);
}
