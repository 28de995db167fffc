/**
 * Records harvested by OAI-PMH 2.0, with metadata in any of the known forms: arXiv's own, Dublin Core, or one of the other XML formats.
 * Records that were deleted at their source are reported as deleted.
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { crossrefItemIn, paperOfItem, skippedInCrossref } from "./crossref-xml.ts";
import { paperOfResource } from "./datacite-xml.ts";
import { paperOfArticle, skippedInArticles } from "./jats.ts";
import { paperOfMods } from "./mods.ts";
import { RecordFault } from "./record.ts";
import { paperOfDublinCore } from "./xml-dublin-core.ts";
import { paperOfArxiv, paperOfArxivRaw } from "./xml-oai-arxiv.ts";
import { readXmlPapers } from "./xml-papers.ts";
import type { XmlRecord } from "./xml-records.ts";
import { hasTag, headOf } from "./xml-root.ts";
import { attributeOf, childrenOf, elementAt, elementWithin, plainText, type XmlElement } from "./xml-tree.ts";

/** Root elements of answers that hold no records. */
const otherAnswers = ["Identify", "ListIdentifiers", "ListMetadataFormats", "ListSets"];

/** @see http://www.openarchives.org/OAI/openarchivesprotocol.html */
export const oaiPmhFormat: Format = {
  name: "oai-pmh",
  description: "records harvested by OAI-PMH: those of arXiv, Dublin Core, and the other XML formats in them",
  recognize(head) {
    const root = headOf(head)?.root;
    if (root === undefined) return 0;
    if (root.local === "OAI-PMH") return 1;
    if (!/^(?:ListRecords|GetRecord|records?|harvest|repository|collection|oai)$/i.test(root.local)) return 0;
    return hasTag(head, "header") && hasTag(head, "metadata") ? 0.9 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["OAI-PMH", "ListRecords", "GetRecord", "records"],
      isRecord: (local, around) => local === "record" || (local === "error" && around.at(-1)?.local === "OAI-PMH"),
      skipped: [...skippedInArticles, ...skippedInCrossref, "about"],
      whenEmpty: ({ local }) =>
        otherAnswers.includes(local) ? { reason: `there are no records in <${local}>: ask for ListRecords with its metadata` } : undefined,
      toPaper: paperOfRecord,
      itemOf: ({ element }) => plainText(elementAt(element, "header", "identifier")) || undefined,
      isDeleted: ({ element }) =>
        attributeOf(elementAt(element, "header"), "status") === "deleted" || attributeOf(element, "status") === "deleted",
      nameOf: ({ element }) => plainText(elementAt(element, "header", "identifier")),
    }),
};

function paperOfRecord({ element: record }: XmlRecord): NewPaper | undefined {
  if (record.local === "error")
    throw new RecordFault(
      undefined,
      `the server answered with ${attributeOf(record, "code") ?? "an error"}: ${plainText(record) ?? "no reason"}`,
    );
  const header = elementAt(record, "header");
  const [metadata] = childrenOf(elementAt(record, "metadata"));
  if (metadata === undefined) throw new RecordFault("metadata", "there is no metadata in it");
  return paperOfMetadata(metadata, plainText(elementAt(header, "identifier")));
}

function paperOfMetadata(metadata: XmlElement, identifier: string | undefined): NewPaper {
  switch (metadata.local) {
    case "arXiv":
    case "arXivOld":
      return paperOfArxiv(metadata);
    case "arXivRaw":
      return paperOfArxivRaw(metadata);
    case "dc":
    case "qualifieddc":
    case "dim":
      return paperOfDublinCore(metadata, identifier);
    case "article":
      return paperOfArticle(metadata);
    case "mods":
      return paperOfMods(metadata);
    case "crossref":
    case "crossref_result":
    case "doi_records": {
      const found = crossrefItemIn(metadata);
      if (found === undefined) throw new RecordFault("metadata", "there is no paper in it");
      return paperOfItem(found.item, found.around);
    }
    case "resource":
      return paperOfResource(metadata);
    case "oai_datacite": {
      const resource = elementWithin(metadata, "resource");
      if (resource === undefined) throw new RecordFault("metadata", "there is no <resource> in it");
      return paperOfResource(resource);
    }
    default:
      throw new RecordFault("metadata", `metadata in the form <${metadata.local}> is not known; harvest oai_dc`);
  }
}
