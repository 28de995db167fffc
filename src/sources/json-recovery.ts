/**
 * Finds where the next record begins after a broken one. Nothing is certain in a broken text. There are three signs, and the one that comes
 * first in the text counts: a line that begins as records do, the bracket that closes the broken record, and names as in the last good
 * record.
 */
import { lookBehind } from "./json-cursor.ts";
import { passOver } from "./json-scanner.ts";

/** How the broken record was indented, and what it was part of. */
export interface Surroundings {
  readonly indent: number;
  /** Whether it is an element of a list: only there are commas and names significant. */
  readonly inList: boolean;
  /** Matches the beginning of a record, if one is known. */
  readonly model: RegExp | undefined;
}

export interface NextRecord {
  readonly index: number;
  /** Whether it is in the same list. */
  readonly inList: boolean;
}

/** A line of white space that is shorter than this may continue in text that has not arrived. */
const longestIndent = 200;
/** Only this many characters of a record's beginning are compared. */
const longestModel = 800;

const margin = /[ \t]*/y;
const startInList = /(?:[}\]]+[ \t]*(?:,[ \t]*)?)?(?=\{)/y;
const startOnTop = /(?:[}\]]+[ \t]*(?:,[ \t]*)?)?(?=[[{])/y;

/** The indentation of a position: the white space at the start of its line, and whether nothing else comes before the position. */
export function settingOf(text: string, index: number): { readonly indent: number; readonly isFirst: boolean } {
  const before = text.slice(Math.max(0, index - lookBehind), index);
  const lineFeed = before.lastIndexOf("\n");
  const first = passOver(margin, before, lineFeed + 1);
  return { indent: first - lineFeed - 1, isFirst: first === before.length && (lineFeed !== -1 || index < lookBehind) };
}

/**
 * @param from the first position where the record may begin.
 * @param modelFrom the first position where names may identify it.
 * @returns the record, or the position before which nothing needs to be searched again once there is more text.
 */
export function findNextRecord(
  text: string,
  from: number,
  modelFrom: number,
  { indent, inList, model }: Surroundings,
): NextRecord | { readonly settled: number } {
  const byLine = findLine(text, from, indent, inList);
  const end = "index" in byLine ? byLine.index : text.length;
  if (model !== undefined && modelFrom < end) {
    // The comma before the record may already have been read.
    model.lastIndex = modelFrom - (/,\s*$/.exec(text.slice(Math.max(0, modelFrom - longestIndent), modelFrom))?.[0].length ?? 0);
    if (model.test(text.slice(0, end + longestModel)) && model.lastIndex < end) return { index: model.lastIndex, inList };
  }
  if ("index" in byLine || model === undefined) return byLine;
  return { settled: Math.min(byLine.settled, Math.max(from, text.length - longestModel)) };
}

/** The next line that begins as a record does. */
function findLine(text: string, from: number, indent: number, inList: boolean): NextRecord | { readonly settled: number } {
  const behind = Math.max(0, from - lookBehind);
  const lineFeedBefore = text.slice(behind, from).lastIndexOf("\n");
  let lineFeed = lineFeedBefore === -1 ? text.indexOf("\n", from) : behind + lineFeedBefore;
  for (; lineFeed !== -1; lineFeed = text.indexOf("\n", lineFeed + 1)) {
    const first = passOver(margin, text, lineFeed + 1);
    if (first === text.length && first - lineFeed < longestIndent) return { settled: lineFeed };
    const start = inList ? startInList : startOnTop;
    start.lastIndex = first;
    if (first - lineFeed - 1 > indent || !start.test(text)) continue;
    const index = start.lastIndex;
    if (index >= from) return { index, inList: inList && (first - lineFeed > 1 || precededByComma(text, lineFeed)) };
  }
  return { settled: text.length };
}

function precededByComma(text: string, index: number): boolean {
  return text
    .slice(Math.max(0, index - lookBehind), index)
    .trimEnd()
    .endsWith(",");
}

/** Whether the text after a bracket may follow a record; undefined if there is not enough text to tell. */
export function mayFollowRecord(following: string, inList: boolean): boolean | undefined {
  if (!(inList ? /^\s*(?:[^\s,]|,\s*\S)/ : /^[ \t,]*[^ \t,]/).test(following)) return undefined;
  return (inList ? /^\s*(?:\]|,\s*[^\s,:\]}])/ : /^[ \t,]*[\n[{]/).test(following);
}

const name = /"(?:[^"\\]|\\.){1,100}"/.source;
const plainValue = /(?:"(?:[^"\\]|\\.){0,300}"|[-\w.+]{1,40})\s*,/.source;
const beginning = new RegExp(`^\\{\\s*(${name})\\s*:\\s*(?:(\\{)|${plainValue})\\s*(${name})\\s*:`);

/** An expression that finds, after a comma, an object with the same first two names as this record. A single name would match too much. */
export function modelOf(record: string): RegExp | undefined {
  const [, first, brace, second] = beginning.exec(record.slice(0, longestModel)) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const value = brace === undefined ? plainValue : "\\{";
  return new RegExp(`,\\s*(?=\\{\\s*${literal(first)}\\s*:\\s*${value}\\s*${literal(second)}\\s*:)`, "g");
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
