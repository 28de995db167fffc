/** The two metadata formats that only arXiv's OAI-PMH server has: `arXiv`, and `arXivRaw`, which lists every version. */
import type { NewPaper } from "../core/paper.ts";
import { paperOf, readDate } from "./record.ts";
import { arxivAddresses, arxivSource, statusOfComment } from "./xml-arxiv.ts";
import { doisIn } from "./xml-fields.ts";
import { peopleIn, personOf } from "./xml-people.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

/** @param metadata an `arXiv` element. Throws `RecordFault`. @see https://info.arxiv.org/help/oa/ */
export function paperOfArxiv(metadata: XmlElement): NewPaper {
  const text = (name: string) => plainText(elementAt(metadata, name));
  const parted = elementsAt(metadata, "authors", "author");
  return paperOf(
    {
      ...commonFields(metadata),
      authors:
        parted.length === 0
          ? peopleIn(text("authors"))
          : parted.flatMap((author) => {
              const part = (name: string) => plainText(elementAt(author, name));
              return personOf({ given: part("forenames"), family: part("keyname"), suffix: part("suffix") }) ?? [];
            }),
      published: readDate(text("created"), "created"),
      updated: readDate(text("updated"), "updated"),
    },
    arxivSource,
  );
}

/** @param metadata an `arXivRaw` element. Throws `RecordFault`. */
export function paperOfArxivRaw(metadata: XmlElement): NewPaper {
  const versions = childrenOf(metadata, "version");
  const dates = versions.map((version) => readDate(plainText(elementAt(version, "date")), "version"));
  const last = /^v?(\d{1,4})$/.exec(attributeOf(versions.at(-1), "version") ?? "")?.[1];
  return paperOf(
    {
      ...commonFields(metadata),
      authors: peopleIn(plainText(elementAt(metadata, "authors"))),
      published: dates[0],
      updated: dates.at(-1),
      version: last === undefined ? undefined : Number(last),
    },
    arxivSource,
  );
}

function commonFields(metadata: XmlElement) {
  const text = (name: string) => plainText(elementAt(metadata, name));
  const id = text("id");
  return {
    ids: [id === undefined ? undefined : `arXiv:${id}`, ...doisIn(text("doi"))],
    title: text("title"),
    abstract: text("abstract"),
    venue: text("journal-ref"),
    categories: (text("categories") ?? "").split(/\s+/),
    ...arxivAddresses(id),
    status: statusOfComment(text("comments")),
  };
}
