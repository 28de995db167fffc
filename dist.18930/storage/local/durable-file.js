/** Files that are whole or not there: written under a temporary name, synced, renamed, the folder synced (I2). */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
/**
 * @param write makes the file under the temporary path that it is given.
 * @returns size and checksum of what stands on the disk, read back after syncing.
 */
export async function writeDurably(path, write) {
    const temporary = `${path}.${process.pid}.tmp`;
    try {
        await write(temporary);
        await syncPath(temporary);
        const [{ size }, sha256] = [await stat(temporary), await checksum(temporary)];
        await rename(temporary, path);
        await syncPath(dirname(path));
        return { sizeBytes: size, sha256 };
    }
    catch (error) {
        await rm(temporary, { force: true });
        throw error;
    }
}
export async function checksum(path) {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
        hash.update(chunk);
    return hash.digest("hex");
}
/** @returns what is wrong with a file, or undefined when it is the one that was recorded. */
export async function faultOfFile(path, record) {
    let size;
    try {
        size = (await stat(path)).size;
    }
    catch {
        return `${record.name} is missing`;
    }
    if (size !== record.sizeBytes)
        return `${record.name} has ${size} bytes instead of ${record.sizeBytes}`;
    return (await checksum(path)) === record.sha256 ? undefined : `${record.name} does not have the checksum that was recorded`;
}
/** Makes what stands at a path durable: a file's bytes, or the names in a folder. */
export async function syncPath(path) {
    const handle = await open(path, "r");
    try {
        await handle.sync();
    }
    finally {
        await handle.close();
    }
}
//# sourceMappingURL=durable-file.js.map