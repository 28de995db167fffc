/** The scripts import what was built by name, which no compiler checks. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
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
