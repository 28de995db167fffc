/** NumPy's format (numpy.org, NEP 1; C order), with ids, hashes and a description in files beside it. */
import { open, rename, writeFile } from "node:fs/promises";
import type { VectorsDescription } from "../core/vector-rows.ts";
import { type NumberType, numberTypes } from "./number-type.ts";
import { descriptionSchema, type Layout, longestHeader, parseJson, partOf, readStart, type Spools } from "./vector-layout.ts";
import { unreadable } from "./vector-lines.ts";

/** Space for the header, which is written last because it holds the number of rows. */
export const npyHeaderBytes = 128;

/** The files beside an `.npy`: ids and hashes, one per line, and a description of how the vectors were made. */
function besideNpy(path: string) {
  const stem = path.replace(/\.npy$/, "");
  return { ids: `${stem}.ids.txt`, hashes: `${stem}.hashes.txt`, description: `${stem}.json` };
}

export async function finishNpy(
  path: string,
  spools: Spools,
  description: VectorsDescription,
  rows: number,
  dimensions: number,
): Promise<void> {
  const beside = besideNpy(path);
  await writeStart(spools.vectors, npyHeader(rows, dimensions));
  await writeFile(beside.description, `${JSON.stringify({ format: 1, ...description, dimensions, rows }, null, 2)}\n`);
  await rename(spools.ids, beside.ids);
  await rename(spools.hashes, beside.hashes);
  await rename(spools.vectors, path);
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

/** By NumPy's names. Big-endian types are omitted: no machine that computes embeddings uses them. */
const dtypes = new Map<string, NumberType>([
  ["<f2", numberTypes.F16],
  ["<f4", numberTypes.F32],
  ["<f8", numberTypes.F64],
]);

export async function readNpy(path: string): Promise<Layout> {
  const start = await readStart(path, 12);
  if (start.toString("latin1", 0, 6) !== "\x93NUMPY") throw unreadable(path, "it does not begin as an .npy file");
  const isFirst = start[6] === 1;
  const [prefix, length] = isFirst ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
  if (length > longestHeader) throw unreadable(path, `its header has ${length} bytes`);
  const header = (await readStart(path, length, prefix)).toString("latin1");
  const dtype = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const numbers = dtypes.get(dtype ?? "");
  if (numbers === undefined) throw unreadable(path, `its number type is ${dtype ?? "missing"}; supported are float32 (<f4), <f2 and <f8`);
  if (!/'fortran_order':\s*False/.test(header)) throw unreadable(path, "it is not in C order");
  const [, rows, dimensions] = /'shape':\s*\(\s*(\d{1,10})\s*,\s*(\d{1,10})\s*,?\s*\)/.exec(header) ?? [];
  if (rows === undefined || dimensions === undefined) throw unreadable(path, "it has no two-dimensional shape");
  const beside = besideNpy(path);
  const text = await readStart(beside.description, Math.min(longestHeader, (await partOf(beside.description)).end));
  return {
    ...describe(beside.description, parseJson(text.toString("utf8"))),
    rows: Number(rows),
    dimensions: Number(dimensions),
    numbers,
    vectors: { ...(await partOf(path)), start: prefix + length },
    ids: await partOf(beside.ids),
    hashes: await partOf(beside.hashes),
  };
}

function describe(path: string, value: unknown): VectorsDescription {
  const { data, error } = descriptionSchema.safeParse(value);
  if (data === undefined)
    throw unreadable(path, `it does not say what the vectors were made with (${error?.issues[0]?.path.join(".") ?? ""})`);
  return data;
}
