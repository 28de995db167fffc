/**
 * Crossref's XML: answers (unixref, unixsd) and deposits. Papers are nested in a journal, a conference or a book, so each paper is a record
 * of its own, together with the elements around it.
 */
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { paperOf } from "./record.ts";
import type { EmptyElement } from "./xml-collector.ts";
import { dateOfElement, earliestDate } from "./xml-dates.ts";
import { knownIds } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import { personOf } from "./xml-people.ts";
import { headOf } from "./xml-root.ts";
import { readableText, titleWithSubtitle } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

const name = "crossref";

/** Elements with a title and a DOI of their own. */
const items = [
  "journal_article",
  "conference_paper",
  "posted_content",
  "content_item",
  "dissertation",
  "dataset",
  "peer_review",
  "pending_publication",
];
/** Elements that describe the element around them: if that contains no item, as in a book without chapters, they are the record. */
const works = [
  "book_metadata",
  "book_series_metadata",
  "book_set_metadata",
  "report-paper_metadata",
  "standard_metadata",
  "proceedings_metadata",
  "proceedings_series_metadata",
];
const kept = [...works, "journal_metadata", "journal_issue", "event_metadata", "error", "msg"];

export const skippedInCrossref = ["citation_list", "component_list"];

/** @see https://www.crossref.org/documentation/schema-library/ */
export const crossrefXmlFormat: Format = {
  name: "crossref-xml",
  description: "XML of Crossref (unixref, unixsd, deposits)",
  mediaTypes: ["application/vnd.crossref.unixref+xml", "application/vnd.crossref.unixsd+xml"],
  recognize(head) {
    const root = headOf(head)?.root;
    if (root === undefined) return 0;
    if (["doi_records", "doi_record", "crossref_result", "doi_batch"].includes(root.local)) return 1;
    return root.local === "crossref" || /^http:\/\/www\.crossref\.org\//.test(root.namespace) ? 0.9 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["doi_records", "doi_record", "crossref_result", "doi_batch", "crossref", "query_result"],
      isRecord: (local) => items.includes(local),
      kept,
      skipped: skippedInCrossref,
      whenEmpty,
      toPaper: ({ element, around }) => paperOfItem(element, around),
      nameOf: ({ element }) => doiOf(element),
    }),
};

function whenEmpty(element: XmlElement): EmptyElement | undefined {
  const [work] = childrenOf(element, ...works);
  if (work !== undefined) return { record: work };
  if (!["doi_record", "crossref", "query"].includes(element.local)) return undefined;
  const message = plainText(elementAt(element, "error") ?? elementAt(element, "msg"));
  return { reason: message === undefined ? `there is no paper in <${element.local}>` : `Crossref answered: ${message.slice(0, 200)}` };
}

/** The item in a `crossref` element that holds exactly one, with the elements around it. */
export function crossrefItemIn(
  element: XmlElement,
  around: readonly XmlElement[] = [],
): { item: XmlElement; around: XmlElement[] } | undefined {
  const inner = [...around, element];
  const children = childrenOf(element);
  const own = children.find((child) => items.includes(child.local));
  if (own !== undefined) return { item: own, around: inner };
  for (const child of children) {
    if (works.includes(child.local)) continue;
    const found = crossrefItemIn(child, inner);
    if (found !== undefined) return found;
  }
  const work = children.find((child) => works.includes(child.local));
  return work === undefined ? undefined : { item: work, around: inner };
}

/** @param around the elements that contain the item, outermost first. Throws `RecordFault`. */
export function paperOfItem(item: XmlElement, around: readonly XmlElement[]): NewPaper {
  const outer = (...locals: readonly string[]) => around.flatMap((one) => childrenOf(one, ...locals)).at(-1);
  const journal = outer("journal_metadata");
  const [issue, meeting] = [outer("journal_issue"), outer("proceedings_metadata", "proceedings_series_metadata")];
  // A work that is the record itself has no other work around it.
  const book = works.includes(item.local) ? undefined : outer("book_metadata", "book_series_metadata", "book_set_metadata");
  const titles = elementAt(item, "titles") ?? elementAt(item, "proceedings_title");
  const data = elementAt(item, "doi_data");
  const dates = datesOf(item);
  return paperOf(
    {
      ids: knownIds([doiOf(item)]),
      nameless: true,
      title:
        titles?.local === "proceedings_title"
          ? readableText(titles)
          : titleWithSubtitle(readableText(elementAt(titles, "title")), readableText(elementAt(titles, "subtitle"))),
      abstract: readableText(abstractOf(item)),
      authors: authorsOf(elementAt(item, "contributors")),
      published: earliestDate(dates.length > 0 ? dates : [issue, meeting, book].flatMap(datesOf)),
      venue: readableText(
        elementAt(journal, "full_title") ??
          elementAt(meeting, "proceedings_title") ??
          elementAt(outer("event_metadata"), "conference_name") ??
          elementAt(book, "titles", "title") ??
          elementAt(book ?? item, "series_metadata", "titles", "title") ??
          elementAt(item, "institution", "institution_name") ??
          elementAt(item, "group_title"),
      ),
      url: plainText(elementAt(data, "resource")),
      pdfUrl: pdfOf(data),
      language: languageTag(attributeOf(item, "language") ?? attributeOf(journal ?? meeting ?? book, "language")),
    },
    name,
  );
}

function doiOf(item: XmlElement): string | undefined {
  const doi = plainText(elementAt(item, "doi_data", "doi"));
  return doi === undefined ? undefined : `DOI:${doi}`;
}

function datesOf(element: XmlElement | undefined): string[] {
  const dates = childrenOf(element, "publication_date", "posted_date", "approval_date", "completion_date", "review_date");
  const created = elementsAt(element, "database_date", "publication_date");
  return [...dates, ...created].flatMap((date) => dateOfElement(date) ?? []);
}

/**
 * The abstract without a type is for readers of the paper. It is preferred to the others, which are for other audiences or are pictures.
 */
function abstractOf(item: XmlElement): XmlElement | undefined {
  const abstracts = childrenOf(item, "abstract");
  return (
    abstracts.find((abstract) => attributeOf(abstract, "abstract-type") === undefined) ?? abstracts[0] ?? elementAt(item, "description")
  );
}

function authorsOf(contributors: XmlElement | undefined): Author[] {
  return childrenOf(contributors, "person_name", "organization")
    .filter((contributor) => (attributeOf(contributor, "contributor_role") ?? "author") === "author")
    .flatMap((contributor) => {
      const text = (local: string) => readableText(elementAt(contributor, local));
      const isGroup = contributor.local === "organization";
      return (
        personOf({
          given: isGroup ? undefined : text("given_name"),
          family: isGroup ? undefined : text("surname"),
          suffix: text("suffix"),
          name: isGroup ? readableText(contributor) : undefined,
          orcid: text("ORCID"),
        }) ?? []
      );
    });
}

function pdfOf(data: XmlElement | undefined): string | undefined {
  const resources = elementsAt(data, "collection", "item", "resource");
  return plainText(resources.find((resource) => attributeOf(resource, "mime_type") === "application/pdf"));
}
