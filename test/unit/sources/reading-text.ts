/** Papers and refusals of a text that a test writes out, read in pieces of any size. */
import type { NewPaper } from "../../../src/core/paper.ts";
import type { Format, Refusal, SourceInput, SourceRecord } from "../../../src/core/source.ts";

/** Bytes in pieces that end anywhere, in the middle of a character too. */
export function textInput(text: string | Uint8Array, pieceBytes = 64 * 1024): SourceInput {
  async function* pieces() {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  return { name: "invented.txt", bytes: pieces() };
}

export interface Reading {
  readonly records: readonly SourceRecord[];
  readonly papers: readonly NewPaper[];
  readonly refusals: readonly Refusal[];
}

export async function readText(format: Format, text: string | Uint8Array, pieceBytes?: number, modified?: Date): Promise<Reading> {
  const records: SourceRecord[] = [];
  const input = { ...textInput(text, pieceBytes), ...(modified === undefined ? {} : { modified }) };
  for await (const record of format.read(input)) records.push(record);
  return {
    records,
    papers: records.flatMap((record) => (record.kind === "paper" ? [record.paper] : [])),
    refusals: records.flatMap((record) => (record.kind === "refused" ? [record.refusal] : [])),
  };
}

/** The paper of a text that has one and nothing else. */
export async function onlyPaper(format: Format, text: string): Promise<NewPaper> {
  const { papers, ...read } = await readText(format, text);
  const records = read.records.filter(({ kind }) => kind !== "collection");
  const [only] = papers;
  if (only === undefined || records.length > 1) throw new TypeError(`not one paper: ${JSON.stringify(records)}`);
  return only;
}

/** The lines of a text, as they stand in a test. */
export function lines(...all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
