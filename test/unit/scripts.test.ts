/** The scripts import what was built by name, which no compiler checks; and each says how it is used. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import ts from "typescript";
import { expect, it } from "vitest";
import { projectRoot } from "../../src/compiled.ts";

interface Import {
  readonly script: string;
  /** Of the source of what it imports. */
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

it("scripts import only what is there", async () => {
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
async function run(script: string, option: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(folder, script), option], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { code, stdout, stderr };
}

/** `start.mjs` hands its options to `paperkin serve`. */
const own = readdirSync(folder).filter((name) => name.endsWith(".mjs") && name !== "start.mjs");

it.each(own)("%s says how it is used, and does nothing else", async (script) => {
  const { code, stdout, stderr } = await run(script, "--help");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^(?:npm (?:run|test)|node scripts\/)/);
});

/** Those of `test.mjs` are vitest's. */
it.each(own.filter((script) => script !== "test.mjs"))("%s refuses an option that it has not, in one line", async (script) => {
  const { code, stdout, stderr } = await run(script, "--no-such-option");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^\w[\w-]*: Unknown option '--no-such-option'.*\n$/);
});
