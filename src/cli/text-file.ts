/** Files that commands write piece by piece. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/**
 * Writes texts one behind the other into a file, which stands on the disk then. Throws what the file system says, and what
 * `parts` does. @returns how many there were.
 */
export async function writeParts(path: string, parts: Iterable<string> | AsyncIterable<string>): Promise<number> {
  let count = 0;
  const counted = async function* () {
    for await (const part of parts) {
      count++;
      yield part;
    }
  };
  await pipeline(counted, createWriteStream(path, { flush: true }));
  return count;
}
