/** The lexical index as one file: a line of JSON with the sizes, then the arrays, each aligned to eight bytes. */
import { open, readFile } from "node:fs/promises";
import { z } from "zod";
import type { ForwardIndex } from "./lexical-segment.ts";

const headerSchema = z.object({
  format: z.literal(2),
  documents: z.number().int().nonnegative(),
  postings: z.number().int().nonnegative(),
  /** Number of term positions in the sequences of all documents. */
  said: z.number().int().nonnegative(),
  termBytes: z.number().int().nonnegative(),
});

/** Space for the header; the arrays start after it. */
const headerBytes = 256;

export interface StoredLexicalIndex {
  readonly terms: readonly string[];
  readonly forward: ForwardIndex;
}

export async function writeLexicalFile(path: string, { terms: texts, forward }: StoredLexicalIndex): Promise<void> {
  const termText = Buffer.from(texts.join("\n"), "utf8");
  const header = {
    format: 2,
    documents: forward.labels.length,
    postings: forward.terms.length,
    said: forward.sequences.length,
    termBytes: termText.length,
  };
  const file = await open(path, "w");
  try {
    await file.writeFile(
      Buffer.from(
        JSON.stringify(header)
          .padEnd(headerBytes - 1)
          .concat("\n"),
        "utf8",
      ),
    );
    const { labels, lengths, starts, terms, frequencies, sequenceStarts, sequences } = forward;
    for (const array of [labels, lengths, starts, terms, frequencies, sequenceStarts, sequences, termText]) {
      await file.writeFile(Buffer.from(array.buffer, array.byteOffset, array.byteLength));
      await file.writeFile(Buffer.alloc(padding(array.byteLength)));
    }
  } finally {
    await file.close();
  }
}

/** @param path a file whose checksum has been verified. */
export async function readLexicalFile(path: string): Promise<StoredLexicalIndex> {
  const bytes = await readFile(path);
  const { documents, postings, said, termBytes } = headerSchema.parse(JSON.parse(bytes.toString("utf8", 0, headerBytes)));
  let at = bytes.byteOffset + headerBytes;
  const take = (length: number): number => {
    const start = at;
    at += length + padding(length);
    return start;
  };
  const uint32 = (count: number) => new Uint32Array(bytes.buffer, take(4 * count), count);
  const uint16 = (count: number) => new Uint16Array(bytes.buffer, take(2 * count), count);
  const forward: ForwardIndex = {
    labels: uint32(documents),
    lengths: uint32(documents),
    starts: uint32(documents + 1),
    terms: uint32(postings),
    frequencies: uint16(postings),
    sequenceStarts: uint32(documents + 1),
    sequences: uint16(said),
  };
  const terms = Buffer.from(bytes.buffer, take(termBytes), termBytes).toString("utf8");
  return { terms: terms === "" ? [] : terms.split("\n"), forward };
}

function padding(length: number): number {
  return (8 - (length % 8)) % 8;
}
