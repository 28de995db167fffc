/** Files, compressed files and standard input as streams of bytes. */
import { createReadStream, open } from "node:fs";
import { stat } from "node:fs/promises";
import { Socket } from "node:net";
import { promisify } from "node:util";
import { AppError, whyUnopened } from "../core/errors.ts";
import type { SourceInput } from "../core/source.ts";
import { startingWith } from "./starting-with.ts";
import { unpacked } from "./unpack.ts";

/** @param path `-` for standard input. Throws `file_unreadable`. */
export async function openInput(path: string): Promise<SourceInput> {
  if (path === "-")
    return {
      name: "standard input",
      bytes: inflated("standard input", process.stdin),
    };
  const found = await stat(path).catch((cause: unknown) => {
    throw unopened(path, cause);
  });
  if (found.isDirectory())
    throw new AppError("file_unreadable", `${path} is a folder.`, {
      mend: "Name the files in it.",
    });
  return {
    name: path,
    modified: found.mtime,
    bytes: inflated(path, found.isFIFO() ? readPipe(path) : createReadStream(path, { highWaterMark: 1 << 18 })),
  };
}

/** Reads a pipe as a stream: a thread that is blocked reading a file cannot be ended, and neither can its process. */
async function* readPipe(path: string): AsyncIterable<Uint8Array> {
  const fd = await promisify(open)(path, "r");
  yield* new Socket({ fd, readable: true, writable: false }) as AsyncIterable<Uint8Array>;
}

/** Real text compresses about ten to one; a large input beyond this ratio is a decompression bomb. */
const mostRatio = 200;
const ratioFromBytes = 64 * 1024 * 1024;

/** The bytes, decompressed if they begin like gzip. Throws `file_unreadable`. */
export async function* inflated(name: string, raw: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = raw[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (first.done === true) return;
    const all = startingWith([first.value], iterator);
    if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
      yield* all;
      return;
    }
    let packedBytes = 0;
    const counted = async function* () {
      for await (const chunk of all) {
        packedBytes += chunk.length;
        yield chunk;
      }
    };
    let unpackedBytes = 0;
    for await (const chunk of unpacked(counted())) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > ratioFromBytes && unpackedBytes > mostRatio * packedBytes)
        throw new Error(`it unpacks to more than ${mostRatio} times its size`);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (isUnopened(cause)) throw unopened(name, cause);
    throw new AppError("file_unreadable", `${name} cannot be read to its end: ${reasonOf(cause)}.`, {
      mend: "What came before is kept; check the file and import it again.",
      cause,
    });
  } finally {
    await iterator.return?.();
  }
}

function isUnopened(cause: unknown): boolean {
  return cause instanceof Error && "syscall" in cause && cause.syscall === "open";
}

function unopened(path: string, cause: unknown): AppError {
  return new AppError("file_unreadable", `The file ${path} cannot be opened: ${whyUnopened(cause)}.`, {
    mend: /^https?:\/\//i.test(path)
      ? "Save what is at that address as a file first; `paperkin fetch` asks services and feeds."
      : "Check the name and that this user may read it.",
    cause,
  });
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  if (code === "Z_BUF_ERROR") return "it ends early";
  if (message === "incorrect data check" || message === "incorrect length check")
    return "it does not agree with its checksum, so what was read of it may be wrong";
  return cause instanceof Error ? cause.message : String(cause);
}
