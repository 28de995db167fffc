/** Records of an input that a test writes out. */
import type { NewPaper } from "../../../src/core/paper.ts";
import type { Format, Refusal, SourceInput, SourceRecord } from "../../../src/core/source.ts";

export function inputOf(...pieces: (string | Uint8Array)[]): SourceInput {
  async function* bytes() {
    for (const piece of pieces) yield typeof piece === "string" ? Buffer.from(piece) : piece;
  }
  return { name: "invented.jsonl", bytes: bytes() };
}

export function linesOf(...records: unknown[]): SourceInput {
  return inputOf(records.map((record) => `${typeof record === "string" ? record : JSON.stringify(record)}\n`).join(""));
}

export async function allOf(records: AsyncIterable<SourceRecord>): Promise<SourceRecord[]> {
  const all: SourceRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

/** The only paper of one record. */
export async function paperFrom(format: Format, record: unknown): Promise<NewPaper> {
  const [only, ...others] = await allOf(format.read(linesOf(record)));
  if (only?.kind !== "paper" || others.length > 0) throw new TypeError(`no paper: ${JSON.stringify(only)}`);
  return only.paper;
}

/** Why one record is refused. */
export async function refusalOf(format: Format, record: unknown): Promise<Refusal> {
  const [only] = await allOf(format.read(linesOf(record)));
  if (only?.kind !== "refused") throw new TypeError(`it is not refused: ${JSON.stringify(only)}`);
  return only.refusal;
}
