/** README.md says what is true: its commands run, its settings and formats are those of the code. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formats } from "../../src/app-sources.ts";
import { readScheduled } from "../../src/cli/fetch-request.ts";
import { projectRoot } from "../../src/compiled.ts";
import { environmentName, readConfig, settings } from "../../src/config.ts";
import { liveSourceNames } from "../../src/core/live-source.ts";
import { paperOfRecord } from "../../src/sources/paperkin.ts";
import { paperkin, Server, temporaryFolder } from "../integration/command-line.ts";
import { copyStarterLibrary } from "../integration/starter-library.ts";

const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
const shellLines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((block) => (block[1] ?? "").trim().split("\n"));

describe("settings and formats", () => {
  test.each(Object.entries(settings))("the table of settings has %s with its variable and its text", (name, setting) => {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\``));
    expect(row).toContain(`\`${environmentName(name)}\``);
    expect(row).toContain(setting.text);
  });

  test.each(formats.map((format) => format.name))("the table of formats has %s", (name) => {
    const rows = readme.split("\n").filter((line) => line.startsWith("| `") && line.split("|").length === 4);
    expect(rows.filter((row) => row.split("|")[1]?.includes(`\`${name}\``))).toHaveLength(1);
  });

  test.each(liveSourceNames)("the table of sources has %s", (name) => {
    const rows = readme.split("\n").filter((line) => line.startsWith("| `") && line.split("|").length === 5);
    expect(rows.filter((row) => row.split("|")[1]?.includes(`\`${name}\``))).toHaveLength(1);
  });

  test("what fetches stand in it are understood", () => {
    const lines = shellLines.filter((line) => line.startsWith("npx paperkin fetch"));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(readScheduled(line.split(" ").slice(3)).request).toBeDefined();
  });

  test("the example of settings is valid", () => {
    const folder = temporaryFolder();
    const path = join(folder.path, "settings.json");
    writeFileSync(path, /```json\n(\{\n[^`]*)```/.exec(readme)?.[1] ?? "");
    const { sources, schedules } = readConfig({ config: path }, {});
    expect(Object.keys(sources)).toHaveLength(2);
    for (const { fetch } of schedules) readScheduled(fetch);
    folder.remove();
  });

  test("the example of settings for mail is valid", () => {
    const example: unknown = JSON.parse(/```json\n(\{ "publicUrl".*)\n```/.exec(readme)?.[1] ?? "");
    expect(readConfig(example as Record<string, unknown>, {})).toMatchObject({
      publicUrl: "https://papers.example.org",
      smtp: { tls: "starttls" },
    });
  });

  test("the example of Paperkin's own form is a paper with all that it names", () => {
    const example = /```json\n(.*)\n```/.exec(readme)?.[1] ?? "";
    expect(paperOfRecord(JSON.parse(example))).toMatchObject({
      ids: ["arXiv:2401.00001", "DOI:10.1000/example"],
      published: "2024-01-02",
      votes: 3,
      citations: 12,
    });
  });
});

describe("commands", () => {
  const folder = temporaryFolder();
  const library = join(folder.path, "library");
  let server: Server;

  beforeAll(async () => {
    await copyStarterLibrary(library);
    server = await Server.start(["--data", library]);
    writeFileSync(join(folder.path, "papers.bib"), "@misc{mine, title = {My paper}, doi = {10.5555/mine}}\n");
  });
  afterAll(async () => {
    await Server.stopAll();
    folder.remove();
  });

  /** Words of a shell line, quotes taken off. */
  const wordsOf = (line: string): string[] =>
    [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");

  const commands = shellLines.filter((line) => line.startsWith("npx paperkin") && !/ (?:serve|eval|fetch) /.test(`${line} `));
  test.each(commands)("%s", async (line) => {
    const args = wordsOf(line)
      .slice(2)
      .map((word) =>
        ["papers.bib", "saved.bib", "my-library", "papers.backup", "copies", "vectors.safetensors", "my-judgments"].includes(word)
          ? join(folder.path, word)
          : word,
      );
    const result = await paperkin(line.includes("--data") ? args : [...args, "--data", library]);
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
    expect(result.stdout).not.toContain("Nothing was found");
  });

  test.each(shellLines.filter((line) => line.startsWith("curl")))("%s", async (line) => {
    const words = wordsOf(line);
    const url = new URL(words.find((word) => word.startsWith("http://")) ?? "");
    const wordAfter = (flag: RegExp) => words[words.findIndex((word) => flag.test(word)) + 1] ?? "";
    const [, type = ""] = /^content-type: (.*)$/.exec(wordAfter(/^-H$/)) ?? [];
    const sends = words.some((word) => /^(?:-d|--data-raw)$/.test(word));
    const response = await server.get(
      url.pathname + url.search,
      sends ? { method: "POST", headers: { "content-type": type }, body: wordAfter(/^(?:-d|--data-raw)$/) } : {},
    );
    expect(response.status).toBe(200);
  });

  test("no other command stands in the README without being run by a test", () => {
    const known = [/^npm ci$/, /^npm start$/, /^npx paperkin /, /^curl /];
    expect(shellLines.filter((line) => !known.some((pattern) => pattern.test(line)))).toEqual([]);
    // `eval` is run by test/relevance, `serve` and `fetch` by test/integration, `npm ci` and `npm start` from a fresh clone.
  });
});
