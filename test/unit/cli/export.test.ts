/** `paperkin export` of a library that cannot be read completely. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { run } from "../../../src/cli/run.ts";
import { LibraryFolder } from "../storage/opened-library.ts";
import { tearPages } from "../storage/torn-pages.ts";

let folder: LibraryFolder;
beforeEach(async () => {
  folder = await LibraryFolder.make();
  const library = await folder.openFilled(60);
  await library.close();
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await folder.remove();
});

/** Without a model: export needs none. */
const exported = async (...args: string[]) => await paperkin("export", ...args);

async function paperkin(...args: string[]) {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    vi.spyOn(process[name], "write").mockImplementation((chunk, encoding, done) => {
      said[name] += String(chunk);
      (typeof encoding === "function" ? encoding : done)?.();
      return true;
    });
  await run([...args, "--data", folder.path, "--models", join(folder.path, "none")]);
  return { ...said, code: process.exitCode ?? 0 };
}

it("an export is complete if the library is, with or without a model", async () => {
  const output = join(folder.path, "papers.jsonl");
  expect(await exported("--output", output)).toEqual({ stdout: `${output} holds 60 papers.\n`, stderr: "", code: 0 });
});

it("an export of a torn library writes what can be read, says what is missing, and ends as a partial failure", async () => {
  await tearPages(folder.path, ["papers"], "leaf", (pages) => pages.slice(2, 3));
  const output = join(folder.path, "papers.csl.json");
  const { stdout, stderr, code } = await exported("--format", "csl", "--output", output);
  const kept: unknown[] = JSON.parse(readFileSync(output, "utf8"));
  expect(stdout).toBe(`${output} holds ${kept.length} papers, which is not all of them.\n`);
  expect(stderr).toMatch(/^paperkin: This is not all: \d+ stored papers \(labels [\d–, ]+\) cannot be read.*import them again: X:\d+/);
  expect(stderr).toContain(`${60 - kept.length} stored papers`);
  expect(code).toBe(1);
  const told = await exported("--json", "--output", join(folder.path, "again.jsonl"));
  expect([JSON.parse(told.stdout), told.code]).toEqual([expect.objectContaining({ papers: kept.length, complete: false }), 1]);
});

it("of saved papers that are partly on a torn page, the others are written", async () => {
  const saved = ["X:1", "X:30", "X:58"];
  await paperkin("feedback", "save", ...saved);
  await tearPages(folder.path, ["papers"], "leaf", (pages) => pages.slice(-1));
  const { stdout, stderr, code } = await exported("--kind", "save", "--format", "jsonl");
  const kept = stdout.split("\n").flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { paperId: string }).paperId]));
  expect(kept.length).toBeGreaterThan(0);
  expect(stderr).toMatch(/^paperkin: This is not all: /);
  const lost = saved.filter((id) => stderr.includes(id));
  expect([...kept, ...lost].sort()).toEqual(saved);
  expect(code).toBe(1);
});

it("what somebody has not seen is all that they said nothing about", async () => {
  await paperkin("feedback", "save", "X:1", "X:30");
  const { stdout } = await exported("--unseen", "--format", "jsonl");
  expect(stdout.trim().split("\n")).toHaveLength(58);
});

it("no file is left behind if nothing can be read at all", async () => {
  await tearPages(folder.path, ["sqlite_schema"], "leaf");
  const output = join(folder.path, "papers.jsonl");
  expect(await exported("--output", output)).toMatchObject({ code: 1, stderr: expect.stringContaining("damaged") });
  expect(existsSync(output)).toBe(false);
});
