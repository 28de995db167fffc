/**
 * The collections of a file, each with the path of its parents, resolved from the records of the file in any order: collections come after
 * their contents in Zotero's RDF, and before them in Better BibTeX JSON.
 */
import type { SourceRecord } from "./source.ts";

type Collection = Extract<SourceRecord, { kind: "collection" }>;
type PaperRecord = Extract<SourceRecord, { kind: "paper" }>;

/** Collections that are nested deeper, or within themselves, start a new path. */
const deepest = 50;

export class FileCollections {
  readonly #names = new Map<string, string>();
  readonly #parents = new Map<string, string>();
  /** The collections that contain a record or a collection, by its key. */
  readonly #holders = new Map<string, string[]>();

  add({ key, name, parent, parts }: Collection): void {
    this.#names.set(key, name);
    if (parent !== undefined) this.#parents.set(key, parent);
    for (const part of parts) {
      const holders = this.#holders.get(part);
      if (holders === undefined) this.#holders.set(part, [key]);
      else holders.push(key);
    }
  }

  /**
   * Slash-separated paths of the collections that a record is in; the key stands for a collection that the file does not name. To be
   * called once all are added.
   */
  pathsOf({ collections = [], collectionKeys = [], key }: Pick<PaperRecord, "collections" | "collectionKeys" | "key">): string[] {
    const keys = [...collectionKeys, ...((key === undefined ? undefined : this.#holders.get(key)) ?? [])];
    return [...new Set([...collections, ...keys.map((one) => this.#pathOf(one))])];
  }

  #pathOf(key: string): string {
    const path: string[] = [];
    for (let at: string | undefined = key; at !== undefined && path.length < deepest; ) {
      path.unshift(this.#names.get(at) ?? at);
      at = this.#parents.get(at) ?? this.#holders.get(at)?.[0];
    }
    return path.join("/");
  }
}
