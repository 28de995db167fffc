/** Resolves what a person names on the command line (files, folders, patterns, archives) to single inputs. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { AppError, whyUnopened } from "../core/errors.ts";
import type { SourceInput } from "../core/source.ts";
import { toUtf8 } from "./decode-text.ts";
import { inflated, openInput } from "./open-input.ts";
import { beginsAsZip, isZip, openSentZip, openZip } from "./zip.ts";

const pieceBytes = 1 << 18;

/** The inputs of a path, in the order of their names. Throws `file_unreadable` if the path does not exist. */
export async function* openInputs(path: string): AsyncIterable<SourceInput> {
  for (const file of await filesOf(path)) {
    if (file instanceof Unread) {
      yield { name: file.folder, bytes: file.bytes() };
    } else if (file !== "-" && (await isZip(file))) {
      for await (const entry of openZip(file)) yield { ...entry, bytes: toUtf8(entry.bytes) };
    } else {
      const input = await openInput(file);
      yield { ...input, bytes: toUtf8(input.bytes) };
    }
  }
}

/** The inputs of an uploaded file: the file itself, compressed or not, or the files of an archive. @param name of the file. */
export async function* openSent(name: string, bytes: Buffer): AsyncIterable<SourceInput> {
  if (beginsAsZip(bytes)) {
    for await (const entry of openSentZip(name, bytes)) yield { ...entry, bytes: toUtf8(entry.bytes) };
  } else yield { name, bytes: toUtf8(inflated(name, inPieces(bytes))) };
}

/** In chunks, so that other work gets its turn while a large file is read. */
async function* inPieces(bytes: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** Whether at least one of the named files exists; standard input always does. */
export async function isAnyThere(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if (path === "-") return true;
    const files = await filesOf(path).catch(() => []);
    const found = await Promise.all(files.map((file) => (file instanceof Unread ? undefined : stat(file).catch(() => undefined))));
    if (found.some((file) => file !== undefined)) return true;
  }
  return false;
}

/** A subfolder that cannot be opened: only its contents are lost, and it is reported when its turn comes. */
class Unread {
  constructor(
    readonly folder: string,
    private readonly fault: unknown,
  ) {}

  // biome-ignore lint/correctness/useYield: it throws instead.
  async *bytes(): AsyncIterable<Uint8Array> {
    throw this.fault;
  }
}

async function filesOf(path: string): Promise<(string | Unread)[]> {
  if (path === "-") return [path];
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) {
    const files = await filesBelow(path);
    if (files.length === 0)
      throw new AppError("file_unreadable", `There is no file in the folder ${path}.`, {
        mend: "Name the folder that the papers are in; hidden files are left out.",
      });
    return files;
  }
  if (found !== undefined || !isDynamicPattern(path)) return [path];
  const files = (await glob(path, { absolute: path.startsWith("/"), dot: false })).sort();
  if (files.length === 0)
    throw new AppError("file_unreadable", `No file matches ${path}.`, { mend: "Check the pattern, and put quotes around it." });
  return files;
}

/** All files below a folder, except hidden ones and symbolic links to folders, which may form a cycle. */
async function filesBelow(folder: string): Promise<(string | Unread)[]> {
  const files: (string | Unread)[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError("file_unreadable", `The folder ${folder} cannot be opened: ${whyUnopened(cause)}.`, {
      mend: "Check the name and that this user may read it.",
      cause,
    });
  });
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(path).catch((fault: unknown) => [new Unread(path, fault)])));
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) files.push(path);
  }
  return files.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

const nameOf = (file: string | Unread): string => (file instanceof Unread ? file.folder : file);

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
