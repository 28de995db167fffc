/** One safetensors file (github.com/huggingface/safetensors): length, JSON, data. */
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { VectorsDescription } from "../core/vector-rows.ts";
import { numberTypes } from "./number-type.ts";
import { descriptionSchema, type Layout, longestHeader, parseJson, partOf, readStart, type Spools } from "./vector-layout.ts";
import { type FilePart, unreadable } from "./vector-lines.ts";

export async function finishSafetensors(
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

const size = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const offsets = z.tuple([size, size]);
const lines = z.object({ dtype: z.literal("U8"), shape: z.tuple([size]), data_offsets: offsets });
const safetensorsSchema = z.object({
  __metadata__: descriptionSchema,
  embeddings: z.object({ dtype: z.enum(["F16", "BF16", "F32", "F64"]), shape: z.tuple([size, size]), data_offsets: offsets }),
  ids: lines,
  hashes: lines,
});

export async function readSafetensors(path: string): Promise<Layout> {
  const length = (await readStart(path, 8)).readBigUInt64LE();
  if (length > longestHeader) throw unreadable(path, `its header has ${length} bytes`);
  const dataStart = 8 + Number(length);
  const parsed = safetensorsSchema.safeParse(parseJson((await readStart(path, Number(length), 8)).toString("utf8")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unreadable(path, `its header is not valid (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`);
  }
  const { __metadata__: description, embeddings, ids, hashes } = parsed.data;
  const { end } = await partOf(path);
  const part = ([from, to]: readonly [number, number]): FilePart => {
    if (from > to || dataStart + to > end) throw unreadable(path, "its data end earlier than its header says");
    return { path, start: dataStart + from, end: dataStart + to };
  };
  const [rows, dimensions] = embeddings.shape;
  return {
    ...description,
    rows,
    dimensions,
    numbers: numberTypes[embeddings.dtype],
    vectors: part(embeddings.data_offsets),
    ids: part(ids.data_offsets),
    hashes: part(hashes.data_offsets),
  };
}
