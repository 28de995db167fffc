/**
 * The derived files of a generation and the manifest that vouches for them. Files carry the number of the change
 * that they hold in their names, so a new checkpoint never touches what the manifest still names; the manifest is
 * replaced last.
 */
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Generation, GraphParameters } from "../../core/generation.ts";
import { type FileRecord, faultOfFile, faultOfSize, writeDurably } from "./durable-file.ts";
import { databaseName, manifestName, privateMode } from "./library-files.ts";

/** What a checkpoint writes, or had begun to write, in a generation's folder. Anything else there is somebody's, and stays. */
const ownFile = /^(?:(?:hnsw|lexical)-\d+\.bin|manifest\.json)(?:\.\d+\.tmp)?$/;

/** Removes what checkpoints wrote into a folder, and the folder where nothing else is in it. */
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
  /** The library that the files were made from. */
  library: z.string(),
  generation: z.number().int(),
  model: z.string(),
  dimensions: z.number().int(),
  preparation: z.number().int(),
  metric: z.literal("cosine"),
  M: z.number().int(),
  efConstruction: z.number().int(),
  /** Vectors in the index. */
  count: z.number().int(),
  /** The last change that the files hold; later ones are replayed. */
  lastChange: z.number().int(),
  /** Version of the terms of the word index; the first one was not written down. */
  analysis: z.number().int().optional(),
  /** As it was measured; versions before 2 of the words did not. */
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

/** As it is written: with a checksum of everything else in it. */
const sealedManifestSchema = manifestSchema.extend({ sha256: z.string() });

/** How often files are looked at again that are replaced meanwhile. */
const mostAttempts = 3;

/** What a checkpoint must agree with to be used. */
export interface Expected {
  readonly library: string;
  readonly generation: Generation;
  readonly parameters: GraphParameters;
  /**
   * The database's last change: a checkpoint from its future belongs to another history. Asked when the manifest has been read, which
   * another process may have written just now.
   */
  readonly lastChange: () => number;
}

export class CheckpointFolder {
  constructor(private readonly folder: string) {}

  path(file: FileRecord): string {
    return join(this.folder, file.name);
  }

  /** The files of checkpoints that there are. */
  async list(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter((name) => ownFile.test(name)).sort();
    } catch {
      return [];
    }
  }

  /** The manifest as it stands, and the files that it names, unchecked; undefined where it cannot be read. */
  async named(): Promise<{ manifest: { name: string; text: string }; files: FileRecord[] } | undefined> {
    const text = await readFile(join(this.folder, manifestName), "utf8").catch(() => "");
    const { data } = sealedManifestSchema.safeParse(parseJson(text));
    return data === undefined ? undefined : { manifest: { name: manifestName, text }, files: [data.hnsw, data.lexical] };
  }

  /** What is not there, by names and sizes alone; undefined where everything is. */
  async missing(): Promise<string | undefined> {
    const named = await this.named();
    if (named === undefined) return "their manifest is gone, or cannot be read";
    for (const file of named.files) {
      const fault = await faultOfSize(this.path(file), file);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** @returns the manifest when everything agrees and every file is whole; otherwise why it cannot be used. */
  async read(expected: Expected): Promise<{ manifest: Manifest } | { fault: string; missing: boolean }> {
    for (let attempt = 1; ; attempt++) {
      const before = await this.named();
      const answer = await this.readOnce(expected);
      if ("manifest" in answer || attempt === mostAttempts) return answer;
      // Another process that writes a checkpoint meanwhile takes away the files of the one before.
      if ((await this.named())?.manifest.text === before?.manifest.text) return answer;
    }
  }

  /** Whether a manifest is no longer the one that stands there. */
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

  /** For whom the database is: the words and authors of all papers are in these files too. One that was made before becomes so. */
  private async makeFolder(): Promise<void> {
    const database = await stat(join(dirname(this.folder), databaseName)).catch(() => ({ mode: privateMode }));
    const mode = (database.mode & 0o666) | ((database.mode & 0o444) >> 2);
    await mkdir(this.folder, { recursive: true, mode });
    // It may be another user's, who shares it.
    await chmod(this.folder, mode).catch(() => undefined);
  }

  /** Makes the files count, then removes those that no longer do. */
  async commit(manifest: Manifest): Promise<void> {
    const sealed = { ...manifest, sha256: sealOf(manifest) };
    await writeDurably(join(this.folder, manifestName), (temporary) => writeFile(temporary, `${JSON.stringify(sealed, null, 2)}\n`));
    const kept = new Set([manifestName, manifest.hnsw.name, manifest.lexical.name]);
    for (const name of await this.list()) if (!kept.has(name)) await rm(join(this.folder, name), { force: true });
  }
}

function sealOf(manifest: Manifest): string {
  // Through the schema, so that the order of fields is always the same.
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
