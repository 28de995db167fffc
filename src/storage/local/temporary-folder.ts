/**
 * Folders for what is thrown away. Each holds a file that its process keeps locked, as claims have it (`lease.ts`): so whoever makes one
 * takes away what killed processes have left, of other containers that share the folder above too, and nothing that is used still.
 */
import { existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { AppError, ofTemporaryFolder } from "../../core/errors.ts";
import { lockFile } from "./file-lock.ts";

const markName = "in-use.lock";
const folderName = /^paperkin-(?:try|eval)-\w{6}$/;
/** How often one is begun again that somebody took for a left-over before it was locked. */
const mostAttempts = 10;

export type Purpose = "try" | "eval";

/** A folder that is gone when the process ends in order. Throws `invalid_config` where none can be made, `storage_full`. */
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
      mend: "Set TMPDIR to a folder that is there and may be written to.",
      cause,
    });
  }
}

/** @returns undefined where the folder was taken away meanwhile. */
function lockOf(folder: string, isTriedAgain: boolean): Database.Database | undefined {
  const path = join(folder, markName);
  try {
    const lock = lockFile(path);
    // Whoever had it before has removed it.
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
      // It is used, or another user's; or its disk does not let go of it, which whoever writes there is told.
    }
  }
}

function removeUnused(folder: string): void {
  const path = join(folder, markName);
  if (!existsSync(path)) {
    // Without a mark only an empty one is surely nobody's: one that is just being made is made again.
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

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
