/** JSON Lines, whatever the lines mean: one value a line, at constant memory, with the number of each line. */

import type { NewPaper } from "../core/paper.ts";
import { excerptOf, type SourceInput, type SourceRecord } from "../core/source.ts";
import { RecordFault } from "./record.ts";

/** A longer line is no paper, and must not fill the memory. */
const longestLineBytes = 4 * 1024 * 1024;

interface Line {
  readonly number: number;
  /** Undefined for a line that is too long to look at. */
  readonly text: string | undefined;
}

/** Splits bytes at line feeds; a byte order mark and carriage returns go. */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Line> {
  let number = 0;
  let parts: Uint8Array[] = [];
  let length = 0;
  const decoder = new TextDecoder("utf-8");
  const finish = (): Line => {
    number++;
    const text = length > longestLineBytes ? undefined : decoder.decode(Buffer.concat(parts)).replace(/\r$/, "");
    parts = [];
    length = 0;
    return { number, text };
  };
  const keep = (part: Uint8Array) => {
    length += part.length;
    if (length <= longestLineBytes) parts.push(part);
    else parts = [];
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}

/**
 * Reads one paper a line.
 * @param toPaper throws `RecordFault` for a line that is no paper; undefined for one that is none on purpose.
 */
export async function* readPaperLines(input: SourceInput, toPaper: (value: unknown) => NewPaper | undefined): AsyncIterable<SourceRecord> {
  for await (const { number, text } of readLines(input.bytes)) {
    const place = { file: input.name, line: number };
    if (text === undefined) {
      yield {
        kind: "refused",
        refusal: {
          place,
          field: undefined,
          reason: `the line is longer than ${longestLineBytes / 1024 / 1024} MiB`,
          excerpt: "",
        },
      };
      continue;
    }
    if (text.trim() === "") continue;
    try {
      const paper = toPaper(parseLine(text));
      if (paper !== undefined) yield { kind: "paper", paper, place };
    } catch (error) {
      if (!(error instanceof RecordFault)) throw error;
      yield {
        kind: "refused",
        refusal: {
          place,
          field: error.field,
          reason: error.message,
          excerpt: excerptOf(text),
        },
      };
    }
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RecordFault(undefined, `not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The first whole line of an input's head as a JSON object, for recognising it. */
export function firstObject(head: string): Record<string, unknown> | undefined {
  for (const line of head.split("\n")) {
    if (line.trim() === "") continue;
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch {
      // A broken line is reported when it is read; another one may tell the format.
    }
  }
  return undefined;
}
