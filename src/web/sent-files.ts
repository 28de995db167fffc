/**
 * The files of a form (multipart/form-data, RFC 7578). Hono and undici parse a form into objects that hold its content several times. Files
 * of papers may be as large as a body may be, so here each file is a slice of the body.
 */
import type { Context } from "hono";
import { boundaryOf, brokenForm, requireFewParts } from "./form-fields.ts";

export interface SentBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface SentForm {
  /** In the order in which they were sent. */
  readonly files: readonly SentBytes[];
  /** The `once` field, empty if there is none (`once-only.ts`). */
  readonly once: string;
}

/** Longer than any value that a page gives to `once`. */
const longestOnce = 100;

const lineEnd = "\r\n";

/**
 * All named files of one field. Throws `invalid_request` for a broken form: without a boundary, with parts that do not end, or
 * with too many parts.
 */
export async function sentFilesOf(c: Context, field: string): Promise<SentForm> {
  const type = c.req.header("content-type") ?? "";
  const body = Buffer.from(await c.req.arrayBuffer());
  requireFewParts(body, type);
  // A form without files may be URL-encoded.
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return { files: [], once: "" };
  const boundary = boundaryOf(type);
  if (boundary === undefined) throw brokenForm();
  const files: SentBytes[] = [];
  let once = "";
  for (const { head, bytes } of partsOf(body, `--${boundary}`)) {
    const { name, filename } = dispositionOf(head);
    if (name === field && filename !== undefined && filename !== "") files.push({ name: filename, bytes });
    else if (name === "once" && filename === undefined && bytes.length <= longestOnce) once = bytes.toString("utf8");
  }
  return { files, once };
}

function* partsOf(body: Buffer, mark: string): Generator<{ head: string; bytes: Buffer }> {
  // Text before the first boundary is meant for readers that do not support multipart.
  let at = body.indexOf(mark) + mark.length;
  if (at < mark.length) throw brokenForm();
  while (!isLast(body, at)) {
    const begin = body.indexOf(lineEnd, at);
    const headEnd = body.indexOf(lineEnd + lineEnd, begin);
    const end = boundaryBehind(body, lineEnd + mark, headEnd + lineEnd.length);
    if (begin === -1 || headEnd === -1 || end === -1) throw brokenForm();
    const first = headEnd + 2 * lineEnd.length;
    yield { head: body.toString("utf8", begin, headEnd), bytes: body.subarray(first, Math.max(first, end)) };
    at = end + lineEnd.length + mark.length;
  }
}

/** The next boundary that ends its line: a line of a file may begin like the boundary and continue. */
function boundaryBehind(body: Buffer, mark: string, from: number): number {
  let at = body.indexOf(mark, from);
  while (at !== -1 && !isLast(body, at + mark.length) && !endsLine(body, at + mark.length)) at = body.indexOf(mark, at + 1);
  return at;
}

function isLast(body: Buffer, at: number): boolean {
  return body.toString("latin1", at, at + 2) === "--";
}

/** Spaces after a boundary do not belong to it (RFC 2046). */
function endsLine(body: Buffer, at: number): boolean {
  return /^[ \t]*\r\n/.test(body.toString("latin1", at, at + 72));
}

/** In names, browsers write quotes and line breaks as `%22`, `%0D` and `%0A`; other programs put a backslash before a quote. */
function dispositionOf(head: string): { name: string | undefined; filename: string | undefined } {
  const [line = ""] = /^content-disposition:.*$/im.exec(head) ?? [];
  const [name, filename] = ["name", "filename"].map((parameter) =>
    new RegExp(`;\\s*${parameter}="((?:\\\\"|[^"])*)"`, "i")
      .exec(line)?.[1]
      ?.replaceAll('\\"', '"')
      .replace(/%22|%0D|%0A/gi, decodeURIComponent),
  );
  return { name, filename };
}
