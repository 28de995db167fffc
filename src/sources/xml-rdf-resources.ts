/** The resources that the items of an RDF document refer to: journals and people, by address or node id, each reduced to what is needed. */
import type { Author } from "../core/paper.ts";
import { readLooseDate } from "./loose-date.ts";
import { doisIn } from "./xml-fields.ts";
import { personOf } from "./xml-people.ts";
import { childText } from "./xml-text.ts";
import { attributeOf, childrenOf, elementAt, elementsAt, plainText, type XmlElement } from "./xml-tree.ts";

interface Resource {
  readonly title: string | undefined;
  readonly dois: readonly string[];
  readonly published: string | undefined;
  readonly author: Author | undefined;
  /** The resource that it is part of, or the key of that resource. */
  readonly parent: Resource | string | undefined;
}

/** Keeps an endless document from filling the memory. */
const mostResources = 200_000;
const deepestParts = 5;

export class RdfResources {
  readonly #known = new Map<string, Resource>();
  readonly #used = new Set<string>();

  /** @returns its key, if it has one. */
  add(element: XmlElement): string | undefined {
    const key = keyOf(element, "about");
    if (key === undefined || this.#known.size >= mostResources) return undefined;
    this.#known.set(key, describe(element, 0));
    return key;
  }

  /** The keys of resources that an item refers to and that have not been seen yet. */
  missingOf(item: XmlElement): string[] {
    const container = containersOf(item).map((part) => innermostKey(describePart(part, 0)));
    const keys = [...authorPlaces(item).map((place) => keyOf(place, "resource")), ...container];
    return keys.filter((key) => key !== undefined).filter((key) => !this.#known.has(key));
  }

  authorsOf(item: XmlElement): Author[] {
    return authorPlaces(item).flatMap((place) => {
      const key = keyOf(place, "resource");
      if (key !== undefined) return this.#known.get(key)?.author ?? [];
      return childrenOf(place).flatMap((person) => describe(person, 0).author ?? []);
    });
  }

  /**
   * The container of an item: the title of the nearest container that has one, and the date and DOIs found on the way to it. Zotero puts an
   * article's DOI into its journal; if several items share a journal, only the first may take it.
   */
  containerOf(item: XmlElement): Pick<Resource, "title" | "published" | "dois"> | undefined {
    const [part] = containersOf(item);
    let at: Resource | string | undefined = part === undefined ? undefined : describePart(part, 0);
    let [published, dois]: [string | undefined, readonly string[]] = [undefined, []];
    for (let depth = 0; depth < deepestParts && at !== undefined; depth++) {
      const isShared = typeof at === "string" && this.#used.has(at);
      if (typeof at === "string") this.#used.add(at);
      const resource: Resource | undefined = typeof at === "string" ? this.#known.get(at) : at;
      published ??= isShared ? undefined : resource?.published;
      if (!isShared && resource?.dois.length === 1) dois = resource.dois;
      if (resource?.title !== undefined) return { title: resource.title, published, dois };
      at = resource?.parent;
    }
    return { title: undefined, published, dois };
  }
}

function describe(element: XmlElement, depth: number): Resource {
  const text = (...locals: readonly string[]) => locals.map((local) => childText(element, local)).find((found) => found !== undefined);
  const [part] = depth < deepestParts ? containersOf(element) : [];
  return {
    title: text("title")?.slice(0, 2_000),
    dois: childrenOf(element, "identifier", "doi").flatMap((id) =>
      doisIn(
        plainText(id)
          ?.slice(0, 500)
          .replace(/^DOI[:\s]+/i, ""),
      ),
    ),
    published: readLooseDate(text("date")),
    author: personOf({
      given: text("givenName", "givenname"),
      family: text("surname", "family_name", "lastName"),
      name: text("name")?.slice(0, 500),
    }),
    parent: part === undefined ? undefined : describePart(part, depth + 1),
  };
}

/** @param part an `isPartOf` element. */
function describePart(part: XmlElement, depth: number): Resource | string | undefined {
  const [inside] = childrenOf(part);
  return inside === undefined ? keyOf(part, "resource") : describe(inside, depth);
}

function innermostKey(resource: Resource | string | undefined): string | undefined {
  let at = resource;
  while (at !== undefined && typeof at !== "string") at = at.parent;
  return at;
}

function containersOf(element: XmlElement): XmlElement[] {
  return childrenOf(element, "isPartOf");
}

/** The entries of the list of authors, in order, or of the list of editors if there are no authors. */
function authorPlaces(item: XmlElement): XmlElement[] {
  const lists = ["authors", "authorList", "editors", "editorList"].map((list) => elementsAt(elementAt(item, list), "Seq", "li"));
  return lists.find((places) => places.length > 0) ?? [];
}

/** RDF/XML identifies a resource by its address, or within one document by a node id. */
function keyOf(element: XmlElement, addressAttribute: "about" | "resource"): string | undefined {
  const address = attributeOf(element, addressAttribute);
  if (address !== undefined) return address;
  const node = attributeOf(element, "nodeID");
  return node === undefined ? undefined : `_:${node}`;
}
