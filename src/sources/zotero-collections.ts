/** Collections in Zotero's JSON: as its web API returns them, and as Better BibTeX exports them. */
import type { Place, SourceRecord } from "../core/source.ts";
import { isObject, type JsonObject, objectField, textField } from "./fields.ts";

type Collection = Extract<SourceRecord, { kind: "collection" }>;

/** A collection of the web API, which names its parent. */
export function collectionOfApi(value: unknown, place: Place): Collection[] {
  const data = isObject(value) ? (objectField(value, "data") ?? value) : {};
  const [key, name] = [textField(data, "key"), textField(data, "name")];
  if (key === undefined || name === undefined || "itemType" in data || !("parentCollection" in data)) return [];
  const parent = typeof data.parentCollection === "string" ? data.parentCollection : undefined;
  return [{ kind: "collection", key, name, parts: [], place, ...(parent === undefined ? {} : { parent }) }];
}

/** The `collections` of an export: collections by key with the numbers of their items, or, in older exports, nested collections. */
export function collectionsOfExport(value: unknown, place: Place): Collection[] {
  const found: Collection[] = [];
  let unnamed = 0;
  const keyed = (object: JsonObject, key?: string) => ({ object, key: textField(object, "key") ?? key ?? `#${++unnamed}` });
  const waiting = Array.isArray(value)
    ? value.filter(isObject).map((object) => keyed(object))
    : Object.entries(isObject(value) ? value : {}).flatMap(([key, object]) => (isObject(object) ? keyed(object, key) : []));
  // The list grows while it is iterated.
  for (const { key, object } of waiting) {
    const held = Array.isArray(object.collections) ? object.collections : [];
    const inside = held.filter(isObject).map((one) => keyed(one));
    const items = Array.isArray(object.items) ? object.items : [];
    for (const one of inside) waiting.push(one);
    found.push({
      kind: "collection",
      key: `collection ${key}`,
      name: textField(object, "name") ?? key,
      parts: [
        ...items.flatMap((item) => (typeof item === "number" || typeof item === "string" ? exportedItem(item) : [])),
        ...[...held.filter((one) => typeof one === "string"), ...inside.map((one) => one.key)].map((one) => `collection ${one}`),
      ],
      place,
    });
  }
  return found;
}

/** Items are numbers, which could also be keys of collections. */
export function exportedItem(itemId: string | number): string {
  return `item ${itemId}`;
}
