/**
 * The derived files of a generation and the manifest that vouches for them. File names contain the number of the last change that they
 * include, so a new checkpoint never overwrites a file that the manifest still names. The manifest is replaced last.
 */
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Generation, GraphParameters } from "../../core/generation.ts";
import { type FileRecord, faultOfFile, faultOfSize, writeDurably } from "./durable-file.ts";
import { databaseName, manifestName, privateMode } from "./library-files.ts";

/** Files that a checkpoint writes, finished or temporary. All other files in a generation's folder belong to somebody else and stay. */
const ownFile = /^(?:(?:hnsw|lexical)-\d+\.bin|manifest\.json)(?:\.\d+\.tmp)?$/;

/** Removes a checkpoint's files from a folder, and the folder if nothing else is in it. */
export async function removeCheckpoint(folder: string): Promise<void> {
  for (const name of await new CheckpointFolder(folder).list()) await rm(join(folder, name), { force: true });
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (!["ENOTEMPTY", "EEXIST", "ENOTDIR", "ENOENT"].includes(error.code ?? "")) throw error;
  });
}

const fileSchema = z.object({
  name: z.string().regex(/^[\w.-]+$/),
  sizeBytes: z.number().int(),
  sha256: z.string(),
});

const manifestSchema = z.object({
  format: z.literal(1),
  /** Id of the library that the files were made from. */
  library: z.string(),
  generation: z.number().int(),
  model: z.string(),
  dimensions: z.number().int(),
  preparation: z.number().int(),
  metric: z.literal("cosine"),
  M: z.number().int(),
  efConstruction: z.number().int(),
  /** Number of vectors in the index. */
  count: z.number().int(),
  /** The last change that the files include; later ones are replayed. */
  lastChange: z.number().int(),
  /** Version of the text analysis of the word index; the first version was not recorded. */
  analysis: z.number().int().optional(),
  /** The measured search width; absent in files from before version 2 of the analysis. */
  searchWidth: z
    .object({
      efSearch: z.number().int(),
      recallAt10: z.number(),
      target: z.number(),
      sampled: z.number().int(),
      vectors: z.number().int(),
    })
    .optional(),
  hnsw: fileSchema,
  lexical: fileSchema,
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest as written: with a checksum of everything else in it. */
const sealedManifestSchema = manifestSchema.extend({ sha256: z.string() });

/** How often reading is retried when another process replaces the files meanwhile. */
const mostAttempts = 3;

/** What a checkpoint must match to be used. */
export interface Expected {
  readonly library: string;
  readonly generation: Generation;
  readonly parameters: GraphParameters;
  /**
   * The database's last change: a checkpoint with a later one belongs to another history. Read after the manifest, which another process
   * may have written just now.
   */
  readonly lastChange: () => number;
}

export class CheckpointFolder {
  constructor(private readonly folder: string) {}

  path(file: FileRecord): string {
    return join(this.folder, file.name);
  }

  /** The existing checkpoint files. */
  async list(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter((name) => ownFile.test(name)).sort();
    } catch {
      return [];
    }
  }

  /** The current manifest and the files that it names, without checking them; undefined if it cannot be read. */
  async named(): Promise<{ manifest: { name: string; text: string }; files: FileRecord[] } | undefined> {
    const text = await readFile(join(this.folder, manifestName), "utf8").catch(() => "");
    const { data } = sealedManifestSchema.safeParse(parseJson(text));
    return data === undefined ? undefined : { manifest: { name: manifestName, text }, files: [data.hnsw, data.lexical] };
  }

  /** Names a missing file, going by names and sizes only; undefined if everything is there. */
  async missing(): Promise<string | undefined> {
    const named = await this.named();
    if (named === undefined) return "their manifest is gone, or cannot be read";
    for (const file of named.files) {
      const fault = await faultOfSize(this.path(file), file);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** @returns the manifest if it matches and every file is intact; otherwise why the checkpoint cannot be used. */
  async read(expected: Expected): Promise<{ manifest: Manifest } | { fault: string; missing: boolean }> {
    for (let attempt = 1; ; attempt++) {
      const before = await this.named();
      const answer = await this.readOnce(expected);
      if ("manifest" in answer || attempt === mostAttempts) return answer;
      // Another process that writes a checkpoint meanwhile removes the files of the previous one.
      if ((await this.named())?.manifest.text === before?.manifest.text) return answer;
    }
  }

  /** Whether a manifest is no longer the current one. */
  async isReplaced({ hnsw, lexical }: Manifest): Promise<boolean> {
    const now = await this.named();
    return now !== undefined && now.files.map(({ sha256 }) => sha256).join() !== [hnsw.sha256, lexical.sha256].join();
  }

  private async readOnce(expected: Expected): Promise<{ manifest: Manifest } | { fault: string; missing: boolean }> {
    let text: string;
    try {
      text = await readFile(join(this.folder, manifestName), "utf8");
    } catch {
      return { fault: "there is no checkpoint", missing: true };
    }
    const parsed = sealedManifestSchema.safeParse(parseJson(text));
    if (!parsed.success) return { fault: "the manifest cannot be read", missing: false };
    const { sha256, ...manifest } = parsed.data;
    if (sha256 !== sealOf(manifest)) return { fault: "the manifest does not have the checksum that it names", missing: false };
    const fault =
      disagreement(manifest, expected) ??
      (await faultOfFile(this.path(manifest.hnsw), manifest.hnsw)) ??
      (await faultOfFile(this.path(manifest.lexical), manifest.lexical));
    return fault === undefined ? { manifest } : { fault, missing: false };
  }

  /** Writes one derived file. @param kind `hnsw` or `lexical`. */
  async writeFile(kind: string, lastChange: number, write: (temporary: string) => Promise<void>): Promise<FileRecord> {
    await this.makeFolder();
    const name = `${kind}-${lastChange}.bin`;
    return { name, ...(await writeDurably(join(this.folder, name), write)) };
  }

  /**
   * The folder is readable by those who may read the database, since its files contain the words and authors of all papers. Also fixes the
   * mode of an existing folder.
   */
  private async makeFolder(): Promise<void> {
    const database = await stat(join(dirname(this.folder), databaseName)).catch(() => ({ mode: privateMode }));
    const mode = (database.mode & 0o666) | ((database.mode & 0o444) >> 2);
    await mkdir(this.folder, { recursive: true, mode });
    // It may belong to another user who shares the library.
    await chmod(this.folder, mode).catch(() => undefined);
  }

  /** Makes the files current by replacing the manifest, then removes those that are no longer needed. */
  async commit(manifest: Manifest): Promise<void> {
    const sealed = { ...manifest, sha256: sealOf(manifest) };
    await writeDurably(join(this.folder, manifestName), (temporary) => writeFile(temporary, `${JSON.stringify(sealed, null, 2)}\n`));
    const kept = new Set([manifestName, manifest.hnsw.name, manifest.lexical.name]);
    for (const name of await this.list()) if (!kept.has(name)) await rm(join(this.folder, name), { force: true });
  }
}

function sealOf(manifest: Manifest): string {
  // Parsed with the schema, so that fields always have the same order.
  return createHash("sha256")
    .update(JSON.stringify(manifestSchema.parse(manifest)))
    .digest("hex");
}

function disagreement(manifest: Manifest, expected: Expected): string | undefined {
  const { library, generation, parameters, lastChange } = expected;
  if (manifest.library !== library) return "it belongs to another library";
  if (manifest.generation !== generation.id || manifest.model !== generation.model || manifest.preparation !== generation.preparation)
    return "it belongs to another generation";
  if (manifest.dimensions !== generation.dimensions) return `it has ${manifest.dimensions} dimensions instead of ${generation.dimensions}`;
  if (manifest.M !== parameters.M || manifest.efConstruction !== parameters.efConstruction) return "it was built with other parameters";
  if (manifest.lastChange > lastChange()) return "it is from another history of this library";
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
