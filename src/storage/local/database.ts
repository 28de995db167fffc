/** Opens library.sqlite: durability settings, migrations, and clear errors if it cannot be used. */
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { AppError, codeOf, toAppError } from "../../core/errors.ts";
import { databaseName, isGenerationFolder, manifestName, privateMode, replacedName } from "./library-files.ts";
import { migrations } from "./migrations.ts";
import { busyTimeoutMs, patientlyAtOnce } from "./patience.ts";
import { lostFrames } from "./write-ahead-log.ts";
import { fileAt } from "./write-guard.ts";

export type Sqlite = Database.Database;

/** How often opening is retried if a restore replaces the library meanwhile. */
const mostAttempts = 5;

/** The largest database that SQLite accepts in memory. */
const mostReadBytes = 2 ** 30;

/** More pages than any database has. */
const mostPages = 0x7fff_ffff;

export interface OpenDatabaseOptions {
  /** Whether to create the library if it does not exist. */
  readonly create: boolean;
  /** Whether a library that this user may not write is read into memory, for queries only. */
  readonly isAsked?: boolean | undefined;
  /** Called before each migration of a library of an earlier version. All migrations are one transaction. */
  readonly onMigration?: ((done: number, total: number) => void) | undefined;
}

/**
 * Throws `library_not_found` if the library does not exist and is not to be created.
 * Throws `library_damaged`, `library_newer`, `file_unreadable`.
 */
export function openDatabase(path: string, options: OpenDatabaseOptions): Sqlite {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const db = openOnce(path, options);
    if (db !== undefined) return db;
  }
  throw new AppError("library_busy", `The library ${path} keeps being replaced.`, { mend: "Wait, and try again." });
}

/** Whether a database file exists, in whatever state. Throws `file_unreadable` if this user may not even look. */
export function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw new AppError("file_unreadable", `The folder ${dirname(path)} cannot be read: ${messageOf(cause)}.`, {
      mend: "A library is private to the user who created it: run this as that user, let this one read the folder, or name another with --data.",
      cause,
    });
  }
}

/** Throws `file_unreadable` if a file stands where the library's folder, or one above it, should be. */
function requireNoFile(folder: string): void {
  const isFile = (() => {
    try {
      return !statSync(folder).isDirectory();
    } catch (cause) {
      if (codeOf(cause) === "ENOENT") return false;
      if (codeOf(cause) === "ENOTDIR") return true;
      throw cause;
    }
  })();
  if (isFile)
    throw new AppError("file_unreadable", `There can be no library in ${folder}: that is a file, or a part of it is.`, {
      mend: "A library is a folder: name one with --data or PAPERKIN_DATA.",
    });
}

/** A lost library must not be silently replaced by an empty one: a server would create it, and nobody would find anything. */
function refuseRemains(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const remains = names.filter((name) => isGenerationFolder(name) && existsSync(join(folder, name, manifestName)));
  if (remains.length === 0) return;
  throw new AppError("library_not_found", `The database of the library in ${folder} is gone; its index files are still there.`, {
    mend: `Put ${databaseName} back, or restore a backup (\`paperkin restore FILE\`). To begin a new library, name another folder with --data, or remove ${remains.join(", ")} first.`,
  });
}

/** Creates the file of a missing library. Throws `library_not_found` if it is not to be created, or if remains show that there was one. */
function makeRoom(path: string, create: boolean): void {
  const folder = dirname(path);
  requireNoFile(folder);
  const replaced = join(folder, replacedName);
  if (existsSync(join(replaced, databaseName)))
    throw new AppError("library_not_found", `Restoring a backup in ${folder} was interrupted.`, {
      mend: `Run \`paperkin restore\` again, or move what is in ${replaced} back into the folder above it.`,
    });
  refuseRemains(folder);
  if (!create)
    throw new AppError("library_not_found", `There is no library in ${folder}.`, {
      mend: "Import papers first (`paperkin import FILE`), or name another folder with --data.",
    });
  makeFolder(folder, "Name a folder that this user may write with --data or PAPERKIN_DATA.");
  makePrivate(path);
}

/** @returns undefined if a restore replaced the library meanwhile; what was opened is closed then. */
function openOnce(path: string, options: OpenDatabaseOptions): Sqlite | undefined {
  const before = fileAt(path);
  // An emptied file does not hold a library either, although SQLite would create one in it.
  if (!isThere(path) || statSync(path).size === 0) makeRoom(path, options.create);
  checkLog(path);
  let db: Sqlite;
  try {
    db = new Database(path, { timeout: busyTimeoutMs });
  } catch (cause) {
    const fault = faultOfDescriptors(cause);
    if (fault !== undefined) throw fault;
    throw new AppError("file_unreadable", `The database ${path} cannot be opened: ${messageOf(cause)}.`, {
      mend: `${ownerFault(path)}Check that the folder exists and may be written by this user.`,
      cause,
    });
  }
  const isReplaced = () => before !== undefined && fileAt(path) !== before;
  try {
    // Waits for a running restore. The restored library's write-ahead log must not be taken for this one's.
    db.pragma("user_version");
    if (isReplaced()) {
      db.close();
      return undefined;
    }
    // If two processes create a library at once, SQLite refuses one of them here without waiting, as it assumes a deadlock.
    patientlyAtOnce(() => db.pragma("journal_mode = WAL"));
    // better-sqlite3 is compiled with NORMAL for WAL, with which a power failure could lose an acknowledged commit (I1).
    db.pragma("synchronous = FULL");
    // A checkpoint of the write-ahead log every 16 MB instead of every 4: bulk imports write the same pages repeatedly.
    db.pragma("wal_autocheckpoint = 4000");
    db.pragma("foreign_keys = ON");
    db.pragma("cache_size = -65536");
    db.pragma("temp_store = MEMORY");
    migrate(db, path, options);
    if (!isReplaced()) return db;
    db.close();
    return undefined;
  } catch (cause) {
    // Before those that SQLite uses are free again.
    const fault = faultOfDescriptors(cause);
    db.close();
    if (fault !== undefined) throw fault;
    if (options.isAsked === true && isUnwritable(cause)) return readWhole(path, options);
    throw describeDamage(cause, path);
  }
}

/** The database, its log, the memory that processes share, and a folder to sync. */
const filesOfSqlite = 4;

/** SQLite says of too few file descriptors only that a file cannot be opened. @returns what to throw if that is the cause. */
function faultOfDescriptors(cause: unknown): AppError | undefined {
  if (!codeOf(cause).startsWith("SQLITE_CANTOPEN")) return undefined;
  const opened: number[] = [];
  try {
    // Not the database itself: closing it would end the locks that this process has on it.
    while (opened.length < filesOfSqlite) opened.push(openSync(devNull, "r"));
    return undefined;
  } catch (error) {
    return ["EMFILE", "ENFILE"].includes(codeOf(error)) ? toAppError(error) : undefined;
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

/** An explanation if the file belongs to another user; empty otherwise. */
function ownerFault(path: string): string {
  const [owner, user] = [statSync(path, { throwIfNoEntry: false })?.uid, process.getuid?.()];
  if (owner === undefined || user === undefined || owner === user) return "";
  return `It belongs to user ${owner}, and this is user ${user}: run this as that user, or give it to this one (\`chown -R ${user} ${dirname(path)}\`). `;
}

/**
 * SQLite opens a database in WAL mode only if it may write next to it. Without a log the whole database is one file, which can be read into
 * memory. Throws `storage_failed` if there is a log.
 */
function readWhole(path: string, options: OpenDatabaseOptions): Sqlite {
  const refuse = (why: string): AppError =>
    new AppError("storage_failed", `The library ${path} may not be written by this user, and cannot be opened for reading only: ${why}.`, {
      mend: `Copy its folder to where this user may write, and name that with --data. Or let this user write to ${dirname(path)}.`,
    });
  const file = realpathSync(path);
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) throw refuse("the latest changes are still in its log");
  if (statSync(file).size > mostReadBytes) throw refuse("it is too large to be read into memory");
  const bytes = readFileSync(file);
  // The header bytes that say that there is a write-ahead log: in memory there is none.
  bytes.fill(1, 18, 20);
  const db = new Database(bytes);
  try {
    db.pragma("foreign_keys = ON");
    db.pragma("temp_store = MEMORY");
    migrate(db, path, options);
    db.pragma("query_only = ON");
    return db;
  } catch (cause) {
    db.close();
    throw describeDamage(cause, path);
  }
}

/** A full disk counts too: there is no room for the file that processes share while the library is open. */
function isUnwritable(cause: unknown): boolean {
  const code = codeOf(cause);
  return ["SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR_SHM"].some((one) => code.startsWith(one));
}

/** The library's id, which never changes and is the same in all of its copies. */
export function libraryIdOf(db: Sqlite): string {
  return db.prepare<[], string>("SELECT value FROM meta WHERE key = 'library'").pluck().get() ?? "";
}

/** Runs `work`, which only reads, on a consistent snapshot: it does not see what other processes commit meanwhile. */
export function asOfOneMoment<T>(db: Sqlite, work: () => T): T {
  // Not `db.transaction`, which the write guard refuses once writing has stopped; reading must still work.
  db.exec("BEGIN");
  try {
    return work();
  } finally {
    // Some errors have ended the transaction already.
    if (db.inTransaction) db.exec("COMMIT");
  }
}

/** A consistent copy of a library's database, taken while others may write. Throws the errors of opening it, and SQLite's. */
export function copyDatabase(path: string, target: string): void {
  const db = openDatabase(path, { create: false, isAsked: true });
  try {
    // A database that was read into memory is query-only, which would refuse this too.
    db.pragma("query_only = OFF");
    db.prepare("VACUUM INTO ?").run(target);
  } finally {
    db.close();
  }
}

/**
 * As {@link copyDatabase}, but page by page, so that pages that did not change since an earlier such copy are identical there. `VACUUM`
 * would move everything that comes after a change.
 */
export async function copyPages(path: string, target: string): Promise<void> {
  const db = openDatabase(path, { create: false, isAsked: true });
  try {
    // All pages in one step: if another process wrote between two steps, the copy would start over.
    await db.backup(target, { progress: () => mostPages });
  } finally {
    db.close();
  }
}

/** Checks the write-ahead log before SQLite opens it, since SQLite would drop everything after the damage. */
function checkLog(path: string): void {
  // If the path is a link, SQLite keeps the log next to the link's target.
  const file = existsSync(path) ? realpathSync(path) : path;
  const lost = lostFrames(file);
  if (lost === 0) return;
  throw new AppError(
    "library_damaged",
    `The log ${file}-wal is damaged: ${lost} of the pages that were written to it last cannot be read.`,
    {
      mend: `Restore the library from a backup. To go on without those changes, delete ${file}-shm, and import again what is missing.`,
    },
  );
}

/** Creates a folder and its missing parents. Throws `file_unreadable`. */
export function makeFolder(folder: string, mend: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new AppError("file_unreadable", `The folder ${folder} cannot be made: ${messageOf(cause)}.`, {
      mend,
      cause,
    });
  }
}

/**
 * People's notes, their addresses, and the key that signs links must not be readable by other users of this machine. SQLite gives the log
 * the same mode.
 */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", privateMode));
  } catch {
    // Opening it will report why.
  }
}

function migrate(db: Sqlite, path: string, { onMigration }: OpenDatabaseOptions): void {
  const version = () => Number(db.pragma("user_version", { simple: true }));
  if (version() > migrations.length) {
    throw new AppError(
      "library_newer",
      `The library ${path} has schema ${version()}; this Paperkin knows schemas up to ${migrations.length}.`,
      {
        mend: "Use the version of Paperkin that made it, or a newer one.",
      },
    );
  }
  if (version() === migrations.length) return;
  db.transaction(() => {
    // Read again while holding the write lock: another process may have migrated first.
    const first = version();
    if (first < 0 || (first === 0 && db.prepare("SELECT 1 FROM sqlite_schema").get() !== undefined)) {
      throw new AppError("file_unreadable", `The database ${path} was not made by Paperkin.`, {
        mend: "Name another folder with --data or PAPERKIN_DATA.",
      });
    }
    for (let next = first; next < migrations.length; next++) {
      if (first > 0) onMigration?.(next - first, migrations.length - first);
      db.exec(migrations[next] ?? "");
      if (next === 0) db.prepare("INSERT INTO meta (key, value) VALUES ('library', ?)").run(randomUUID());
      db.pragma(`user_version = ${next + 1}`);
    }
  }).immediate();
}

export const mendOfTables =
  "Restore a backup (`paperkin restore FILE --replace`). Without one, `paperkin export --format jsonl --output papers.jsonl` takes papers along where they can still be read, and `paperkin import papers.jsonl --data NEW` makes a library of them; nothing else is in that file.";

/** Describes an error from opening a database and reading it for the first time. @param reason an explanation, if known. */
export function describeDamage(cause: unknown, path: string, reason: (message: string) => string = (message) => message): AppError {
  const error = toAppError(cause);
  if (error === cause || error.code !== "library_damaged") return error;
  return new AppError("library_damaged", `The database ${path} is damaged: ${reason(messageOf(cause))}.`, {
    mend: mendOfTables,
    cause,
  });
}

/** Whether SQLite or a checksum reports that stored data was lost. */
export function isDamage(error: unknown): boolean {
  return toAppError(error).code === "library_damaged";
}

/** What `read` returns, or `otherwise` if damage prevents reading it. Throws other errors. */
export function ifReadable<T, F>(read: () => T, otherwise: F): T | F {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return otherwise;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
