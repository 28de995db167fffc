/**
 * The only access to hnswlib-node (Malkov and Yashunin 2016, arXiv 1603.09320), which checks nothing. It is only given finite vectors of
 * the right length under labels that are whole numbers below 2³², never a filter callback, and only files whose checksum matches. Inner
 * product on unit vectors, so distance = 1 − cosine.
 */
import { type FileHandle, open } from "node:fs/promises";
import type { HierarchicalNSW } from "hnswlib-node";
import { AppError } from "../../core/errors.ts";
import type { GraphParameters } from "../../core/generation.ts";
import type { Label } from "../../core/label-set.ts";
import type { Scored } from "../../core/retrieval.ts";
import { faultOfVector } from "../../core/vectors.ts";
import { hnswlib } from "./hnswlib.ts";

/** Initial capacity in vectors. */
const leastCapacity = 1024;

/** The seed of the level generator: the same insertions build the same graph. */
const levelSeed = 100;

export class HnswIndex {
  private readonly deleted = new Set<Label>();
  private readonly present: Set<Label>;

  private constructor(
    private readonly native: HierarchicalNSW,
    private readonly dimensions: number,
    present: Iterable<Label>,
  ) {
    this.present = new Set(present);
  }

  static create(dimensions: number, parameters: GraphParameters, capacity: number): HnswIndex {
    const native = new hnswlib.HierarchicalNSW("ip", dimensions);
    native.initIndex(Math.max(leastCapacity, capacity), parameters.M, parameters.efConstruction, levelSeed);
    return new HnswIndex(native, dimensions, []);
  }

  /**
   * Reads a file in a separate thread.
   * @param path a file whose checksum has just been verified: a damaged file crashes the process.
   * @param isLive whether a label may still be found; the others are marked as deleted.
   */
  static async read(path: string, dimensions: number, isLive: (label: Label) => boolean): Promise<HnswIndex> {
    const native = new hnswlib.HierarchicalNSW("ip", dimensions);
    await native.readIndex(path);
    const index = new HnswIndex(native, dimensions, native.getIdsList());
    for (const label of index.present) {
      if (isLive(label)) continue;
      try {
        native.markDelete(label);
      } catch {
        // The file has this label marked as deleted already, which cannot be queried; marking twice throws.
      }
      index.deleted.add(label);
    }
    return index;
  }

  /** Number of vectors that can be found. */
  get size(): number {
    return this.present.size - this.deleted.size;
  }

  /** Number of deleted vectors that still take up space. */
  get deletedSize(): number {
    return this.deleted.size;
  }

  has(label: Label): boolean {
    return this.present.has(label) && !this.deleted.has(label);
  }

  labels(): Label[] {
    return [...this.present].filter((label) => !this.deleted.has(label));
  }

  put(label: Label, vector: Float32Array): void {
    const fault = faultOfVector(vector, this.dimensions);
    if (fault !== undefined) throw new AppError("invalid_embedding", `The embedding of paper ${label} cannot be indexed: ${fault}.`);
    // A file without vectors is read with a capacity of 0, and resizing a capacity of 0 frees the index's memory.
    if (this.present.size >= this.native.getMaxElements())
      this.native.resizeIndex(Math.max(leastCapacity, 2 * this.native.getMaxElements()));
    if (this.deleted.delete(label)) this.native.unmarkDelete(label);
    this.native.addPoint(Array.from(vector), label);
    this.present.add(label);
  }

  remove(label: Label): void {
    if (!this.has(label)) return;
    this.native.markDelete(label);
    this.deleted.add(label);
  }

  /** The approximate `k` nearest vectors, best cosine first. @param width as measured by `search-width.ts`. */
  search(vector: Float32Array, k: number, width: number): Scored[] {
    const wanted = Math.min(k, this.size);
    if (wanted === 0) return [];
    this.native.setEf(Math.max(width, Math.ceil(wanted * 1.2)));
    const { neighbors, distances } = this.native.searchKnn(Array.from(vector), wanted);
    return neighbors.map((label, at) => ({
      label,
      score: 1 - (distances[at] ?? 0),
    }));
  }

  /**
   * Writes in a separate thread; nothing may be added or removed until it resolves. hnswlib reports success even on a full disk: see {@link
   * missingBytes}.
   */
  async write(path: string): Promise<void> {
    await this.native.writeIndex(path);
  }
}

/** Eleven fields of eight bytes, and two of four. */
const headerBytes = 96;

/**
 * Whether a graph was written completely. The file has a header, every vector with its links on the lowest level, and then for each vector
 * the length of its links on higher levels, and these links.
 * @returns how many bytes are missing at least.
 */
export async function missingBytes(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size < headerBytes) return headerBytes - size;
    const header = await readBytes(file, 0, headerBytes);
    const [count, bytesEach] = [Number(header.readBigUInt64LE(16)), Number(header.readBigUInt64LE(24))];
    const start = headerBytes + count * bytesEach;
    if (size < start) return start - size;
    const rest = await readBytes(file, start, size - start);
    let at = 0;
    for (let done = 0; done < count; done++) {
      if (at + 4 > rest.length) return at + 4 * (count - done) - rest.length;
      at += 4 + rest.readUInt32LE(at);
    }
    return Math.max(0, at - rest.length);
  } finally {
    await file.close();
  }
}

async function readBytes(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, from);
  return bytes.subarray(0, bytesRead);
}
