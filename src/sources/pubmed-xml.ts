/** Records of PubMed: articles and books, in the format of its website, E-utilities and yearly files. */
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { dateOfElement, earliestDate } from "./xml-dates.ts";
import { knownIds } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import { personOf } from "./xml-people.ts";
import { headOf } from "./xml-root.ts";
import { readableText, textsOf } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

const name = "pubmed";
const records = ["PubmedArticle", "PubmedBookArticle", "MedlineCitation", "BookDocument"];
const sets = ["PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet", "BookDocumentSet"];

/** @see https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html */
export const pubmedXmlFormat: Format = {
  name: "pubmed-xml",
  description: "XML of PubMed (PubmedArticleSet) and MEDLINE",
  recognize(head) {
    const root = headOf(head)?.root.local ?? "";
    return records.includes(root) || sets.includes(root) ? 1 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: sets,
      isRecord: (local) => records.includes(local),
      skipped: ["ReferenceList", "Sections", "ItemList"],
      toPaper: ({ element }) => paperOfRecord(element),
      nameOf: ({ element }) => {
        const id = plainText(elementAt(partOf(element), "PMID"));
        return id === undefined ? undefined : `PMID ${id}`;
      },
    }),
};

function partOf(record: XmlElement): XmlElement {
  return elementAt(record, "MedlineCitation") ?? elementAt(record, "BookDocument") ?? record;
}

function paperOfRecord(record: XmlElement): NewPaper {
  const part = partOf(record);
  const history = elementAt(record, "PubmedData") ?? elementAt(record, "PubmedBookData");
  return part.local === "BookDocument" ? paperOfBook(part, history) : paperOfCitation(part, history);
}

function paperOfCitation(citation: XmlElement, history: XmlElement | undefined): NewPaper {
  const article = elementAt(citation, "Article");
  const journal = elementAt(article, "Journal");
  const types = textsOf(elementsAt(article, "PublicationTypeList", "PublicationType"));
  const corrections = elementsAt(citation, "CommentsCorrectionsList", "CommentsCorrections").map((one) => attributeOf(one, "RefType"));
  return paperOf(
    {
      ids: idsOf(citation, article, history),
      nameless: true,
      title: titleOf(article),
      abstract: abstractOf(elementAt(article, "Abstract")) ?? abstractOf(elementAt(citation, "OtherAbstract")),
      authors: authorsOf(childrenOf(article, "AuthorList")),
      published: earliestDate([...childrenOf(article, "ArticleDate"), ...elementsAt(journal, "JournalIssue", "PubDate")].map(dateOf)),
      venue: readableText(
        elementAt(journal, "Title") ?? elementAt(journal, "ISOAbbreviation") ?? elementAt(citation, "MedlineJournalInfo", "MedlineTA"),
      ),
      keywords: [
        ...textsOf(elementsAt(citation, "KeywordList", "Keyword")),
        ...textsOf(elementsAt(citation, "MeshHeadingList", "MeshHeading", "DescriptorName")),
      ],
      url: addressOf(citation),
      language: languageTag(plainText(elementAt(article, "Language"))),
      status: types.includes("Retracted Publication") || corrections.includes("RetractionIn") ? "retracted" : undefined,
    },
    name,
  );
}

/** A book, or a chapter of one. */
function paperOfBook(document: XmlElement, history: XmlElement | undefined): NewPaper {
  const book = elementAt(document, "Book");
  const bookTitle = readableText(elementAt(book, "BookTitle"));
  const chapterTitle = readableText(elementAt(document, "ArticleTitle"));
  const lists = [...childrenOf(document, "AuthorList"), ...childrenOf(book, "AuthorList")];
  const [authors = lists[0]] = lists.filter((list) => attributeOf(list, "Type") !== "editors");
  return paperOf(
    {
      ids: idsOf(document, undefined, history),
      nameless: true,
      title: withoutFullStop(chapterTitle ?? bookTitle),
      abstract: abstractOf(elementAt(document, "Abstract")),
      authors: authorsOf(authors === undefined ? [] : [authors]),
      published: dateOf(elementAt(document, "ContributionDate")) ?? dateOf(elementAt(book, "PubDate")),
      venue: chapterTitle === undefined ? readableText(elementAt(book, "CollectionTitle")) : bookTitle,
      keywords: textsOf(elementsAt(document, "KeywordList", "Keyword")),
      url: addressOf(document),
      language: languageTag(plainText(elementAt(document, "Language"))),
    },
    name,
  );
}

function idsOf(part: XmlElement, article: XmlElement | undefined, history: XmlElement | undefined): string[] {
  const pmid = plainText(elementAt(part, "PMID"));
  const ids = [...elementsAt(part, "ArticleIdList", "ArticleId"), ...elementsAt(history, "ArticleIdList", "ArticleId")].map((id) => ({
    kind: attributeOf(id, "IdType"),
    text: plainText(id),
  }));
  const places = childrenOf(article, "ELocationID")
    .filter((place) => attributeOf(place, "ValidYN") !== "N")
    .map((place) => ({ kind: attributeOf(place, "EIdType"), text: plainText(place) }));
  const prefixes: Readonly<Record<string, string>> = { pubmed: "PMID:", doi: "DOI:", pmc: "PMCID:" };
  const others = [...ids, ...places].flatMap(({ kind = "", text = "" }) => (prefixes[kind] === undefined ? [] : prefixes[kind] + text));
  return knownIds([pmid === undefined ? undefined : `PMID:${pmid}`, ...others]);
}

function titleOf(article: XmlElement | undefined): string | undefined {
  const title = readableText(elementAt(article, "ArticleTitle"));
  const vernacular = readableText(elementAt(article, "VernacularTitle"));
  return withoutFullStop(title === undefined || /^\[?not available\]?\.?$/i.test(title) ? (vernacular ?? title) : title);
}

function withoutFullStop(title: string | undefined): string | undefined {
  return title?.replace(/(?<!\.)\.$/, "");
}

function abstractOf(abstract: XmlElement | undefined): string | undefined {
  const parts = childrenOf(abstract, "AbstractText").flatMap((part) => {
    const text = readableText(part);
    const label = attributeOf(part, "Label")?.replace(/:$/, "").trimEnd() ?? "";
    return text === undefined ? [] : label === "" || /^unlabell?ed$/i.test(label) ? text : `${label}: ${text}`;
  });
  return parts.length === 0 ? undefined : parts.join(" ");
}

function authorsOf(lists: readonly XmlElement[]): Author[] {
  return lists
    .flatMap((list) => childrenOf(list, "Author"))
    .filter((author) => attributeOf(author, "ValidYN") !== "N")
    .flatMap((author) => {
      const text = (local: string) => readableText(elementAt(author, local));
      const orcid = childrenOf(author, "Identifier").find((id) => attributeOf(id, "Source") === "ORCID");
      return (
        personOf({
          given: text("ForeName") ?? text("FirstName") ?? text("Initials"),
          family: text("LastName"),
          suffix: text("Suffix"),
          name: text("CollectiveName"),
          orcid: plainText(orcid),
        }) ?? []
      );
    });
}

function dateOf(element: XmlElement | undefined): string | undefined {
  return dateOfElement(element) ?? readLooseDate(plainText(elementAt(element, "MedlineDate")));
}

function addressOf(part: XmlElement): string | undefined {
  const pmid = plainText(elementAt(part, "PMID"));
  return pmid === undefined ? undefined : `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`;
}
