/**
 * The file of a backup: a POSIX tar archive (IEEE 1003.1 ustar), so that any tool can inspect it. Written and read in a streaming fashion;
 * nothing is held in memory.
 */
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { AppError } from "../../core/errors.ts";

const blockBytes = 512;
/** The size field has eleven octal digits. */
const largestFile = 8 ** 11 - 1;

export interface ArchiveEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** Offset of its content in the archive. */
  readonly start: number;
}

/** Appends one file. @param name at most 100 bytes of ASCII. */
export async function appendFile(archive: FileHandle, name: string, path: string, sizeBytes: number): Promise<void> {
  await archive.appendFile(headerOf(name, sizeBytes));
  let written = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    await archive.appendFile(chunk as Buffer);
    written += (chunk as Buffer).length;
  }
  if (written !== sizeBytes) throw new AppError("internal", `${name} changed its size while it was copied.`);
  await archive.appendFile(Buffer.alloc(paddingOf(sizeBytes)));
}

/** Appends a text as a file. */
export async function appendText(archive: FileHandle, name: string, text: string): Promise<void> {
  const bytes = Buffer.from(text, "utf8");
  await archive.appendFile(Buffer.concat([headerOf(name, bytes.length), bytes, Buffer.alloc(paddingOf(bytes.length))]));
}

/** Writes the two empty blocks that end an archive. An archive without them is known to be truncated. */
export async function endArchive(archive: FileHandle): Promise<void> {
  await archive.appendFile(Buffer.alloc(2 * blockBytes));
}

/** The entries of an archive, in order. Throws `backup_damaged` if it is not an archive, or truncated. */
export async function readEntries(archive: FileHandle, path: string): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const header = Buffer.alloc(blockBytes);
  for (let at = 0; ; ) {
    const { bytesRead } = await archive.read(header, 0, blockBytes, at);
    if (bytesRead < blockBytes) throw damaged("it is truncated", { path });
    if (header.every((byte) => byte === 0)) return entries;
    const sum = Number.parseInt(header.toString("latin1", 148, 156), 8);
    if (sum !== sumOf(header) || header.toString("latin1", 257, 262) !== "ustar") throw notOurs(path);
    const name = header.toString("latin1", 0, 100).replace(/\0.*$/s, "");
    const size = header.toString("latin1", 124, 135);
    // With a negative size, the same header would be read forever.
    if (!/^[0-7]{11}$/.test(size)) throw notOurs(path);
    const sizeBytes = Number.parseInt(size, 8);
    entries.push({ name, sizeBytes, start: at + blockBytes });
    at += blockBytes + sizeBytes + paddingOf(sizeBytes);
  }
}

interface DamagedOptions {
  readonly mend?: string;
  /** Of the backup, where it is known. */
  readonly path?: string;
}

export function damaged(why: string, { mend = "Nothing was changed. Take another backup.", path }: DamagedOptions = {}): AppError {
  return new AppError("backup_damaged", `The backup ${path === undefined ? "" : `${path} `}cannot be used: ${why}.`, { mend });
}

function notOurs(path: string): AppError {
  return damaged("it is not an archive that Paperkin wrote, or its headers are damaged", {
    mend: "Nothing was changed. Name a file that `paperkin backup` wrote.",
    path,
  });
}

function headerOf(name: string, sizeBytes: number): Buffer {
  if (!/^[\w./-]{1,100}$/.test(name) || sizeBytes > largestFile) throw new TypeError(`${name} does not fit into an archive`);
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, digits: number) => header.write(`${value.toString(8).padStart(digits, "0")}\0`, at, "latin1");
  header.write(name, 0, "latin1");
  octal(0o600, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(sizeBytes, 124, 11);
  octal(0, 136, 11);
  header.write("0", 156, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  octal(sumOf(header), 148, 6);
  header.write(" ", 155, "latin1");
  return header;
}

/** Sum of all bytes of the header; the checksum field itself counts as spaces. */
function sumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function paddingOf(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}
