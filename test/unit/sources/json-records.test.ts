/** What is said of bad records among good ones. */
import { describe, expect, it } from "vitest";
import { paperkinFormat } from "../../../src/sources/paperkin.ts";
import { allOf, inputOf, linesOf } from "./reading.ts";

describe("a bad record", () => {
  it("I11: is reported with file, line, field, reason and the surrounding text, and the others are read", async () => {
    const records = await allOf(
      paperkinFormat.read(
        linesOf({ id: "x-1", title: "One" }, "{ broken", "", { id: "x-2", title: 5, abstract: [] }, "5", { id: "x-3", title: "Three" }),
      ),
    );
    expect(
      records.map((record) =>
        record.kind === "refused" ? record.refusal : record.kind === "paper" ? [record.place.line, record.paper.title] : [],
      ),
    ).toEqual([
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
      { place: { file: "invented.jsonl", line: 5 }, field: undefined, reason: "the record is not a JSON object", excerpt: "5" },
      [6, "Three"],
    ]);
  });

  it("is reported by its line if it is too long", async () => {
    const [first, second] = await allOf(paperkinFormat.read(inputOf("x".repeat(4 * 1024 * 1024 + 1), '\n{"id":"x-1","title":"One"}')));
    expect(first).toMatchObject({ kind: "refused", refusal: { place: { line: 1 }, reason: "the record is longer than 4 MiB" } });
    expect(second).toMatchObject({ kind: "paper", place: { line: 2 } });
  });

  it("has a shortened excerpt", async () => {
    const [record] = await allOf(paperkinFormat.read(linesOf({ id: "x-1", title: [], abstract: "x".repeat(5_000) })));
    expect(record?.kind === "refused" ? record.refusal.excerpt.length : 0).toBe(121);
  });
});
