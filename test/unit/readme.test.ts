/** README.md and `docs/` are true: their commands run; their settings, formats and links exist. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formats } from "../../src/app-sources.ts";
import { readScheduled } from "../../src/cli/fetch-request.ts";
import { projectRoot } from "../../src/compiled.ts";
import { environmentName, readConfig, settings } from "../../src/config.ts";
import { liveSourceNames } from "../../src/core/live-source.ts";
import { paperOfRecord } from "../../src/sources/paperkin.ts";
import { paperkin, Server, temporaryFolder } from "../integration/command-line.ts";
import { copyStarterLibrary } from "../integration/starter-library.ts";

const textOf = (path: string): string => readFileSync(join(projectRoot, path), "utf8");
const guides = readdirSync(join(projectRoot, "docs"))
  .sort()
  .map((name) => `docs/${name}`);
/** In reading order, in which their commands run: what the README creates is there for the others. */
const documents = ["README.md", ...guides];

const blocksOf = (language: string): string[] =>
  documents.flatMap((path) =>
    [...textOf(path).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map((block) => (block[1] ?? "").trim()),
  );
const shellLines = blocksOf("sh").flatMap((block) => block.split("\n"));

/** The rows of a document's tables with this many columns. */
const rowsOf = (path: string, columns: number): string[] =>
  textOf(path)
    .split("\n")
    .filter((line) => line.startsWith("| `") && line.split("|").length === columns + 2);

describe("settings and formats", () => {
  test.each(Object.entries(settings))("the table of settings has %s with its variable and its text", (name, setting) => {
    const row = rowsOf("docs/operations.md", 4).find((line) => line.startsWith(`| \`${name}\``));
    expect(row).toContain(`\`${environmentName(name)}\``);
    expect(row).toContain(setting.text);
  });

  test.each(formats.map((format) => format.name))("the table of formats has %s", (name) => {
    expect(rowsOf("docs/formats.md", 2).filter((row) => row.split("|")[1]?.includes(`\`${name}\``))).toHaveLength(1);
  });

  test.each(liveSourceNames)("the table of sources has %s", (name) => {
    expect(rowsOf("docs/formats.md", 3).filter((row) => row.split("|")[1]?.includes(`\`${name}\``))).toHaveLength(1);
  });

  test("the scheduled fetches in them are understood", () => {
    const lines = shellLines.filter((line) => line.startsWith("npx paperkin fetch"));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(readScheduled(line.split(" ").slice(3)).request).toBeDefined();
  });

  const examples = blocksOf("json").map((block) => JSON.parse(block) as Record<string, unknown>);

  test("the examples of settings are valid", () => {
    const folder = temporaryFolder();
    const path = join(folder.path, "settings.json");
    const read = examples
      .filter((example) => !("title" in example))
      .map((example) => {
        writeFileSync(path, JSON.stringify(example));
        return readConfig({ config: path }, {});
      });
    expect(read).toHaveLength(2);
    expect(read).toContainEqual(
      expect.objectContaining({ publicUrl: "https://papers.example.org", smtp: expect.objectContaining({ tls: "starttls" }) }),
    );
    const schedules = read.flatMap((config) => config.schedules);
    expect(schedules).toHaveLength(1);
    for (const { fetch } of schedules) readScheduled(fetch);
    folder.remove();
  });

  test("the example of Paperkin's own format is a paper with every field it names", () => {
    expect(examples.filter((example) => "title" in example).map(paperOfRecord)).toEqual([
      expect.objectContaining({ ids: ["arXiv:2401.00001", "DOI:10.1000/example"], published: "2024-01-02", votes: 3, citations: 12 }),
    ]);
  });
});

describe("links", () => {
  /** A heading's anchor, as GitHub makes it. */
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
  const anchorsIn = (path: string): string[] => [...textOf(path).matchAll(/^#+ (.*)$/gm)].map((heading) => anchorOf(heading[1] ?? ""));

  test.each([...documents, "src/README.md"])("each link of %s leads somewhere", (path) => {
    const links = [...textOf(path).matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)].map((link) => link[1] ?? link[2] ?? "");
    const broken = links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file = "", anchor] = link.split("#");
        const target = file === "" ? path : join(dirname(path), file);
        return !existsSync(join(projectRoot, target)) || (anchor !== undefined && !anchorsIn(target).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  test.each(guides)("the README leads to %s", (path) => {
    expect(textOf("README.md")).toContain(`](${path}`);
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

  /** The words of a shell line, with quotes removed. */
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
    const sent = wordAfter(/^(?:-d|--data-raw|--data-binary)$/);
    const response = await server.get(
      url.pathname + url.search,
      words.some((word) => /^(?:-d|--data-)/.test(word))
        ? {
            method: "POST",
            headers: { "content-type": type === "" ? "application/x-www-form-urlencoded" : type },
            body: sent.startsWith("@") && words.includes("--data-binary") ? readFileSync(join(folder.path, sent.slice(1))) : sent,
          }
        : {},
    );
    expect(response.status).toBe(200);
  });

  test("npm scripts they mention exist, and measure what is named", async () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const runs = shellLines.flatMap((line) => {
      const [, script, args = ""] = /^npm run (\S+)(?: -- (.*))?$/.exec(line) ?? [];
      return script === undefined ? [] : [{ script, args: wordsOf(args.replaceAll("DIR", folder.path)) }];
    });
    expect(new Set(runs.map(({ script }) => script))).toEqual(new Set(["bench", "torture"]));
    const parts = namesIn("scripts/bench.mjs", /^ {2}"?([\w-]+)"?: (?:measure|\()/gm);
    const { readOptions } = (await import(pathToFileURL(join(projectRoot, "scripts/bench/options.mjs")).href)) as {
      readOptions: (args: string[], known: { root: string; parts: string[] }) => { only: string[] };
    };
    for (const { script, args } of runs) {
      expect(scripts).toHaveProperty(script);
      if (script === "bench") expect(readOptions(args, { root: projectRoot, parts }).only.length).toBeLessThan(parts.length);
      else expect(namesIn("scripts/torture.mjs", /^ {2}(\w+): \{ run: /gm)).toEqual(expect.arrayContaining(args));
    }
  });

  const namesIn = (path: string, pattern: RegExp): string[] => [...textOf(path).matchAll(pattern)].map((match) => match[1] ?? "");

  test("no other command appears in them without being run by a test", () => {
    const known = [/^npm ci$/, /^npm start$/, /^npm run (?:bench|torture) -- /, /^npx paperkin /, /^curl /];
    expect(shellLines.filter((line) => !known.some((pattern) => pattern.test(line)))).toEqual([]);
    // `eval` is run by test/relevance, `serve` and `fetch` by test/integration, `npm ci` and `npm start` from a fresh clone.
  });
});
