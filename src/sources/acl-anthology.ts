/** The ACL Anthology's XML: a collection of volumes, each with the data that its papers share in `meta`. */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { doisIn } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import { personOf } from "./xml-people.ts";
import type { XmlRecord } from "./xml-records.ts";
import { hasTag, headOf } from "./xml-root.ts";
import { childText, readableText } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, plainText, type XmlElement } from "./xml-tree.ts";

const name = "acl-anthology";

/** @see https://aclanthology.org/info/development/ and https://aclanthology.org/info/ids/ */
export const aclAnthologyFormat: Format = {
  name,
  description: "XML of the ACL Anthology",
  recognize(head) {
    const root = headOf(head)?.root;
    if (root?.local !== "collection" || attributeOf(root, "id") === undefined) return 0;
    return hasTag(head, "volume") && (hasTag(head, "paper") || hasTag(head, "booktitle")) ? 1 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["collection"],
      isRecord: (local) => local === "paper",
      kept: ["meta"],
      toPaper: paperOfRecord,
      nameOf: (record) => idOf(record),
    }),
};

function paperOfRecord(record: XmlRecord): NewPaper {
  const { element: paper, around } = record;
  const meta = elementAt(
    around.find((one) => one.local === "volume"),
    "meta",
  );
  const id = idOf(record);
  // An absolute address points to a file outside the Anthology.
  const address = plainText(elementAt(paper, "url"));
  const outside = address !== undefined && /^https?:\/\//i.test(address) ? address : undefined;
  return paperOf(
    {
      ids: [id === undefined ? undefined : `ACL:${id}`, ...doisIn(plainText(elementAt(paper, "doi")))],
      nameless: true,
      title: childText(paper, "title"),
      abstract: childText(paper, "abstract"),
      authors: childrenOf(paper, "author").flatMap((author) => {
        const [given, family] = [childText(author, "first"), childText(author, "last")];
        const shown = readableText(author);
        return (
          personOf({ given, family, name: family === undefined ? (given ?? shown) : undefined, orcid: attributeOf(author, "orcid") }) ?? []
        );
      }),
      published: publishedOf(meta),
      venue: childText(meta, "journal-title") ?? childText(meta, "booktitle"),
      url: id === undefined ? outside : `https://aclanthology.org/${id}/`,
      pdfUrl: outside ?? (id === undefined || address === undefined ? undefined : `https://aclanthology.org/${id}.pdf`),
      codeUrl: attributeOf(elementAt(paper, "pwccode"), "url"),
      language: languageTag(childText(paper, "language")),
      status:
        elementAt(paper, "retracted") !== undefined ? "retracted" : elementAt(paper, "removed") !== undefined ? "withdrawn" : undefined,
    },
    name,
  );
}

/** `2020.acl-main.1` in new collections; `P18-3001` in those before 2020, in which workshops have two digits for the volume. */
function idOf({ element: paper, around }: XmlRecord): string | undefined {
  const collection = attributeOf(
    around.find((one) => one.local === "collection"),
    "id",
  );
  const volume = attributeOf(
    around.find((one) => one.local === "volume"),
    "id",
  );
  const number = attributeOf(paper, "id");
  if (collection === undefined || volume === undefined || number === undefined) return undefined;
  if (/^\d/.test(collection)) return `${collection}-${volume}.${number}`;
  const isWide = collection.startsWith("W") || collection === "C69" || (collection === "D19" && Number(volume) >= 5);
  return isWide
    ? `${collection}-${volume.padStart(2, "0")}${number.padStart(2, "0")}`
    : `${collection}-${volume}${number.padStart(3, "0")}`;
}

function publishedOf(meta: XmlElement | undefined): string | undefined {
  const [year, month] = [plainText(elementAt(meta, "year")), plainText(elementAt(meta, "month"))];
  // `July 5–10`, `July–August`: the month is the precision that all volumes share.
  return readLooseDate(`${year} ${/[a-z]{3}/i.exec(month ?? "")?.input ?? ""}`)?.slice(0, 7) ?? readLooseDate(year);
}
