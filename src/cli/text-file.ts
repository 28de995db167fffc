/** Files that commands write in parts. */
import { constants, createWriteStream } from "node:fs";
import { access, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDatabaseFile } from "../app.ts";
import { AppError, toWritingError } from "../core/errors.ts";

/**
 * Writes texts consecutively to a file, and syncs it. Throws errors of the file system and of `parts`.
 * @returns how many texts there were.
 */
export async function writeParts(path: string, parts: Iterable<string> | AsyncIterable<string>): Promise<number> {
  let count = 0;
  const counted = async function* () {
    for await (const part of parts) {
      count++;
      yield part;
    }
  };
  // A pipe or a device cannot be synced.
  const isRegular = (await stat(path).catch(() => undefined))?.isFile() !== false;
  await pipeline(counted, createWriteStream(path, { flush: isRegular }));
  return count;
}

/** Called before hours of work: throws `invalid_request` if a file could not be written. */
export async function checkWritable(paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue;
    requireFileName(path);
    if (isDatabaseFile(path))
      throw new AppError("invalid_request", `${path} is a database, or has the name of one: it is not overwritten.`, {
        mend: "Name another file.",
      });
    const entry = await stat(path).catch(() => undefined);
    const written = entry === undefined || entry.isFile() ? dirname(resolve(path)) : path;
    const cause = await access(written, constants.W_OK).catch((thrown: unknown) => thrown);
    const isBelowFile = entry === undefined && (await stat(written).catch(() => undefined))?.isDirectory() === false;
    if (entry?.isDirectory() === true || isBelowFile || cause !== undefined) throw unwritable(path, cause);
  }
}

/** For options that need a file: commands read `-` as standard input, but do not write to it. Throws `invalid_request`. */
export function requireFileName(path: string): void {
  if (path !== "-") return;
  throw new AppError("invalid_request", "“-” does not mean standard output here.", {
    mend: "Name a file (./- for a file of that name).",
  });
}

function unwritable(path: string, cause: unknown): AppError {
  return new AppError("invalid_request", `The file ${path} cannot be written.`, {
    mend: "Check that its folder exists and may be written to, and that it is not a folder itself.",
    cause,
  });
}

/** Writes a file atomically; a device or a pipe is written to directly. Throws `invalid_request` if it cannot be written. */
export async function writeWhole(path: string, parts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const entry = await stat(path).catch(() => undefined);
  const temporary = entry === undefined || entry.isFile() ? `${path}.${process.pid}.tmp` : undefined;
  try {
    await writeParts(temporary ?? path, parts);
    if (temporary !== undefined) await rename(temporary, path);
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    const error = toWritingError(cause, path);
    throw cause === error || error.code === "storage_full" ? error : unwritable(path, cause);
  }
}
