/** Which room of src/ may import which, and who owns each package: keeps the table of src/README.md true. */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../src/compiled.ts";

interface Import {
  readonly from: string;
  /** A path below src/, or the name of a package. */
  readonly to: string;
  /** Whether it is erased at run time. */
  readonly isType: boolean;
}

/** Room → rooms that it may import, besides itself. A room is a folder or a file directly below src/. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "core/": [],
  "embedding/": ["core/", "background.ts"],
  "sources/": ["core/"],
  "storage/local/": ["core/"],
  "storage/memory/": ["core/"],
  "delivery/": ["core/", "sources/"],
  "engine/": ["core/", "background.ts"],
  "http/": ["core/", "engine/"],
  "web/": ["core/", "engine/", "compiled.ts"],
  "cli/": ["core/", "engine/", "app.ts", "app-server.ts", "app-sources.ts", "app-delivery.ts", "config.ts", "compiled.ts", "background.ts"],
  "app.ts": ["core/", "embedding/", "storage/local/", "engine/", "app-delivery.ts", "config.ts", "compiled.ts"],
  "app-server.ts": ["embedding/", "engine/", "http/", "web/", "app-sources.ts", "config.ts", "compiled.ts"],
  "app-sources.ts": ["core/", "sources/", "engine/", "app.ts", "config.ts", "compiled.ts"],
  "app-delivery.ts": ["delivery/", "engine/", "config.ts", "compiled.ts"],
  "index-process.ts": ["core/", "engine/", "storage/local/"],
  "config.ts": ["core/", "compiled.ts"],
  "compiled.ts": [],
  "background.ts": [],
};

/** Package → where it may be imported. Every dependency is listed here. */
const owners: Readonly<Record<string, readonly string[]>> = {
  "@hono/node-server": ["http/listen.ts"],
  "@hono/zod-openapi": ["http/"],
  "@xenova/transformers": ["embedding/session.ts", "embedding/rerank-session.ts", "embedding/network.ts"],
  "onnxruntime-node": ["embedding/network.ts"],
  protobufjs: ["embedding/fixed-inputs.ts"],
  "better-sqlite3": ["storage/local/"],
  "cli-progress": ["cli/output.ts"],
  commander: ["cli/"],
  entities: ["core/text.ts"],
  // Builds, and is not part of what is built.
  esbuild: [],
  "hnswlib-node": ["storage/local/hnsw-index.ts", "storage/local/hnswlib.ts"],
  hono: ["http/", "web/"],
  pino: ["http/log.ts"],
  "prom-client": ["http/metrics.ts", "http/state-gauges.ts"],
  stemmer: ["core/analysis.ts"],
  feed: ["http/feed.ts"],
  "franc-min": ["core/language.ts"],
  temml: ["web/"],
  saxes: ["sources/"],
  yaml: ["sources/csl.ts"],
  "@retorquere/bibtex-parser": ["sources/tex-commands.ts"],
  yauzl: ["sources/zip.ts"],
  undici: ["sources/live/transport.ts"],
  nodemailer: ["delivery/smtp.ts"],
  croner: ["engine/upkeep/schedules.ts"],
  tinyglobby: ["sources/open-inputs.ts"],
  zod: ["core/", "embedding/", "storage/local/", "engine/", "http/", "web/", "config.ts"],
};

const source = join(projectRoot, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => /\.tsx?$/.test(name))
  .sort();
const imports = files.flatMap(importsOf);

function importsOf(from: string): Import[] {
  const tree = ts.createSourceFile(from, readFileSync(join(source, from), "utf8"), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Expression | undefined, isType = false) => {
    if (specifier === undefined) return;
    // A computed one cannot be checked.
    const name = ts.isStringLiteral(specifier) ? specifier.text : "(computed)";
    found.push({ from, to: name.startsWith(".") ? posix.join(posix.dirname(from), name) : name, isType });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function roomOf(path: string): string {
  return Object.keys(rooms).find((room) => (room.endsWith("/") ? path.startsWith(room) : path === room)) ?? "(none)";
}

const isInside = (path: string) => !path.startsWith("node:") && /\.tsx?$/.test(path);
const told = ({ from, to }: Import) => `${from} → ${to}`;

/** Everything that a process loads when it starts with a module. */
function readBy(module: string, before: ReadonlySet<string> = new Set([module])): ReadonlySet<string> {
  let read = before;
  for (const { from, to, isType } of imports) if (from === module && !isType && !read.has(to)) read = readBy(to, new Set([...read, to]));
  return read;
}

describe("the modules of src/", () => {
  it("are all examined", () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(imports.length).toBeGreaterThan(300);
  });

  it("each belong to a room", () => {
    expect(files.filter((file) => roomOf(file) === "(none)")).toEqual([]);
    // And no room is empty.
    expect(Object.keys(rooms).filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
  });

  it("import only modules that exist", () => {
    const inside = imports.filter(({ to }) => isInside(to));
    expect(inside.filter(({ to }) => !files.includes(to)).map(told)).toEqual([]);
    expect(imports.filter(({ to }) => to === "(computed)").map(told)).toEqual([]);
  });

  it("import from no rooms except those allowed by the table", () => {
    const wrong = imports
      .filter(({ to }) => isInside(to))
      .filter(({ from, to }) => {
        const [own, other] = [roomOf(from), roomOf(to)];
        return own !== other && !rooms[own]?.includes(other);
      });
    expect(wrong.map(told)).toEqual([]);
  });

  it("import packages only in their owners", () => {
    const packages = imports.filter(({ to }) => !isInside(to) && !to.startsWith("node:"));
    expect(packages.length).toBeGreaterThan(30);
    const wrong = packages.filter(({ from, to }) => {
      const name = to
        .split("/")
        .slice(0, to.startsWith("@") ? 2 : 1)
        .join("/");
      return !(owners[name] ?? []).some((owner) => (owner.endsWith("/") ? from.startsWith(owner) : from === owner));
    });
    expect(wrong.map(told)).toEqual([]);
  });

  it("import Node's own modules by their full name, and core/ imports none except for checksums", () => {
    expect(imports.filter(({ to }) => builtinModules.includes(to)).map(told)).toEqual([]);
    const core = imports.filter(({ from, to }) => from.startsWith("core/") && to.startsWith("node:"));
    expect([...new Set(core.map(({ to }) => to))]).toEqual(["node:crypto"]);
  });

  it.each(["embedding/worker.ts", "embedding/rerank-worker.ts"])(
    "loaded by %s are few: model processes do not need schema validation",
    (worker) => {
      expect([...readBy(worker)]).toContain("@xenova/transformers");
      expect([...readBy(worker)]).not.toContain("zod");
    },
  );

  it("have an owner for every dependency, and no owner for anything else", () => {
    const manifest: { dependencies: Record<string, string> } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
    expect(Object.keys(owners).sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  it("are no barrels, and are in no catch-all folders", () => {
    expect(files.filter((file) => /(^|\/)index\.tsx?$/.test(file))).toEqual([]);
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|shared|misc|lib)(\/|\.tsx?$)/.test(file))).toEqual([]);
  });

  it("begin with their purpose", () => {
    const silent = files.filter((file) => !/^(?:#!.*\n)?\/\*\*/.test(readFileSync(join(source, file), "utf8")));
    expect(silent).toEqual([]);
  });
});
