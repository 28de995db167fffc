/** Unpacking of what gzip has packed, to the last byte that can be had of it. */
import { createGunzip } from "node:zlib";

/** Bytes that are unpacked at once: whatever comes of them is in memory until somebody takes it. */
const packedAtOnce = 16 * 1024;

/**
 * @yields all that comes before a fault, and only then throws it: a stream that ends in an error forgets what nobody has taken
 * from it yet. What throws while the bytes are read comes through as it is.
 */
export async function* unpacked(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  let pieces: Uint8Array[] = [];
  let fault: Error | undefined;
  gunzip.on("data", (piece: Uint8Array) => pieces.push(piece));
  gunzip.on("error", (error) => {
    fault ??= error;
  });
  /** What has come of all that was handed over. */
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
