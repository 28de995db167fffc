/**
 * Listings: RSS 2.0, Atom and RSS 1.0 (RDF) with an abstract in each item. arXiv's daily ones put the id and the kind of announcement
 * before the abstract, and all authors in one text.
 */
import { paperIdOfFeedId } from "../core/feed-id.ts";
import { recognizeId } from "../core/identity.ts";
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { authorOf, paperOf } from "./record.ts";
import { arxivAddresses } from "./xml-arxiv.ts";
import { knownIds } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import { peopleIn } from "./xml-people.ts";
import type { XmlRecord } from "./xml-records.ts";
import { headOf } from "./xml-root.ts";
import { readableText } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

const name = "feed";
const rss1 = "http://purl.org/rss/1.0/";

/** @see https://www.rssboard.org/rss-specification, RFC 4287, https://info.arxiv.org/help/rss_specifications.html */
export const feedFormat: Format = {
  name,
  description: "RSS and Atom listings with abstracts, such as arXiv's daily ones",
  recognize(head) {
    const known = headOf(head);
    if (known === undefined) return 0;
    const { local, namespace } = known.root;
    const isFeed =
      local === "rss" ||
      (local === "feed" && (namespace === "http://www.w3.org/2005/Atom" || namespace === "")) ||
      (local === "RDF" && head.includes(`"${rss1}"`));
    return isFeed ? 0.8 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["rss", "feed", "RDF"],
      isRecord: (local) => local === "item" || local === "entry",
      kept: ["pubDate", "lastBuildDate", "updated", "date", "language"],
      toPaper: paperOfItem,
      nameOf: ({ element }) => textOfAny(element, "id", "guid", "link"),
    }),
};

function paperOfItem({ element: item, around }: XmlRecord): NewPaper {
  const own = ["id", "guid", "doi", "DOI", "identifier"].flatMap((local) => elementsAt(item, local).map(idIn));
  const link = linkOf(item);
  // arXiv's listings contain TeX, so whatever looks like HTML there is literal text.
  const read = [...own, link].some((id) => /^arXiv:|^https?:\/\/arxiv\.org\//.test(id ?? "")) ? textOnOneLine : readableText;
  const title = titleOf(item, read);
  const abstract = abstractOf(item, read);
  const known = knownIds([...own, title.id, abstract.id, link]);
  const isArxiv = known.some((id) => recognizeId(id)?.scheme === "arXiv");
  const day = dayOf(item);
  return paperOf(
    {
      // An item without an id of a known scheme is identified by its own id.
      ids: known.length > 0 ? known : [own.find((id) => id !== undefined) ?? link],
      nameless: true,
      title: title.text,
      abstract: abstract.text,
      authors: authorsOf(item),
      // arXiv's listings give the date of the announcement, which may be that of a later version.
      published: isArxiv ? undefined : day,
      listed: feedDay(around) ?? day,
      venue: textOfAny(item, "journal_reference", "publicationName", "journal"),
      categories: elementsAt(item, "category").flatMap((category) => attributeOf(category, "term") ?? plainText(category) ?? []),
      keywords: elementsAt(item, "subject").flatMap((subject) => readableText(subject) ?? []),
      language: languageTag(textOfAny(around.at(-1), "language")),
      ...(isArxiv ? arxivAddresses(knownIds([...own, title.id, link]).find((id) => recognizeId(id)?.scheme === "arXiv")) : { url: link }),
    },
    name,
  );
}

/**
 * Rewrites `oai:arXiv.org:2508.13426v1` and `info:doi/10.…` as ids of their schemes, and takes paper ids from another Paperkin's feed. An
 * id that is known only in that library is kept as the feed writes it.
 */
function idIn(element: XmlElement): string | undefined {
  const text = plainText(element);
  const paperId = text === undefined ? undefined : paperIdOfFeedId(text.trim());
  if (paperId !== undefined && recognizeId(paperId) !== undefined) return paperId;
  return text?.replace(/^oai:arXiv\.org:/i, "arXiv:").replace(/^(?:info:)?doi[:/]\s*/i, "");
}

type Read = (element: XmlElement | undefined) => string | undefined;

function textOnOneLine(element: XmlElement | undefined): string | undefined {
  return plainText(element)?.replace(/\s+/g, " ");
}

/** The text of the link in RSS; the address of the link to the page in Atom. */
function linkOf(item: XmlElement): string | undefined {
  const links = childrenOf(item, "link");
  const page = links.find((link) => (attributeOf(link, "rel") ?? "alternate") === "alternate") ?? links[0];
  return attributeOf(page, "href") ?? plainText(page) ?? attributeOf(item, "about");
}

/** arXiv's older listings put the id after the title: `Title. (arXiv:2401.00001v1 [cs.CL])`. */
function titleOf(item: XmlElement, read: Read): { text: string | undefined; id: string | undefined } {
  const text = read(elementAt(item, "title"));
  const match = /\.? ?\((arXiv:\S{5,40}) \[[^\]]{0,200}\](?: [A-Z]+)?\)$/.exec(text ?? "");
  return match === null ? { text, id: undefined } : { text: text?.slice(0, match.index), id: match[1] };
}

function abstractOf(item: XmlElement, read: Read): { text: string | undefined; id: string | undefined } {
  const bodies = ["abstract", "description", "summary", "encoded", "content"].flatMap((local) => read(elementAt(item, local)) ?? []);
  const [text] = bodies;
  const match = /^(arXiv:\S{5,40}) Announce Type: \S{1,30}\s*/.exec(text ?? "");
  return match === null ? { text, id: undefined } : { text: text?.slice(match[0].length), id: match[1] };
}

function authorsOf(item: XmlElement): Author[] {
  const named = elementsAt(item, "author", "name").flatMap((author) => plainText(author) ?? []);
  if (named.length > 0) return named.map(authorOf);
  const creators = childrenOf(item, "creator", "author").flatMap((creator) => readableText(creator) ?? []);
  const [only] = creators;
  // Several names in one text; a single comma may separate family and given name.
  if (only !== undefined && creators.length === 1 && !/^[^,\s]+, [^,]+$/.test(only))
    return peopleIn(only.replace(/^[^\s@]+@\S+ \((.*)\)$/, "$1"));
  return creators.map(authorOf);
}

function dayOf(item: XmlElement): string | undefined {
  return readLooseDate(textOfAny(item, "publicationDate", "date", "published", "pubDate", "coverDate", "updated"));
}

function feedDay(around: readonly XmlElement[]): string | undefined {
  return readLooseDate(textOfAny(around.at(-1), "pubDate", "lastBuildDate", "updated", "date"));
}

function textOfAny(element: XmlElement | undefined, ...locals: readonly string[]): string | undefined {
  for (const local of locals) {
    const text = plainText(elementAt(element, local));
    if (text !== undefined) return text;
  }
  return undefined;
}
