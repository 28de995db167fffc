/** Decompresses gzip, up to the last byte that can be recovered. */
import { createGunzip } from "node:zlib";

/** Compressed bytes that are processed at once: all that results from them is in memory until it is consumed. */
const packedAtOnce = 16 * 1024;

/**
 * @yields everything before a fault, and only then throws it: a stream that ends in an error discards what has not been consumed. Errors of
 * reading the bytes are passed on unchanged.
 */
export async function* unpacked(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  let pieces: Uint8Array[] = [];
  let fault: Error | undefined;
  gunzip.on("data", (piece: Uint8Array) => pieces.push(piece));
  gunzip.on("error", (error) => {
    fault ??= error;
  });
  /** The output so far that has not been yielded. */
  const taken = () => {
    const ready = pieces;
    pieces = [];
    return ready;
  };
  const handOver = (act: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      gunzip.once("close", resolve);
      act(() => {
        gunzip.off("close", resolve);
        resolve();
      });
    });
  try {
    for await (const chunk of bytes) {
      for (let from = 0; from < chunk.length && fault === undefined; from += packedAtOnce) {
        await handOver((done) => gunzip.write(chunk.subarray(from, from + packedAtOnce), done));
        yield* taken();
      }
      if (fault !== undefined) break;
    }
    if (fault === undefined) await handOver((done) => gunzip.end().once("end", done));
    yield* taken();
    if (fault !== undefined) throw fault;
  } finally {
    gunzip.destroy();
  }
}
