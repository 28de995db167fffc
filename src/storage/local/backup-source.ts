/** Reads backups (a file, or a folder of copies), and checks that their content is what was written. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { AppError, toAppError, whyUnopened } from "../../core/errors.ts";
import { type ArchiveEntry, damaged, readEntries } from "./archive.ts";
import { type BackupManifest, backupManifestName, backupManifestSchema } from "./backup.ts";
import { copiesIn, StoredCopy } from "./copies.ts";
import type { FileRecord } from "./durable-file.ts";
import { databaseName } from "./library-files.ts";

const pieceBytes = 1 << 20;

/** What a library is restored from. */
export interface BackupSource {
  readonly manifest: BackupManifest;
  /** Reads a file, and copies it to `target` if given. @returns its SHA-256. Throws `backup_damaged`. */
  copy(file: FileRecord, target?: FileHandle): Promise<string>;
  close(): Promise<void>;
}

/** A backup in one file. */
class ArchivedBackup implements BackupSource {
  private constructor(
    private readonly archive: FileHandle,
    readonly manifest: BackupManifest,
    private readonly entries: ReadonlyMap<string, ArchiveEntry>,
  ) {}

  static async open(path: string): Promise<ArchivedBackup> {
    const archive = await openArchive(path);
    try {
      const { manifest, entries } = await readManifest(archive, path);
      return new ArchivedBackup(archive, manifest, entries);
    } catch (error) {
      await archive.close();
      throw toAppError(error);
    }
  }

  async copy(file: FileRecord, target?: FileHandle): Promise<string> {
    const entry = this.entries.get(file.name);
    if (entry?.sizeBytes !== file.sizeBytes) throw damaged(`${file.name} is missing, or does not have the size that its manifest says`);
    return await copyEntry(this.archive, entry, target);
  }

  async close(): Promise<void> {
    await this.archive.close();
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

async function openArchive(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (cause) {
    throw new AppError("file_unreadable", `The backup ${path} cannot be read: ${whyUnopened(cause)}.`, { cause });
  }
}

async function readManifest(archive: FileHandle, path: string): Promise<{ manifest: BackupManifest; entries: Map<string, ArchiveEntry> }> {
  const entries = new Map((await readEntries(archive, path)).map((entry) => [entry.name, entry]));
  const entry = entries.get(backupManifestName);
  if (entry === undefined || entry.sizeBytes > pieceBytes) throw damaged("it has no manifest", { path });
  const bytes = Buffer.alloc(entry.sizeBytes);
  await archive.read(bytes, 0, bytes.length, entry.start);
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString("utf8"));
  } catch {
    parsed = undefined;
  }
  const { data: manifest } = backupManifestSchema.safeParse(parsed);
  if (manifest === undefined) throw damaged("its manifest cannot be read", { path });
  return { manifest, entries };
}

/** Reads an entry, and copies it to a file if one is given. @returns its SHA-256. */
async function copyEntry(archive: FileHandle, { start, sizeBytes }: ArchiveEntry, target: FileHandle | undefined): Promise<string> {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(pieceBytes);
  for (let at = 0; at < sizeBytes; ) {
    const { bytesRead } = await archive.read(piece, 0, Math.min(pieceBytes, sizeBytes - at), start + at);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    await target?.appendFile(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest("hex");
}

type OnProgress = (what: string, done: number, total: number) => void;

/** @param copy which of the copies in a folder; the latest by default. Throws `file_unreadable`, `backup_damaged`. */
export async function openSource(path: string, copy: string | undefined): Promise<BackupSource> {
  if (isFolder(path)) return await StoredCopy.open(path, copy);
  if (copy === undefined) return await ArchivedBackup.open(path);
  throw new AppError("invalid_request", `${path} is not a folder of copies, so there is no copy ${copy} in it.`);
}

/** Reads the whole backup. Throws `backup_damaged`. */
export async function checkSource(source: BackupSource, onProgress: OnProgress | undefined): Promise<void> {
  const { files } = source.manifest;
  if (!files.some(({ name }) => name === databaseName)) throw damaged("its manifest names no database");
  for (const [done, file] of files.entries()) {
    onProgress?.("checking", done, files.length);
    if ((await source.copy(file)) !== file.sha256) throw damaged(`${file.name} does not have the checksum of its manifest`);
  }
}

export interface CheckedBackup {
  /** Name of the copy, if the backup is one of several in a folder. */
  readonly copy?: string;
  /** The moment whose state it holds (ISO 8601, UTC), if it is recorded. */
  readonly created?: string;
  /** Total size of the library's files. */
  readonly sizeBytes?: number;
  /** Why it cannot be restored; absent if it is intact. */
  readonly fault?: string;
}

/**
 * Checks backups by reading them as a restore does, without restoring anything.
 * @param copy of a folder; all of its copies by default. Throws `file_unreadable` if there are none.
 */
export async function checkBackups(path: string, copy: string | undefined, onProgress?: OnProgress): Promise<CheckedBackup[]> {
  const names = isFolder(path) && copy === undefined ? await copiesIn(path) : [];
  const checked: CheckedBackup[] = [];
  // If there are none, opening one reports what is wrong.
  for (const name of names.length === 0 ? [copy] : names)
    checked.push({ ...(name === undefined ? {} : { copy: name }), ...(await checkOne(path, name, onProgress)) });
  return checked;
}

async function checkOne(path: string, copy: string | undefined, onProgress: OnProgress | undefined): Promise<CheckedBackup> {
  let source: BackupSource | undefined;
  let about: CheckedBackup = {};
  try {
    source = await openSource(path, copy);
    const { created, files } = source.manifest;
    about = { created, sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0) };
    await checkSource(source, onProgress);
    return about;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== "backup_damaged") throw error;
    return { ...about, fault: error.message };
  } finally {
    await source?.close();
  }
}
