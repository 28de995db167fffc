/** Files that a process keeps locked by SQLite: the system lets go of them when it ends, however it does. */
import { existsSync } from "node:fs";
import Database from "better-sqlite3";
/** Locks a file for as long as it is open. Throws where it cannot be made. */
export function lockFile(path) {
    const db = new Database(path, { timeout: 0 });
    try {
        // No file of its own beside it, for which a full disk has no room.
        db.pragma("journal_mode = MEMORY");
        db.exec("BEGIN EXCLUSIVE");
        return db;
    }
    catch (error) {
        db.close();
        throw error;
    }
}
/** What cannot be looked at may be. */
export function isLocked(path) {
    if (!existsSync(path))
        return false;
    let db;
    try {
        db = new Database(path, { timeout: 0, readonly: true });
        db.prepare("SELECT 1 FROM sqlite_schema").get();
        return false;
    }
    catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        return existsSync(path) && (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_CANTOPEN"));
    }
    finally {
        db?.close();
    }
}
//# sourceMappingURL=file-lock.js.map