/** Examines the beginning of an XML document, to tell formats apart. */
import { endOfDeclaration, endOfTag, isDeclaration, longestTag } from "./xml-scanner.ts";
import { noNamespaces, parseTag, type XmlElement } from "./xml-tree.ts";

export interface XmlHead {
  readonly root: XmlElement;
  /** As written; empty if there is none. */
  readonly doctype: string;
  /** The text that was passed. */
  readonly text: string;
}

/** The root element begins within this length; a dozen formats look for it. */
const longestProlog = 256 * 1024;

/** @returns undefined if the text is not XML, or if its root element does not begin within it. Never throws. */
export function headOf(whole: string): XmlHead | undefined {
  const text = whole.slice(0, longestProlog + longestTag);
  let doctype = "";
  let at = spacesFrom(text, text.startsWith("\ufeff") ? 1 : 0);
  while (text.startsWith("<?", at) || text.startsWith("<!", at)) {
    const isDoctype = isDeclaration(text, at);
    const end = isDoctype
      ? endOfDeclaration(text, at)
      : text.startsWith("<?", at)
        ? behind(text, "?>", at)
        : text.startsWith("<!--", at)
          ? behind(text, "-->", at)
          : undefined;
    if (end === undefined || end === -1) return undefined;
    if (isDoctype) doctype = text.slice(at, end);
    at = spacesFrom(text, end);
  }
  if (!/^<[A-Za-z_]/.test(text.slice(at, at + 2))) return undefined;
  const start = text.slice(at, at + longestTag);
  const end = endOfTag(start, 0);
  const { element } = parseTag(start.slice(0, end === -1 ? undefined : end), noNamespaces);
  return { root: element, doctype, text: whole };
}

/** Whether a start tag of this local name is in the text. */
export function hasTag(text: string, local: string): boolean {
  for (let at = text.indexOf(local); at !== -1; at = text.indexOf(local, at + 1)) {
    if (
      /^[\s/>]/.test(text.slice(at + local.length, at + local.length + 1)) &&
      /<(?:[\w.-]{1,40}:)?$/.test(text.slice(Math.max(0, at - 42), at))
    )
      return true;
  }
  return false;
}

function spacesFrom(text: string, from: number): number {
  let at = from;
  while (" \t\r\n".includes(text[at] ?? "x")) at++;
  return at;
}

function behind(text: string, ending: string, from: number): number {
  const found = text.indexOf(ending, from);
  return found === -1 ? -1 : found + ending.length;
}
