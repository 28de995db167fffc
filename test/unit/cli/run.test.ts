/** How errors end: a message on standard error, and an exit code. */
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

async function errorOf(...args: string[]): Promise<{ said: string; code: unknown }> {
  let said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  await run(args);
  return { said, code: process.exitCode };
}

it("a file in the place of a folder is named, and not reported as an internal error", async () => {
  const folder = await makeTemporaryFolder();
  const file = join(folder.path, "file");
  writeFileSync(file, "{}");
  for (const data of [file, join(file, "library")])
    for (const command of [["status"], ["import", "--no-embed", file]])
      expect(await errorOf(...command, "--data", data)).toEqual({
        said: expect.stringMatching(/^paperkin: There can be no library in .*file, or a part of it is\. A library is a folder.*\n$/),
        code: 1,
      });
  const report = await errorOf("import", "--no-embed", file, "--data", join(folder.path, "new"), "--report", join(file, "report.json"));
  expect(report).toEqual({
    said: expect.stringMatching(/^paperkin: The file .* cannot be written\. Check that its folder exists/),
    code: 2,
  });
  const backup = await errorOf("backup", join(file, "x.backup"), "--data", join(folder.path, "new"));
  expect(backup.said).not.toContain(" at ");
  expect(existsSync(join(folder.path, "new"))).toBe(false);
  await folder.remove();
});

it("an option in the place of another one's value is not taken for it", async () => {
  const missing = { said: expect.stringContaining("error: option '--data <dir>' argument missing"), code: 2 };
  expect(await errorOf("search", "graph", "--data", "--mode", "keyword")).toEqual(missing);
  expect(await errorOf("status", "--data", "--json")).toEqual(missing);
});
