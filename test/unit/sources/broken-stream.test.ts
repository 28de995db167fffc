/** A disk that fails while a compressed file is read from it. */
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, it, vi } from "vitest";

vi.mock("node:fs", async (original) => ({
  ...(await original<typeof import("node:fs")>()),
  createReadStream: () =>
    Readable.from(
      (async function* () {
        yield gzipSync("x".repeat(1_000)).subarray(0, 20);
        throw new Error("the disk is gone");
      })(),
    ),
}));

it("I11: a compressed file with a read error is reported as unreadable, and does not hang", async () => {
  const { openInput } = await import("../../../src/sources/open-input.ts");
  const input = await openInput(process.execPath);
  const reading = (async () => {
    for await (const piece of input.bytes) expect(piece.length).toBeGreaterThan(0);
  })();
  await expect(reading).rejects.toMatchObject({ code: "file_unreadable", message: expect.stringContaining("the disk is gone") });
});
