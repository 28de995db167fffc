/** What every reader of a format has to return, whatever its input. */
import { expect } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { parseId } from "../../src/core/identity.ts";
import { type NewPaper, paperSchema } from "../../src/core/paper.ts";
import type { Format, Refusal, SourceRecord } from "../../src/core/source.ts";
import { textInput } from "../unit/sources/reading-text.ts";

/** Reads to the end. Anything thrown except an `AppError` fails the test. */
export async function recordsOf(format: Format, bytes: string | Uint8Array, pieceBytes = 1 << 16): Promise<SourceRecord[] | AppError> {
  const records: SourceRecord[] = [];
  try {
    for await (const record of format.read(textInput(bytes, pieceBytes))) records.push(record);
    return records;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** What is read can be stored, verified and returned. */
export function checkPaper(paper: NewPaper): void {
  const [paperId = ""] = paper.ids;
  expect(paperSchema.safeParse({ ...paper, paperId }).error?.issues ?? []).toEqual([]);
  for (const id of paper.ids) expect(parseId(id)?.id).toBe(id);
}

/** @param place what a refusal has to say about its position. */
export function checkRefusal(refusal: Refusal, place: object): void {
  expect(refusal.reason).not.toBe("");
  expect(refusal.place).toMatchObject(place);
  expect(refusal.excerpt.length).toBeLessThan(200);
}

/** How often a malicious document repeats its content: enough for anything quadratic to take longer than {@link soonMs}. */
export const endless = 50_000;
export const soonMs = 1_250;

/** @returns milliseconds of processor time: what else runs on the machine does not count. */
export async function cpuTimeOf(work: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
