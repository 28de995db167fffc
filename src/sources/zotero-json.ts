/**
 * Items in the format of Zotero's web API: one object per item, with its fields in `data`.
 * https://www.zotero.org/support/dev/web_api/v3/basics
 */
import type { NewPaper } from "../core/paper.ts";
import type { Format } from "../core/source.ts";
import { asObject, objectField, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { type AroundPaper, readJsonPapers } from "./json-values.ts";
import { collectionOfApi } from "./zotero-collections.ts";
import { paperOfZoteroItem } from "./zotero-item.ts";

const name = "zotero-json";

export const zoteroJsonFormat: Format = {
  name,
  description: "JSON of Zotero's web API: items with their fields in `data`, or those fields alone",
  recognize(head) {
    const record = firstRecordIn(head);
    if (record === undefined) return 0;
    const data = objectField(record, "data");
    if (data !== undefined) return "itemType" in data || ("key" in record && "version" in record) ? 1 : 0;
    return "itemType" in record && "key" in record && !("itemID" in record) ? 1 : 0;
  },
  read: (input) => readJsonPapers(input, [], paperOfItem, { around: aroundItem, collectionsIn: collectionOfApi }),
};

function paperOfItem(value: unknown): NewPaper | undefined {
  const item = asObject(value);
  const meta = objectField(item, "meta") ?? {};
  return paperOfZoteroItem(objectField(item, "data") ?? item, name, textField(meta, "parsedDate"));
}

/** The item's identity, and the keys of its collections. Keys are unique within their library. */
function aroundItem(value: unknown): AroundPaper {
  const item = asObject(value);
  const library = objectField(item, "library") ?? {};
  const [type, id, key] = [textField(library, "type"), textField(library, "id"), textField(item, "key")];
  const { collections } = objectField(item, "data") ?? item;
  return {
    ...(type === undefined || id === undefined || key === undefined ? {} : { item: zoteroItem(`${type}s/${id}`, key) }),
    ...(Array.isArray(collections) ? { collectionKeys: collections.filter((one) => typeof one === "string") } : {}),
  };
}

/** @param library `users/NUMBER` or `groups/NUMBER`. */
export function zoteroItem(library: string, key: string): string {
  return `zotero:${library}/${key}`;
}
