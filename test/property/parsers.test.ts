/** Readers of formats, given corrupted good records: they return papers, refusals or one `AppError`, and finish. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import type { SourceInput, SourceRecord } from "../../src/core/source.ts";
import { formats, recognizeFormat } from "../../src/sources/registry.ts";
import { allSampleLines, sampleLines } from "../unit/sources/samples.ts";
import { checkPaper, checkRefusal } from "./records.ts";
import { brokenText, holds } from "./settings.ts";

/** Bytes in pieces that end anywhere, even in the middle of a character. */
function inputOf(bytes: Uint8Array, pieceBytes: number): SourceInput {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  return { name: "invented.jsonl", bytes: pieces() };
}

async function readAll(records: AsyncIterable<SourceRecord>): Promise<SourceRecord[]> {
  const all: SourceRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

/** Values that a field should not have, and some that it may have. */
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  brokenText,
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    1.5,
    0,
    1e308,
    "2023-02-30",
    "0000",
    99_999,
    [],
    {},
    [null],
    [[]],
    [{}],
    { toString: 1, valueOf: 1 },
    { name: 5 },
    ["a", 1],
  ),
  fc.integer({ min: 1, max: 30 }).map((depth) => `nested ${depth * 100}`),
  fc.constantFrom("url:", "10.1234/", ".", "dblp:").map((unit) => unit.repeat(5_000)),
);

/** Puts nested lists in where texts ask for them: `JSON.stringify` takes time for them that is quadratic in their depth. */
function withNested(json: string): string {
  return json.replace(/"nested (\d+)"/g, (_, depth) => "[".repeat(Number(depth)) + "]".repeat(Number(depth)));
}

const addable = ["date", "year", "published", "version", "authors", "ids", "status", "sources", "listed", "doi", "created"];

/** One of the good records with some of its fields, mostly top-level ones, replaced, removed, renamed or added. */
const spoiledLine = (lines: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...lines),
      fc.array(
        fc.record({
          atTop: fc.boolean(),
          object: fc.nat(60),
          field: fc.nat(60),
          value: anyValue,
          change: fc.constantFrom("replace", "replace", "remove", "rename", "add"),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([line, changes]) => {
      const record: unknown = JSON.parse(line);
      for (const { atTop, object, field, value: drawn, change } of changes) {
        // A copy: the constants among them must not change.
        const value: unknown = JSON.parse(JSON.stringify(drawn));
        const objects = objectsIn(record);
        const chosen = objects[atTop ? 0 : object % objects.length] ?? {};
        const keys = Object.keys(chosen);
        const key = keys[field % Math.max(1, keys.length)] ?? "title";
        if (change === "replace") chosen[key] = value;
        if (change === "remove") delete chosen[key];
        if (change === "rename") chosen[["constructor", "toString", "valueOf", key.toUpperCase()][field % 4] ?? "x"] = chosen[key];
        if (change === "add") chosen[addable[field % addable.length] ?? "x"] = value;
      }
      return withNested(JSON.stringify(record));
    });

/** The outermost first. */
function objectsIn(value: unknown, depth = 0): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null || depth > 5) return [];
  const inner = Object.values(value).flatMap((part) => objectsIn(part, depth + 1));
  return Array.isArray(value) ? inner : [Object.assign(value), ...inner];
}

/** A line in which characters were lost, doubled or inserted. */
const mangledLine = (lines: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...lines),
      fc.nat(),
      fc.nat(30),
      fc.oneof(brokenText, fc.constantFrom("\0", "\\", '"', "{", "}", "\\u", "\\ud800", "\r", "1e999", "[".repeat(50_000))),
    )
    .map(([line, at, length, text]) => {
      const start = at % line.length;
      return line.slice(0, start) + text + line.slice(start + length);
    });

const contentOf = (lines: readonly string[]) =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .array(
          fc.oneof(
            { weight: 6, arbitrary: spoiledLine(lines) },
            { weight: 2, arbitrary: mangledLine(lines) },
            { weight: 1, arbitrary: fc.constantFrom(...allSampleLines, "", " ", "null", "[]", "5") },
          ),
          { minLength: 1, maxLength: 4 },
        )
        .map((chosen) => chosen.join("\n")),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );

async function expectOnlyKnownEnds(read: () => Promise<SourceRecord[]>): Promise<SourceRecord[]> {
  try {
    return await read();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return [];
  }
}

describe("reading papers", () => {
  // Formats of other kinds have tests of their own in this folder.
  for (const format of formats.filter(({ name }) => Object.hasOwn(sampleLines, name))) {
    it(`I11: as ${format.name} ends in papers, in refusals that say where and why, or in an AppError`, async () => {
      let [papers, refusals] = [0, 0];
      await holds(
        fc.asyncProperty(
          contentOf(sampleLines[format.name] ?? allSampleLines),
          fc.integer({ min: 1, max: 400 }),
          async (written, pieceBytes) => {
            for (const record of await expectOnlyKnownEnds(() => readAll(format.read(inputOf(Buffer.from(written), pieceBytes))))) {
              if (record.kind === "refused") {
                refusals++;
                checkRefusal(record.refusal, { file: "invented.jsonl", line: expect.any(Number) });
              } else if (record.kind === "paper") {
                papers++;
                checkPaper(record.paper);
              }
            }
          },
        ),
        400,
      );
      expect(Math.min(papers, refusals)).toBeGreaterThan(50);
    });
  }

  it("I11: in a format that has to be detected ends in the same ways", () =>
    holds(
      fc.asyncProperty(contentOf(allSampleLines), fc.integer({ min: 1, max: 400 }), async (written, pieceBytes) => {
        await expectOnlyKnownEnds(async () => {
          const recognized = await recognizeFormat(inputOf(Buffer.from(written), pieceBytes));
          return recognized === undefined ? [] : await readAll(recognized.format.read(recognized.input));
        });
      }),
      300,
    ));
});
