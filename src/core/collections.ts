/** The collections of a file, each with the path of those that it is in: told from what the file says, in whatever order. */
import type { SourceRecord } from "./source.ts";

type Collection = Extract<SourceRecord, { kind: "collection" }>;
type PaperRecord = Extract<SourceRecord, { kind: "paper" }>;

/** Collections deeper than this, or within themselves, begin a path of their own. */
const deepest = 50;

export class FileCollections {
  readonly #names = new Map<string, string>();
  readonly #parents = new Map<string, string>();
  /** By key of a record or a collection, the collections that hold it. */
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

  /** Paths with slashes of the collections that a record is in; the key of one that the file does not name. Once all are added. */
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
