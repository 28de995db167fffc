/** Files inside zip archives, one after another, with limits against malicious archives. */
import { open, stat } from "node:fs/promises";
import yauzl from "yauzl";
import { AppError } from "../core/errors.ts";
import type { SourceInput } from "../core/source.ts";
import { unpacked } from "./unpack.ts";

/**
 * Real text compresses about ten to one. A large file beyond this ratio, or an archive as a whole (its entries may share bytes), is a
 * decompression bomb.
 */
const mostRatio = 200;
const ratioFromBytes = 64 * 1024 * 1024;
const mostEntries = 100_000;
/** The compression method that zip and gzip share. */
const deflate = 8;
/** The maximum length in bytes of a deflate block that is stored uncompressed. */
const longestBlock = 0xffff;

/** Whether a file is a zip archive, by its content; false for a file that can be read only once, such as a pipe. */
export async function isZip(path: string): Promise<boolean> {
  if ((await stat(path).catch(() => undefined))?.isFile() !== true) return false;
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return beginsAsZip(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** `PK\x03\x04`, or the signature of an empty archive. */
export function beginsAsZip(bytes: Buffer): boolean {
  return bytes.length >= 4 && [0x04034b50, 0x06054b50].includes(bytes.readUInt32LE(0));
}

/**
 * The files in the archive, except folders, hidden files and what macOS adds. Throws `file_unreadable` for an archive that is damaged, or
 * implausibly large when unpacked. Reading one of the files throws it too, if that file is damaged or encrypted.
 */
export async function* openZip(path: string): AsyncIterable<SourceInput> {
  yield* filesIn(path, (await stat(path)).size, yauzl.openPromise(path, archiveOptions));
}

/** The same for an archive in memory. */
export function openSentZip(name: string, bytes: Buffer): AsyncIterable<SourceInput> {
  return filesIn(name, bytes.length, yauzl.fromBufferPromise(bytes, archiveOptions));
}

/**
 * Names only show where a paper came from. Nothing is written under them, and yauzl's own check would stop at the first that leads outside.
 */
const archiveOptions = { decodeStrings: false };

async function* filesIn(path: string, size: number, opening: Promise<yauzl.ZipFile>): AsyncIterable<SourceInput> {
  const archive = await opening.catch((cause: unknown) => {
    throw unreadable(path, reasonOf(cause), cause);
  });
  if (archive.entryCount > mostEntries) throw unreadable(path, `it holds ${archive.entryCount} files`);
  let unpackedBytes = 0;
  let isEmpty = true;
  try {
    for await (const entry of archive.eachEntry()) {
      const fileName = nameOf(entry);
      if (/(?:^|\/)(?:\.(?!\.?\/)|__MACOSX\/)/.test(fileName) || fileName.endsWith("/")) continue;
      if (isEmpty && /^(?:\[Content_Types\]\.xml|mimetype)$/.test(fileName)) throw ofOffice(path);
      isEmpty = false;
      const name = `${path}/${fileName}`;
      unpackedBytes += entry.uncompressedSize;
      if (unpackedBytes > ratioFromBytes && unpackedBytes > mostRatio * size)
        throw unreadable(path, `its files would unpack to more than ${mostRatio} times its size`);
      if (entry.uncompressedSize > ratioFromBytes && entry.uncompressedSize > mostRatio * entry.compressedSize) {
        throw unreadable(name, `it would unpack to ${Math.round(entry.uncompressedSize / 1e6)} MB, more than ${mostRatio} times its size`);
      }
      yield { name, modified: entry.getLastModDate(), bytes: readEntry(archive, entry, name) };
    }
    if (isEmpty)
      throw new AppError("file_unreadable", `There is no file in the archive ${path}.`, {
        mend: "Hidden files are left out; pack the papers again.",
      });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unreadable(path, reasonOf(cause), cause);
  } finally {
    archive.close();
  }
}

/** Names as yauzl decodes them by default, including those of Windows programs that write backslashes. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: yauzl.Entry): string {
  return yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false).replaceAll("\\", "/");
}

/** Reads an entry twice: first to its end, because only then is it known whether it is damaged. */
async function* readEntry(archive: yauzl.ZipFile, entry: yauzl.Entry, name: string): AsyncIterable<Uint8Array> {
  try {
    let sizeBytes = 0;
    for await (const piece of unpacked(asGzip(archive, entry))) {
      sizeBytes += piece.length;
      if (sizeBytes > entry.uncompressedSize)
        throw new Error(`it unpacks to more than the ${entry.uncompressedSize} bytes that the archive says`);
    }
    yield* unpacked(asGzip(archive, entry));
  } catch (cause) {
    throw unreadable(name, reasonOf(cause), cause);
  }
}

/**
 * Wraps an entry as gzip (RFC 1952): a minimal header in front, and after it the checksum and size from the archive, which decompression
 * verifies.
 */
async function* asGzip(archive: yauzl.ZipFile, entry: yauzl.Entry): AsyncIterable<Uint8Array> {
  if (entry.isEncrypted()) throw new Error("it is encrypted");
  if (!entry.canDecodeFileData()) throw new Error(`it is packed in a way that is not known (${entry.compressionMethod})`);
  yield Uint8Array.of(0x1f, 0x8b, deflate, 0, 0, 0, 0, 0, 0, 255);
  const bytes = (await archive.openReadStreamPromise(entry, { decodeFileData: false })) as AsyncIterable<Uint8Array>;
  yield* entry.compressionMethod === deflate ? bytes : asDeflate(bytes);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(entry.crc32, 0);
  trailer.writeUInt32LE(entry.uncompressedSize % 2 ** 32, 4);
  yield trailer;
}

/** Stored data as uncompressed deflate blocks (RFC 1951, 3.2.4). */
async function* asDeflate(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; from += longestBlock) {
      const block = chunk.subarray(from, from + longestBlock);
      yield blockHeader(0, block.length);
      yield block;
    }
  }
  yield blockHeader(1, 0);
}

function blockHeader(isLast: 0 | 1, length: number): Uint8Array {
  const header = Buffer.alloc(5);
  header[0] = isLast;
  header.writeUInt16LE(length, 1);
  header.writeUInt16LE(0xffff - length, 3);
  return header;
}

/** Office documents (ECMA-376, ODF) are archives whose first file declares their type. */
function ofOffice(path: string): AppError {
  return new AppError("unsupported_format", `${path} is a document of an office program, in which papers are not looked for.`, {
    mend: "Save the table as CSV in UTF-8, and import that.",
  });
}

function unreadable(name: string, reason: string, cause?: unknown): AppError {
  return new AppError("file_unreadable", `${name} cannot be read: ${reason}.`, { mend: "Unpack it yourself and import the files.", cause });
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error && /^incorrect (?:data|length) check$/.test(cause.message)) return "it does not agree with its checksum";
  return cause instanceof Error ? cause.message : String(cause);
}
