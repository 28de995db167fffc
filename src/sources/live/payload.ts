/** What the answers of all services have in common: addresses with parameters, JSON and XML that must be complete, and pages of papers. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../core/errors.ts";
import type { FetchedPage, FetchPosition, FetchSession, HttpAnswer, HttpRequest } from "../../core/live-source.ts";
import type { Format, SourceRecord } from "../../core/source.ts";
import { detectEncoding, toUtf8 } from "../decode-text.ts";
import { readXmlRecords } from "../xml-records.ts";
import { headOf } from "../xml-root.ts";
import type { XmlElement } from "../xml-tree.ts";

const pieceBytes = 64 * 1024;

/** The URL of a request; undefined parameters are left out. */
export function addressOf(
  session: FetchSession,
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>> = {},
): URL {
  const url = new URL(session.address + path);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

/** The header that carries the key, if there is one. */
export function keyHeader(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

/** The papers in an answer as a page. */
export function pageOf(format: Format, answer: HttpAnswer, next: FetchPosition | undefined): FetchedPage {
  const records = format.read({ name: answer.place, bytes: toUtf8(inPieces(answer.bytes)) });
  return { records: answer.fault === undefined ? records : papersAmong(records), next, fault: answer.fault };
}

/** Drops the refusals of a broken page: what cannot be read is due to the page's fault, and the page is fetched again. */
async function* papersAmong(records: AsyncIterable<SourceRecord>): AsyncIterable<SourceRecord> {
  for await (const record of records) if (record.kind === "paper" || record.kind === "deleted") yield record;
}

/** Bytes in chunks, with a turn of the event loop after each, so that a server keeps answering while a large page is read. */
async function* inPieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield bytes.subarray(at, at + pieceBytes);
    await nextTurn();
  }
}

/** The error for a service that reports a refusal in an answer with status 200. */
export function refused(title: string, reason: string, mend = "Check the words and options of the command."): AppError {
  return new AppError("source_refused", `${title} answers: ${reason.replace(/(?<![.\s])[.\s]+$/, "")}.`, { mend });
}

/**
 * Requests JSON.
 * @param look checks a complete answer: throws, or returns the reason for which it has to be requested again.
 * @returns `value` is undefined if the answer has a fault.
 */
export async function requestJson(
  session: FetchSession,
  url: URL,
  request: Omit<HttpRequest, "check"> = {},
  look: (value: unknown) => string | undefined = () => undefined,
): Promise<{ answer: HttpAnswer; value: unknown }> {
  let value: unknown;
  const answer = await session.request(url, {
    ...request,
    check: (bytes) => {
      value = parsed(bytes);
      return value === undefined ? "its JSON is broken, or cut short" : look(value);
    },
  });
  return { answer, value: answer.fault === undefined ? value : undefined };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The value at a path in JSON of unknown shape. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<string | number, unknown>)[step];
  }
  return found;
}

/** A text or a number at a path, as text; undefined for anything else. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : typeof found === "number" ? String(found) : undefined;
}

/** The length of a list at a path; 0 for anything else. */
export function lengthAt(value: unknown, ...path: readonly (string | number)[]): number {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found.length : 0;
}

const headBytes = 64 * 1024;
const tailBytes = 4 * 1024;

/** Why an XML document is not the expected one, or is incomplete; undefined if it is neither. */
export function faultOfXml(bytes: Uint8Array, roots: readonly string[]): string | undefined {
  const decoder = new TextDecoder(detectEncoding(bytes.subarray(0, headBytes)));
  const head = decoder.decode(bytes.subarray(0, headBytes));
  const root = headOf(head)?.root.local;
  if (root === undefined) return "its answer is no XML, or cut short";
  if (!roots.includes(root)) return `it answers with <${root}> instead of <${roots[0]}>`;
  const tail = decoder.decode(bytes.subarray(Math.max(0, bytes.length - tailBytes)));
  return root === nameOfLastTag(tail) ? undefined : "its XML ends in the middle";
}

/** The local name of the tag that ends a document, ignoring comments after it; undefined if it ends with something else. */
function nameOfLastTag(text: string): string | undefined {
  let rest = text.trimEnd();
  // Comments are not part of the pattern below: any comment could end where a later one ends, which makes the matching quadratic.
  while (rest.endsWith("-->")) rest = rest.slice(0, Math.max(0, rest.lastIndexOf("<!--"))).trimEnd();
  const [, closing, empty] = /(?:<\/(?:[\w.-]+:)?([\w.-]+)|<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?\/)\s*>$/.exec(rest) ?? [];
  return closing ?? empty;
}

/** The wanted elements of an answer, besides the records that a format reads. */
export async function elementsIn(
  bytes: Uint8Array,
  roots: readonly string[],
  isWanted: (local: string, parent: string | undefined) => boolean,
): Promise<XmlElement[]> {
  const found: XmlElement[] = [];
  const shape = { roots, isRecord: (local: string, around: readonly XmlElement[]) => isWanted(local, around.at(-1)?.local) };
  for await (const item of readXmlRecords(toUtf8(inPieces(bytes)), shape)) if (item.kind === "record") found.push(item.record.element);
  return found;
}
