/** The command line as somebody at a terminal meets it: slips, help, what is kept and what is not made. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiledModule, projectRoot } from "../../src/compiled.ts";
import { jsonLines, paperkin, Server, start, temporaryFolder } from "./command-line.ts";
import { copyStarterLibrary } from "./starter-library.ts";

const folder = temporaryFolder();
const library = join(folder.path, "library");
const data = ["--data", library];

beforeAll(async () => {
  await copyStarterLibrary(library);
});
afterAll(async () => {
  await Server.stopAll();
  folder.remove();
});

describe("interests", () => {
  const filtersOf = async (name: string) =>
    jsonLines((await paperkin(["interests", "list", "--json", ...data])).stdout).find((one) => one.name === name)?.filters;

  test("of nothing at all are refused", async () => {
    for (const words of [[], ["--words", ""]]) {
      const { code, stderr } = await paperkin(["interests", "add", ...words, ...data]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("An interest needs words, a paper or a condition.")]);
    }
  });

  test("of one name are told apart by their ids, so that none is removed for another", async () => {
    const add = async (words: string) =>
      jsonLines((await paperkin(["interests", "add", "--name", "Twin", "--words", words, "--json", ...data])).stdout)[0];
    const [first, second] = [await add("copper"), await add("tin")];
    const { code, stderr } = await paperkin(["interests", "remove", "twin", ...data]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`There are 2 interests “twin”. Name one by its id: ${first?.id}, ${second?.id}`),
    ]);
    expect((await paperkin(["interests", "remove", String(second?.id), ...data])).code).toBe(0);
    expect((await paperkin(["interests", "remove", "twin", ...data])).code).toBe(0);
  });

  test("keep the conditions that a change does not name, and lose them where that is said", async () => {
    const change = async (...args: string[]) => (await paperkin(["interests", "change", "Kettles", ...args, ...data])).stdout;
    await paperkin(["interests", "add", "--name", "Kettles", "--words", "copper", "--category", "cs.CV", "--year", "2019..2023", ...data]);
    expect(await change("--weight", "2")).toBe(
      "Changed “Kettles”: words, only from the year 2019, to the year 2023, category: cs.CV, weight 2.\n",
    );
    await change("--year", "2024..", "--venue", "Nature");
    expect(await filtersOf("Kettles")).toEqual({ yearFrom: 2024, venues: ["Nature"], categories: ["cs.CV"] });
    await change("--no-conditions", "--has-code");
    expect(await filtersOf("Kettles")).toEqual({ hasCode: true });
    await change("--no-conditions");
    expect(await filtersOf("Kettles")).toEqual({});
  });
});

describe("a folder", () => {
  test("is not made for files that are not there", async () => {
    for (const name of ["missing.jsonl", "missing*.jsonl"]) {
      const { code, stderr } = await paperkin(["import", join(folder.path, name), "--data", join(folder.path, "typo")]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(name)]);
    }
    expect(existsSync(join(folder.path, "typo"))).toBe(false);
  });

  test("that cannot be looked into is not taken for one without a library", async () => {
    // A link to itself stops the superuser too.
    const closed = join(folder.path, "closed");
    symlinkSync(closed, closed);
    for (const words of [["status"], ["import", "-", "--dry-run"]]) {
      const { code, stderr } = await paperkin([...words, "--data", closed]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`The folder ${closed} cannot be read`)]);
    }
  });
});

describe("what listens no longer", () => {
  test("keeps nothing from being done: output into a closed pipe is lost, and nothing else", async () => {
    const ids = ["arXiv:1706.03762", "arXiv:1810.04805", "arXiv:2005.14165"];
    const child = start(["feedback", "save", ...ids, ...data]);
    child.stdout?.destroy();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    const saved = jsonLines((await paperkin(["feedback", "save", "--json", ...data])).stdout).map(({ paperId }) => paperId);
    expect(saved.sort()).toEqual(ids);
  });

  test("errors into a closed pipe leave the exit code of the work", async () => {
    const child = start(["import", "-", "--no-embed", ...data]);
    child.stderr?.destroy();
    child.stdin?.end('{"id":"kettle","title":"Kettles"}\n{"id":"untitled"}\n');
    child.stdout?.resume();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(3);
  });
});

test.skipIf(process.platform === "win32")(
  "too few files that may be open are told as that, and with no stack, before the program is read",
  () => {
    const words = ["-c", 'ulimit -n 24; exec "$0" "$@"', process.execPath, compiledModule("cli/main"), "serve", ...data];
    const { status, stderr } = spawnSync("sh", words, { encoding: "utf8" });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^paperkin: Too many files are open .*ulimit -n 1024.*\n$/)]);
  },
);

test("a file that is to be written is not called - by mistake", async () => {
  for (const words of [
    ["backup", "-"],
    ["import", "missing.bib", "--report", "-"],
  ]) {
    const { code, stderr } = await paperkin([...words, ...data]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("./-")]);
  }
});

test("what a new generation is to be is not left unsaid beside an option that makes none", async () => {
  for (const words of [
    ["--rollback", "--m", "32"],
    ["--drop", "--new"],
  ]) {
    const { code, stderr } = await paperkin(["reindex", ...words, ...data]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${words[1]} is for a new generation`)]);
  }
});

test("a port that is taken is told before a library is made, and nothing else is", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const fresh = join(folder.path, "fresh");
  for (const words of [["--data", fresh], data]) {
    const { code, stdout, stderr } = await paperkin(["serve", "--port", String(port), ...words]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^paperkin: The server cannot listen on .*: another program listens there\. .*\n$/);
  }
  expect(existsSync(fresh)).toBe(false);
  other.close();
});

test("an address that this machine has not is told as one", async () => {
  const { code, stderr } = await paperkin(["serve", "--host", "host.invalid", "--port", "0", ...data], {
    env: { PAPERKIN_API_KEYS: "k".repeat(16) },
  });
  expect([code, stderr]).toEqual([2, expect.stringContaining("Name an address of this machine with --host")]);
});

test("what somebody else has seen is left out for them, where they are named", async () => {
  await paperkin(["people", "add", "ada", ...data]);
  await paperkin(["feedback", "seen", "arXiv:1706.03762", "--person", "ada", ...data]);
  const found = async (...args: string[]) =>
    jsonLines((await paperkin(["search", "attention is all you need", "--mode", "keyword", "--json", ...args, ...data])).stdout).map(
      ({ paper }) => (paper as { paperId: string }).paperId,
    );
  expect(await found("--person", "ada")).toContain("arXiv:1706.03762");
  expect(await found("--unseen", "--person", "ada")).not.toContain("arXiv:1706.03762");
  const told = await paperkin(["explain", "attention", "arXiv:1706.03762", "--unseen", "--person", "ada", ...data]);
  expect(told.stdout).toContain("seen");
  expect((await paperkin(["search", "attention", "--unseen", "--person", "nobody", ...data])).code).toBe(1);
});

test("one manifest that is damaged hides no other model", async () => {
  const models = join(folder.path, "models");
  const shipped = join(projectRoot, "models", "Xenova", "all-MiniLM-L6-v2", "paperkin-model.json");
  for (const [name, text] of [
    ["all-MiniLM-L6-v2", readFileSync(shipped, "utf8")],
    ["broken", "{"],
  ] as const) {
    mkdirSync(join(models, "Xenova", name), { recursive: true });
    writeFileSync(join(models, "Xenova", name, "paperkin-model.json"), text);
  }
  const { code, stdout, stderr } = await paperkin(["models", "--models", models]);
  expect([code, stdout, stderr]).toEqual([
    3,
    expect.stringContaining("Xenova/all-MiniLM-L6-v2"),
    expect.stringMatching(/The manifest .*broken.* is not JSON.*paperkin models pull Xenova\/broken/),
  ]);
});

test("a time zone without a name is UTC for what is sent", async () => {
  const args = ["digest", "subscribe", "https://example.org/hook", "--kind", "trending", "--json", ...data];
  const { code, stdout } = await paperkin(args, { env: { TZ: "UTC0" } });
  expect([code, jsonLines(stdout)[0]?.timeZone]).toEqual([0, "UTC"]);
});
