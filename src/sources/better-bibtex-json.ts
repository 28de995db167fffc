/**
 * “BetterBibTeX JSON”, an export of Zotero with the Better BibTeX add-on: one object with the library's `items`, whose fields are not
 * nested.
 */
import type { Format } from "../core/source.ts";
import { asObject, objectField, textField } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { collectionsOfExport, exportedItem } from "./zotero-collections.ts";
import { paperOfZoteroItem } from "./zotero-item.ts";

const name = "better-bibtex-json";

const places = ["items"];

export const betterBibtexJsonFormat: Format = {
  name,
  description: "“BetterBibTeX JSON”, an export of Zotero with Better BibTeX",
  recognize(head) {
    const record = firstRecordIn(head, places);
    if (record === undefined) return 0;
    // An export may begin with settings and collections that are longer than the head, so `config` alone identifies it.
    if (objectField(record, "config")?.label === "BetterBibTeX JSON") return 1;
    if (!("itemType" in record) || "data" in record) return 0;
    const isListed = !("itemType" in (firstRecordIn(head) ?? {}));
    return isListed || "itemID" in record || (!("key" in record) && ("citationKey" in record || "uri" in record)) ? 1 : 0;
  },
  read: (input) =>
    readJsonPapers(input, places, (item) => paperOfZoteroItem(asObject(item), name), {
      besides: "collections",
      collectionsIn: collectionsOfExport,
      around: (item) => {
        const itemId = textField(asObject(item), "itemID");
        return itemId === undefined ? {} : { key: exportedItem(itemId) };
      },
    }),
};
