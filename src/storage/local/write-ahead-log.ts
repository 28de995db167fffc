/**
 * Checks whether the write-ahead log still contains everything that was committed to it. SQLite reads a log up to the first invalid frame
 * and takes the rest for an unfinished transaction, so a bad sector would silently lose acknowledged papers. The file next to it (`-shm`)
 * records how many frames were committed, each after its sync, so it never counts more than was on disk. Formats:
 * sqlite.org/walformat.html.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";

const headerBytes = 32;
const frameHeaderBytes = 24;
/** Both copies of the index's header, and how much of the log was checkpointed into the database. */
const indexBytes = 100;
const copyBytes = 48;
const magic = 0x377f0682;

interface Committed {
  /** The raw bytes, to detect whether another process writes meanwhile. */
  readonly bytes: Buffer;
  readonly frames: number;
  readonly backfilled: number;
  readonly pageBytes: number;
  readonly salts: Buffer;
}

/** @param path of the database. @returns how many committed frames (pages) are lost; 0 if nothing indicates a loss. */
export function lostFrames(path: string): number {
  const before = readCommitted(`${path}-shm`);
  if (before === undefined || before.backfilled >= before.frames) return 0;
  const whole = countWholeFrames(`${path}-wal`, before);
  if (whole === undefined || whole >= before.frames) return 0;
  // Another process may have restarted the log meanwhile.
  const isStill = readCommitted(`${path}-shm`)?.bytes.equals(before.bytes) === true;
  return isStill ? before.frames - whole : 0;
}

function readCommitted(path: string): Committed | undefined {
  const bytes = readAt(path, 0, indexBytes);
  if (bytes?.length !== indexBytes || !bytes.subarray(0, copyBytes).equals(bytes.subarray(copyBytes, 2 * copyBytes))) return undefined;
  const word = (at: number) => (endianness() === "LE" ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const half = endianness() === "LE" ? bytes.readUInt16LE(14) : bytes.readUInt16BE(14);
  const isBegun = bytes[12] === 1;
  const [first, second] = addChecksum([0, 0], bytes, 0, 40, endianness() === "LE");
  if (!isBegun || first !== word(40) || second !== word(44)) return undefined;
  const pageBytes = half === 1 ? 65_536 : half;
  return { bytes, frames: word(16), backfilled: word(96), pageBytes, salts: bytes.subarray(32, 40) };
}

/** @returns undefined if the log is not the one that the index describes. */
function countWholeFrames(path: string, { frames, pageBytes, salts }: Committed): number | undefined {
  const header = readAt(path, 0, headerBytes);
  // The log is missing or truncated: SQLite would start a new one.
  if (header?.length !== headerBytes) return 0;
  const isLittle = header.readUInt32BE(0) === magic;
  let sum = addChecksum([0, 0], header, 0, 24, isLittle);
  const isHeaderWhole = sum[0] === header.readUInt32BE(24) && sum[1] === header.readUInt32BE(28);
  if (!isHeaderWhole) return 0;
  if (!header.subarray(16, 24).equals(salts)) return undefined;
  const frameBytes = frameHeaderBytes + pageBytes;
  const atOnce = Math.max(1, Math.floor((4 << 20) / frameBytes));
  for (let done = 0; done < frames; ) {
    const bytes = readAt(path, headerBytes + done * frameBytes, Math.min(atOnce, frames - done) * frameBytes);
    if (bytes === undefined || bytes.length < frameBytes) return done;
    for (let at = 0; at + frameBytes <= bytes.length; at += frameBytes) {
      sum = addChecksum(sum, bytes, at, 8, isLittle);
      sum = addChecksum(sum, bytes, at + frameHeaderBytes, pageBytes, isLittle);
      const isWhole =
        bytes.subarray(at + 8, at + 16).equals(salts) && sum[0] === bytes.readUInt32BE(at + 16) && sum[1] === bytes.readUInt32BE(at + 20);
      if (!isWhole) return done;
      done++;
    }
  }
  return frames;
}

/** SQLite's running checksum over pairs of words. */
function addChecksum(
  [first, second]: readonly [number, number],
  bytes: Buffer,
  start: number,
  length: number,
  isLittle: boolean,
): [number, number] {
  let [a, b] = [first | 0, second | 0];
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
  for (let at = 0; at < length; at += 8) {
    a = (a + view.getInt32(at, isLittle) + b) | 0;
    b = (b + view.getInt32(at + 4, isLittle) + a) | 0;
  }
  return [a >>> 0, b >>> 0];
}

/** @returns as many bytes as there are; undefined if the file cannot be opened. */
function readAt(path: string, position: number, length: number): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, position));
  } finally {
    closeSync(file);
  }
}
