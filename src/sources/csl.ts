/**
 * CSL items, which Zotero, pandoc, Mendeley and DOI resolvers exchange: as JSON (a list, or one item per line) and as YAML with a list of
 * `references`. https://github.com/citation-style-language/schema
 */
import { parseDocument } from "yaml";
import type { Format, SourceInput, SourceRecord } from "../core/source.ts";
import { paperOfCslItem } from "./csl-item.ts";
import type { JsonObject } from "./fields.ts";
import { firstRecordIn } from "./json-head.ts";
import { readJsonPapers } from "./json-values.ts";
import { paperOrRefusal, refused } from "./paper-or-refusal.ts";
import { RecordFault, withoutStacks } from "./record.ts";
import { startingWith } from "./starting-with.ts";
import { readLineBatches } from "./text-lines.ts";

const name = "csl";

const places = ["references", "items"];

export const cslFormat: Format = {
  name,
  description: "CSL JSON and CSL YAML, as Zotero, Better BibTeX, pandoc and DOI resolvers write them",
  mediaTypes: ["application/vnd.citationstyles.csl+json"],
  recognize(head) {
    if (isYamlList(head)) return 1;
    const record = firstRecordIn(head, places);
    return record === undefined ? 0 : certaintyOf(record);
  },
  read: readCsl,
};

/** Types of CSL 1.0 that no other format uses. */
const cslTypes = new Set(
  (
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset document entry " +
    "entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation manuscript map motion_picture " +
    "musical_score pamphlet paper-conference patent performance periodical personal_communication post post-weblog regulation report " +
    "review review-book software song speech standard thesis treaty webpage"
  ).split(" "),
);

/** Fields that certainly belong to another format. */
const foreign = ["itemType", "data", "attributes", "authorships", "externalIds", "externalids", "message", "authors"];

function certaintyOf(record: JsonObject): number {
  if (foreign.some((field) => field in record) || Array.isArray(record.title)) return 0;
  const { issued, author } = record;
  const [first] = Array.isArray(author) ? author : [];
  const hasName = typeof first === "object" && first !== null && ("family" in first || "literal" in first);
  const hasDate = typeof issued === "object" && issued !== null;
  if (hasName || hasDate || typeof record["container-title"] === "string") return "title" in record || hasDate || hasName ? 1 : 0.6;
  return "title" in record && "id" in record && typeof record.type === "string" && cslTypes.has(record.type) ? 0.7 : 0;
}

/** Other metadata may come before the list, as in pandoc's files. */
function isYamlList(head: string): boolean {
  return /^\ufeff?(?:---[ \t]*\r?\n)?(?:[\w-]+:[^\n]*\n|[ \t#][^\n]*\n|\r?\n){0,200}?references:[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*-[ \t]/.test(
    head,
  );
}

async function* readCsl(input: SourceInput): AsyncIterable<SourceRecord> {
  const { isJson, bytes } = await peek(input.bytes);
  if (isJson) yield* readJsonPapers({ ...input, bytes }, places, (item) => paperOfCslItem(item, name));
  else yield* readYaml({ ...input, bytes });
}

/** Whether the text begins like JSON, after any byte order mark. @returns that, and all the bytes. */
async function peek(bytes: AsyncIterable<Uint8Array>): Promise<{ isJson: boolean; bytes: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let first = "";
  while (first === "") {
    const next = await iterator.next();
    if (next.done === true) break;
    seen.push(next.value);
    [first = ""] = /[^\s,\u00ef\u00bb\u00bf]/.exec(Buffer.from(next.value).toString("latin1")) ?? [];
  }
  return { isJson: first === "[" || first === "{", bytes: startingWith(seen, iterator) };
}

/** The limit is lower than for JSON, because a YAML item takes longer to parse. In UTF-16 units. */
const longestYamlItem = 256 * 1024;

interface YamlItem {
  /** The number of its first line. */
  readonly line: number;
  readonly lines: string[];
  length: number;
}

/** Reads item by item: each begins with a dash at the same indentation as the first. */
async function* readYaml(input: SourceInput): AsyncIterable<SourceRecord> {
  let item: YamlItem | undefined;
  /** The indentation of the list's items, once there is one. */
  let margin: string | undefined;
  /** What the lines outside a list were. After other names, a list without a name does not hold items. */
  let outside: "nothing" | "names" | "list" = "nothing";
  let hasList = false;
  for await (const { first, lines } of readLineBatches(input.bytes)) {
    for (const [at, line] of lines.entries()) {
      const [, space = "", rest = ""] = /^( *)(\S.*)?$/s.exec(line) ?? [];
      const isItem =
        /^-(?:\s|$)/.test(rest) &&
        (margin === undefined ? outside === "list" || (outside === "nothing" && space === "") : space === margin);
      const isInside = margin !== undefined && (rest === "" || rest.startsWith("#") || space.length > margin.length);
      if (item !== undefined && isInside) {
        item.length += line.length + 1;
        if (item.length <= longestYamlItem) item.lines.push(line);
        continue;
      }
      if (item !== undefined) yield recordOf(input.name, item);
      item = undefined;
      if (isItem) {
        margin = space;
        hasList = true;
        item = { line: first + at, lines: [line], length: line.length };
      } else if (rest !== "" && !rest.startsWith("#")) {
        margin = undefined;
        if (space === "") outside = /^references:\s*(?:#.*)?$/.test(line) ? "list" : /^(?:---|\.\.\.)/.test(line) ? "nothing" : "names";
        hasList ||= outside === "list" || /^references:\s*\[\s*\]/.test(line);
      }
    }
  }
  if (item !== undefined) yield recordOf(input.name, item);
  if (!hasList && outside === "names") yield refused({ file: input.name, line: 1 }, "", "there is no list of references");
}

function recordOf(file: string, { line, lines, length }: YamlItem): SourceRecord {
  const text = lines.join("\n");
  if (length > longestYamlItem) return refused({ file, line }, text, `the record is longer than ${longestYamlItem / 1024} KiB`);
  return paperOrRefusal({ file, line }, text, () => paperOfCslItem(parseYamlItem(text), name));
}

/** Throws `RecordFault`. */
function parseYamlItem(text: string): unknown {
  try {
    return withoutStacks(() => itemIn(text));
  } catch (error) {
    throw new RecordFault(undefined, `not valid YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function itemIn(text: string): unknown {
  // Strings, lists and maps only: numbers and dates keep their spelling. Keys are not checked for duplicates, which is slow if there are
  // many.
  const document = parseDocument(text, { schema: "failsafe", uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  const list: unknown = document.toJS({ maxAliasCount: 100 });
  const item: unknown = Array.isArray(list) ? list[0] : list;
  if (typeof item !== "object" || item === null || Array.isArray(item)) throw new TypeError("there are no names in it");
  return item;
}
