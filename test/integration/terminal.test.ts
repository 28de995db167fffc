/** The command line as a person at a terminal meets it: mistakes, help, what is kept and what is not created. */
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

  test("without any content are refused", async () => {
    for (const words of [[], ["--words", ""]]) {
      const { code, stderr } = await paperkin(["interests", "add", ...words, ...data]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("An interest needs words, a paper or a condition.")]);
    }
  });

  test("with the same name are told apart by id, so that none is removed in place of another", async () => {
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

  test("keep the conditions that a change does not mention, and lose them when it says so", async () => {
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
  test("is not created for files that do not exist", async () => {
    for (const name of ["missing.jsonl", "missing*.jsonl"]) {
      const { code, stderr } = await paperkin(["import", join(folder.path, name), "--data", join(folder.path, "typo")]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(name)]);
    }
    expect(existsSync(join(folder.path, "typo"))).toBe(false);
  });

  test("that cannot be read is not mistaken for one without a library", async () => {
    // A link to itself stops even the superuser.
    const closed = join(folder.path, "closed");
    symlinkSync(closed, closed);
    for (const words of [["status"], ["import", "-", "--dry-run"]]) {
      const { code, stderr } = await paperkin([...words, "--data", closed]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`The folder ${closed} cannot be read`)]);
    }
  });
});

describe("the program under adverse conditions", () => {
  test("finishes its work when output goes into a closed pipe, losing only the output", async () => {
    const ids = ["arXiv:1706.03762", "arXiv:1810.04805", "arXiv:2005.14165"];
    const child = start(["feedback", "save", ...ids, ...data]);
    child.stdout?.destroy();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    const saved = jsonLines((await paperkin(["feedback", "save", "--json", ...data])).stdout).map(({ paperId }) => paperId);
    expect(saved.sort()).toEqual(ids);
  });

  test("keeps the exit code of its work when errors go into a closed pipe", async () => {
    const child = start(["import", "-", "--no-embed", ...data]);
    child.stderr?.destroy();
    child.stdin?.end('{"id":"kettle","title":"Kettles"}\n{"id":"untitled"}\n');
    child.stdout?.resume();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(3);
  });
});

test.skipIf(process.platform === "win32")(
  "reports too low a limit on open files as such, without a stack trace, before it is loaded",
  () => {
    const told = ["21", "22", "23", "24", "25"].map((limit) => {
      const words = ["-c", `ulimit -n ${limit}; exec "$0" "$@"`, process.execPath, compiledModule("cli/main"), "serve", ...data];
      const { status, stderr } = spawnSync("sh", words, { encoding: "utf8", timeout: 60_000 });
      return status === 1 && /^paperkin: Too many files are open .*ulimit -n 1024.*\n$/.test(stderr);
    });
    // How many files Node opens for itself differs between its versions.
    expect(told).toContain(true);
  },
);

test("does not name an output file - by mistake", async () => {
  for (const words of [
    ["backup", "-"],
    ["import", "missing.bib", "--report", "-"],
  ]) {
    const { code, stderr } = await paperkin([...words, ...data]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("./-")]);
  }
});

test("rejects settings for a new generation beside an option that makes none", async () => {
  for (const words of [
    ["--rollback", "--m", "32"],
    ["--drop", "--new"],
  ]) {
    const { code, stderr } = await paperkin(["reindex", ...words, ...data]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${words[1]} is for a new generation`)]);
  }
});

test("reports a port in use before it makes a library, and reports nothing else", async () => {
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

test("reports an address that this machine does not have as such", async () => {
  const { code, stderr } = await paperkin(["serve", "--host", "host.invalid", "--port", "0", ...data], {
    env: { PAPERKIN_API_KEYS: "k".repeat(16) },
  });
  expect([code, stderr]).toEqual([2, expect.stringContaining("Name an address of this machine with --host")]);
});

test("leaves out what a named person has seen", async () => {
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

test("lists the other models when one manifest is damaged", async () => {
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

test("uses UTC for deliveries when the time zone has no name", async () => {
  const args = ["digest", "subscribe", "https://example.org/hook", "--kind", "trending", "--json", ...data];
  const { code, stdout } = await paperkin(args, { env: { TZ: "UTC0" } });
  expect([code, jsonLines(stdout)[0]?.timeZone]).toEqual([0, "UTC"]);
});
