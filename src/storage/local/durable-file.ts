/** Files that are complete or absent: written under a temporary name, synced, renamed, then the folder synced (I2). */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

export interface FileRecord {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * @param write creates the file at the temporary path that it is given.
 * @returns size and checksum of the file on disk, read back after syncing.
 */
export async function writeDurably(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<{ sizeBytes: number; sha256: string }> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await write(temporary);
    await syncPath(temporary);
    const [{ size }, sha256] = [await stat(temporary), await checksum(temporary)];
    await rename(temporary, path);
    await syncPath(dirname(path));
    return { sizeBytes: size, sha256 };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function checksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** As {@link faultOfFile}, but compares only the size. */
export async function faultOfSize(path: string, { name, sizeBytes }: FileRecord): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return `${name} is missing`;
  return found.size === sizeBytes ? undefined : `${name} has ${found.size} bytes instead of ${sizeBytes}`;
}

/** @returns what is wrong with a file, or undefined if it is the recorded one. */
export async function faultOfFile(path: string, record: FileRecord): Promise<string | undefined> {
  const fault = await faultOfSize(path, record);
  if (fault !== undefined) return fault;
  return (await checksum(path)) === record.sha256 ? undefined : `${record.name} does not have the checksum that was recorded`;
}

/** Syncs a path to disk: a file's content, or a folder's entries. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
