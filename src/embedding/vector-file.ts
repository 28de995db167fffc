/** Embeddings in files for other programs: the parts that the formats share, and the choice of the format by file name. */
import { type FileHandle, open, rm } from "node:fs/promises";
import { AppError, toWritingError } from "../core/errors.ts";
import type { VectorRow, VectorRows, VectorsDescription } from "../core/vector-rows.ts";
import { finishNpy, npyHeaderBytes, readNpy } from "./npy.ts";
import type { NumberType } from "./number-type.ts";
import { finishSafetensors, readSafetensors } from "./safetensors.ts";
import type { Layout, Spools } from "./vector-layout.ts";
import { readLines, unreadable } from "./vector-lines.ts";

const mostDimensions = 65_536;
/** The approximate number of bytes of vectors that are read or written at once. */
const chunkBytes = 1 << 20;

type Format = "npy" | "safetensors";

function formatOf(path: string): Format {
  const [, format] = /\.(npy|safetensors)$/.exec(path) ?? [];
  if (format === "npy" || format === "safetensors") return format;
  throw new AppError("invalid_request", `${path} has an unknown file extension.`, {
    mend: "Name a file that ends in .npy or .safetensors.",
  });
}

/**
 * Writes rows as they come, to temporary files that are renamed once they are complete. Throws `invalid_request` for another ending,
 * `storage_full`, `file_unreadable`.
 * @returns the number of rows.
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
    const finish = format === "npy" ? finishNpy : finishSafetensors;
    await finish(path, spools, description, count, dimensions);
    return count;
  } catch (thrown) {
    const error = toWritingError(thrown, path);
    if (error.code !== "internal") throw error;
    throw new AppError("file_unreadable", `${path} cannot be written: ${error.message}.`, {
      mend: "Name a file in a folder that exists and is writable.",
      cause: thrown,
    });
  } finally {
    for (const name of Object.values(spools)) await rm(name, { force: true });
  }
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

/** Reads the header and the description, but no vectors. Throws `vectors_unreadable`, and `invalid_request` for another ending. */
export async function openVectorFile(path: string): Promise<VectorRows> {
  const layout = await (formatOf(path) === "npy" ? readNpy(path) : readSafetensors(path));
  const { rows, dimensions, numbers, vectors } = layout;
  if (dimensions < 1 || dimensions > mostDimensions) throw unreadable(path, `it has ${dimensions} dimensions`);
  const bytes = rows * dimensions * numbers.bytes;
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

async function* readRows({ rows, dimensions, numbers, vectors, ids, hashes }: Layout): AsyncGenerator<VectorRow> {
  const idLines = readLines(ids);
  const hashLines = readLines(hashes);
  const file = await open(vectors.path, "r");
  try {
    const rowBytes = numbers.bytes * dimensions;
    const atOnce = Math.max(1, Math.floor(chunkBytes / rowBytes));
    for (let row = 0; row < rows; row += atOnce) {
      const count = Math.min(atOnce, rows - row);
      const bytes = new Uint8Array(rowBytes * count);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, vectors.start + rowBytes * row);
      if (bytesRead < bytes.length) throw unreadable(vectors.path, "it ends before its last vector");
      const values = asFloat32(bytes, numbers);
      for (let at = 0; at < count; at++) {
        const [id, hash] = [(await idLines.next()).value, (await hashLines.next()).value];
        if (id === undefined) throw unreadable(ids.path, `it has fewer than ${rows} ids`);
        if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash)) throw unreadable(hashes.path, `row ${row + at + 1} has no sha256`);
        yield { paperId: id, contentHash: hash, vector: values.subarray(dimensions * at, dimensions * (at + 1)) };
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

function asFloat32(bytes: Uint8Array, numbers: NumberType): Float32Array {
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(bytes.length / numbers.bytes);
  for (let at = 0; at < values.length; at++) values[at] = numbers.read(view, at * numbers.bytes);
  return values;
}
