/**
 * Writes digests into a folder of notes, a Markdown file for each day. A file says in its front matter by which subscription it
 * was written, and the hash of what was written: what does not agree with that was changed by hand, and stays as it is.
 */
import { createHash } from "node:crypto";
import { link, lstat, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DigestMessage, SendOutcome, Transport } from "../core/transport.ts";

/** A note of ours is not longer. */
const longestNoteBytes = 4 * 1024 * 1024;

/** Writing again what was written is no second message: a crash needs no record of how far it had come. */
export class NoteTransport implements Transport {
  async send({ to: folder, fileName, subscription, markdown }: DigestMessage): Promise<SendOutcome> {
    const path = join(folder, fileName);
    try {
      const before = await readNote(path);
      const isOurs = before !== undefined && ownerOf(before) === subscription;
      if (before !== undefined && !isOurs) return refused(true, `${path} was changed by hand, or is not ours: it stays as it is`);
      const text = withMark(markdown, subscription);
      if (text !== before) await write(folder, fileName, text, isOurs);
      return { outcome: "accepted" };
    } catch (thrown) {
      return refused(false, reasonOf(thrown, folder));
    }
  }
}

const mark = /^paperkin: ([\w-]+)\.([0-9a-f]{64})\n/m;

function withMark(markdown: string, subscription: string): string {
  return markdown.replace(/^---\n/, (line) => `${line}paperkin: ${subscription}.${hashOf(markdown)}\n`);
}

/** The subscription that wrote a note which is as it was written. */
function ownerOf(note: string): string | undefined {
  const [line = "", subscription, hash] = mark.exec(note) ?? [];
  return hash !== undefined && hash === hashOf(note.replace(line, "")) ? subscription : undefined;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Undefined where there is nothing; what is no text file is nobody's note, and is none of ours. */
async function readNote(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  });
  if (found === undefined) return undefined;
  return found.isFile() && found.size <= longestNoteBytes ? await readFile(path, "utf8") : "";
}

/** @param replaces a file of ours; without one nothing is overwritten, also not what came meanwhile. */
async function write(folder: string, fileName: string, text: string, replaces: boolean): Promise<void> {
  const [path, temporary] = [join(folder, fileName), join(folder, `.${fileName}.tmp`)];
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (replaces) await rename(temporary, path);
    else await linkOrRename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  const directory = await open(folder);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** A link never overwrites; file systems of sticks and shares have none. */
async function linkOrRename(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (thrown) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(thrown))) throw thrown;
    await rename(temporary, path);
  }
}

/** Of what has to do with the folder, in words: files beside the note are nothing that anybody knows of. */
function reasonOf(thrown: unknown, folder: string): string {
  const code = codeOf(thrown);
  if (["ENOENT", "ENOTDIR"].includes(code)) return `there is no folder ${folder}`;
  if (["EACCES", "EPERM", "EROFS"].includes(code)) return `the folder ${folder} cannot be written to (${code})`;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}

function refused(permanent: boolean, reason: string): SendOutcome {
  return { outcome: "refused", permanent, reason };
}
