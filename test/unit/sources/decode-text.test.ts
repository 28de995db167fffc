/** Encodings: what files really are becomes UTF-8. */
import { describe, expect, test } from "vitest";
import { detectEncoding, toUtf8 } from "../../../src/sources/decode-text.ts";

async function decoded(bytes: Uint8Array, chunkBytes = 7): Promise<string> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const parts: Uint8Array[] = [];
  for await (const part of toUtf8(chunks())) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

const text = "Müller, Čapek und Ångström\nüber π\n";
const latin = "Müller and Ångström: a naïve résumé\n";

describe("toUtf8", () => {
  test.each([
    ["UTF-8", Buffer.from(text, "utf8"), text],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`, "utf8"), text],
    ["UTF-16 with a byte order mark", Buffer.from(`\ufeff${text}`, "utf16le"), text],
    ["big-endian UTF-16 with a byte order mark", Buffer.from(`\ufeff${text}`, "utf16le").swap16(), text],
    ["UTF-16 without a byte order mark", Buffer.from(text, "utf16le"), text],
    ["big-endian UTF-16 without a byte order mark", Buffer.from(text, "utf16le").swap16(), text],
    ["Latin-1 that nothing declares", Buffer.from(latin, "latin1"), latin],
    ["nothing at all", Buffer.alloc(0), ""],
  ])("reads %s", async (_, bytes, wanted) => {
    expect(await decoded(bytes)).toBe(wanted);
    expect(await decoded(bytes, 1)).toBe(wanted);
  });

  test("follows the declaration of an XML file", async () => {
    const xml = '<?xml version="1.0" encoding="ISO-8859-2"?><name>\u0000</name>';
    const bytes = Buffer.from(xml, "latin1");
    bytes[bytes.indexOf(0)] = 0xe8;
    expect(await decoded(bytes)).toContain("<name>č</name>");
  });

  test("ignores a declaration of UTF-16 in a file that is not UTF-16", () => {
    expect(detectEncoding(Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a/>'))).toBe("utf-8");
  });

  test("accepts a character that is split at the end of the examined bytes", async () => {
    const long = `${"x".repeat(64 * 1024 - 1)}é${"y".repeat(10)}`;
    expect(await decoded(Buffer.from(long, "utf8"), 1000)).toBe(long);
  });
});
