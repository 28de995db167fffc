/** Bytes as blocks and lines of text. */
import { describe, expect, it } from "vitest";
import { longestRecord, readTextBlocks } from "../../../src/sources/text-blocks.ts";
import { readLineBatches } from "../../../src/sources/text-lines.ts";
import { textInput } from "./reading-text.ts";

async function linesOf(text: string, pieceBytes: number): Promise<string[]> {
  const all: string[] = [];
  for await (const { first, lines } of readLineBatches(textInput(text, pieceBytes).bytes)) {
    expect(first).toBe(all.length + 1);
    all.push(...lines);
  }
  return all;
}

describe("text", () => {
  it("has the same lines in pieces of any size, without a byte order mark, with any line endings", async () => {
    for (const size of [1, 2, 3, 5, 1_000]) {
      expect(await linesOf("\ufeffä\r\nb\rc\n\n€d\r\r\n😀", size)).toEqual(["ä", "b", "c", "", "€d", "", "😀"]);
      expect(await linesOf("a\r", size)).toEqual(["a"]);
      expect(await linesOf("a\n", size)).toEqual(["a"]);
      expect(await linesOf("", size)).toEqual([]);
    }
  });

  it("is read in blocks that end with a line, except for lines longer than a block", async () => {
    const text = `${"short\n".repeat(30_000)}${"x".repeat(200_000)}\nend`;
    const blocks: string[] = [];
    for await (const block of readTextBlocks(textInput(text, 1_000).bytes)) blocks.push(block);
    expect(blocks.join("")).toBe(text);
    expect(Math.max(...blocks.map((block) => block.length))).toBeLessThan(200_000);
  });

  it("has lines cut that are too long to be kept", async () => {
    const [line, next] = await linesOf(`${"x".repeat(longestRecord + 100_000)}\nb\n`, 1 << 16);
    expect(line).toHaveLength(longestRecord + 1);
    expect(next).toBe("b");
  });
});
