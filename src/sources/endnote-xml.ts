/** The XML that EndNote and Bookends export: texts are split into runs of one typeface each. */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { authorOf, paperOf } from "./record.ts";
import { doisIn, knownIds } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import { hasTag, headOf } from "./xml-root.ts";
import { readableText, textsOf } from "./xml-text.ts";
import { elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

const name = "endnote";

export const endnoteXmlFormat: Format = {
  name: "endnote-xml",
  description: "XML exported by EndNote or Bookends",
  recognize(head) {
    const root = headOf(head)?.root.local;
    if (root !== "xml" && root !== "records") return 0;
    return hasTag(head, "record") && (hasTag(head, "ref-type") || hasTag(head, "rec-number") || hasTag(head, "source-app")) ? 1 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["xml", "records"],
      isRecord: (local) => local === "record",
      toPaper: ({ element }) => paperOfRecord(element),
      nameOf: ({ element }) => {
        const number = plainText(elementAt(element, "rec-number"));
        return number === undefined ? undefined : `rec-number ${number}`;
      },
    }),
};

function paperOfRecord(record: XmlElement): NewPaper {
  const text = (...path: readonly string[]) => readableText(elementAt(record, ...path));
  const addresses = textsOf(["related-urls", "web-urls", "text-urls"].flatMap((kind) => elementsAt(record, "urls", kind, "url"))).flatMap(
    (one) => one.split(/\s+/),
  );
  const year = text("dates", "year");
  return paperOf(
    {
      ids: idsOf(record, addresses),
      nameless: true,
      title: text("titles", "title"),
      abstract: text("abstract"),
      authors: textsOf(elementsAt(record, "contributors", "authors", "author")).map(authorOf),
      published: readLooseDate(
        year === undefined ? text("dates", "pub-dates", "date") : `${year} ${withoutYear(text("dates", "pub-dates", "date"), year)}`,
      ),
      venue: text("titles", "secondary-title") ?? text("periodical", "full-title") ?? text("publisher"),
      keywords: keywordsOf(record),
      url: addresses.find((address) => /^https?:/i.test(address)),
      pdfUrl: textsOf(elementsAt(record, "urls", "pdf-urls", "url")).find((address) => /^https?:/i.test(address)),
      language: languageTag(text("language")),
    },
    name,
  );
}

/** PubMed records have the PMID as their accession number, and the PMCID in a custom field. */
function idsOf(record: XmlElement, addresses: readonly string[]): string[] {
  const number = (local: string) => readableText(elementAt(record, local)) ?? "";
  const isPubmed =
    /pubmed|medline|nlm/i.test(number("remote-database-name")) ||
    addresses.some((one) => /ncbi\.nlm\.nih\.gov\/(?:entrez|pubmed)|pubmed\./i.test(one));
  const accession = /^\d{5,9}$/.exec(number("accession-num"))?.[0];
  const central = ["custom2", "user16"].map((local) => /^PMC\d+$/i.exec(number(local))?.[0]);
  return knownIds([
    ...doisIn(number("electronic-resource-num")),
    isPubmed && accession !== undefined ? `PMID:${accession}` : undefined,
    ...central.map((id) => (id === undefined ? undefined : `PMCID:${id}`)),
    ...addresses,
  ]);
}

/** One element may hold several keywords, on separate lines or separated by semicolons. */
function keywordsOf(record: XmlElement): string[] {
  return elementsAt(record, "keywords", "keyword").flatMap((keyword) => (plainText(keyword) ?? "").split(/[\r\n;]+/));
}

/** The day may repeat the year. */
function withoutYear(date: string | undefined, year: string): string {
  return date?.replace(year, " ") ?? "";
}
