/**
 * Embeddings in files that other programs read: NumPy's format (numpy.org, NEP 1: float32, C order) with ids, hashes and a
 * description beside it, or one file of safetensors (github.com/huggingface/safetensors: length, JSON, data).
 */
import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { AppError, toAppError } from "../core/errors.ts";
import type { VectorRow, VectorRows, VectorsDescription } from "../core/vector-rows.ts";
import { type FilePart, readLines, unreadable } from "./vector-lines.ts";

const descriptionSchema = z.object({
  model: z.string().regex(/^\w[\w.-]*\/\w[\w.-]*$/),
  preparation: z.coerce.number().int().positive(),
  truncation: z.coerce.number().int().positive().optional(),
});

/** Room for the header of an `.npy`, whose number of rows is known last. */
const npyHeaderBytes = 128;
const longestHeader = 1 << 20;
const mostDimensions = 65_536;
/** Bytes of vectors that are read or written at once, about. */
const chunkBytes = 1 << 20;

type Format = "npy" | "safetensors";

function formatOf(path: string): Format {
  const [, format] = /\.(npy|safetensors)$/.exec(path) ?? [];
  if (format === "npy" || format === "safetensors") return format;
  throw new AppError("invalid_request", `${path} has no known ending.`, { mend: "Name a file that ends in .npy or .safetensors." });
}

/** The files beside an `.npy`: ids and hashes one a line, and what the vectors were made with. */
function besideNpy(path: string) {
  const stem = path.replace(/\.npy$/, "");
  return { ids: `${stem}.ids.txt`, hashes: `${stem}.hashes.txt`, description: `${stem}.json` };
}

/**
 * Writes rows as they come; the files have their names when they are whole. Throws `invalid_request` for another ending,
 * `storage_full`, `file_unreadable`. @returns how many rows.
 */
export async function writeVectorFile(
  path: string,
  description: VectorsDescription,
  dimensions: number,
  rows: AsyncIterable<VectorRow>,
): Promise<number> {
  const format = formatOf(path);
  const spools = {
    vectors: `${path}.${process.pid}.tmp`,
    ids: `${path}.ids.${process.pid}.tmp`,
    hashes: `${path}.hashes.${process.pid}.tmp`,
  };
  try {
    const count = await spool(spools, rows, format === "npy" ? npyHeaderBytes : 0);
    if (format === "npy") {
      const beside = besideNpy(path);
      await writeStart(spools.vectors, npyHeader(count, dimensions));
      await writeFile(beside.description, `${JSON.stringify({ format: 1, ...description, dimensions, rows: count }, null, 2)}\n`);
      await rename(spools.ids, beside.ids);
      await rename(spools.hashes, beside.hashes);
      await rename(spools.vectors, path);
    } else await joinSafetensors(path, spools, description, count, dimensions);
    return count;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== "internal") throw error;
    throw new AppError("file_unreadable", `${path} cannot be written: ${error.message}.`, {
      mend: "Name a file in a folder that exists and may be written.",
      cause: thrown,
    });
  } finally {
    for (const name of Object.values(spools)) await rm(name, { force: true });
  }
}

interface Spools {
  readonly vectors: string;
  readonly ids: string;
  readonly hashes: string;
}

async function spool(names: Spools, rows: AsyncIterable<VectorRow>, headerBytes: number): Promise<number> {
  const files: FileHandle[] = [];
  try {
    for (const name of [names.vectors, names.ids, names.hashes]) files.push(await open(name, "w"));
    const [vectors, ids, hashes] = files;
    let [count, bytes]: [number, number] = [0, 0];
    let [held, idText, hashText]: [Buffer[], string, string] = [[Buffer.alloc(headerBytes)], "", ""];
    const flush = async () => {
      await vectors?.writeFile(Buffer.concat(held));
      await ids?.writeFile(idText);
      await hashes?.writeFile(hashText);
      [held, idText, hashText, bytes] = [[], "", "", 0];
    };
    for await (const { paperId, contentHash, vector } of rows) {
      held.push(Buffer.from(Uint8Array.from(Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength))));
      idText += `${paperId}\n`;
      hashText += `${contentHash}\n`;
      count++;
      bytes += vector.byteLength;
      if (bytes >= chunkBytes) await flush();
    }
    await flush();
    for (const file of files) await file.sync();
    return count;
  } finally {
    for (const file of files) await file.close();
  }
}

function npyHeader(rows: number, dimensions: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dimensions}), }`;
  const header = Buffer.alloc(npyHeaderBytes, " ");
  header.write("\x93NUMPY\x01\x00", "latin1");
  header.writeUInt16LE(npyHeaderBytes - 10, 8);
  header.write(text, 10);
  header.write("\n", npyHeaderBytes - 1);
  return header;
}

async function writeStart(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.write(bytes, 0, bytes.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function joinSafetensors(
  path: string,
  spools: Spools,
  { model, preparation, truncation }: VectorsDescription,
  rows: number,
  dimensions: number,
): Promise<void> {
  const names = [spools.vectors, spools.hashes, spools.ids];
  const ends: number[] = [];
  for (const name of names) ends.push((ends.at(-1) ?? 0) + (await stat(name)).size);
  const [vectors = 0, hashes = 0, ids = 0] = ends;
  const text = JSON.stringify({
    __metadata__: { model, preparation: String(preparation), ...(truncation === undefined ? {} : { truncation: String(truncation) }) },
    embeddings: { dtype: "F32", shape: [rows, dimensions], data_offsets: [0, vectors] },
    hashes: { dtype: "U8", shape: [hashes - vectors], data_offsets: [vectors, hashes] },
    ids: { dtype: "U8", shape: [ids - hashes], data_offsets: [hashes, ids] },
  });
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const whole = `${path}.whole.${process.pid}.tmp`;
  try {
    await writeFile(whole, Buffer.concat([length, header]));
    for (const name of names) await pipeline(createReadStream(name), createWriteStream(whole, { flags: "a" }));
    await rename(whole, path);
  } finally {
    await rm(whole, { force: true });
  }
}

interface Layout extends VectorsDescription {
  readonly rows: number;
  readonly dimensions: number;
  readonly vectors: FilePart;
  readonly ids: FilePart;
  readonly hashes: FilePart;
}

/** Reads what there is, and no vector yet. Throws `vectors_unreadable`, and `invalid_request` for another ending. */
export async function openVectorFile(path: string): Promise<VectorRows> {
  const layout = await (formatOf(path) === "npy" ? readNpy(path) : readSafetensors(path));
  const { rows, dimensions, vectors } = layout;
  if (dimensions < 1 || dimensions > mostDimensions) throw unreadable(path, `it has ${dimensions} dimensions`);
  const bytes = rows * dimensions * 4;
  if (vectors.end - vectors.start !== bytes)
    throw unreadable(path, `its vectors have ${vectors.end - vectors.start} bytes instead of ${bytes} for ${rows} × ${dimensions}`);
  return {
    model: layout.model,
    preparation: layout.preparation,
    truncation: layout.truncation,
    rows,
    dimensions,
    read: () => readRows(layout),
  };
}

async function readStart(path: string, bytes: number, from = 0): Promise<Buffer> {
  await partOf(path);
  const file = await open(path, "r").catch((cause: unknown) => {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  });
  try {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, from);
    if (bytesRead < bytes) throw unreadable(path, "it ends within its header");
    return buffer;
  } finally {
    await file.close();
  }
}

async function partOf(path: string): Promise<FilePart> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (!found.isFile()) throw unreadable(path, "it is no file");
  return { path, start: 0, end: found.size };
}

async function readNpy(path: string): Promise<Layout> {
  const start = await readStart(path, 12);
  if (start.toString("latin1", 0, 6) !== "\x93NUMPY") throw unreadable(path, "it does not begin as an .npy file");
  const isFirst = start[6] === 1;
  const [prefix, length] = isFirst ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
  if (length > longestHeader) throw unreadable(path, `its header has ${length} bytes`);
  const header = (await readStart(path, length, prefix)).toString("latin1");
  const dtype = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  if (dtype !== "<f4") throw unreadable(path, `its numbers are ${dtype ?? "of no type"}, and float32 (<f4) is wanted`);
  if (!/'fortran_order':\s*False/.test(header)) throw unreadable(path, "it is not in C order");
  const [, rows, dimensions] = /'shape':\s*\(\s*(\d{1,10})\s*,\s*(\d{1,10})\s*,?\s*\)/.exec(header) ?? [];
  if (rows === undefined || dimensions === undefined) throw unreadable(path, "it has no two-dimensional shape");
  const beside = besideNpy(path);
  const text = await readStart(beside.description, Math.min(longestHeader, (await partOf(beside.description)).end));
  return {
    ...describe(beside.description, parseJson(text.toString("utf8"))),
    rows: Number(rows),
    dimensions: Number(dimensions),
    vectors: { ...(await partOf(path)), start: prefix + length },
    ids: await partOf(beside.ids),
    hashes: await partOf(beside.hashes),
  };
}

const size = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const offsets = z.tuple([size, size]);
const lines = z.object({ dtype: z.literal("U8"), shape: z.tuple([size]), data_offsets: offsets });
const safetensorsSchema = z.object({
  __metadata__: descriptionSchema,
  embeddings: z.object({ dtype: z.literal("F32"), shape: z.tuple([size, size]), data_offsets: offsets }),
  ids: lines,
  hashes: lines,
});

async function readSafetensors(path: string): Promise<Layout> {
  const length = (await readStart(path, 8)).readBigUInt64LE();
  if (length > longestHeader) throw unreadable(path, `its header has ${length} bytes`);
  const dataStart = 8 + Number(length);
  const parsed = safetensorsSchema.safeParse(parseJson((await readStart(path, Number(length), 8)).toString("utf8")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unreadable(path, `its header is not as it should be (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`);
  }
  const { __metadata__: description, embeddings, ids, hashes } = parsed.data;
  const { end } = await partOf(path);
  const part = ([from, to]: readonly [number, number]): FilePart => {
    if (from > to || dataStart + to > end) throw unreadable(path, "its data end before its header says so");
    return { path, start: dataStart + from, end: dataStart + to };
  };
  const [rows, dimensions] = embeddings.shape;
  return {
    ...description,
    rows,
    dimensions,
    vectors: part(embeddings.data_offsets),
    ids: part(ids.data_offsets),
    hashes: part(hashes.data_offsets),
  };
}

function describe(path: string, value: unknown): VectorsDescription {
  const { data, error } = descriptionSchema.safeParse(value);
  if (data === undefined)
    throw unreadable(path, `it does not say what the vectors were made with (${error?.issues[0]?.path.join(".") ?? ""})`);
  return data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* readRows({ rows, dimensions, vectors, ids, hashes }: Layout): AsyncGenerator<VectorRow> {
  const idLines = readLines(ids);
  const hashLines = readLines(hashes);
  const file = await open(vectors.path, "r");
  try {
    const atOnce = Math.max(1, Math.floor(chunkBytes / (4 * dimensions)));
    for (let row = 0; row < rows; row += atOnce) {
      const count = Math.min(atOnce, rows - row);
      const bytes = new Uint8Array(4 * dimensions * count);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, vectors.start + 4 * dimensions * row);
      if (bytesRead < bytes.length) throw unreadable(vectors.path, "it ends before its last vector");
      for (let at = 0; at < count; at++) {
        const [id, hash] = [(await idLines.next()).value, (await hashLines.next()).value];
        if (id === undefined) throw unreadable(ids.path, `it has fewer than ${rows} ids`);
        if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash)) throw unreadable(hashes.path, `row ${row + at + 1} has no sha256`);
        yield { paperId: id, contentHash: hash, vector: new Float32Array(bytes.buffer, 4 * dimensions * at, dimensions) };
      }
    }
    if ((await idLines.next()).done !== true || (await hashLines.next()).done !== true)
      throw unreadable(ids.path, `it has more than ${rows} ids or hashes`);
  } finally {
    await file.close();
    await idLines.return(undefined);
    await hashLines.return(undefined);
  }
}
