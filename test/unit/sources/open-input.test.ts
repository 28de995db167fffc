/** Files and compressed files as bytes, whole or with a word on what is wrong. */
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mulberry32 } from "../../../src/core/ranking/metrics.ts";
import { openInput } from "../../../src/sources/open-input.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

describe("a file", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });
  afterAll(() => folder.remove());

  async function written(name: string, bytes: string | Uint8Array): Promise<string> {
    const path = join(folder.path, name);
    await writeFile(path, bytes);
    return path;
  }

  async function textOf(path: string): Promise<string> {
    const input = await openInput(path);
    expect(input.name).toBe(path);
    const pieces: Uint8Array[] = [];
    for await (const piece of input.bytes) pieces.push(piece);
    return Buffer.concat(pieces).toString("utf8");
  }

  /** More than fits into any buffer on the way, and does not compress away. */
  function longText(): string {
    const random = mulberry32(1);
    return Array.from({ length: 300_000 }, () => Math.floor(random() * 36).toString(36)).join("");
  }

  it("cannot be at a web address, and the error says what to do", async () => {
    await expect(openInput("https://example.org/papers.bib")).rejects.toMatchObject({
      code: "file_unreadable",
      mend: expect.stringContaining("Save what is at that address"),
    });
  });

  it("is read unchanged", async () => {
    const text = longText();
    expect(await textOf(await written("a.jsonl", text))).toBe(text);
    expect(await textOf(await written("empty.jsonl", ""))).toBe("");
    expect(await textOf(await written("one-byte.jsonl", "\u001f"))).toBe("\u001f");
  });

  it("is decompressed if it is compressed, whatever its name, also in several members", async () => {
    const text = longText();
    expect(await textOf(await written("a.jsonl.gz", gzipSync(text)))).toBe(text);
    expect(await textOf(await written("b.jsonl", Buffer.concat([gzipSync("one\n"), gzipSync("two\n")])))).toBe("one\ntwo\n");
    expect(await textOf(await written("c.gz", gzipSync("")))).toBe("");
  });

  it("I11: that is compressed and truncated is reported, after everything before the cut", async () => {
    const whole = gzipSync(longText());
    const input = await openInput(await written("cut.gz", whole.subarray(0, whole.length - 5_000)));
    let read = 0;
    const reading = (async () => {
      for await (const piece of input.bytes) read += piece.length;
    })();
    await expect(reading).rejects.toMatchObject({
      code: "file_unreadable",
      message: expect.stringContaining("cut.gz"),
      mend: expect.any(String),
    });
    expect(read).toBeGreaterThan(100_000);
  });

  it("I11: that is compressed and truncated yields everything before the cut, however slowly it is read", async () => {
    const text = longText();
    const whole = gzipSync(text);
    for (const cut of [5, 3_000]) {
      const packed = whole.subarray(0, whole.length - cut);
      const input = await openInput(await written("slow.gz", packed));
      let read = "";
      const reading = (async () => {
        for await (const piece of input.bytes) {
          read += Buffer.from(piece).toString();
          await setTimeout(1);
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: "file_unreadable", message: expect.stringContaining("ends early") });
      expect(read).toBe(gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).toString());
    }
  });

  it("I11: that does not match its checksum is reported, and many chunks cause no warnings", async () => {
    const warnings: unknown[] = [];
    const warn = (warning: unknown) => warnings.push(warning);
    process.on("warning", warn);
    const packed = gzipSync(longText().repeat(8));
    packed[packed.length - 8] = (packed.at(-8) ?? 0) ^ 1;
    await expect(textOf(await written("other.gz", packed))).rejects.toMatchObject({ message: expect.stringContaining("checksum") });
    await setTimeout(1);
    process.off("warning", warn);
    expect(warnings).toEqual([]);
  });

  it("I11: that only looks compressed is reported as unreadable", async () => {
    const damaged = gzipSync("some text");
    damaged[12] = (damaged[12] ?? 0) ^ 0xff;
    for (const bytes of [damaged, Uint8Array.of(0x1f, 0x8b), Uint8Array.of(0x1f, 0x8b, 1, 2, 3, 4)])
      await expect(textOf(await written("bad.gz", bytes))).rejects.toMatchObject({ code: "file_unreadable" });
  });

  it("that decompresses to far more than real text would is not read further", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const input = await openInput(await written("bomb.gz", bomb));
    let read = 0;
    const reading = (async () => {
      for await (const piece of input.bytes) read += piece.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: "file_unreadable", message: expect.stringContaining("200 times") });
    expect(read).toBeLessThan(100 * 1024 * 1024);
  });

  it("has its time of modification", async () => {
    const path = await written("dated.txt", "text");
    await utimes(path, new Date(0), new Date("2025-03-24T00:00:00Z"));
    expect((await openInput(path)).modified).toEqual(new Date("2025-03-24T00:00:00Z"));
  });

  it("is closed if it is not read to its end", async () => {
    const input = await openInput(await written("long.gz", gzipSync(longText())));
    for await (const piece of input.bytes) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
  });

  it("that does not exist, or is a folder, is reported", async () => {
    await mkdir(join(folder.path, "folder"));
    for (const name of ["missing.jsonl", "folder", "a\0b"])
      await expect(openInput(join(folder.path, name))).rejects.toMatchObject({ code: "file_unreadable", mend: expect.any(String) });
  });
});
