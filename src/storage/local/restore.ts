/**
 * Restoring a backup: everything is checked and written beside the library first; only then does the library that is
 * there step aside, and it is removed when the restored one stands. Whatever ends this, one of the two is whole.
 */
import { closeSync, existsSync, openSync } from "node:fs";
import { chmod, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { AppError, toAppError } from "../../core/errors.ts";
import { describeHolder } from "../../core/holder.ts";
import type { ClaimedWork } from "../../core/upkeep.ts";
import { damaged } from "./archive.ts";
import type { BackupManifest } from "./backup.ts";
import { type BackupSource, checkSource, openSource } from "./backup-source.ts";
import { removeCheckpoint } from "./checkpoint.ts";
import { makeFolder, openDatabase } from "./database.ts";
import { syncPath } from "./durable-file.ts";
import { lockFile } from "./file-lock.ts";
import { claimedWork } from "./lease.ts";
import { databaseName, isGenerationFolder, privateMode, replacedName, restoringName } from "./library-files.ts";
import { foreignPart, foreignTable } from "./restored-schema.ts";
import { fileAt } from "./write-guard.ts";

export interface RestoreOptions {
  /** Whether a library that is there may be replaced. */
  readonly replace: boolean;
  /** Of several copies in a folder the one that is meant; the latest unless given. */
  readonly copy?: string | undefined;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** The name of the file that whoever restores in a folder has locked; gone when that ends. */
const lockName = "restoring.lock";

/**
 * @param path a backup, or a folder of copies. @param folder of the library.
 * Throws `file_unreadable`, `backup_damaged`, `library_exists` unless it may be replaced, `library_busy` while another
 * process has it open, `library_newer`, `storage_full`. Then nothing has changed.
 */
export async function restore(path: string, folder: string, options: RestoreOptions): Promise<BackupManifest> {
  const source = await openSource(path, options.copy);
  /** The library that is there, for nobody else to open; and the folder, for nobody else to restore in. */
  let library: Database.Database | undefined;
  let place: Database.Database | undefined;
  try {
    const { manifest } = source;
    await checkSource(source, options.onProgress);
    library = lockTarget(folder, options.replace);
    place = lockPlace(folder);
    await extract(source, join(folder, restoringName), options);
    checkDatabase(join(folder, restoringName, databaseName));
    // One that was begun there meanwhile.
    library ??= lockTarget(folder, options.replace);
    await replace(folder);
    return manifest;
  } catch (error) {
    throw toAppError(error);
  } finally {
    library?.close();
    await source.close();
    if (place !== undefined) {
      await rm(join(folder, restoringName), { recursive: true, force: true });
      await rm(join(folder, lockName), { force: true });
      place.close();
    }
  }
}

/** Brings it up to date. Throws `backup_damaged` where Paperkin would not have made it, `library_newer`. */
function checkDatabase(path: string): void {
  let db: Database.Database | undefined;
  try {
    db = new Database(path);
    let foreign = foreignPart(db);
    db.close();
    if (foreign === undefined) {
      db = openDatabase(path, { create: false });
      foreign = foreignTable(db);
    }
    if (foreign !== undefined) throw damaged(foreign);
  } catch (cause) {
    const error = toAppError(cause);
    if (error.code === "library_newer")
      throw new AppError("library_newer", error.message.replace(`The library ${path}`, "The backup's library"), {
        mend: error.mend ?? "",
        cause,
      });
    // Where it stands meanwhile is of no use to anybody.
    if (["library_damaged", "library_not_found", "file_unreadable", "internal"].includes(error.code))
      throw damaged(`its database cannot be opened (${error.message.replaceAll(path, databaseName)})`);
    throw error;
  } finally {
    db?.close();
  }
}

/**
 * One process at a time restores in a folder: where there is no library to lock, two would take each other's files for
 * their own. The system ends it with the process. Throws `library_busy`, `file_unreadable`.
 */
function lockPlace(folder: string): Database.Database {
  makeFolder(folder, "Name a folder that this user may write with --data or PAPERKIN_DATA.");
  const path = join(folder, lockName);
  closeSync(openSync(path, "a", privateMode));
  const file = fileAt(path);
  let db: Database.Database | undefined;
  try {
    db = lockFile(path);
  } catch (error) {
    if (toAppError(error).code !== "library_busy") throw error;
  }
  // The one before may have removed it on its way out.
  if (db !== undefined && file !== undefined && fileAt(path) === file) return db;
  db?.close();
  throw new AppError("library_busy", `Another process restores a library in ${folder}.`, {
    mend: "Wait for it, and look at what it made.",
  });
}

/**
 * Throws `library_exists`, `library_busy`. @returns the library that is there, which nobody else can open until this is
 * closed: what another process wrote meanwhile would be lost. Undefined where there is none, or one that is damaged.
 */
function lockTarget(folder: string, mayReplace: boolean): Database.Database | undefined {
  const path = join(folder, databaseName);
  if (!existsSync(path)) return undefined;
  if (!mayReplace) {
    throw new AppError("library_exists", `There is a library in ${folder} already.`, {
      mend: "Name another folder with --data, or give --replace to put the backup in its place.",
    });
  }
  let db: Database.Database | undefined;
  try {
    // Only whoever has the database alone may leave the write-ahead log, which also folds it into the file.
    db = new Database(path, { timeout: 0 });
    db.pragma("journal_mode = DELETE");
    db.exec("BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db?.close();
    // A damaged library is what backups are for.
    if (toAppError(error).code !== "library_busy") return undefined;
    const [holder] = whoHas(path);
    throw new AppError(
      "library_busy",
      `${holder === undefined ? "Another process" : describeHolder(holder)} has the library in ${folder} open.`,
      {
        mend: "Stop the server and whatever else uses it, and try again.",
        cause: error,
      },
    );
  }
}

/** What living processes do with a library; nothing where it cannot be asked. */
function whoHas(path: string): ClaimedWork[] {
  try {
    const db = new Database(path, { readonly: true, timeout: 0 });
    try {
      return claimedWork(db);
    } finally {
      db.close();
    }
  } catch {
    return [];
  }
}

async function extract(source: BackupSource, target: string, { onProgress }: RestoreOptions): Promise<void> {
  const { files } = source.manifest;
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const [done, entry] of files.entries()) {
    onProgress?.("restoring", done, files.length);
    const path = join(target, entry.name);
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "wx", privateMode);
    try {
      if ((await source.copy(entry, file)) !== entry.sha256) throw damaged(`${entry.name} changed while it was read`);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncPath(dirname(path));
  }
}

/**
 * The database is what makes a library: it leaves first and comes last. Where it is gone, an earlier restoring was
 * ended in between, and what steps aside now is not what stepped aside then.
 */
async function replace(folder: string): Promise<void> {
  const [from, old] = [join(folder, restoringName), join(folder, replacedName)];
  if (existsSync(join(folder, databaseName))) {
    await rm(old, { recursive: true, force: true });
    // Who shares a library with others of this machine said so by its mode.
    await chmod(join(from, databaseName), (await stat(join(folder, databaseName))).mode & 0o777);
  }
  await mkdir(old, { recursive: true });
  for (const name of (await readdir(folder)).filter(isDatabase).sort()) await rename(join(folder, name), join(old, name));
  await syncPath(folder);
  // Derived from the database: nothing is lost with them.
  for (const name of (await readdir(folder)).filter(isGenerationFolder)) await removeCheckpoint(join(folder, name));
  for (const name of (await readdir(from)).filter(isGenerationFolder)) await moveFolder(join(from, name), join(folder, name));
  for (const name of (await readdir(from)).filter(isDatabase).sort().reverse()) await rename(join(from, name), join(folder, name));
  await syncPath(folder);
  await rm(from, { recursive: true, force: true });
  await rm(old, { recursive: true, force: true });
}

/** Where somebody has put a file of their own into the one that is there, beside that. */
async function moveFolder(from: string, to: string): Promise<void> {
  if (!existsSync(to)) return await rename(from, to);
  // What is in the way of index files alone keeps no library from being restored: they are made anew.
  if (!(await stat(to)).isDirectory()) return;
  for (const name of await readdir(from)) await rename(join(from, name), join(to, name));
  await syncPath(to);
}

/** With its log. */
function isDatabase(name: string): boolean {
  return name.startsWith(databaseName);
}
