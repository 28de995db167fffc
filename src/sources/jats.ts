/** The front matter of articles in JATS or its predecessor NLM, as PubMed Central, publishers and preprint servers provide them. */
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOf } from "./record.ts";
import { dateOfElement, earliestDate } from "./xml-dates.ts";
import { knownIds } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import { personOf } from "./xml-people.ts";
import { hasTag, headOf } from "./xml-root.ts";
import { readableText, textsOf, titleWithSubtitle } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, elementWithin, plainText, type XmlElement } from "./xml-tree.ts";

const name = "jats";

/** Elements after the front matter of an article; they are not read, however long they are. */
export const skippedInArticles = ["body", "back", "floats-group", "floats-wrap", "sub-article", "response"];

/** @see https://jats.nlm.nih.gov/archiving/tag-library/1.3/ */
export const jatsFormat: Format = {
  name,
  description: "JATS or NLM XML of articles, such as those of PubMed Central",
  recognize(head) {
    const known = headOf(head);
    if (known === undefined) return 0;
    const { root, doctype } = known;
    if (root.local === "pmc-articleset") return 1;
    if (/^(?:article|articles|articleset|article-set)$/.test(root.local) === false) return 0;
    if (/JATS|NLM\/\/DTD/i.test(doctype) || /jats\.nlm\.nih\.gov/.test(root.namespace)) return 1;
    return hasTag(head, "article-meta") || hasTag(head, "journal-meta") ? 1 : hasTag(head, "front") ? 0.7 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["pmc-articleset", "articles", "articleset", "article-set"],
      isRecord: (local) => local === "article",
      skipped: skippedInArticles,
      toPaper: ({ element }) => paperOfArticle(element),
      nameOf: ({ element }) => plainText(elementWithin(element, "article-id")),
    }),
};

const prefixOfIdType: Readonly<Record<string, string>> = {
  doi: "DOI:",
  pmid: "PMID:",
  pmc: "PMCID:",
  pmcid: "PMCID:",
  "pmc-id": "PMCID:",
  arxiv: "arXiv:",
};

/** @param article an `article` element. Throws `RecordFault`. */
export function paperOfArticle(article: XmlElement): NewPaper {
  const front = elementAt(article, "front");
  const meta = elementAt(front, "article-meta") ?? elementAt(article, "front-stub");
  const journal = elementAt(front, "journal-meta");
  const titles = elementAt(meta, "title-group");
  return paperOf(
    {
      ids: idsOf(meta),
      nameless: true,
      title: titleWithSubtitle(readableText(elementAt(titles, "article-title")), readableText(elementAt(titles, "subtitle"))),
      abstract: readableText(abstractOf(meta)),
      authors: authorsOf(meta),
      published: publishedOf(meta),
      venue: readableText(elementAt(journal, "journal-title-group", "journal-title") ?? elementAt(journal, "journal-title")),
      categories: categoriesOf(meta),
      keywords: elementsAt(meta, "kwd-group").flatMap((group) => textsOf(childrenOf(group, "kwd", "compound-kwd", "nested-kwd"))),
      pdfUrl: pdfOf(meta),
      language: languageTag(attributeOf(article, "lang")),
      status: isRetracted(article, meta) ? "retracted" : undefined,
    },
    name,
  );
}

function idsOf(meta: XmlElement | undefined): string[] {
  const ids = childrenOf(meta, "article-id").flatMap((id) => {
    const prefix = prefixOfIdType[(attributeOf(id, "pub-id-type") ?? "").toLowerCase()];
    const text = plainText(id);
    return prefix === undefined || text === undefined ? [] : `${prefix}${text.replace(/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)/i, "")}`;
  });
  return knownIds(ids);
}

/** Abstracts for other audiences, and graphical ones, are used only if there is no other. */
function abstractOf(meta: XmlElement | undefined): XmlElement | undefined {
  const abstracts = childrenOf(meta, "abstract").filter((abstract) => readableText(abstract) !== undefined);
  const [plain] = abstracts.filter((abstract) =>
    /^(?:|abstract|main|normal|section|structured)$/i.test(attributeOf(abstract, "abstract-type") ?? ""),
  );
  return plain ?? abstracts.find((abstract) => !/graphical|toc|video/i.test(attributeOf(abstract, "abstract-type") ?? ""));
}

function authorsOf(meta: XmlElement | undefined): Author[] {
  const contributors = elementsAt(meta, "contrib-group").flatMap((group) => {
    const kind = attributeOf(group, "content-type") ?? "author";
    return childrenOf(group, "contrib").map((contributor) => ({ contributor, kind: attributeOf(contributor, "contrib-type") ?? kind }));
  });
  return contributors.flatMap(({ contributor, kind }) => (/author|collab/i.test(kind) ? (authorOfContributor(contributor) ?? []) : []));
}

function authorOfContributor(contributor: XmlElement): Author | undefined {
  const orcid = plainText(childrenOf(contributor, "contrib-id").find((id) => /orcid/i.test(attributeOf(id, "contrib-id-type") ?? "")));
  const names = [...childrenOf(contributor, "name"), ...elementsAt(contributor, "name-alternatives", "name")];
  const person = names.find((one) => attributeOf(one, "name-style") === "western") ?? names[0];
  if (person !== undefined)
    return personOf({
      given: readableText(elementAt(person, "given-names")),
      family: readableText(elementAt(person, "surname")),
      suffix: readableText(elementAt(person, "suffix")),
      orcid,
    });
  const written = elementWithin(contributor, "string-name");
  const group = elementWithin(contributor, "collab");
  // In other records the members of a group are authors themselves; they are not part of its name.
  const groupName = group === undefined ? undefined : readableText({ ...group, children: group.children.filter(isNotMember) });
  return personOf({ name: groupName ?? readableText(written), orcid });
}

function isNotMember(child: XmlElement["children"][number]): boolean {
  return typeof child === "string" || !/^(?:contrib-group|aff|address|email|xref)$/.test(child.local);
}

function publishedOf(meta: XmlElement | undefined): string | undefined {
  return earliestDate(
    childrenOf(meta, "pub-date").map(
      (date) =>
        dateOfElement(date) ??
        readLooseDate(attributeOf(date, "iso-8601-date")) ??
        readLooseDate(plainText(elementAt(date, "string-date"))),
    ),
  );
}

/** Headings such as “Research Article” are types of articles, not categories. */
function categoriesOf(meta: XmlElement | undefined): string[] {
  return elementsAt(meta, "article-categories", "subj-group")
    .filter((group) => !/heading|type|^$/i.test(attributeOf(group, "subj-group-type") ?? ""))
    .flatMap((group) => textsOf(childrenOf(group, "subject")));
}

function pdfOf(meta: XmlElement | undefined): string | undefined {
  const pdf = childrenOf(meta, "self-uri").find((link) => /pdf/i.test(attributeOf(link, "content-type") ?? ""));
  return attributeOf(pdf, "href");
}

/** Whether the article itself was retracted; a retraction notice does not count. */
function isRetracted(article: XmlElement, meta: XmlElement | undefined): boolean {
  if (attributeOf(article, "article-type") === "retracted-article") return true;
  return childrenOf(meta, "related-article").some((related) => attributeOf(related, "related-article-type") === "retraction-forward");
}
