/** Digests as files in a real folder: written once, repaired if they are ours, never over somebody's edits. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DigestMessage } from "../../../src/core/transport.ts";
import { NoteTransport } from "../../../src/delivery/notes.ts";

const name = "2026-03-02-picks.md";
let folder: string;
const send = async (changes: Partial<DigestMessage> = {}) =>
  await new NoteTransport().send({
    to: folder,
    fileName: name,
    subscription: "abc",
    date: "2026-03-02",
    markdown: "---\ndate: 2026-03-02\n---\n\n# Picks\n\npaperkin: x\n",
    messageId: "",
    subject: "",
    text: "",
    html: "",
    data: {},
    secret: "",
    ...changes,
  });
const note = async () => await readFile(join(folder, name), "utf8");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "paperkin-notes-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a folder of notes", () => {
  it("gets one file with front matter, and nothing beside it", async () => {
    expect(await send()).toEqual({ outcome: "accepted" });
    expect(await note()).toMatch(/^---\npaperkin: abc\.[0-9a-f]{64}\ndate: 2026-03-02\n---\n\n# Picks\n/);
    expect(await readdir(folder)).toEqual([name]);
  });

  it("has the same file after writing the same again, and a new one if the content differs", async () => {
    await send();
    const before = await note();
    expect(await send()).toEqual({ outcome: "accepted" });
    expect(await note()).toBe(before);
    expect(await send({ markdown: "---\ndate: 2026-03-02\n---\n\n# Other\n" })).toEqual({ outcome: "accepted" });
    expect(await note()).toContain("# Other");
    expect(await readdir(folder)).toEqual([name]);
  });

  it("keeps files edited by hand", async () => {
    await send();
    const edited = `${await note()}\nMy own words.\n`;
    await writeFile(join(folder, name), edited);
    expect(await send({ markdown: "---\ndate: 2026-03-02\n---\n\n# Other\n" })).toMatchObject({ outcome: "refused", permanent: true });
    expect(await note()).toBe(edited);
  });

  it.each([
    ["a note of somebody's own", "# Mine\n"],
    ["an empty file", ""],
  ])("keeps %s with its name", async (_what, text) => {
    await writeFile(join(folder, name), text);
    expect(await send()).toMatchObject({ outcome: "refused", permanent: true });
    expect(await note()).toBe(text);
  });

  it("keeps another subscription's note, a folder, and the target of a link", async () => {
    await send({ subscription: "other" });
    const before = await note();
    expect(await send()).toMatchObject({ outcome: "refused", permanent: true });
    expect(await note()).toBe(before);
    await mkdir(join(folder, "a.md"));
    expect(await send({ fileName: "a.md" })).toMatchObject({ outcome: "refused", permanent: true });
    await writeFile(join(folder, "target"), "kept");
    await symlink(join(folder, "target"), join(folder, "b.md"));
    expect(await send({ fileName: "b.md" })).toMatchObject({ outcome: "refused", permanent: true });
    expect(await readFile(join(folder, "target"), "utf8")).toBe("kept");
  });

  it("is written to even if an earlier run was killed halfway", async () => {
    await writeFile(join(folder, `.${name}.tmp`), "half of");
    expect(await send()).toEqual({ outcome: "accepted" });
    expect(await readdir(folder)).toEqual([name]);
  });

  it("that does not exist, or is not a folder, is retried later and never created", async () => {
    await writeFile(join(folder, "file"), "");
    for (const to of [join(folder, "gone"), join(folder, "file")])
      expect(await send({ to }), to).toMatchObject({ outcome: "refused", permanent: false, reason: `there is no folder ${to}` });
    expect(await readdir(folder)).toEqual(["file"]);
  });
});
