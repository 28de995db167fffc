/**
 * Backup: a consistent copy of the database, taken while others write, with the index files of the latest checkpoint before it, so that a
 * restored library starts as fast and gives the same answers. A manifest with all sizes and checksums is written last.
 */
import { realpathSync } from "node:fs";
import { copyFile, mkdir, open, readdir, rm, stat, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { z } from "zod";
import { AppError, toWritingError } from "../../core/errors.ts";
import { appendFile, appendText, endArchive } from "./archive.ts";
import { CheckpointFolder } from "./checkpoint.ts";
import { copyDatabase, openDatabase } from "./database.ts";
import { checksum, type FileRecord, writeDurably } from "./durable-file.ts";
import { databaseName, isDatabaseName, isGenerationFolder, privateMode, replacedName, restoringName } from "./library-files.ts";

/** How often copying index files is retried when a checkpoint replaces them meanwhile. */
const mostAttempts = 3;

export const backupManifestName = "paperkin-backup.json";

export const backupManifestSchema = z.object({
  format: z.literal(1),
  version: z.string(),
  created: z.string(),
  files: z.array(
    z.object({
      name: z.string().regex(/^(?:library\.sqlite|generation-\d+\/[\w-]+\.(?:bin|json))$/),
      sizeBytes: z.number().int(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;

export interface BackupOptions {
  /** Paperkin's version; informational. */
  readonly version: string;
  readonly now: Date;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/**
 * Writes a backup of the library in a folder. An earlier backup at the path is replaced only when the new one is complete and synced.
 * Throws the errors of opening the library, `storage_full`, `file_unreadable`, and `invalid_request` if the path holds anything but a
 * backup.
 */
export async function backUp(folder: string, path: string, options: BackupOptions): Promise<BackupManifest & { sizeBytes: number }> {
  checkPlace(folder, path);
  await checkReplaced(path);
  const work = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await removeLeftOvers(dirname(path), (name) => name === basename(path));
    await makeWorkFolder(work, path);
    const files = await collectFiles(folder, work, copyDatabase, options);
    await leaveRoom(work, files);
    const manifest: BackupManifest = { format: 1, version: options.version, created: options.now.toISOString(), files };
    const { sizeBytes } = await writeDurably(path, async (temporary) => {
      const archive = await open(temporary, "wx", privateMode);
      try {
        for (const [done, { name, sizeBytes: size }] of files.entries()) {
          options.onProgress?.("copying", done, files.length);
          await appendFile(archive, name, join(work, name), size);
        }
        await appendText(archive, backupManifestName, `${JSON.stringify(manifest, null, 2)}\n`);
        await endArchive(archive);
      } finally {
        await archive.close();
      }
    });
    return { ...manifest, sizeBytes };
  } catch (error) {
    throw toWritingError(error, path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Copies a consistent state of the library to a folder.
 * @param copyOf copies the database from one path to another.
 * @returns what was copied.
 */
export async function collectFiles(
  folder: string,
  work: string,
  copyOf: (path: string, target: string) => void | Promise<void>,
  { onProgress }: Pick<BackupOptions, "onProgress">,
): Promise<FileRecord[]> {
  // Index files are copied first, so that their last change is never ahead of the database.
  const names = [...(await copyIndexFiles(folder, work)), databaseName];
  onProgress?.("copying", 0, names.length);
  await copyOf(join(folder, databaseName), join(work, databaseName));
  leaveBehind(join(work, databaseName), names);
  const files: FileRecord[] = [];
  for (const name of names) {
    const copy = join(work, name);
    files.push({ name, sizeBytes: (await stat(copy)).size, sha256: await checksum(copy) });
  }
  return files;
}

/** Throws `invalid_request` for the library's own folder, and for its subfolders that Paperkin creates and deletes. */
export function checkPlace(folder: string, path: string): void {
  const [name = ""] = relative(realPath(folder), realPath(path)).split(sep);
  if (name === "") {
    throw new AppError("invalid_request", `${path} is the library's own folder: copies in it would be lost with it.`, {
      mend: "Name another folder, best on another disk.",
    });
  }
  if (isDatabaseName(name)) {
    throw new AppError("invalid_request", `${path} is the library itself, or a name that SQLite gives the files beside it.`, {
      mend: "Name another file, best on another disk.",
    });
  }
  if (!isGenerationFolder(name) && name !== restoringName && name !== replacedName) return;
  throw new AppError("invalid_request", `${path} is in a folder of the library whose files are removed when they are rebuilt.`, {
    mend: "Name a place outside of the library's folder, best on another disk.",
  });
}

/** Resolves a path that may not exist yet: the links of its existing parent folders are followed. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(resolve(path));
    return above === resolve(path) ? above : join(realPath(above), basename(path));
  }
}

/** Throws `invalid_request` if the path holds anything but an earlier backup (for example the library itself). */
async function checkReplaced(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.isFile() && (found.size === 0 || (await isBackup(path))))) return;
  throw new AppError("invalid_request", `${path} exists and is ${found.isDirectory() ? "a folder" : "not a backup"}: it is not replaced.`, {
    mend: `Name another file${found.isDirectory() ? ", or give --incremental to add a copy to a folder" : ", or remove that one first"}.`,
  });
}

/** Decided by the first header only, so that a backup that is truncated or damaged after it may be replaced too. */
async function isBackup(path: string): Promise<boolean> {
  const archive = await open(path, "r");
  try {
    const { buffer } = await archive.read(Buffer.alloc(512), 0, 512, 0);
    const header = buffer.toString("latin1");
    return /^(?:library\.sqlite|generation-\d+\/[\w-]+\.(?:bin|json))\0/.test(header) && header.startsWith("ustar", 257);
  } finally {
    await archive.close();
  }
}

export async function makeWorkFolder(work: string, path: string): Promise<void> {
  try {
    await mkdir(work, { mode: 0o700 });
  } catch (cause) {
    throw new AppError(
      "file_unreadable",
      `The backup ${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        mend: "Name a file in a folder that exists and may be written.",
        cause,
      },
    );
  }
}

/** Checks the free space in advance: SQLite would fail only halfway. */
async function leaveRoom(work: string, files: readonly FileRecord[]): Promise<void> {
  const needed = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { bavail, bsize } = await statfs(work);
  if (bavail * bsize < needed) {
    throw new AppError("storage_full", `The backup needs ${needed} bytes more, and ${bavail * bsize} are left.`, {
      mend: "Free some space, or name a file on another disk; nothing was changed.",
    });
  }
}

/**
 * Copies the index files of all generations: each manifest and the files that it names. If a server replaces them meanwhile, it tries
 * again. Incomplete sets are omitted and will be rebuilt from the database.
 * @returns their names.
 */
async function copyIndexFiles(folder: string, work: string): Promise<string[]> {
  const copied: string[] = [];
  const generations = (await readdir(folder).catch((): string[] => [])).filter(isGenerationFolder);
  for (const generation of generations) {
    const target = join(work, generation);
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const named = await new CheckpointFolder(join(folder, generation)).named();
      if (named === undefined) break;
      await mkdir(target, { recursive: true });
      try {
        const names = named.files.map(({ name }) => name);
        for (const name of names) await copyFile(join(folder, generation, name), join(target, name));
        await writeFile(join(target, named.manifest.name), named.manifest.text);
        copied.push(...[...names, named.manifest.name].map((name) => `${generation}/${name}`));
        break;
      } catch (error) {
        await rm(target, { recursive: true, force: true });
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
  }
  return copied;
}

/** Copies only the database of a library, to become a library of its own. Throws as {@link copyDatabase}. */
export function copyWithoutFiles(path: string, target: string): void {
  copyDatabase(path, target);
  leaveBehind(target, []);
}

/** Removes from the copy what is true only of the original: leases, and checkpoints whose files were not copied. */
function leaveBehind(path: string, names: readonly string[]): void {
  const copied = names.flatMap((name) => /^generation-(\d+)\/manifest\.json$/.exec(name)?.[1] ?? []);
  const db = openDatabase(path, { create: false });
  try {
    db.prepare("DELETE FROM leases").run();
    db.prepare(`UPDATE generations SET checkpoint_change = NULL WHERE id NOT IN (${copied.map(() => "?").join(", ")})`).run(
      ...copied.map(Number),
    );
  } finally {
    db.close();
  }
}

/** Removes what killed backups have left in a folder. @param isOurs whether a name, without its temporary suffix, is that of a backup. */
export async function removeLeftOvers(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const [base = "", pid = ""] = name.startsWith(".") ? splitTemporary(name.slice(1)) : splitTemporary(name);
    if (isOurs(base) && isGone(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Splits a temporary name into the name and the process id. */
function splitTemporary(name: string): string[] {
  return /^(.*)\.(\d+)\.tmp$/.exec(name)?.slice(1) ?? [];
}

/** A process with our own id counts as gone: in a container, the next process often has the same id. */
function isGone(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
