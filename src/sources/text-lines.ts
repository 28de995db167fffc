/** Lines of text with their numbers, in batches, because tagged formats consist of very many short lines. */
import { longestRecord, readTextBlocks } from "./text-blocks.ts";

export interface LineBatch {
  /** The number of the first line, from 1. */
  readonly first: number;
  /** Without line breaks; a line that is longer than `longestRecord` is cut to one character more. */
  readonly lines: readonly string[];
}

/** @yields lines in order, without an empty last line. */
export async function* readLineBatches(bytes: AsyncIterable<Uint8Array>): AsyncIterable<LineBatch> {
  let first = 1;
  let parts: string[] = [];
  let length = 0;
  const keep = (part: string) => {
    // One more than allowed, so that the length still shows that the line is too long.
    const room = longestRecord + 1 - length;
    if (part === "" || room <= 0) return;
    parts.push(part.slice(0, room));
    length += Math.min(part.length, room);
  };
  for await (const block of readTextBlocks(bytes)) {
    const lines = block.split("\n");
    const open = lines.pop() ?? "";
    if (lines.length > 0) {
      if (length > 0) {
        keep(lines[0] ?? "");
        lines[0] = parts.join("");
        parts = [];
        length = 0;
      }
      yield { first, lines };
      first += lines.length;
    }
    keep(open);
  }
  if (length > 0) yield { first, lines: [parts.join("")] };
}
