/**
 * Copies of a library in one folder, each of which adds only what no earlier one has: files are cut into pieces that are
 * known by their checksum. A copy is `NAME.chunks`, the pieces that were new, and `NAME.json`, which comes last and says
 * of which pieces each file is made, and in which copy they are.
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { type FileHandle, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError, toAppError } from "../../core/errors.ts";
import { damaged } from "./archive.ts";
import { type BackupManifest, type BackupOptions, backupManifestSchema, collectFiles, makeWorkFolder, removeLeftOvers } from "./backup.ts";
import { copyPages, makeFolder } from "./database.ts";
import { type FileRecord, writeDurably } from "./durable-file.ts";

/** Four pages of the database: what changes is scattered over it, and each piece takes 90 bytes of the list. */
const chunkBytes = 16_384;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
/** In which of the copies, where in its pieces, how long, and which bytes. */
const chunkSchema = z.tuple([z.number().int().min(0), z.number().int().min(0), z.number().int().min(1).max(chunkBytes), sha256Schema]);
type Chunk = z.infer<typeof chunkSchema>;

const copyName = /^\d{8}T\d{9}Z$/;
const copyFile = /^\d{8}T\d{9}Z\.(?:chunks|json)$/;
const contentsSchema = z.object({
  /** The copies that hold its pieces. */
  copies: z.array(z.string().regex(copyName)),
  backup: backupManifestSchema,
  /** The pieces of each file of the backup, in order. */
  pieces: z.array(z.array(chunkSchema)),
});
type Contents = z.infer<typeof contentsSchema>;
const sealedSchema = z.object({ sha256: sha256Schema, contents: z.unknown() });

export interface CopyReport extends BackupManifest {
  readonly name: string;
  /** That this copy added to the folder. */
  readonly addedBytes: number;
  /** Of the library's files. */
  readonly sizeBytes: number;
}

/**
 * Adds a copy of the library in a folder to those in `target`, which is made where it is not there. Pieces of earlier
 * copies are used only while they have their checksum. Throws what opening the library does, `storage_full`, `file_unreadable`.
 */
export async function addCopy(folder: string, target: string, options: BackupOptions): Promise<CopyReport> {
  const work = join(target, `.copy.${process.pid}.tmp`);
  const name = options.now.toISOString().replace(/[-:.]/g, "");
  const known = new KnownChunks(target);
  try {
    makeFolder(target, "Name a folder that may be written.");
    await removeLeftOvers(target, (left) => left === "copy" || copyFile.test(left));
    await removeUnlisted(target);
    await makeWorkFolder(work, target);
    await known.read();
    const files = await collectFiles(folder, work, copyPages, options);
    const copies = [...known.copies, name];
    const pieces: Chunk[][] = [];
    let addedBytes = 0;
    const { sizeBytes } = await writeDurably(chunksOf(target, name), async (temporary) => {
      const added = await open(temporary, "wx");
      try {
        for (const [done, file] of files.entries()) {
          options.onProgress?.("copying", done, files.length);
          const own: Chunk[] = [];
          for await (const bytes of createReadStream(join(work, file.name), { highWaterMark: chunkBytes })) {
            const sha256 = sha256Of(bytes as Buffer);
            let chunk = await known.find(sha256);
            if (chunk === undefined) {
              chunk = [copies.length - 1, addedBytes, (bytes as Buffer).length, sha256];
              await added.appendFile(bytes as Buffer);
              addedBytes += chunk[2];
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
    const backup: BackupManifest = { format: 1, version: options.version, created: options.now.toISOString(), files };
    const list = await writeDurably(listOf(target, name), (temporary) => writeFile(temporary, sealed({ copies, backup, pieces }))).catch(
      async (error) => {
        // A list never without its pieces.
        for (const path of [listOf(target, name), chunksOf(target, name)]) await rm(path, { force: true });
        throw error;
      },
    );
    return {
      ...backup,
      name,
      addedBytes: sizeBytes + list.sizeBytes,
      sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    };
  } catch (error) {
    throw toAppError(error);
  } finally {
    await known.close();
    await rm(work, { recursive: true, force: true });
  }
}

/** The pieces of one copy, to restore it from. */
export class StoredCopy {
  private readonly chunks: ChunkFiles;

  private constructor(
    folder: string,
    private readonly contents: Contents,
  ) {
    this.chunks = new ChunkFiles(folder, contents.copies);
  }

  /** @param name of a copy; the latest one unless given. Throws `file_unreadable`, `backup_damaged`. */
  static async open(folder: string, name: string | undefined): Promise<StoredCopy> {
    const names = await namesIn(folder);
    const wanted = name ?? names.at(-1);
    if (wanted === undefined || !names.includes(wanted)) {
      throw new AppError("file_unreadable", `There is no copy ${wanted ?? "of a library"} in ${folder}.`, {
        mend: names.length === 0 ? "Name the folder that `paperkin backup --incremental` wrote to." : `There are: ${names.join(", ")}.`,
      });
    }
    const contents = await readContents(folder, wanted);
    if (contents === undefined) throw damaged(`${wanted}.json is not as it was written; another copy may be whole (--copy)`);
    return new StoredCopy(folder, contents);
  }

  get manifest(): BackupManifest {
    return this.contents.backup;
  }

  /** Reads a file, into another one where that is given. @returns its sha256. Throws `backup_damaged`, naming the piece. */
  async copy(file: FileRecord, target?: FileHandle): Promise<string> {
    const whole = createHash("sha256");
    const at = this.manifest.files.findIndex(({ name }) => name === file.name);
    for (const chunk of this.contents.pieces[at] ?? []) {
      const bytes = await this.chunks.read(chunk);
      if (bytes === undefined) {
        const [copy, offset, sizeBytes, sha256] = chunk;
        throw damaged(
          `of ${file.name} the piece ${sha256} is damaged or missing (${sizeBytes} bytes at ${offset} of ${this.contents.copies[copy]}.chunks)`,
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

/** The pieces that a folder has, by checksum. */
class KnownChunks {
  copies: readonly string[] = [];
  private readonly bySha256 = new Map<string, Chunk>();
  /** Read again, or just written. */
  private readonly sound = new Set<string>();
  private files: ChunkFiles | undefined;

  constructor(private readonly folder: string) {}

  async read(): Promise<void> {
    this.copies = await namesIn(this.folder);
    this.files = new ChunkFiles(this.folder, this.copies);
    for (const name of this.copies) {
      // What cannot be read is not used; the pieces are stored once more.
      const contents = await readContents(this.folder, name);
      for (const [copy, ...rest] of contents?.pieces.flat() ?? []) {
        const at = this.copies.indexOf(contents?.copies[copy] ?? "");
        if (at >= 0) this.bySha256.set(rest[2], [at, ...rest]);
      }
    }
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

/** The files of pieces of some copies, opened when they are first asked. */
class ChunkFiles {
  private readonly opened = new Map<number, FileHandle | undefined>();

  constructor(
    private readonly folder: string,
    private readonly copies: readonly string[],
  ) {}

  /** @returns undefined where the piece is not what it was. */
  async read([copy, offset, sizeBytes, sha256]: Chunk): Promise<Buffer | undefined> {
    if (!this.opened.has(copy)) this.opened.set(copy, await open(chunksOf(this.folder, this.copies[copy] ?? "")).catch(() => undefined));
    const bytes = Buffer.alloc(sizeBytes);
    const result = await this.opened.get(copy)?.read(bytes, 0, sizeBytes, offset);
    return result?.bytesRead === sizeBytes && sha256Of(bytes) === sha256 ? bytes : undefined;
  }

  async close(): Promise<void> {
    for (const file of this.opened.values()) await file?.close();
  }
}

/** Removes the pieces of copies that were killed before their list was written: nothing names them. */
async function removeUnlisted(target: string): Promise<void> {
  const unlisted = (await readdir(target)).filter((name) => /\.chunks$/.test(name) && copyFile.test(name));
  // Whoever makes a copy has a work folder until its list is there: looked for in this order, no copy is missed.
  const isAtWork = (await readdir(target)).some((name) => /^\.copy\.\d+\.tmp$/.test(name));
  if (isAtWork) return;
  for (const file of unlisted) if (!existsSync(listOf(target, file.slice(0, -".chunks".length)))) await rm(join(target, file));
}

function chunksOf(folder: string, name: string): string {
  return join(folder, `${name}.chunks`);
}

function listOf(folder: string, name: string): string {
  return join(folder, `${name}.json`);
}

/** The oldest first. */
async function namesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -".json".length)] : []));
  return names.filter((name) => copyName.test(name)).sort();
}

async function readContents(folder: string, name: string): Promise<Contents | undefined> {
  try {
    const { sha256, contents } = sealedSchema.parse(JSON.parse(await readFile(listOf(folder, name), "utf8")));
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
