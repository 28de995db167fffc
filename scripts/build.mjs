// Compiles src/ into dist/ and copies what is not TypeScript. `--help` says how. File by file, without looking at types (`npm run typecheck`
// does): that needs no declarations of packages, which `npm ci --omit=dev` leaves out, and half the time.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "dist");
const stamp = join(target, ".built");
const inputs = ["src", "tsconfig.json", "scripts/tsconfig.build.json", "package.json"];

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isCurrent() {
  return existsSync(stamp) && statSync(stamp).mtimeMs >= Math.max(...inputs.map((input) => newest(join(root, input))));
}

const help = `node scripts/build.mjs [--if-stale]

  --if-stale  only when something changed since
  --help
`;

let options;
try {
  options = parseArgs({ options: { "if-stale": { type: "boolean", default: false }, help: { type: "boolean", default: false } } }).values;
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exit(2);
}
if (options.help) {
  console.log(help);
  process.exit(0);
}
if (options["if-stale"] && isCurrent()) process.exit(0);

let ts;
try {
  ({ default: ts } = await import("typescript"));
} catch {
  console.error("TypeScript, which builds Paperkin, is not installed: run `npm ci` first.");
  process.exit(1);
}

const { config } = ts.readConfigFile(join(root, "scripts/tsconfig.build.json"), ts.sys.readFile);
const { options: compilerOptions } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, "scripts"));

/** @returns whether it could be read. */
function compile(source, to) {
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(readFileSync(source, "utf8"), {
    fileName: source,
    compilerOptions,
    reportDiagnostics: true,
  });
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, outputText);
  writeFileSync(`${to}.map`, sourceMapText);
  if (diagnostics.length > 0)
    console.error(
      ts
        .formatDiagnostics(diagnostics, {
          ...ts.sys,
          getCanonicalFileName: (name) => name,
          getNewLine: () => "\n",
          getCurrentDirectory: () => root,
        })
        .trimEnd(),
    );
  return diagnostics.length === 0;
}

// Built beside the old one and swapped in: a running service never loads half a build.
const fresh = `${target}.${process.pid}`;
rmSync(fresh, { recursive: true, force: true });
const sources = readdirSync(join(root, "src"), { recursive: true }).filter((name) => /\.tsx?$/.test(name));
const faulty = sources.filter((name) => !compile(join(root, "src", name), join(fresh, name.replace(/\.tsx?$/, ".js"))));
if (faulty.length > 0) {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(1);
}
mkdirSync(join(fresh, "starter"), { recursive: true });
cpSync(join(root, "src/starter"), join(fresh, "starter"), { recursive: true });
cpSync(join(root, "src/web/assets"), join(fresh, "web/assets"), {
  recursive: true,
});
writeFileSync(join(fresh, ".built"), "");
rmSync(`${target}.old`, { recursive: true, force: true });
if (existsSync(target)) renameSync(target, `${target}.old`);
renameSync(fresh, target);
rmSync(`${target}.old`, { recursive: true, force: true });
