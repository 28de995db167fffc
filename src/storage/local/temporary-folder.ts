/**
 * Temporary folders. Each contains a file that its process keeps locked, as leases do (`lease.ts`). Whoever creates one can therefore
 * delete the folders of killed processes, even those of other containers that share the parent folder, and nothing that is still in use.
 */
import { existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { AppError, codeOf, ofTemporaryFolder } from "../../core/errors.ts";
import { lockFile } from "./file-lock.ts";

const markName = "in-use.lock";
const folderName = /^paperkin-(?:try|eval)-\w{6}$/;
/** How often creating a folder is retried if another process deletes it before it is locked. */
const mostAttempts = 10;

export type Purpose = "try" | "eval";

/** A folder that is deleted when the process exits normally. Throws `invalid_config` if none can be created, `storage_full`. */
export function temporaryFolder(purpose: Purpose, parent = tmpdir()): string {
  try {
    removeLeftOvers(parent);
    for (let attempt = 1; ; attempt++) {
      const folder = mkdtempSync(join(parent, `paperkin-${purpose}-`));
      const lock = lockOf(folder, attempt < mostAttempts);
      if (lock === undefined) continue;
      process.once("exit", () => {
        lock.close();
        rmSync(folder, { recursive: true, force: true });
      });
      return folder;
    }
  } catch (cause) {
    const error = ofTemporaryFolder(cause, parent);
    if (error !== cause) throw error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("invalid_config", `No folder can be made in ${parent}, where temporary files go: ${reason}.`, {
      mend: "Set TMPDIR to a folder that exists and may be written to.",
      cause,
    });
  }
}

/** @returns undefined if the folder was deleted meanwhile. */
function lockOf(folder: string, isTriedAgain: boolean): Database.Database | undefined {
  const path = join(folder, markName);
  try {
    const lock = lockFile(path);
    // Another process may have deleted it after it was locked.
    if (existsSync(path)) return lock;
    lock.close();
    return undefined;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (isTriedAgain && codeOf(error).match(/^SQLITE_(BUSY|CANTOPEN)/) !== null) return undefined;
    throw error;
  }
}

function removeLeftOvers(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!folderName.test(name)) continue;
    try {
      removeUnused(join(parent, name));
    } catch {
      // It is in use, or another user's, or it cannot be deleted because of its disk; whoever writes there will see that error.
    }
  }
}

function removeUnused(folder: string): void {
  const path = join(folder, markName);
  if (!existsSync(path)) {
    // Without a lock file, only an empty folder is certainly unused: one that is just being created is created again.
    rmdirSync(folder);
    return;
  }
  const lock = lockFile(path);
  try {
    rmSync(folder, { recursive: true, force: true });
  } finally {
    lock.close();
  }
}
