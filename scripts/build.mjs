// Compiles src/ into dist/ and copies what is not TypeScript. `--help` says how.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
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

let compiler;
try {
  compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
} catch {
  if (existsSync(stamp)) process.exit(0);
  console.error(
    "Nothing is built yet, and TypeScript, which builds it, is not installed: run `npm ci` first. Once that is done, `npm prune --omit=dev` removes what only building needs.",
  );
  process.exit(1);
}

// Built beside the old one and swapped in: a running service never loads half a build.
const fresh = `${target}.${process.pid}`;
rmSync(fresh, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, "-p", join(root, "scripts/tsconfig.build.json"), "--outDir", fresh], {
  stdio: "inherit",
});
if (status !== 0) {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(status ?? 1);
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
