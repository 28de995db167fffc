/**
 * The one door to hnswlib-node (Malkov and Yashunin 2016, arXiv 1603.09320), which checks nothing: it is given
 * finite vectors of the right length under labels that are whole numbers below 2³², never a filter callback, and
 * only files whose checksum is the one that was written. Inner product on unit vectors, so distance = 1 − cosine.
 */
import { open } from "node:fs/promises";
import { AppError } from "../../core/errors.js";
import { faultOfVector } from "../../core/vectors.js";
import { hnswlib } from "./hnswlib.js";
/** Vectors for which there is room from the start. */
const leastCapacity = 1024;
/** The seed of the level generator: the same insertions give the same graph. */
const levelSeed = 100;
export class HnswIndex {
    native;
    dimensions;
    deleted = new Set();
    present;
    constructor(native, dimensions, present) {
        this.native = native;
        this.dimensions = dimensions;
        this.present = new Set(present);
    }
    static create(dimensions, parameters, capacity) {
        const native = new hnswlib.HierarchicalNSW("ip", dimensions);
        native.initIndex(Math.max(leastCapacity, capacity), parameters.M, parameters.efConstruction, levelSeed);
        return new HnswIndex(native, dimensions, []);
    }
    /**
     * Reads a file in a thread of its own.
     * @param path a file whose checksum has just been verified: damaged ones crash the process.
     * @param isLive whether a label may still be found; the others are deleted.
     */
    static async read(path, dimensions, isLive) {
        const native = new hnswlib.HierarchicalNSW("ip", dimensions);
        await native.readIndex(path);
        const index = new HnswIndex(native, dimensions, native.getIdsList());
        for (const label of index.present) {
            if (isLive(label))
                continue;
            try {
                native.markDelete(label);
            }
            catch {
                // The file says so already: it cannot be asked, and marking twice throws.
            }
            index.deleted.add(label);
        }
        return index;
    }
    /** Vectors that can be found. */
    get size() {
        return this.present.size - this.deleted.size;
    }
    /** Vectors that only take room. */
    get deletedSize() {
        return this.deleted.size;
    }
    has(label) {
        return this.present.has(label) && !this.deleted.has(label);
    }
    labels() {
        return [...this.present].filter((label) => !this.deleted.has(label));
    }
    put(label, vector) {
        const fault = faultOfVector(vector, this.dimensions);
        if (fault !== undefined)
            throw new AppError("invalid_embedding", `The embedding of paper ${label} cannot be indexed: ${fault}.`);
        // A file without vectors is read with room for none, and growing to nothing frees what the index stands in.
        if (this.present.size >= this.native.getMaxElements())
            this.native.resizeIndex(Math.max(leastCapacity, 2 * this.native.getMaxElements()));
        if (this.deleted.delete(label))
            this.native.unmarkDelete(label);
        this.native.addPoint(Array.from(vector), label);
        this.present.add(label);
    }
    remove(label) {
        if (!this.has(label))
            return;
        this.native.markDelete(label);
        this.deleted.add(label);
    }
    /** About the `k` nearest, best first by cosine. @param width as `search-width.ts` measures it. */
    search(vector, k, width) {
        const wanted = Math.min(k, this.size);
        if (wanted === 0)
            return [];
        this.native.setEf(Math.max(width, Math.ceil(wanted * 1.2)));
        const { neighbors, distances } = this.native.searchKnn(Array.from(vector), wanted);
        return neighbors.map((label, at) => ({
            label,
            score: 1 - (distances[at] ?? 0),
        }));
    }
    /**
     * Writes in a thread of its own; nothing may be put or removed until it resolves. Success is reported even on a
     * full disk: see {@link missingBytes}.
     */
    async write(path) {
        await this.native.writeIndex(path);
    }
}
/** Twelve numbers of eight bytes, two of which share one. */
const headerBytes = 96;
/**
 * Whether a graph was written to its end. The file has a header, every vector with its links on the lowest level, and
 * then for each the length of its links above that, and those. @returns how many bytes there are less than it says, at least.
 */
export async function missingBytes(path) {
    const file = await open(path, "r");
    try {
        const { size } = await file.stat();
        if (size < headerBytes)
            return headerBytes - size;
        const header = await readBytes(file, 0, headerBytes);
        const [count, bytesEach] = [Number(header.readBigUInt64LE(16)), Number(header.readBigUInt64LE(24))];
        const start = headerBytes + count * bytesEach;
        if (size < start)
            return start - size;
        const rest = await readBytes(file, start, size - start);
        let at = 0;
        for (let done = 0; done < count; done++) {
            if (at + 4 > rest.length)
                return at + 4 * (count - done) - rest.length;
            at += 4 + rest.readUInt32LE(at);
        }
        return Math.max(0, at - rest.length);
    }
    finally {
        await file.close();
    }
}
async function readBytes(file, from, length) {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length, from);
    return bytes.subarray(0, bytesRead);
}
//# sourceMappingURL=hnsw-index.js.map