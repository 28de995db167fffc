/**
 * Zotero's two RDF exports, “Zotero RDF” and “Bibliontology RDF”. An item may come before the resources that it refers to (its journal, its
 * authors); it then waits for them, up to a limit of waiting text.
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format, SourceInput, SourceRecord } from "../core/source.ts";
import { languageTag } from "./language-tag.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOrRefusal } from "./paper-or-refusal.ts";
import { paperOf } from "./record.ts";
import type { RecordShape } from "./xml-collector.ts";
import { doisIn, knownIds } from "./xml-fields.ts";
import { placeOf, refusedXml } from "./xml-papers.ts";
import { RdfResources } from "./xml-rdf-resources.ts";
import { readXmlRecords, type XmlRecord } from "./xml-records.ts";
import { headOf } from "./xml-root.ts";
import { childText, readableText, textsOf } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

const name = "zotero";
const zotero = "http://www.zotero.org/namespaces/export#";
const biblio = "http://purl.org/net/biblio#";
const bibliontology = "http://purl.org/ontology/bibo/";

export const zoteroRdfFormat: Format = {
  name: "zotero-rdf",
  description: "RDF exported by Zotero (Zotero RDF, Bibliontology RDF)",
  recognize(head) {
    if (headOf(head)?.root.local !== "RDF") return 0;
    return [zotero, biblio, bibliontology].some((namespace) => head.includes(`"${namespace}"`)) ? 1 : 0;
  },
  read: readZotero,
};

const shape: RecordShape = {
  roots: ["RDF"],
  isRecord: (_, around) => around.length === 1 && around[0]?.local === "RDF",
};

/** The limit in characters of records that wait for resources. */
const mostWaiting = 4 * 1024 * 1024;

interface WaitingItem {
  readonly record: XmlRecord;
  readonly entry: string;
  readonly missing: Set<string>;
}

async function* readZotero(input: SourceInput): AsyncIterable<SourceRecord> {
  const resources = new RdfResources();
  const waiting = new WaitingItems();
  let number = 0;
  const finish = (items: Iterable<WaitingItem>) =>
    [...items].flatMap(({ record, entry }) => {
      const read = paperOrRefusal(placeOf(input, record, entry), record.beginning, () => paperOfItem(record.element, resources));
      if (read === undefined) return [];
      // Collections refer to items by this address.
      return read.kind === "paper" ? { ...read, key: entry } : read;
    });
  for await (const item of readXmlRecords(input.bytes, shape)) {
    if (item.kind === "refused") {
      yield refusedXml(item.refusal, input, String(++number));
      continue;
    }
    const { record } = item;
    if (isItem(record.element)) {
      const entry = attributeOf(record.element, "about") ?? String(++number);
      const one = { record, entry, missing: new Set(resources.missingOf(record.element)) };
      if (one.missing.size === 0) yield* finish([one]);
      else yield* finish(waiting.add(one));
    } else if (record.element.local === "Collection" && record.element.namespace === zotero) {
      yield* collectionIn(record, input);
    } else {
      const key = resources.add(record.element);
      if (key !== undefined) yield* finish(waiting.arrived(key));
    }
  }
  yield* finish(waiting.takeAll());
}

class WaitingItems {
  #items = new Set<WaitingItem>();
  #byKey = new Map<string, WaitingItem[]>();
  #length = 0;

  /** @returns the items that must not wait any longer, so that memory stays bounded. */
  add(item: WaitingItem): WaitingItem[] {
    this.#items.add(item);
    this.#length += item.record.length;
    for (const key of item.missing) {
      const others = this.#byKey.get(key);
      if (others === undefined) this.#byKey.set(key, [item]);
      else others.push(item);
    }
    return this.#length > mostWaiting ? this.takeAll() : [];
  }

  /** @returns the items that were waiting only for this key. */
  arrived(key: string): WaitingItem[] {
    const items = this.#byKey.get(key) ?? [];
    this.#byKey.delete(key);
    return items.filter((item) => {
      item.missing.delete(key);
      if (item.missing.size > 0 || !this.#items.delete(item)) return false;
      this.#length -= item.record.length;
      return true;
    });
  }

  takeAll(): WaitingItem[] {
    const items = [...this.#items];
    this.#items = new Set();
    this.#byKey = new Map();
    this.#length = 0;
    return items;
  }
}

const notItems = new Set(["attachment", "note", "annotation"]);
/** Elements that items are part of, were made by or were presented at, and those that Zotero stores next to items. */
const notItemElements = new Set(
  "Journal Series Issue Proceedings Conference Website Weblog Newspaper Magazine Periodical Person Organization Collection Attachment Memo Note UserItem AutoTag UserTag Code CourtReporter".split(
    " ",
  ),
);

function isItem(element: XmlElement): boolean {
  const type = plainText(elementAt(element, "itemType"));
  if (type !== undefined) return !notItems.has(type);
  if (notItemElements.has(element.local)) return false;
  // The book around chapters has no type of its own.
  if (element.namespace === biblio) return !(element.local === "Book" && /^urn:/.test(attributeOf(element, "about") ?? ""));
  return element.namespace !== zotero && (element.namespace === bibliontology || elementAt(element, "title") !== undefined);
}

function* collectionIn(record: XmlRecord, input: SourceInput): Iterable<SourceRecord> {
  const key = attributeOf(record.element, "about");
  const name = childText(record.element, "title");
  if (key === undefined || name === undefined) return;
  const parts = childrenOf(record.element, "hasPart").flatMap((part) => attributeOf(part, "resource") ?? []);
  yield { kind: "collection", key, name, parts, place: placeOf(input, record, key) };
}

function paperOfItem(item: XmlElement, resources: RdfResources): NewPaper {
  const container = resources.containerOf(item);
  const address = plainText(elementAt(item, "identifier", "URI", "value")) ?? plainText(elementAt(item, "uri"));
  const publisher = readableText(elementAt(item, "publisher", "Organization", "name"));
  return paperOf(
    {
      ids: idsOf(item, container?.dois ?? [], address),
      nameless: true,
      title: childText(item, "title"),
      abstract: childText(item, "abstract"),
      authors: resources.authorsOf(item),
      published: readLooseDate(plainText(elementAt(item, "date"))) ?? container?.published,
      venue: container?.title ?? childText(elementAt(item, "presentedAt", "Conference"), "title") ?? publisher,
      keywords: elementsAt(item, "subject").flatMap((subject) => textsOf([subject])),
      url: address,
      language: languageTag(plainText(elementAt(item, "language"))),
    },
    name,
  );
}

function idsOf(item: XmlElement, ofContainer: readonly string[], address: string | undefined): string[] {
  const own = [...childrenOf(item, "identifier"), ...childrenOf(item, "doi")].flatMap((id) =>
    doisIn(plainText(id)?.replace(/^DOI[:\s]+/i, "")),
  );
  // People write further ids into the field “Extra”, one per line, and preprints have theirs as a number.
  const extra = childrenOf(item, "description", "extra", "number", "archiveID", "coverage")
    .flatMap((note) => (plainText(note) ?? "").split(/\r?\n/))
    .flatMap((line) => /^\s*((?:arXiv|PMID|PMCID|DOI|ACL)\s*:\s*\S+)/i.exec(line)?.[1]?.replace(/\s+/g, "") ?? []);
  return knownIds([...(own.length > 0 ? own : ofContainer), ...extra, address]);
}
