/** `paperkin import` with the real model: counts, refusals, exit codes, formats, and resuming after an interruption. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually, jsonLines, paperkin, paperkinApart, start, temporaryFolder } from "./command-line.ts";

let folder: ReturnType<typeof temporaryFolder>;
let data: string;

beforeEach(() => {
  folder = temporaryFolder();
  data = join(folder.path, "library");
});
afterEach(() => folder.remove());

const line = (id: string, title: string, abstract = "An abstract about it.") => JSON.stringify({ id, title, abstract });
const counts = (result: { stdout: string }) => jsonLines(result.stdout).at(-1);

function file(name: string, content: string | Buffer): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

describe("paperkin import", () => {
  test("imports papers, and changes nothing when repeated (exit code 0)", async () => {
    const path = file("papers.jsonl", [line("arXiv:2401.00001", "First"), line("DOI:10.1000/B", "Second")].join("\n"));
    const first = await paperkin(["import", path, "--data", data, "--json"]);
    expect(first.code).toBe(0);
    expect(counts(first)).toEqual({
      read: 2,
      new: 2,
      changed: 0,
      unchanged: 0,
      merged: 0,
      refused: 0,
      toEmbed: 0,
    });
    const second = await paperkin(["import", path, "--data", data, "--json"]);
    expect(counts(second)).toEqual({
      read: 2,
      new: 0,
      changed: 0,
      unchanged: 2,
      merged: 0,
      refused: 0,
      toEmbed: 0,
    });
  });

  test("is ended by a signal while standard input stays open, keeping what has arrived (exit code 130)", async () => {
    const child = start(["import", "-", "--format", "paperkin", "--no-embed", "--data", data, "--json"]);
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += String(chunk);
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    child.stdin?.on("error", () => undefined);
    // The format is detected only once this much has arrived.
    const empty = "\n".repeat(128 * 1024);
    child.stdin?.write(`${[line("a", "First"), line("b", "Second"), "{broken", empty].join("\n")}${line("c", "Cut")}`);
    await eventually(async () => output.includes("refused") || undefined);
    child.kill("SIGTERM");
    expect(await ended).toBe(130);
    expect(counts({ stdout: output })).toMatchObject({ read: 3, new: 2, refused: 1, toEmbed: 2 });
  });

  test.skipIf(process.platform === "win32")("reads a named pipe, compressed or not", async () => {
    const pipe = join(folder.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    const writing = writeFile(pipe, gzipSync(line("a", "First")));
    const whole = await paperkin(["import", pipe, "--no-embed", "--data", data, "--json"]);
    await writing;
    expect([whole.code, counts(whole)]).toEqual([0, expect.objectContaining({ read: 1, new: 1 })]);
  });

  test.skipIf(process.platform === "win32")(
    "reads several pipes, and keeps no descriptor open for its own sake once they end",
    async () => {
      const pipes = ["one", "two", "three"].map((name) => join(folder.path, name));
      execFileSync("mkfifo", pipes);
      const writing = pipes.map((pipe, at) => writeFile(pipe, line(`piped-${at}`, `Number ${at}`)));
      const all = await paperkin(["import", ...pipes, "--no-embed", "--data", data, "--json"]);
      await Promise.all(writing);
      expect([all.code, all.stderr, counts(all)]).toEqual([0, "", expect.objectContaining({ read: 3, new: 3 })]);
    },
  );

  test("reports a bad line with file, line, field and reason, imports the rest, and exits with 3", async () => {
    const path = file("mixed.jsonl", [line("a", "Good"), line("b", ""), "{broken", line("c", "Also good")].join("\n"));
    const result = await paperkin(["import", path, "--data", data, "--no-embed", "--json"]);
    expect(result.code).toBe(3);
    const [first, second] = jsonLines(result.stdout);
    expect(first).toMatchObject({
      refused: { file: path, line: 2, field: "title" },
    });
    expect(second).toMatchObject({
      refused: {
        file: path,
        line: 3,
        reason: expect.stringContaining("not valid JSON"),
      },
    });
    expect(counts(result)).toMatchObject({ read: 4, new: 2, refused: 2 });
    const shown = await paperkin(["import", path, "--data", data, "--no-embed"]);
    expect(shown.stderr).toContain(`${path}, line 2, title: there is no title`);
  });

  test("reads compressed files and standard input", async () => {
    const zipped = file("papers.jsonl.gz", gzipSync(line("z", "Zipped")));
    expect(counts(await paperkin(["import", zipped, "--data", data, "--no-embed", "--json"]))).toMatchObject({ new: 1 });
    expect(
      counts(
        await paperkin(["import", "-", "--data", data, "--no-embed", "--json"], {
          input: line("s", "Streamed"),
        }),
      ),
    ).toMatchObject({ new: 1 });
  });

  test("imports what precedes the fault in a truncated file (exit code 3)", async () => {
    const packed = gzipSync(Array.from({ length: 4_000 }, (_, at) => line(`k:${at}`, `Kettle ${at}`, `It boils ${at ** 3}.`)).join("\n"));
    for (const bytes of [20_000, packed.length - 20]) {
      const result = await paperkin(["import", file("cut.gz", packed.subarray(0, bytes)), "--data", data, "--no-embed", "--json"]);
      expect(result.code).toBe(3);
      expect(result.stderr).toContain("cannot be read to its end");
    }
    expect(Number(jsonLines((await paperkin(["status", "--data", data, "--json"])).stdout)[0]?.papers)).toBeGreaterThan(3_600);
  });

  test("counts everything and changes nothing in a dry run", async () => {
    const path = file("papers.jsonl", [line("arXiv:2401.00001", "First"), line("b", "Second")].join("\n"));
    expect(counts(await paperkin(["import", path, "--data", data, "--json", "--dry-run"]))).toMatchObject({ new: 2 });
    expect(existsSync(data)).toBe(false);
    await paperkin(["import", path, "--data", data, "--no-embed", "--json"]);
    const changed = file("changed.jsonl", [line("b", "Second, corrected"), line("c", "Third")].join("\n"));
    expect(counts(await paperkin(["import", changed, "--data", data, "--json", "--dry-run"]))).toMatchObject({ new: 1, changed: 1 });
    expect(jsonLines((await paperkin(["papers", "show", "b", "--data", data, "--json"])).stdout)[0]).toMatchObject({ title: "Second" });
  });

  test("lists every refused record in a report", async () => {
    const path = file("mixed.jsonl", [line("a", "Good"), line("b", "")].join("\n"));
    const report = join(folder.path, "report.json");
    await paperkin(["import", path, "--data", data, "--no-embed", "--report", report]);
    expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({
      read: 2,
      new: 1,
      refused: 1,
      toEmbed: 1,
      refusals: [{ place: { file: path, line: 2 }, field: "title" }],
    });
  });

  test("gives advice on files of unknown format once for all of them", async () => {
    const unknown = ["one", "two"].map((name) => file(`${name}.txt`, "Nothing that anybody could read as papers."));
    const { stdout, stderr, code } = await paperkin(["import", ...unknown, file("known.jsonl", line("known", "Known")), "--data", data]);
    for (const path of unknown) expect(stderr).toContain(`${path} is in no format that Paperkin knows.`);
    expect([code, stderr.match(/It reads BibTeX/g)]).toEqual([3, ["It reads BibTeX"]]);
    // No rate for a single paper.
    expect(stdout).not.toContain("a second");
  });

  test("reports an unwritable report file before importing anything", async () => {
    const path = file("reported.jsonl", line("reported", "Reported"));
    const report = join(folder.path, "no-such-folder", "report.json");
    const result = await paperkin(["import", path, "--data", data, "--no-embed", "--report", report]);
    expect([result.code, result.stdout, result.stderr]).toEqual([2, "", expect.stringContaining(`The file ${report} cannot be written`)]);
    expect((await paperkin(["papers", "show", "reported", "--data", data])).code).toBe(1);
  });

  test("reports a file that holds nothing in the named format (exit code 1), and counts nothing", async () => {
    const path = file("table.csv", "title,year\nKettles,2020\n");
    const result = await paperkin(["import", path, "--data", data, "--no-embed", "--format", "ris"]);
    expect([result.code, result.stdout]).toEqual([1, ""]);
    expect(result.stderr).toContain("table.csv is a record of the format ris");
  });

  test("skips a missing file (exit code 3), and fails when it is the only one (1)", async () => {
    const good = file("good.jsonl", line("g", "Good"));
    const both = await paperkin(["import", join(folder.path, "missing.jsonl"), good, "--data", data, "--no-embed", "--json"]);
    expect(both.code).toBe(3);
    expect(both.stderr).toContain("missing.jsonl cannot be opened: it does not exist.");
    expect(counts(both)).toMatchObject({ new: 1 });
    const alone = await paperkin(["import", join(folder.path, "missing.jsonl"), "--data", data, "--no-embed", "--json"]);
    expect(alone.code).toBe(1);
  });

  test("recognises the formats of arXiv, Semantic Scholar and OpenAlex, and merges one paper from all of them", async () => {
    const arxiv = {
      id: "2401.00007",
      authors_parsed: [["Example", "Ada", ""]],
      title: "Kinds of\n  kin",
      abstract: "  We study kin.\n",
      categories: "cs.IR cs.CL",
      versions: [{ version: "v1", created: "Tue, 2 Jan 2024 10:00:00 GMT" }],
      update_date: "2024-01-09",
    };
    const scholar = {
      paperId: "a".repeat(40),
      externalIds: { ArXiv: "2401.00007", DOI: "10.1000/KIN" },
      title: "Kinds of kin",
      abstract: null,
      year: 2024,
      authors: [{ authorId: "1", name: "Ada Example" }],
    };
    const openalex = {
      id: "https://openalex.org/W77",
      doi: "https://doi.org/10.1000/kin",
      title: "Kinds of kin",
      publication_date: "2024-01-02",
      abstract_inverted_index: { We: [0], study: [1], kin: [2] },
      authorships: [],
    };
    const files = [arxiv, scholar, openalex].map((record, at) => file(`${at}.jsonl`, JSON.stringify(record)));
    const result = await paperkin(["import", ...files, "--data", data, "--no-embed", "--json"]);
    expect(counts(result)).toMatchObject({ read: 3, new: 1, merged: 2 });
    for (const id of ["2401.00007v3", "https://doi.org/10.1000/kin", "OpenAlex:W77"]) {
      const found = await paperkin(["search", id, "--data", data, "--mode", "keyword", "--json"]);
      expect(jsonLines(found.stdout)[0]).toMatchObject({
        exact: "id",
        paper: {
          paperId: "arXiv:2401.00007",
          sources: ["arxiv", "openalex", "semantic-scholar"],
        },
      });
    }
    expect(counts(await paperkin(["import", ...[...files].reverse(), "--data", data, "--no-embed", "--json"]))).toMatchObject({
      unchanged: 3,
    });
  });

  test("keeps what it acknowledged when interrupted, and the next import carries on", async () => {
    const path = file("many.jsonl", Array.from({ length: 3_000 }, (_, at) => line(`p${at}`, `Paper number ${at}`)).join("\n"));
    const child = start(["import", path, "--data", data, "--json"]);
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += String(chunk);
    });
    // As soon as some of it has been written.
    await eventually(async () => {
      const written = statSync(join(data, "library.sqlite-wal"), { throwIfNoEntry: false })?.size ?? 0;
      return written > 600_000 || child.exitCode !== null ? true : undefined;
    });
    child.kill("SIGINT");
    expect([0, 130]).toContain(await ended);
    const acknowledged = Number(jsonLines(output).at(-1)?.new);
    const status = jsonLines((await paperkin(["status", "--data", data, "--json"])).stdout)[0];
    expect(status?.papers).toBe(acknowledged);
    expect((await paperkin(["verify", "--data", data])).code).toBe(0);
    const again = await paperkin(["import", path, "--data", data, "--json", "--no-embed"]);
    expect(counts(again)).toMatchObject({
      read: 3_000,
      new: 3_000 - acknowledged,
      unchanged: acknowledged,
    });
  });
});

test("is undone by papers remove, which lists missing ids and counts a repeated paper once", async () => {
  const path = file("papers.jsonl", [line("arXiv:2401.00001", "First"), line("arXiv:2401.00002", "Second")].join("\n"));
  await paperkin(["import", path, "--data", data, "--no-embed"]);
  const remove = (...ids: string[]) => paperkin(["papers", "remove", ...ids, "--data", data, "--json"]);
  const twice = await remove("arXiv:2401.00001", "https://arxiv.org/abs/2401.00001v2");
  expect([twice.code, ...jsonLines(twice.stdout)]).toEqual([0, { removed: ["arXiv:2401.00001"], missing: [] }]);
  const part = await remove("X:1", "2401.00002");
  expect([part.code, ...jsonLines(part.stdout)]).toEqual([3, { removed: ["arXiv:2401.00002"], missing: ["X:1"] }]);
  expect(part.stderr).toContain("There is no paper X:1 in the library.");
  expect((await remove("X:1")).code).toBe(1);
});

test("leaves other papers accessible when one record is damaged, and that one can be removed", async () => {
  const path = file("papers.jsonl", [line("arXiv:2401.00001", "First"), line("arXiv:2401.00002", "Second")].join("\n"));
  await paperkin(["import", path, "--data", data, "--no-embed"]);
  const db = new Database(join(data, "library.sqlite"));
  db.exec("UPDATE papers SET record = replace(record, 'First', 'Fist')");
  db.close();
  const found = await paperkin(["search", "second", "--mode", "keyword", "--data", data, "--json"]);
  expect(jsonLines(found.stdout)).toMatchObject([{ paper: { paperId: "arXiv:2401.00002" } }]);
  expect(found.stderr).toContain("1 stored record is damaged");
  expect((await paperkin(["verify", "--data", data])).stdout).toContain("arXiv:2401.00001 has a record that does not match its checksum");
  const removed = await paperkin(["papers", "remove", "2401.00001", "--data", data, "--json"]);
  expect([removed.code, ...jsonLines(removed.stdout)]).toEqual([0, { removed: ["arXiv:2401.00001"], missing: [] }]);
  expect((await paperkin(["verify", "--data", data])).code).toBe(0);
});

test.runIf(existsSync("/dev/full"))("reports unwritable output in one line", async () => {
  const { stderr, code } = await paperkinApart(["papers", "--help"], { output: "/dev/full" });
  expect(stderr).toMatch(/^paperkin: The output cannot be written: ENOSPC.*\n$/);
  expect(code).toBe(1);
});

describe("incorrect usage", () => {
  test.each([
    [["search", "-learning"], "a query that begins with a minus goes after --"],
    [["search", "x", "--limit", "0"], "--limit"],
    [["search", "x", "--year", "soon"], "--year"],
    [["search", "x", "--diversity", "2"], "--diversity"],
    [["explain", "x", "y", "--half-life", "old"], "--half-life"],
    [["search", "x", "--from", "2023-02-30"], "from"],
    [["serch", "x"], "Did you mean search?"],
    [["constructor"], "unknown command"],
    [["interests", "nonsense"], "unknown command 'nonsense'; there are list, show, add"],
    [["interests", "list", "nonsense"], "too many arguments"],
    [["search", "x", "--limit", "0x10"], "--limit is “0x10”"],
    [["search", "x", "--limit", "1e2"], "--limit is “1e2”"],
    [["search", "x", "--year", "2019..2010"], "Write 2010..2019."],
    // A command's name in the place of another option's value.
    [["--workers", "search", "status"], "workers"],
    [["import"], "missing required argument"],
    [["import", "x", "--format", "word"], "no format “word”"],
    [["serve", "--host", "0.0.0.0"], "API keys"],
    [["serve", "--port", "notaport"], "--port"],
    [["search", "x", "--category", ""], "--category is not valid"],
    [["interests", "--person", "*"], "has subscriptions to what is trending and nothing else"],
  ])("is explained, with exit code 2: %j", async (args, message) => {
    const result = await paperkin([...args, "--data", data]);
    expect(result.stderr).toContain(message);
    expect(result.code).toBe(2);
  });

  test("that involves no option is not answered with advice on queries starting with a minus", async () => {
    const { stderr } = await paperkin(["search"]);
    expect(stderr).toBe("error: missing required argument 'query'\n(--help shows how it is used)\n");
  });

  test("is answered by help: the program's lists every command, and a command's its options, wherever it is requested", async () => {
    const { stdout, code } = await paperkin(["--help"]);
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) .*/gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(["import", "search", "serve", "people", "models", "help"]));
    expect(names.length).toBeGreaterThan(25);
    for (const args of [
      ["help", "search"],
      ["search", "--help"],
      ["--json", "--data", data, "search", "--help"],
    ])
      expect((await paperkin(args)).stdout, args.join(" ")).toContain("--facets");
  });

  test("includes unknown environment variables, which are named", async () => {
    const result = await paperkin(["status"], { env: { PAPERKIN_PROT: "1" } });
    expect(result).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("PAPERKIN_PROT"),
    });
  });

  test("of a library that does not exist fails and creates nothing", async () => {
    const result = await paperkin(["search", "x", "--data", data]);
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no library"),
    });
  });
});
