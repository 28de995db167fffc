/** DataCite's metadata kernel, versions 2 to 4: preprints, reports, theses and data sets of repositories. */
import { recognizeId } from "../core/identity.ts";
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { earliestDate } from "./xml-dates.ts";
import { knownIds } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import { personOf } from "./xml-people.ts";
import { headOf } from "./xml-root.ts";
import { readableText, textsOf, titleWithSubtitle } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

const name = "datacite";
const kernel = "datacite.org/schema/kernel-";

/** @see https://schema.datacite.org/ */
export const dataciteXmlFormat: Format = {
  name: "datacite-xml",
  description: "DataCite XML (kernel 2 to 4)",
  mediaTypes: ["application/vnd.datacite.datacite+xml"],
  recognize(head) {
    const root = headOf(head)?.root;
    if (root === undefined) return 0;
    if (root.local === "resource") return root.namespace.includes(kernel) ? 1 : head.includes(kernel) ? 0.8 : 0;
    return /^(?:resources|oai_datacite|payload)$/.test(root.local) && head.includes(kernel) ? 0.8 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["resources"],
      isRecord: (local) => local === "resource",
      toPaper: ({ element }) => paperOfResource(element),
      nameOf: ({ element }) => plainText(elementAt(element, "identifier")),
    }),
};

const prefixOfIdType: Readonly<Record<string, string>> = { doi: "DOI:", arxiv: "arXiv:", pmid: "PMID:", pmcid: "PMCID:" };

/** @param resource a `resource` element. Throws `RecordFault`. */
export function paperOfResource(resource: XmlElement): NewPaper {
  const titles = elementsAt(resource, "titles", "title");
  const ofType = (type: string) => titles.find((title) => (attributeOf(title, "titleType") ?? "") === type);
  const ids = idsOf(resource);
  const subjects = elementsAt(resource, "subjects", "subject");
  const descriptions = elementsAt(resource, "descriptions", "description");
  const host = elementsAt(resource, "relatedItems", "relatedItem").find((item) => attributeOf(item, "relationType") === "IsPublishedIn");
  const isArxiv = ids.some((id) => recognizeId(id)?.scheme === "arXiv");
  return paperOf(
    {
      ids,
      nameless: true,
      title: titleWithSubtitle(readableText(ofType("") ?? titles[0]), readableText(ofType("Subtitle"))),
      abstract: readableText(descriptions.find((one) => attributeOf(one, "descriptionType") === "Abstract")),
      authors: elementsAt(resource, "creators", "creator").flatMap((creator) => authorOfCreator(creator) ?? []),
      published: publishedOf(resource),
      venue: readableText(elementAt(host, "titles", "title") ?? elementAt(resource, "publisher")),
      categories: isArxiv ? subjects.flatMap((subject) => /\(([a-z-]+(?:\.[A-Za-z-]+)?)\)$/.exec(plainText(subject) ?? "")?.[1] ?? []) : [],
      keywords: isArxiv ? [] : textsOf(subjects),
      language: languageTag(plainText(elementAt(resource, "language"))),
      version: isArxiv ? Number(/^v?(\d{1,4})$/.exec(plainText(elementAt(resource, "version")) ?? "")?.[1] ?? Number.NaN) : undefined,
    },
    name,
  );
}

function idsOf(resource: XmlElement): string[] {
  const [own, ...others] = [
    elementAt(resource, "identifier"),
    ...elementsAt(resource, "alternateIdentifiers", "alternateIdentifier"),
    ...elementsAt(resource, "relatedIdentifiers", "relatedIdentifier").filter((id) => attributeOf(id, "relationType") === "IsIdenticalTo"),
  ].map((id) => {
    const type =
      attributeOf(id, "identifierType") ?? attributeOf(id, "alternateIdentifierType") ?? attributeOf(id, "relatedIdentifierType") ?? "";
    const prefix = prefixOfIdType[type.toLowerCase()];
    const text = plainText(id)?.replace(/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:|arXiv:)/i, "");
    return prefix === undefined || text === undefined ? undefined : prefix + text;
  });
  return knownIds([own, ...others]);
}

function authorOfCreator(creator: XmlElement): Author | undefined {
  const shown = elementAt(creator, "creatorName");
  const orcid = childrenOf(creator, "nameIdentifier").find((id) => /orcid/i.test(attributeOf(id, "nameIdentifierScheme") ?? ""));
  const isGroup = attributeOf(shown, "nameType") === "Organizational";
  // The name of a group may contain commas.
  if (isGroup) return { name: readableText(shown) ?? "" };
  return personOf({
    given: readableText(elementAt(creator, "givenName")),
    family: readableText(elementAt(creator, "familyName")),
    name: readableText(shown),
    orcid: plainText(orcid),
  });
}

function publishedOf(resource: XmlElement): string | undefined {
  const dates = elementsAt(resource, "dates", "date");
  // The day of issue, or else the first of the other dates, which may name only a month.
  for (const types of [["Issued"], ["Available", "Submitted", "Created"]]) {
    const chosen = dates.filter((date) => types.includes(attributeOf(date, "dateType") ?? ""));
    const found = earliestDate(chosen.map((date) => readLooseDate(plainText(date))));
    if (found !== undefined) return found;
  }
  return readLooseDate(plainText(elementAt(resource, "publicationYear")));
}
