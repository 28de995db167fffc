/** What every reader of a format has to give, whatever it is fed with. */
import { expect } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { parseId } from "../../src/core/identity.ts";
import { type NewPaper, paperSchema } from "../../src/core/paper.ts";
import type { Format, Refusal, SourceRecord } from "../../src/core/source.ts";
import { textInput } from "../unit/sources/reading-text.ts";

/** Reads to the end. Anything thrown but an `AppError` fails the test. */
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

/** What goes in can be stored, verified and given back. */
export function checkPaper(paper: NewPaper): void {
  const [paperId = ""] = paper.ids;
  expect(paperSchema.safeParse({ ...paper, paperId }).error?.issues ?? []).toEqual([]);
  for (const id of paper.ids) expect(parseId(id)?.id).toBe(id);
}

/** @param place what a refusal has to say of where it was. */
export function checkRefusal(refusal: Refusal, place: object): void {
  expect(refusal.reason).not.toBe("");
  expect(refusal.place).toMatchObject(place);
  expect(refusal.excerpt.length).toBeLessThan(200);
}

/** How often what a hostile document repeats stands in it: enough for what grows with its square to take longer than {@link soonMs}. */
export const endless = 50_000;
export const soonMs = 1_250;

/** @returns milliseconds of a processor: what else runs on the machine has no part in them. */
export async function cpuTimeOf(work: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
