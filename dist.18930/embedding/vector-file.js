/** Embeddings in files that other programs read: what is common to the formats, and which one a name stands for. */
import { open, rm } from "node:fs/promises";
import { AppError, toWritingError } from "../core/errors.js";
import { finishNpy, npyHeaderBytes, readNpy } from "./npy.js";
import { finishSafetensors, readSafetensors } from "./safetensors.js";
import { readLines, unreadable } from "./vector-lines.js";
const mostDimensions = 65_536;
/** Bytes of vectors that are read or written at once, about. */
const chunkBytes = 1 << 20;
function formatOf(path) {
    const [, format] = /\.(npy|safetensors)$/.exec(path) ?? [];
    if (format === "npy" || format === "safetensors")
        return format;
    throw new AppError("invalid_request", `${path} has no known ending.`, { mend: "Name a file that ends in .npy or .safetensors." });
}
/**
 * Writes rows as they come; the files have their names when they are whole. Throws `invalid_request` for another ending,
 * `storage_full`, `file_unreadable`. @returns how many rows.
 */
export async function writeVectorFile(path, description, dimensions, rows) {
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
    }
    catch (thrown) {
        const error = toWritingError(thrown, path);
        if (error.code !== "internal")
            throw error;
        throw new AppError("file_unreadable", `${path} cannot be written: ${error.message}.`, {
            mend: "Name a file in a folder that exists and may be written.",
            cause: thrown,
        });
    }
    finally {
        for (const name of Object.values(spools))
            await rm(name, { force: true });
    }
}
async function spool(names, rows, headerBytes) {
    const files = [];
    try {
        for (const name of [names.vectors, names.ids, names.hashes])
            files.push(await open(name, "w"));
        const [vectors, ids, hashes] = files;
        let [count, bytes] = [0, 0];
        let [held, idText, hashText] = [[Buffer.alloc(headerBytes)], "", ""];
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
            if (bytes >= chunkBytes)
                await flush();
        }
        await flush();
        for (const file of files)
            await file.sync();
        return count;
    }
    finally {
        for (const file of files)
            await file.close();
    }
}
/** Reads what there is, and no vector yet. Throws `vectors_unreadable`, and `invalid_request` for another ending. */
export async function openVectorFile(path) {
    const layout = await (formatOf(path) === "npy" ? readNpy(path) : readSafetensors(path));
    const { rows, dimensions, vectors } = layout;
    if (dimensions < 1 || dimensions > mostDimensions)
        throw unreadable(path, `it has ${dimensions} dimensions`);
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
async function* readRows({ rows, dimensions, vectors, ids, hashes }) {
    const idLines = readLines(ids);
    const hashLines = readLines(hashes);
    const file = await open(vectors.path, "r");
    try {
        const atOnce = Math.max(1, Math.floor(chunkBytes / (4 * dimensions)));
        for (let row = 0; row < rows; row += atOnce) {
            const count = Math.min(atOnce, rows - row);
            const bytes = new Uint8Array(4 * dimensions * count);
            const { bytesRead } = await file.read(bytes, 0, bytes.length, vectors.start + 4 * dimensions * row);
            if (bytesRead < bytes.length)
                throw unreadable(vectors.path, "it ends before its last vector");
            for (let at = 0; at < count; at++) {
                const [id, hash] = [(await idLines.next()).value, (await hashLines.next()).value];
                if (id === undefined)
                    throw unreadable(ids.path, `it has fewer than ${rows} ids`);
                if (hash === undefined || !/^[0-9a-f]{64}$/.test(hash))
                    throw unreadable(hashes.path, `row ${row + at + 1} has no sha256`);
                yield { paperId: id, contentHash: hash, vector: new Float32Array(bytes.buffer, 4 * dimensions * at, dimensions) };
            }
        }
        if ((await idLines.next()).done !== true || (await hashLines.next()).done !== true)
            throw unreadable(ids.path, `it has more than ${rows} ids or hashes`);
    }
    finally {
        await file.close();
        await idLines.return(undefined);
        await hashLines.return(undefined);
    }
}
//# sourceMappingURL=vector-file.js.map