/**
 * Restores a backup. Everything is checked and written next to the library first; only then is the old library moved aside, and it is
 * deleted once the restored one is in place. If this is interrupted at any point, one of the two is complete.
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
  /** Whether an existing library may be replaced. */
  readonly replace: boolean;
  /** Which of several copies in a folder; the latest by default. */
  readonly copy?: string | undefined;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** The file that a restoring process locks; deleted when it is done. */
const lockName = "restoring.lock";

/**
 * @param path a backup, or a folder of copies.
 * @param folder of the library.
 * Throws `file_unreadable`, `backup_damaged`, `library_exists` unless it may be replaced, `library_busy` while another process has it open,
 * `library_newer`, `storage_full`. Nothing has changed then.
 */
export async function restore(path: string, folder: string, options: RestoreOptions): Promise<BackupManifest> {
  const source = await openSource(path, options.copy);
  /** Locks on the existing library and on the folder, so that no other process opens the one or restores to the other. */
  let library: Database.Database | undefined;
  let place: Database.Database | undefined;
  try {
    const { manifest } = source;
    await checkSource(source, options.onProgress);
    library = lockTarget(folder, options.replace);
    place = lockPlace(folder);
    await extract(source, join(folder, restoringName), options);
    checkDatabase(join(folder, restoringName, databaseName));
    // Another process may have created a library there meanwhile.
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

/** Checks the database and migrates it. Throws `backup_damaged` if its schema is not one that Paperkin creates, `library_newer`. */
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
    // The temporary path means nothing to anybody.
    if (["library_damaged", "library_not_found", "file_unreadable", "internal"].includes(error.code))
      throw damaged(`its database cannot be opened (${error.message.replaceAll(path, databaseName)})`);
    throw error;
  } finally {
    db?.close();
  }
}

/**
 * Only one process at a time restores to a folder: without a library to lock, two would mix up their files. The system releases the lock
 * when the process ends. Throws `library_busy`, `file_unreadable`.
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
  // The previous process may have deleted the file as it ended.
  if (db !== undefined && file !== undefined && fileAt(path) === file) return db;
  db?.close();
  throw new AppError("library_busy", `Another process restores a library in ${folder}.`, {
    mend: "Wait until it is done, and check the result.",
  });
}

/**
 * Throws `library_exists`, `library_busy`.
 * @returns the existing library, locked against opening until this connection is closed, since what another process wrote meanwhile would
 * be lost. Undefined if there is none, or if it is damaged.
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
    // Leaving WAL mode requires exclusive access; it also checkpoints the log into the database.
    db = new Database(path, { timeout: 0 });
    db.pragma("journal_mode = DELETE");
    db.exec("BEGIN EXCLUSIVE");
    return db;
  } catch (error) {
    db?.close();
    // A damaged library may be replaced: that is what backups are for.
    if (toAppError(error).code !== "library_busy") return undefined;
    const [holder] = whoHas(path);
    throw new AppError(
      "library_busy",
      `${holder === undefined ? "Another process" : describeHolder(holder)} has the library in ${folder} open.`,
      {
        mend: "Stop the server and all other programs that use it, and try again.",
        cause: error,
      },
    );
  }
}

/** The leases of living processes on a library; none if it cannot be read. */
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
 * The database defines the library: it is moved aside first, and put in place last. If there is no database, an earlier restore was
 * interrupted in between; then the library that it moved aside is kept until this restore is complete.
 */
async function replace(folder: string): Promise<void> {
  const [from, old] = [join(folder, restoringName), join(folder, replacedName)];
  if (existsSync(join(folder, databaseName))) {
    await rm(old, { recursive: true, force: true });
    // The mode of the old database is kept, since the owner may share the library with other users.
    await chmod(join(from, databaseName), (await stat(join(folder, databaseName))).mode & 0o777);
  }
  await mkdir(old, { recursive: true });
  for (const name of (await readdir(folder)).filter(isDatabase).sort()) await rename(join(folder, name), join(old, name));
  await syncPath(folder);
  // These files are derived from the database: nothing is lost with them.
  for (const name of (await readdir(folder)).filter(isGenerationFolder)) await removeCheckpoint(join(folder, name));
  for (const name of (await readdir(from)).filter(isGenerationFolder)) await moveFolder(join(from, name), join(folder, name));
  for (const name of (await readdir(from)).filter(isDatabase).sort().reverse()) await rename(join(from, name), join(folder, name));
  await syncPath(folder);
  await rm(from, { recursive: true, force: true });
  await rm(old, { recursive: true, force: true });
}

/** Moves a folder; if the target exists (it holds somebody's own files), its files are moved into it. */
async function moveFolder(from: string, to: string): Promise<void> {
  if (!existsSync(to)) return await rename(from, to);
  // Something in the way of index files does not stop the restore: the files will be rebuilt.
  if (!(await stat(to)).isDirectory()) return;
  for (const name of await readdir(from)) await rename(join(from, name), join(to, name));
  await syncPath(to);
}

/** The database and its log. */
function isDatabase(name: string): boolean {
  return name.startsWith(databaseName);
}
