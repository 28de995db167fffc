/** The scripts import built modules by name, which no compiler checks; and each explains its usage. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import ts from "typescript";
import { expect, it } from "vitest";
import { z } from "zod";
import { projectRoot } from "../../src/compiled.ts";
import { temporaryFolder } from "../integration/command-line.ts";

interface Import {
  readonly script: string;
  /** From the source of what it imports. */
  readonly path: string;
  readonly names: readonly string[];
}

const folder = join(projectRoot, "scripts");
const built = join(projectRoot, "dist");

function importsOf(script: string): Import[] {
  const path = join(folder, script);
  const tree = ts.createSourceFile(script, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  return tree.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const imported = join(dirname(path), statement.moduleSpecifier.text);
    const names = statement.importClause?.namedBindings;
    if (!imported.startsWith(built) || names === undefined || !ts.isNamedImports(names)) return [];
    const source = join(projectRoot, "src", `${imported.slice(built.length, -".js".length)}.ts`);
    return [{ script, path: source, names: names.elements.map(({ name, propertyName }) => (propertyName ?? name).text) }];
  });
}

it("scripts import only what exists", async () => {
  const scripts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".mjs"));
  const imports = scripts.flatMap(importsOf);
  expect(imports.length).toBeGreaterThan(30);
  const missing: string[] = [];
  for (const { script, path, names } of imports) {
    const module: object = await import(path);
    missing.push(...names.filter((name) => !(name in module)).map((name) => `${name} in ${script}`));
  }
  expect(missing).toEqual([]);
}, 60_000);

/** @returns the exit code, and what was written to both outputs. */
async function run(script: string, ...options: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [resolve(folder, script), ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { code, stdout, stderr };
}

/** `start.mjs` passes its options on to `paperkin serve`. */
const own = readdirSync(folder).filter((name) => name.endsWith(".mjs") && name !== "start.mjs");

it.each(own)("%s explains its usage, and does nothing else", async (script) => {
  const { code, stdout, stderr } = await run(script, "--help");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^(?:npm (?:run|test)|node scripts\/)/);
});

/** The options of `test.mjs` are vitest's. */
it.each(own.filter((script) => script !== "test.mjs"))("%s refuses an unknown option, in one line", async (script) => {
  const { code, stdout, stderr } = await run(script, "--no-such-option");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^\w[\w-]*: Unknown option '--no-such-option'.*\n$/);
});

it("the code of tables matches its text", async () => {
  expect(await run("wasm.mjs", "--check")).toEqual({ code: 0, stdout: "", stderr: "" });
});

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), devOptional: z.boolean().optional() })),
});

/** This project's source, with the packages that `npm ci --omit=dev` installs. @returns the script that builds it. */
function projectOf(root: string): string {
  for (const path of ["scripts", "src", "test/crash", "tsconfig.json", "package.json"])
    cpSync(join(projectRoot, path), join(root, path), { recursive: true });
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8")));
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || dev === true || devOptional === true) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(join(projectRoot, path), join(root, path));
  }
  return join(root, "scripts/build.mjs");
}

it("building needs no package installed only for development", async () => {
  const root = temporaryFolder();
  expect(await run(projectOf(root.path))).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await run(join(root.path, "dist/cli/main.js"), "--version")).toMatchObject({ code: 0, stderr: "" });
  root.remove();
});

it("a build of invalid TypeScript reports where, and keeps the previous build", async () => {
  const root = temporaryFolder();
  const script = projectOf(root.path);
  writeFileSync(join(root.path, "src/cli/main.ts"), "export const name = ;\n");
  mkdirSync(join(root.path, "dist"));
  const { code, stderr } = await run(script);
  expect([code, stderr]).toEqual([1, expect.stringContaining("src/cli/main.ts:1:20")]);
  expect(readdirSync(root.path).filter((name) => name.startsWith("dist"))).toEqual(["dist"]);
  root.remove();
});

it("npm start ends with the npm that started it: there is no shell between them", async () => {
  const root = temporaryFolder();
  mkdirSync(join(root.path, "scripts"));
  writeFileSync(join(root.path, "scripts/start.mjs"), "console.log(process.pid, ...process.argv.slice(2));");
  const { scripts } = z
    .object({ scripts: z.object({ start: z.string() }) })
    .parse(JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")));
  // As npm runs it, sending its signals to this process alone.
  const child = spawn("sh", ["-c", `${scripts.start} --port 1`], { cwd: root.path, stdio: ["ignore", "pipe", "inherit"] });
  expect(await text(child.stdout)).toBe(`${child.pid} --port 1\n`);
  root.remove();
});
