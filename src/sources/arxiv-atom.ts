/** Answers of arXiv's API: an Atom feed with one entry per paper. Errors are reported as an entry too. */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { authorOf, paperOf, RecordFault, readDate } from "./record.ts";
import { arxivAddresses, arxivSource, statusOfComment } from "./xml-arxiv.ts";
import { doisIn } from "./xml-fields.ts";
import { readXmlPapers } from "./xml-papers.ts";
import type { XmlRecord } from "./xml-records.ts";
import { headOf } from "./xml-root.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText } from "./xml-tree.ts";

/** @see https://info.arxiv.org/help/api/user-manual.html, “Details of Atom Results Returned” */
export const arxivAtomFormat: Format = {
  name: "arxiv-atom",
  description: "Atom as arXiv's API answers",
  recognize(head) {
    const known = headOf(head);
    if (known?.root.local !== "feed" || known.root.namespace !== "http://www.w3.org/2005/Atom") return 0;
    if (/<arxiv:announce_type|<id>\s*(?:oai:arXiv\.org:|https?:\/\/rss\.arxiv\.org\/)/.test(head)) return 0;
    if (/<id>\s*https?:\/\/(?:export\.)?arxiv\.org\/(?:api\/|abs\/|<)/.test(head)) return 1;
    return /<title[^<>]*>\s*arXiv (?:Query|Search)/i.test(head) || head.includes('"http://arxiv.org/schemas/atom"') ? 0.9 : 0;
  },
  read: (input) =>
    readXmlPapers(input, {
      roots: ["feed"],
      isRecord: (local) => local === "entry",
      toPaper: paperOfEntry,
      nameOf: ({ element }) => plainText(elementAt(element, "id")),
    }),
};

function paperOfEntry({ element: entry }: XmlRecord): NewPaper {
  const text = (name: string) => plainText(elementAt(entry, name));
  const id = text("id");
  if (id !== undefined && /^https?:\/\/[^/]*arxiv\.org\/api\/errors/.test(id))
    throw new RecordFault(undefined, `arXiv answered with an error: ${text("summary") ?? "it does not say which"}`);
  const [primary] = elementsAt(entry, "primary_category");
  const terms = [...(primary === undefined ? [] : [primary]), ...childrenOf(entry, "category")].flatMap(
    (category) => attributeOf(category, "term") ?? [],
  );
  return paperOf(
    {
      ids: [id, ...doisIn(text("doi"))],
      title: text("title"),
      abstract: text("summary"),
      authors: elementsAt(entry, "author", "name").map((name) => authorOf(plainText(name) ?? "")),
      published: readDate(text("published"), "published"),
      updated: readDate(text("updated"), "updated"),
      venue: text("journal_ref"),
      categories: terms,
      ...arxivAddresses(id),
      status: statusOfComment(text("comment")),
    },
    arxivSource,
  );
}
