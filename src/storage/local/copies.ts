/**
 * Deduplicated copies of a library in one folder: each adds only what no earlier copy contains. Files are cut into chunks that are
 * identified by their checksum. A copy consists of `NAME.chunks`, its new chunks, and `NAME.json`, written last, which lists the chunks of
 * each file and the copies that hold them.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { z } from "zod";
import { AppError, toAppError, toWritingError } from "../../core/errors.ts";
import { damaged } from "./archive.ts";
import {
  type BackupManifest,
  type BackupOptions,
  backupManifestSchema,
  checkPlace,
  collectFiles,
  makeWorkFolder,
  removeLeftOvers,
} from "./backup.ts";
import { copyPages, libraryIdOf, makeFolder, openDatabase } from "./database.ts";
import { type FileRecord, syncPath, writeDurably } from "./durable-file.ts";
import { lockFile } from "./file-lock.ts";
import { databaseName, privateMode } from "./library-files.ts";

/** Four database pages. Changes are scattered over the database, so chunks are small; each takes 90 bytes of the list. */
const chunkBytes = 16_384;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
/** Index of the copy that holds it, offset in that copy's chunk file, length, and checksum. */
const chunkSchema = z.tuple([z.number().int().min(0), z.number().int().min(0), z.number().int().min(1).max(chunkBytes), sha256Schema]);
type Chunk = z.infer<typeof chunkSchema>;

const copyName = /^\d{8}T\d{9}Z$/;
const copyFile = /^\d{8}T\d{9}Z\.(?:chunks|json)$/;
const contentsSchema = z.object({
  /** Id of the library; absent in the first versions. */
  library: z.string().optional(),
  /** The copies that hold its chunks. */
  copies: z.array(z.string().regex(copyName)),
  backup: backupManifestSchema,
  /** The chunks of each file of the backup, in order. */
  pieces: z.array(z.array(chunkSchema)),
});
type Contents = z.infer<typeof contentsSchema>;
const sealedSchema = z.object({ sha256: sha256Schema, contents: z.unknown() });

export interface CopyReport extends BackupManifest {
  readonly name: string;
  /** Bytes that this copy added to the folder. */
  readonly addedBytes: number;
  /** Total size of the library's files. */
  readonly sizeBytes: number;
  /** The copies that were removed, and the bytes that this freed. */
  readonly removed: readonly string[];
  readonly freedBytes: number;
}

export interface CopyOptions extends BackupOptions {
  /** Number of copies to retain, including this one; all by default. */
  readonly keep?: number | undefined;
}

/** The file that a process locks while it changes a folder of copies. */
const lockName = ".lock";

/**
 * Adds a copy of the library in a folder to those in `target`, which is created if necessary, and then removes what no retained copy needs.
 * Chunks of earlier copies are reused only if their checksum still matches. Throws the errors of opening the library, `storage_full`,
 * `file_unreadable`, `library_busy` while another process does the same, and `invalid_request` if the existing copies are of another
 * library.
 */
export async function addCopy(folder: string, target: string, options: CopyOptions): Promise<CopyReport> {
  checkPlace(folder, target);
  makeFolder(target, "Name a folder that may be written.");
  const lock = lockFolder(target);
  try {
    await removeLeftOvers(target, (left) => left === "copy" || copyFile.test(left));
    const added = await add(folder, target, options);
    return { ...added, ...(await removeOldCopies(target, options.keep, added.name)) };
  } finally {
    lock.close();
  }
}

type AddedCopy = Omit<CopyReport, "removed" | "freedBytes">;

async function add(folder: string, target: string, options: CopyOptions): Promise<AddedCopy> {
  const work = join(target, `.copy.${process.pid}.tmp`);
  const known = new KnownChunks(target);
  try {
    await makeWorkFolder(work, target);
    await known.read(options.keep !== undefined);
    const library = libraryOf(folder);
    if (known.library !== undefined && known.library !== library) {
      throw new AppError("invalid_request", `${target} holds copies of a different library than the one in ${folder}.`, {
        mend: "Name a folder of its own for each library; nothing was changed.",
      });
    }
    const name = nameAfter([...known.copies, ...(await namesIn(target, ".json"))].sort().at(-1), options.now);
    const files = await collectFiles(folder, work, copyPages, options);
    const copies = [...known.copies, name];
    const { pieces, sizeBytes } = await writePieces(join(target, `${name}.chunks`), work, files, known, copies.length - 1, options);
    const backup: BackupManifest = { format: 1, version: options.version, created: options.now.toISOString(), files };
    const list = await writeDurably(join(target, `${name}.json`), (temporary) =>
      writeFile(temporary, sealed({ library, copies, backup, pieces })),
    ).catch(async (error: unknown) => {
      // The list goes first, so that it never exists without its chunks.
      for (const path of [join(target, `${name}.json`), join(target, `${name}.chunks`)]) await rm(path, { force: true });
      throw error;
    });
    return {
      ...backup,
      name,
      addedBytes: sizeBytes + list.sizeBytes,
      sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    };
  } catch (error) {
    throw toWritingError(error, target);
  } finally {
    await known.close();
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Cuts files into chunks, and writes those that no earlier copy has to a file.
 * @param copy index of the new copy among all.
 * @returns the chunks of each file, and the number of bytes written.
 */
async function writePieces(
  path: string,
  work: string,
  files: readonly FileRecord[],
  known: KnownChunks,
  copy: number,
  { onProgress }: Pick<CopyOptions, "onProgress">,
): Promise<{ pieces: Chunk[][]; sizeBytes: number }> {
  const pieces: Chunk[][] = [];
  let offset = 0;
  const { sizeBytes } = await writeDurably(path, async (temporary) => {
    const added = await open(temporary, "wx", privateMode);
    try {
      for (const [done, file] of files.entries()) {
        onProgress?.("copying", done, files.length);
        const own: Chunk[] = [];
        for await (const bytes of createReadStream(join(work, file.name), { highWaterMark: chunkBytes })) {
          const sha256 = sha256Of(bytes as Buffer);
          let chunk = await known.find(sha256);
          if (chunk === undefined) {
            chunk = [copy, offset, (bytes as Buffer).length, sha256];
            await added.appendFile(bytes as Buffer);
            offset += chunk[2];
            known.add(chunk);
          }
          own.push(chunk);
        }
        pieces.push(own);
      }
    } finally {
      await added.close();
    }
  });
  return { pieces, sizeBytes };
}

/**
 * Lists are deleted and the deletion synced before any chunks that no list names. If this is interrupted, each listed copy is therefore
 * complete, and the next run continues. A list that cannot be read does not count as a copy. If one is newer than the oldest retained copy,
 * no chunks are deleted, since nobody knows which it needs.
 * @param keep how many copies to retain; all if undefined.
 */
async function removeOldCopies(
  target: string,
  keep: number | undefined,
  added: string,
): Promise<Pick<CopyReport, "removed" | "freedBytes">> {
  const removed: string[] = [];
  const needed = new Set<string>();
  let [staying, freedBytes, isUnsure] = [0, 0, false];
  const remove = async (file: string) => {
    const path = join(target, file);
    const { size } = await stat(path);
    await rm(path);
    freedBytes += size;
  };
  try {
    for (const name of (await namesIn(target, ".json")).reverse()) {
      if (keep !== undefined && staying >= keep) {
        await remove(`${name}.json`);
        removed.push(name);
        continue;
      }
      const contents = await readContents(target, name);
      if (contents === undefined) isUnsure = true;
      else {
        staying++;
        for (const [copy] of contents.pieces.flat()) needed.add(contents.copies[copy] ?? "");
      }
    }
    await syncPath(target);
    if (!isUnsure) for (const name of await namesIn(target, ".chunks")) if (!needed.has(name)) await remove(`${name}.chunks`);
    return { removed: removed.reverse(), freedBytes };
  } catch (cause) {
    throw new AppError("file_unreadable", `The copy ${added} was made, but older ones could not be removed: ${toAppError(cause).message}`, {
      mend: "See that the folder and its files may be written; the next copy goes on with removing.",
      cause,
    });
  }
}

/** Locks the folder with a system lock, which is released even if this process is killed. Throws `library_busy`. */
function lockFolder(target: string): Database.Database {
  try {
    return lockFile(join(target, lockName));
  } catch (cause) {
    const { code } = toAppError(cause);
    if (code === "storage_full") throw toWritingError(cause, target);
    if (code === "library_busy")
      throw new AppError("library_busy", `Another process adds a copy to ${target}.`, { mend: "Wait for it, and try again.", cause });
    throw new AppError("file_unreadable", `The folder ${target} cannot be written: ${toAppError(cause).message}`, {
      mend: "Name a folder that may be written.",
      cause,
    });
  }
}

function libraryOf(folder: string): string {
  const db = openDatabase(join(folder, databaseName), { create: false, isAsked: true });
  try {
    return libraryIdOf(db);
  } finally {
    db.close();
  }
}

/** Sorting names gives the order of creation even if the clock was set back. */
function nameAfter(last: string | undefined, now: Date): string {
  const before = last === undefined ? Number.NaN : Date.parse(last.replace(/^(....)(..)(..T..)(..)(..)(...)Z$/, "$1-$2-$3:$4:$5.$6Z"));
  const at = Number.isNaN(before) ? now : new Date(Math.max(now.getTime(), before + 1));
  return at.toISOString().replace(/[-:.]/g, "");
}

const mendOfCopy =
  "Nothing was changed. Another copy in the folder may be intact: `paperkin restore FOLDER --check` says which are, and --copy names one.";

/** The names of the copies in a folder, the latest last. */
export async function copiesIn(folder: string): Promise<string[]> {
  return await namesIn(folder, ".json");
}

/** The chunks of one copy, for a restore. */
export class StoredCopy {
  private readonly chunks: ChunkFiles;

  private constructor(
    folder: string,
    private readonly contents: Contents,
  ) {
    this.chunks = new ChunkFiles(folder, contents.copies);
  }

  /** @param name of a copy; the latest by default. Throws `file_unreadable`, `backup_damaged`. */
  static async open(folder: string, name: string | undefined): Promise<StoredCopy> {
    const names = await namesIn(folder, ".json");
    const wanted = name ?? names.at(-1);
    if (wanted === undefined || !names.includes(wanted)) {
      throw new AppError("file_unreadable", `There is no copy ${wanted ?? "of a library"} in ${folder}.`, {
        mend: names.length === 0 ? "Name the folder that `paperkin backup --incremental` wrote to." : `There are: ${names.join(", ")}.`,
      });
    }
    const contents = await readContents(folder, wanted);
    if (contents === undefined) throw damaged(`${wanted}.json is damaged`, { mend: mendOfCopy });
    return new StoredCopy(folder, contents);
  }

  get manifest(): BackupManifest {
    return this.contents.backup;
  }

  /** Reads a file, and copies it to `target` if given. @returns its SHA-256. Throws `backup_damaged`, naming the chunk. */
  async copy(file: FileRecord, target?: FileHandle): Promise<string> {
    const whole = createHash("sha256");
    const at = this.manifest.files.findIndex(({ name }) => name === file.name);
    for (const chunk of this.contents.pieces[at] ?? []) {
      const bytes = await this.chunks.read(chunk);
      if (bytes === undefined) {
        const [copy, offset, sizeBytes, sha256] = chunk;
        throw damaged(
          `of ${file.name} the piece ${sha256} is damaged or missing (${sizeBytes} bytes at ${offset} of ${this.contents.copies[copy]}.chunks)`,
          { mend: mendOfCopy },
        );
      }
      whole.update(bytes);
      await target?.appendFile(bytes);
    }
    return whole.digest("hex");
  }

  async close(): Promise<void> {
    await this.chunks.close();
  }
}

/** The chunks in a folder, by checksum. */
class KnownChunks {
  /** The copies whose chunk files exist; the lists of some may be gone. */
  copies: readonly string[] = [];
  /** Id of the library, if the latest copy records it. */
  library: string | undefined;
  private readonly bySha256 = new Map<string, Chunk>();
  /** Checksums of chunks that were verified or just written. */
  private readonly sound = new Set<string>();
  private files: ChunkFiles | undefined;

  constructor(private readonly folder: string) {}

  /**
   * @param leavesHollow whether to avoid reusing chunk files of which the latest copy uses less than half, so that they can be deleted
   * eventually.
   */
  async read(leavesHollow: boolean): Promise<void> {
    this.copies = await namesIn(this.folder, ".chunks");
    this.files = new ChunkFiles(this.folder, this.copies);
    const places = new Map(this.copies.map((name, at) => [name, at]));
    let latest: Contents | undefined;
    for (const name of await namesIn(this.folder, ".json")) {
      // A list that cannot be read is ignored; its chunks are stored again.
      const contents = await readContents(this.folder, name);
      for (const [copy, ...rest] of contents?.pieces.flat() ?? []) {
        const at = places.get(contents?.copies[copy] ?? "");
        if (at !== undefined) this.bySha256.set(rest[2], [at, ...rest]);
      }
      latest = contents ?? latest;
    }
    this.library = latest?.library;
    if (leavesHollow && latest !== undefined) await this.leaveHollow(latest);
  }

  private async leaveHollow({ copies, pieces }: Contents): Promise<void> {
    const used = new Map<string, number>();
    const counted = new Set<string>();
    for (const [copy, , sizeBytes, sha256] of pieces.flat()) {
      if (counted.has(sha256)) continue;
      counted.add(sha256);
      const name = copies[copy] ?? "";
      used.set(name, (used.get(name) ?? 0) + sizeBytes);
    }
    const hollow = new Set<number>();
    for (const [at, name] of this.copies.entries()) {
      const { size } = await stat(join(this.folder, `${name}.chunks`));
      if ((used.get(name) ?? 0) < size / 2) hollow.add(at);
    }
    for (const [sha256, [at]] of this.bySha256) if (hollow.has(at)) this.bySha256.delete(sha256);
  }

  add(chunk: Chunk): void {
    this.bySha256.set(chunk[3], chunk);
    this.sound.add(chunk[3]);
  }

  async find(sha256: string): Promise<Chunk | undefined> {
    const chunk = this.bySha256.get(sha256);
    if (chunk === undefined || this.sound.has(sha256)) return chunk;
    if ((await this.files?.read(chunk)) === undefined) return undefined;
    this.sound.add(sha256);
    return chunk;
  }

  async close(): Promise<void> {
    await this.files?.close();
  }
}

/** The chunk files of some copies, opened on first use. */
class ChunkFiles {
  private readonly opened = new Map<number, FileHandle | undefined>();

  constructor(
    private readonly folder: string,
    private readonly copies: readonly string[],
  ) {}

  /** @returns undefined if the chunk's checksum does not match. */
  async read([copy, offset, sizeBytes, sha256]: Chunk): Promise<Buffer | undefined> {
    if (!this.opened.has(copy)) this.opened.set(copy, await open(join(this.folder, `${this.copies[copy]}.chunks`)).catch(() => undefined));
    const bytes = Buffer.alloc(sizeBytes);
    const result = await this.opened.get(copy)?.read(bytes, 0, sizeBytes, offset);
    return result?.bytesRead === sizeBytes && sha256Of(bytes) === sha256 ? bytes : undefined;
  }

  async close(): Promise<void> {
    for (const file of this.opened.values()) await file?.close();
  }
}

/** Names of the copies that have a file of this kind; the oldest first. */
async function namesIn(folder: string, ending: ".json" | ".chunks"): Promise<string[]> {
  const names = (await readdir(folder)).flatMap((name) => (name.endsWith(ending) ? [name.slice(0, -ending.length)] : []));
  return names.filter((name) => copyName.test(name)).sort();
}

async function readContents(folder: string, name: string): Promise<Contents | undefined> {
  try {
    const { sha256, contents } = sealedSchema.parse(JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")));
    return sha256Of(JSON.stringify(contents)) === sha256 ? contentsSchema.parse(contents) : undefined;
  } catch {
    return undefined;
  }
}

function sealed(contents: Contents): string {
  return JSON.stringify({ sha256: sha256Of(JSON.stringify(contents)), contents });
}

function sha256Of(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
