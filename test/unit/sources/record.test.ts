/** What every format makes its records with. */
import { expect, it } from "vitest";
import { paperOf, RecordFault, withoutStacks } from "../../../src/sources/record.ts";

it("withoutStacks removes the stacks of a parser's errors, and of no others", () => {
  const stackOf = (text: string) => {
    try {
      return JSON.parse(text);
    } catch (error) {
      return error instanceof Error ? error.stack : undefined;
    }
  };
  expect(withoutStacks(() => stackOf("{"))).not.toContain("\n");
  expect(() => withoutStacks(() => JSON.parse("{"))).toThrow(SyntaxError);
  expect(stackOf("{")).toContain("\n");
});

it("a record of implausible size is refused, but not that of the largest collaboration", () => {
  const record = { ids: ["X:1"], title: "Kettles" };
  const many = (count: number) => Array.from({ length: count }, (_, at) => `k${at}`);
  const authors = (count: number) => many(count).map((name) => ({ name }));
  expect(paperOf({ ...record, authors: authors(15_025) }, "x").authors).toHaveLength(15_025);
  for (const [field, more] of [
    ["authors", { authors: authors(20_001) }],
    ["authors", { authors: [{ name: "k".repeat(10_001) }] }],
    ["keywords", { keywords: many(20_001) }],
    ["categories", { categories: ["k".repeat(10_001)] }],
    ["venue", { venue: "k".repeat(10_001) }],
    ["url", { url: `https://example.org/${"k".repeat(10_001)}` }],
  ] as const) {
    expect(() => paperOf({ ...record, ...more }, "x"), field).toThrow(expect.objectContaining({ field }));
    expect(() => paperOf({ ...record, ...more }, "x"), field).toThrow(RecordFault);
  }
});
