/** Temporary folders, and what killed processes have left in theirs. */
import fs from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it, vi } from "vitest";
import { AppError, ofTemporaryFolder } from "../../../src/core/errors.ts";
import { lockFile } from "../../../src/storage/local/file-lock.ts";
import { temporaryFolder } from "../../../src/storage/local/temporary-folder.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

it("what killed processes have left is removed, and nothing that is in use, unknown or not ours", async () => {
  const { path, remove } = await makeTemporaryFolder();
  const made = async (name: string, ...files: string[]) => {
    await mkdir(join(path, name));
    for (const file of files) await writeFile(join(path, name, file), "");
  };
  await made("paperkin-try-killed", "in-use.lock", "library.sqlite", "library.sqlite-wal");
  await made("paperkin-eval-killed", "in-use.lock", "library.sqlite");
  await made("paperkin-try-begun00");
  await made("paperkin-try-begun1");
  await made("paperkin-try-before", "library.sqlite");
  await made("paperkin-try-inUse0", "in-use.lock", "library.sqlite");
  await made("paperkin-notes", "in-use.lock", "important");
  const lock = lockFile(join(path, "paperkin-try-inUse0", "in-use.lock"));
  const [first, second] = [temporaryFolder("try", path), temporaryFolder("eval", path)];
  expect((await readdir(path)).sort()).toEqual(
    [basename(first), basename(second), "paperkin-try-before", "paperkin-try-begun00", "paperkin-try-inUse0", "paperkin-notes"].sort(),
  );
  lock.close();
  const third = temporaryFolder("try", path);
  expect((await readdir(path)).sort()).toEqual(
    [basename(first), basename(second), basename(third), "paperkin-try-before", "paperkin-try-begun00", "paperkin-notes"].sort(),
  );
  await remove();
});

it("a full disk is reported as the one for temporary files, with how to use another", () => {
  vi.spyOn(fs, "mkdtempSync").mockImplementation(() => {
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  });
  syncBuiltinESMExports();
  try {
    expect(() => temporaryFolder("try", tmpdir())).toThrow(
      expect.objectContaining({
        code: "storage_full",
        message: expect.stringContaining(tmpdir()),
        mend: expect.stringContaining("TMPDIR"),
      }),
    );
  } finally {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  }
  const full = new AppError("storage_full", "There is no space left on the disk that holds the library.");
  expect(ofTemporaryFolder(full, "/tmp/paperkin-try")).toMatchObject({
    message: "There is no space left in /tmp/paperkin-try, where temporary files go.",
  });
  const other = new AppError("internal", "something else");
  expect(ofTemporaryFolder(other, "/tmp/paperkin-try")).toBe(other);
});

it("a folder in which nothing can be created is named", () => {
  expect(() => temporaryFolder("try", "/nowhere/at/all")).toThrow(/No folder can be made in \/nowhere\/at\/all/);
});
