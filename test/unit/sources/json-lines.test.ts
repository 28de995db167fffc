/** Lines out of bytes, whatever their ends, beginnings and lengths; and what is said of bad ones. */
import { describe, expect, it } from "vitest";
import { readLines } from "../../../src/sources/json-lines.ts";
import { paperkinFormat } from "../../../src/sources/paperkin.ts";
import { allOf, inputOf, linesOf } from "./reading.ts";

async function linesIn(...pieces: (string | Uint8Array)[]) {
  const lines: [number, string | undefined][] = [];
  for await (const { number, text } of readLines(inputOf(...pieces).bytes)) lines.push([number, text]);
  return lines;
}

describe("lines", () => {
  it("end at line feeds, with or without a carriage return, and at the end of the input", async () => {
    expect(await linesIn("a\nb\r\n\nc")).toEqual([
      [1, "a"],
      [2, "b"],
      [3, ""],
      [4, "c"],
    ]);
    expect(await linesIn("a\n")).toEqual([[1, "a"]]);
    expect(await linesIn()).toEqual([]);
  });

  it("do without a byte order mark", async () => {
    expect(await linesIn("\ufeffa\nb")).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });

  it("are whole though their bytes come one by one", async () => {
    const bytes = Buffer.from("é漢𝒳\r\nzwei\n");
    expect(await linesIn(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([
      [1, "é漢𝒳"],
      [2, "zwei"],
    ]);
  });

  it("of more than 4 MiB are passed over without being kept, and the next ones are read", async () => {
    const piece = "x".repeat(1024 * 1024);
    expect(await linesIn("a\n", piece, piece, piece, piece, piece, "\nb\n")).toEqual([
      [1, "a"],
      [2, undefined],
      [3, "b"],
    ]);
  });
});

describe("a bad line", () => {
  it("I11: is reported with file, line, field, reason and the text around it, and the others are read", async () => {
    const records = await allOf(
      paperkinFormat.read(
        linesOf({ id: "x-1", title: "One" }, "{ broken", "", { id: "x-2", title: 5, abstract: [] }, "[]", { id: "x-3", title: "Three" }),
      ),
    );
    expect(records.map((record) => (record.kind === "paper" ? [record.place.line, record.paper.title] : record.refusal))).toEqual([
      [1, "One"],
      {
        place: { file: "invented.jsonl", line: 2 },
        field: undefined,
        reason: expect.stringContaining("not valid JSON"),
        excerpt: "{ broken",
      },
      {
        place: { file: "invented.jsonl", line: 4 },
        field: "abstract",
        reason: "it should be a text, and is a list",
        excerpt: expect.stringContaining("x-2"),
      },
      { place: { file: "invented.jsonl", line: 5 }, field: undefined, reason: "the record is not a JSON object", excerpt: "[]" },
      [6, "Three"],
    ]);
  });

  it("that is too long is reported by its number", async () => {
    const [first, second] = await allOf(paperkinFormat.read(inputOf("x".repeat(4 * 1024 * 1024 + 1), '\n{"id":"x-1","title":"One"}')));
    expect(first).toMatchObject({ kind: "refused", refusal: { place: { line: 1 }, reason: "the line is longer than 4 MiB" } });
    expect(second).toMatchObject({ kind: "paper", place: { line: 2 } });
  });

  it("has an excerpt that is cut short", async () => {
    const [record] = await allOf(paperkinFormat.read(linesOf(`{"id": ${"1".repeat(5000)}`)));
    expect(record?.kind === "refused" ? record.refusal.excerpt.length : 0).toBe(121);
  });
});
