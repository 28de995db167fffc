/** The files of a library: the names of files and folders, and who may read them. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Generation } from "../../core/generation.ts";

/** The file with all primary data. */
export const databaseName = "library.sqlite";

/**
 * Whether a name is that of the database, or of a file that SQLite keeps next to it. SQLite would treat any file of that name as its own.
 */
export function isDatabaseName(name: string): boolean {
  return [databaseName, `${databaseName}-wal`, `${databaseName}-shm`, `${databaseName}-journal`].includes(name);
}

/** The first bytes of every SQLite database. */
const databaseBeginning = "SQLite format 3\0";

/** Whether a file is a database, or has the name of one of a library's files: nothing else may be written there. */
export function isDatabaseFile(path: string): boolean {
  if (isDatabaseName(basename(path))) return true;
  let file: number | undefined;
  try {
    if (!statSync(path).isFile()) return false;
    file = openSync(path, "r");
    const begin = Buffer.alloc(databaseBeginning.length);
    return readSync(file, begin) === begin.length && begin.toString("latin1") === databaseBeginning;
  } catch {
    // It does not exist, or it cannot be read.
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The folder inside the library's folder where a backup's files are restored to. */
export const restoringName = "restoring";

/** The folder for the old library while a restored one takes its place. */
export const replacedName = "replaced";

/** The mode of every file with data from the database: only its owner may read it. */
export const privateMode = 0o600;

export const manifestName = "manifest.json";

/** The folder of a generation's files, inside the library's folder. */
export function generationFolder({ id }: Generation): string {
  return `generation-${id}`;
}

export function isGenerationFolder(name: string): boolean {
  return /^generation-\d+$/.test(name);
}
