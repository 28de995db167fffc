/** The files of a library: how they and their folders are called, and who may read them. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Generation } from "../../core/generation.ts";

/** The file that holds everything that matters. */
export const databaseName = "library.sqlite";

/** Whether a name is that of the database, or one that SQLite gives a file beside it: it would take for its own what stands there. */
export function isDatabaseName(name: string): boolean {
  return [databaseName, `${databaseName}-wal`, `${databaseName}-shm`, `${databaseName}-journal`].includes(name);
}

/** What every SQLite database begins with. */
const databaseBeginning = "SQLite format 3\0";

/** Whether a file is a database, or is called as those of a library are: nothing else is to be written there. */
export function isDatabaseFile(path: string): boolean {
  if (isDatabaseName(basename(path))) return true;
  let file: number | undefined;
  try {
    if (!statSync(path).isFile()) return false;
    file = openSync(path, "r");
    const begin = Buffer.alloc(databaseBeginning.length);
    return readSync(file, begin) === begin.length && begin.toString("latin1") === databaseBeginning;
  } catch {
    // There is none, or it cannot be read.
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Where files of a backup are restored to, inside the library's folder. */
export const restoringName = "restoring";

/** The folder in which a library is kept while a backup is put in its place. */
export const replacedName = "replaced";

/** Of every file that holds what is in the database: its owner's alone. */
export const privateMode = 0o600;

export const manifestName = "manifest.json";

/** The folder of a generation's files, below that of the library. */
export function generationFolder({ id }: Generation): string {
  return `generation-${id}`;
}

export function isGenerationFolder(name: string): boolean {
  return /^generation-\d+$/.test(name);
}
