/** Files that a process locks with SQLite. The system releases the lock when the process ends, however it ends. */

import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { codeOf } from "../../core/errors.ts";

/** Locks a file for as long as it is open. Throws if the file cannot be created. */
export function lockFile(path: string): Database.Database {
  const db = new Database(path, { timeout: 0 });
  try {
    // Without a journal file next to it, for which a full disk has no room.
    db.pragma("journal_mode = MEMORY");
    db.exec("BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A file that cannot be checked counts as locked. */
export function isLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 0, readonly: true });
    db.prepare("SELECT 1 FROM sqlite_schema").get();
    return false;
  } catch (error) {
    const code = codeOf(error);
    return existsSync(path) && (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_CANTOPEN"));
  } finally {
    db?.close();
  }
}
