/** Folders, patterns and archives as single inputs. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readFilesOf } from "../../../src/app-sources.ts";
import { AppError } from "../../../src/core/errors.ts";
import { openInputs } from "../../../src/sources/open-inputs.ts";
import { zipOf } from "./zip-of.ts";

const folder = mkdtempSync(join(tmpdir(), "paperkin-inputs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Root may read everything. */
async function asNobody(act: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  chmodSync(folder, 0o755);
  if (isRoot) process.seteuid?.(65534);
  try {
    await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

async function read(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const input of openInputs(path)) {
    const parts: Uint8Array[] = [];
    for await (const part of input.bytes) parts.push(part);
    found[input.name.slice(folder.length + 1)] = Buffer.concat(parts).toString("utf8");
  }
  return found;
}

describe("openInputs", () => {
  test("yields every file below a folder, except hidden ones", async () => {
    mkdirSync(join(folder, "deep", "deeper"), { recursive: true });
    writeFileSync(join(folder, "deep", "a.txt"), "A");
    writeFileSync(join(folder, "deep", "deeper", "b.txt"), "B");
    writeFileSync(join(folder, "deep", ".hidden"), "H");
    expect(await read(join(folder, "deep"))).toEqual({ "deep/a.txt": "A", "deep/deeper/b.txt": "B" });
  });

  test("yields files that a folder links to, but does not follow links to folders", async () => {
    mkdirSync(join(folder, "linked"));
    symlinkSync(join(folder, "deep", "a.txt"), join(folder, "linked", "a.txt"));
    symlinkSync(join(folder, "linked"), join(folder, "linked", "circle"));
    symlinkSync(join(folder, "nowhere"), join(folder, "linked", "broken"));
    expect(await read(join(folder, "linked"))).toEqual({ "linked/a.txt": "A" });
  });

  test("reports a folder, and an archive, without files", async () => {
    mkdirSync(join(folder, "bare", "deeper"), { recursive: true });
    writeFileSync(join(folder, "bare.zip"), zipOf({ ".hidden": "y" }));
    await expect(read(join(folder, "bare"))).rejects.toThrow("There is no file in the folder");
    await expect(read(join(folder, "bare.zip"))).rejects.toThrow("There is no file in the archive");
  });

  test("yields nothing from an office document, and says what to do", async () => {
    for (const first of ["[Content_Types].xml", "mimetype"]) {
      writeFileSync(join(folder, "office"), zipOf({ [first]: "x", "xl/workbook.xml": "<workbook/>" }));
      await expect(read(join(folder, "office"))).rejects.toMatchObject({
        code: "unsupported_format",
        mend: expect.stringContaining("as CSV"),
      });
    }
  });

  test("reports files and folders that this user may not read, and yields the others", async () => {
    const mixed = join(folder, "mixed");
    mkdirSync(join(mixed, "closed"), { recursive: true });
    for (const name of ["a.txt", "closed.txt", "z.txt"]) writeFileSync(join(mixed, name), "A");
    for (const name of ["closed", "closed.txt"]) chmodSync(join(mixed, name), 0);
    const told: string[] = [];
    const gather = async () => {
      for await (const { bytes } of openInputs(mixed)) {
        const read = async () => {
          for await (const part of bytes) told.push(Buffer.from(part).toString());
        };
        await read().catch((error: unknown) => told.push(error instanceof AppError ? error.message : "no AppError"));
      }
    };
    await asNobody(gather);
    await asNobody(async () => {
      for await (const event of readFilesOf([join(mixed, "closed", "a.bib")], undefined))
        expect(event).toMatchObject({
          kind: "fault",
          error: { message: expect.stringContaining("cannot be opened: this user has no permission to read it") },
        });
    });
    expect(told).toEqual([
      "A",
      expect.stringMatching(/^The folder .*closed cannot be opened: this user has no permission to read it\.$/),
      expect.stringMatching(/^The file .*closed\.txt cannot be opened: this user has no permission to read it\.$/),
      "A",
    ]);
  });

  test("gives the time when a file was last changed", async () => {
    const path = join(folder, "dated");
    writeFileSync(path, "A");
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    for await (const { modified } of openInputs(path)) expect(modified).toEqual(new Date(1_700_000_000_000));
  });

  test("yields the files that a pattern matches, and reports if there are none", async () => {
    expect(await read(join(folder, "deep", "*.txt"))).toEqual({ "deep/a.txt": "A" });
    await expect(read(join(folder, "deep", "*.bib"))).rejects.toThrow("No file matches");
  });

  test("yields the files inside an archive, whatever its name", async () => {
    writeFileSync(join(folder, "archive"), zipOf({ "one.txt": "1", "in/two.txt": "2", "__MACOSX/one.txt": "x", ".hidden": "y" }));
    expect(await read(join(folder, "archive"))).toEqual({ "archive/one.txt": "1", "archive/in/two.txt": "2" });
  });

  test("yields the files inside an archive even if their names lead outside, and writes nothing there", async () => {
    writeFileSync(join(folder, "led"), zipOf({ "../up.txt": "1", "/root.txt": "2", "C:\\in\\three.txt": "3", "four.txt": "4" }));
    expect(Object.values(await read(join(folder, "led")))).toEqual(["1", "2", "3", "4"]);
  });

  test("yields uncompressed files of an archive, including empty and long ones", async () => {
    const long = "0123456789".repeat(20_000);
    writeFileSync(join(folder, "stored"), zipOf({ "a.txt": "A", "empty.txt": "", "long.txt": long }, undefined, true));
    expect(await read(join(folder, "stored"))).toEqual({ "stored/a.txt": "A", "stored/empty.txt": "", "stored/long.txt": long });
  });

  test.each([true, false])(
    "I11: yields nothing from a file in an archive that does not match its checksum (stored: %s)",
    async (isStored) => {
      const content = "0123456789".repeat(20_000);
      const archive = zipOf({ "bad.txt": content, "good.txt": "good" }, undefined, isStored);
      const [local, central] = [archive.indexOf("PK\u0003\u0004") + 14, archive.indexOf("PK\u0001\u0002") + 16];
      for (const at of [local, central]) archive.writeUInt32LE(crc32(`${content.slice(1)}x`), at);
      const path = join(folder, `damaged-${isStored}`);
      writeFileSync(path, archive);
      const told: string[] = [];
      let length = 0;
      for await (const { name, bytes } of openInputs(path)) {
        try {
          for await (const piece of bytes) if (name.endsWith("bad.txt")) length += piece.length;
          told.push("read");
        } catch (error) {
          told.push(error instanceof AppError ? error.message : "no AppError");
        }
      }
      expect(told).toEqual([expect.stringContaining("bad.txt cannot be read: it does not agree with its checksum"), "read"]);
      expect(length).toBe(0);
    },
  );

  test("an encrypted file in an archive does not affect the others", async () => {
    const archive = zipOf({ "secret.txt": "x", "open.txt": "open" });
    for (const at of [archive.indexOf("PK\u0003\u0004") + 6, archive.indexOf("PK\u0001\u0002") + 8]) archive.writeUInt16LE(1, at);
    const path = join(folder, "encrypted");
    writeFileSync(path, archive);
    const told: string[] = [];
    for await (const { bytes } of openInputs(path)) {
      try {
        for await (const piece of bytes) told.push(Buffer.from(piece).toString());
      } catch (error) {
        told.push(error instanceof AppError ? error.message : "no AppError");
      }
    }
    expect(told).toEqual([expect.stringContaining("secret.txt cannot be read: it is encrypted"), "open"]);
  });

  test.each([
    [
      "a bomb of many files",
      zipOf(Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`${at}.txt`, "0".repeat(1_000_000)]))),
      "would unpack to",
    ],
    ["a bomb", zipOf({ "zeros.txt": "0".repeat(1_000) }, 3_000_000_000), "would unpack to"],
    ["an archive that lies about a size", zipOf({ "a.txt": "content" }, 3), "cannot be read"],
    ["an archive that was cut", zipOf({ "a.txt": "content" }).subarray(0, 50), "cannot be read"],
  ])("refuses %s with a clear error", async (name, bytes, message) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    await expect(read(path)).rejects.toThrow(message);
    await expect(read(path)).rejects.toBeInstanceOf(AppError);
  });
});
