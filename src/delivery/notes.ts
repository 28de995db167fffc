/**
 * Writes digests into a folder of notes, one Markdown file per day. The front matter of a file names the subscription that wrote it and a
 * hash of its contents. A file that does not match its hash was edited by hand, and is not overwritten.
 */

import { createHash } from "node:crypto";
import { link, lstat, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../core/errors.ts";
import type { DigestMessage, SendOutcome, Transport } from "../core/transport.ts";

/** Notes written by Paperkin are never longer. */
const longestNoteBytes = 4 * 1024 * 1024;

/** Writing the same note again has no effect, so no record of the progress is needed after a crash. */
export class NoteTransport implements Transport {
  async send({ to: folder, fileName, subscription, markdown }: DigestMessage): Promise<SendOutcome> {
    const path = join(folder, fileName);
    try {
      const before = await readNote(path);
      const isOurs = before !== undefined && ownerOf(before) === subscription;
      if (before !== undefined && !isOurs)
        return refused(true, `${path} has been edited, or was not written by Paperkin: it is not overwritten`);
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

/** The subscription that wrote a note; undefined if the note was not written by one, or was edited since. */
function ownerOf(note: string): string | undefined {
  const [line = "", subscription, hash] = mark.exec(note) ?? [];
  return hash !== undefined && hash === hashOf(note.replace(line, "")) ? subscription : undefined;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Undefined if there is no file. Anything but a regular file of moderate size reads as empty, so that it is not taken for a note of
 * Paperkin's.
 */
async function readNote(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  });
  if (found === undefined) return undefined;
  return found.isFile() && found.size <= longestNoteBytes ? await readFile(path, "utf8") : "";
}

/**
 * @param replaces whether to replace an existing note of the same subscription. Otherwise nothing is overwritten, not even a file that has
 * appeared meanwhile.
 */
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

/**
 * Uses a hard link, which never overwrites. The file systems of USB sticks and network shares may not have them; the file is then renamed.
 */
async function linkOrRename(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (thrown) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(thrown))) throw thrown;
    await rename(temporary, path);
  }
}

/** Explains an error in terms of the folder: the temporary file is an implementation detail. */
function reasonOf(thrown: unknown, folder: string): string {
  const code = codeOf(thrown);
  if (["ENOENT", "ENOTDIR"].includes(code)) return `there is no folder ${folder}`;
  if (["EACCES", "EPERM", "EROFS"].includes(code)) return `the folder ${folder} cannot be written to (${code})`;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function refused(permanent: boolean, reason: string): SendOutcome {
  return { outcome: "refused", permanent, reason };
}
