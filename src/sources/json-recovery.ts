/**
 * Where the next record begins behind a broken one. In a broken text nothing is certain; there are three signs, the first of
 * which counts: a line that begins as records do, the bracket that closes the broken one, and names as in the last good record.
 */
import { lookBehind } from "./json-cursor.ts";
import { passOver } from "./json-scanner.ts";

/** How the broken record was set in. */
export interface Surroundings {
  readonly indent: number;
  /** Whether it is one of a list: only there do commas and names tell. */
  readonly inList: boolean;
  /** What records begin like, where one is known. */
  readonly model: RegExp | undefined;
}

export interface NextRecord {
  readonly index: number;
  /** Whether it is in the same list. */
  readonly inList: boolean;
}

/** A line that has only white space up to here may go on in text that is still to come. */
const longestIndent = 200;
/** A longer beginning of a record is not compared. */
const longestModel = 800;

const margin = /[ \t]*/y;
const startInList = /(?:[}\]]+[ \t]*,?[ \t]*)?(?=\{)/y;
const startOnTop = /(?:[}\]]+[ \t]*,?[ \t]*)?(?=[[{])/y;

/** How a place is set in: the white space that its line begins with, and whether there is nothing else before it. */
export function settingOf(text: string, index: number): { readonly indent: number; readonly isFirst: boolean } {
  const before = text.slice(Math.max(0, index - lookBehind), index);
  const lineFeed = before.lastIndexOf("\n");
  const first = passOver(margin, before, lineFeed + 1);
  return { indent: first - lineFeed - 1, isFirst: first === before.length && (lineFeed !== -1 || index < lookBehind) };
}

/**
 * @param from the first place where it may be. @param modelFrom the first place where names may tell.
 * @returns it, or up to where the text needs no second look once there is more.
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
    // The comma in front of it may be what was read last.
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

/** Whether what follows a bracket may follow a record; undefined where that is not told yet. */
export function mayFollowRecord(following: string, inList: boolean): boolean | undefined {
  if (!(inList ? /^\s*(?:[^\s,]|,\s*\S)/ : /^[ \t,]*[^ \t,]/).test(following)) return undefined;
  return (inList ? /^\s*(?:\]|,\s*[^\s,:\]}])/ : /^[ \t,]*[\n[{]/).test(following);
}

const name = /"(?:[^"\\]|\\.){1,100}"/.source;
const plainValue = /(?:"(?:[^"\\]|\\.){0,300}"|[-\w.+]{1,40})\s*,/.source;
const beginning = new RegExp(`^\\{\\s*(${name})\\s*:\\s*(?:(\\{)|${plainValue})\\s*(${name})\\s*:`);

/** An expression that finds, behind a comma, an object whose first two names are this record's. One name would find other things. */
export function modelOf(record: string): RegExp | undefined {
  const [, first, brace, second] = beginning.exec(record.slice(0, longestModel)) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const value = brace === undefined ? plainValue : "\\{";
  return new RegExp(`,\\s*(?=\\{\\s*${literal(first)}\\s*:\\s*${value}\\s*${literal(second)}\\s*:)`, "g");
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
