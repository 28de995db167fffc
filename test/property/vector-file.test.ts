/** Files of embeddings: what is written is read back, and damaged files are named and never partly accepted. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VectorRow } from "../../src/core/vector-rows.ts";
import { openVectorFile, writeVectorFile } from "../../src/embedding/vector-file.ts";
import { readLines } from "../../src/embedding/vector-lines.ts";
import { inventVector } from "../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { holds } from "./settings.ts";

const description = { model: "paperkin/invented", preparation: 1, truncation: 64 };
const dimensions = 16;
const inventRows = (count: number): VectorRow[] =>
  Array.from({ length: count }, (_, at) => ({
    paperId: `X:${at} ä`,
    contentHash: at.toString(16).padStart(64, "0"),
    vector: inventVector(at, dimensions),
  }));

async function* each(rows: readonly VectorRow[]) {
  yield* rows;
}

async function readAll(path: string): Promise<VectorRow[]> {
  const rows: VectorRow[] = [];
  for await (const row of (await openVectorFile(path)).read()) rows.push({ ...row, vector: row.vector.slice() });
  return rows;
}

describe.each(["npy", "safetensors"])("embeddings as .%s", (format) => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, `vectors.${format}`);
  });
  afterAll(() => folder.remove());

  it.each([0, 1, 3, 40_000])("returns %i rows as they were written, twice, and leaves nothing else behind", async (count) => {
    const rows = inventRows(count);
    expect(await writeVectorFile(path, description, dimensions, each(rows))).toBe(count);
    expect(await openVectorFile(path)).toMatchObject({ ...description, rows: count, dimensions });
    const [first, second] = [await readAll(path), await readAll(path)];
    expect(first.length).toBe(count);
    expect(first.every((row, at) => row.paperId === rows[at]?.paperId && row.contentHash === rows[at]?.contentHash)).toBe(true);
    expect(first.every(({ vector }, at) => vector.every((value, i) => value === rows[at]?.vector[i]))).toBe(true);
    expect(second.length).toBe(count);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("I11: names what is wrong with changed, truncated and extended bytes, or reads rows of the right shape", async () => {
    await writeVectorFile(path, description, dimensions, each(inventRows(5)));
    const names = readdirSync(folder.path);
    const whole = new Map(names.map((name) => [name, readFileSync(join(folder.path, name))]));
    await holds(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom("change", "cut", "prolong"),
        async (name, place, byte, how) => {
          const original = whole.get(name) ?? Buffer.alloc(0);
          const at = place % original.length;
          const bytes = Buffer.from(
            how === "cut"
              ? original.subarray(0, at)
              : how === "prolong"
                ? Buffer.concat([original, Buffer.alloc(1 + (place % 70), byte)])
                : original,
          );
          if (how === "change") bytes[at] = byte;
          writeFileSync(join(folder.path, name), bytes);
          try {
            const rows = await readAll(path);
            for (const row of rows) expect(row.vector).toHaveLength((await openVectorFile(path)).dimensions);
          } catch (error) {
            expect(error).toMatchObject({ code: "vectors_unreadable" });
          } finally {
            writeFileSync(join(folder.path, name), original);
          }
        },
      ),
      300,
    );
  });

  it.each([
    ["big-endian", ">f4", "I32"],
    ["whole", "<i4", "U8"],
  ])("refuses %s numbers by their name", async (_name, descr, dtype) => {
    await writeVectorFile(path, description, dimensions, each(inventRows(2)));
    const text = readFileSync(path).toString("latin1").replace("<f4", descr).replace('"F32"', `"${dtype}"`.padEnd(5));
    writeFileSync(path, text, "latin1");
    await expect(openVectorFile(path)).rejects.toMatchObject({ code: "vectors_unreadable" });
  });
});

/** The same rows with their numbers in another form, as other tools write them. */
async function writeAs(folder: string, format: string, dtype: string, numbers: Buffer): Promise<string> {
  const path = join(folder, `${dtype.replace("<", "")}.${format}`);
  await writeVectorFile(path, description, 4, each([{ paperId: "X:1", contentHash: "0".repeat(64), vector: Float32Array.of(0, 0, 0, 1) }]));
  const whole = readFileSync(path);
  if (format === "npy") {
    const header = Buffer.from(whole.subarray(0, 128).toString("latin1").replace("<f4", dtype), "latin1");
    writeFileSync(path, Buffer.concat([header, numbers]));
    return path;
  }
  const start = 8 + Number(whole.readBigUInt64LE());
  const header = JSON.parse(whole.toString("utf8", 8, start));
  const moved = numbers.length - 16;
  header.embeddings = { ...header.embeddings, dtype, data_offsets: [0, numbers.length] };
  for (const name of ["ids", "hashes"]) header[name].data_offsets = header[name].data_offsets.map((at: number) => at + moved);
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, numbers, whole.subarray(start + 16)]));
  return path;
}

describe("number formats of other tools", () => {
  // 1, -0.5, the next number above 0 (in half precision 2 ** -24), and one that no half-precision number equals (1/3).
  const halves = Buffer.from(Uint16Array.of(0x3c00, 0xb800, 0x0001, 0x3555).buffer);
  const brains = Buffer.from(Uint16Array.of(0x3f80, 0xbf00, 0x3380, 0x3eab).buffer);
  const doubles = Buffer.from(Float64Array.of(1, -0.5, 2 ** -24, 1 / 3).buffer);
  it.each([
    ["npy", "<f2", halves, 3],
    ["npy", "<f8", doubles, 7],
    ["safetensors", "F16", halves, 3],
    ["safetensors", "BF16", brains, 2],
    ["safetensors", "F64", doubles, 7],
  ])("are read from .%s as %s", async (format, dtype, numbers, digits) => {
    const folder = await makeTemporaryFolder();
    const [row] = await readAll(await writeAs(folder.path, format, dtype, numbers));
    expect([...(row?.vector ?? [])]).toEqual([1, -0.5, 2 ** -24, expect.closeTo(1 / 3, digits)]);
    expect(row?.paperId).toBe("X:1");
    await folder.remove();
  });

  it("keep infinities and NaN, so that checks on vectors refuse them", async () => {
    const folder = await makeTemporaryFolder();
    const numbers = Buffer.from(Uint16Array.of(0x7c00, 0xfc00, 0x7e00, 0x8000).buffer);
    const [row] = await readAll(await writeAs(folder.path, "npy", "<f2", numbers));
    expect([...(row?.vector ?? [])]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0]);
    await folder.remove();
  });
});

it("I11: refuses lines that end in the middle of a character", async () => {
  const folder = await makeTemporaryFolder();
  const file = join(folder.path, "ids.txt");
  writeFileSync(file, Buffer.from("X:1\nX:é", "utf8").subarray(0, -1));
  const read = async () => {
    const lines: string[] = [];
    for await (const line of readLines({ path: file, start: 0, end: statSync(file).size })) lines.push(line);
    return lines;
  };
  await expect(read()).rejects.toMatchObject({ code: "vectors_unreadable", message: expect.stringContaining("UTF-8") });
  await folder.remove();
});

it("I11: names a missing file, a folder, and an unknown extension", async () => {
  const folder = await makeTemporaryFolder();
  mkdirSync(join(folder.path, "folder.safetensors"));
  await expect(openVectorFile(join(folder.path, "folder.safetensors"))).rejects.toMatchObject({ code: "vectors_unreadable" });
  await folder.remove();
  await expect(openVectorFile("/nowhere/vectors.npy")).rejects.toMatchObject({
    code: "vectors_unreadable",
    message: "The file /nowhere/vectors.npy cannot be opened: it does not exist.",
    mend: expect.stringContaining("Check the name"),
  });
  await expect(openVectorFile("/tmp/vectors.txt")).rejects.toMatchObject({ code: "invalid_request" });
  await expect(writeVectorFile("/nowhere/vectors.npy", description, dimensions, each([]))).rejects.toMatchObject({
    code: "file_unreadable",
  });
});
