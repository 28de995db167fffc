/** How errors end: a message on standard error, and an exit code. */
import { chmodSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { run } from "../../../src/cli/run.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

/** Root may read everything. */
const isRoot = process.getuid?.() === 0;

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

it("a folder that this user may not read is not reported as an internal error", async () => {
  const folder = await makeTemporaryFolder();
  chmodSync(folder.path, 0);
  let said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  if (isRoot) process.seteuid?.(65_534);
  try {
    await run(["models", "--models", folder.path]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder.path, 0o700);
  }
  expect(said).toBe(
    `paperkin: ${folder.path} cannot be opened: this user may not read or write it (EACCES). Give this user access, run this as a user who has it, or name another place.\n`,
  );
  expect(process.exitCode).toBe(1);
  await folder.remove();
});
