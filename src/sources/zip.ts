/** Files inside zip archives, one after the other, with limits against archives that are made to hurt. */
import { open, stat } from "node:fs/promises";
import yauzl from "yauzl";
import { AppError } from "../core/errors.ts";
import type { SourceInput } from "../core/source.ts";

/** Honest text packs ten to one; more than this, in a large file or in all of an archive (whose entries may share their bytes), is a bomb. */
const mostRatio = 200;
const ratioFromBytes = 64 * 1024 * 1024;
const mostEntries = 100_000;

/** By content: `PK\x03\x04`, or an empty archive. What can be read once only, as a pipe, is none. */
export async function isZip(path: string): Promise<boolean> {
  if ((await stat(path).catch(() => undefined))?.isFile() !== true) return false;
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return (
      bytesRead === 4 &&
      buffer[0] === 0x50 &&
      buffer[1] === 0x4b &&
      (buffer.readUInt16LE(2) === 0x0403 || buffer.readUInt16LE(2) === 0x0605)
    );
  } finally {
    await file.close();
  }
}

/**
 * Each file in the archive; folders, hidden files and what macOS adds are left out. Throws `file_unreadable` for an
 * archive that is damaged, encrypted, or larger unpacked than it can honestly be.
 */
export async function* openZip(path: string): AsyncIterable<SourceInput> {
  const { size } = await stat(path);
  // Names say nothing but where a paper came from: nothing is written under them, and yauzl would end at the first that leads elsewhere.
  const archive = await yauzl.openPromise(path, { decodeStrings: false }).catch((cause: unknown) => {
    throw unreadable(path, reasonOf(cause), cause);
  });
  if (archive.entryCount > mostEntries) throw unreadable(path, `it holds ${archive.entryCount} files`);
  let unpackedBytes = 0;
  try {
    for await (const entry of archive.eachEntry()) {
      const fileName = nameOf(entry);
      if (/(?:^|\/)(?:\.(?!\.?\/)|__MACOSX\/)/.test(fileName) || fileName.endsWith("/")) continue;
      const name = `${path}/${fileName}`;
      unpackedBytes += entry.uncompressedSize;
      if (unpackedBytes > ratioFromBytes && unpackedBytes > mostRatio * size)
        throw unreadable(path, `its files would unpack to more than ${mostRatio} times its size`);
      if (entry.isEncrypted()) throw unreadable(name, "it is encrypted");
      if (entry.uncompressedSize > ratioFromBytes && entry.uncompressedSize > mostRatio * entry.compressedSize) {
        throw unreadable(name, `it would unpack to ${Math.round(entry.uncompressedSize / 1e6)} MB, more than ${mostRatio} times its size`);
      }
      yield { name, modified: entry.getLastModDate(), bytes: readEntry(archive, entry, name) };
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unreadable(path, reasonOf(cause), cause);
  } finally {
    archive.close();
  }
}

/** As yauzl has them unless told otherwise, also those of Windows programs that write backslashes. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: yauzl.Entry): string {
  return yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false).replaceAll("\\", "/");
}

async function* readEntry(archive: yauzl.ZipFile, entry: yauzl.Entry, name: string): AsyncIterable<Uint8Array> {
  try {
    // yauzl compares the size with what the archive promised, and ends with an error where they differ.
    yield* (await archive.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw unreadable(name, reasonOf(cause), cause);
  }
}

function unreadable(name: string, reason: string, cause?: unknown): AppError {
  return new AppError("file_unreadable", `${name} cannot be read: ${reason}.`, { mend: "Unpack it by hand and import the files.", cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
