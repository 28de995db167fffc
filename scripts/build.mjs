// Bundles src/ into dist/ and copies what is not TypeScript. See `--help`.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "dist");
const stamp = join(target, ".built");
const inputs = ["src", "scripts", "test", "tsconfig.json", "package.json"];

/** Entry points that are started by name: the program, and its processes and threads. */
const programs = ["cli/main", "embedding/worker", "embedding/rerank-worker", "index-process", "sources/reading-thread"];

/** Not bundled: native code, and packages that locate their own files relative to themselves. */
const external = ["@xenova/transformers", "better-sqlite3", "hnswlib-node", "onnxruntime-node", "pino"];

/** Attempts to move the new build into place. */
const mostAttempts = 10;

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

const { build } = await import("esbuild").catch(() => {
  console.error("esbuild is not installed, so nothing can be built: run `npm ci` first.");
  process.exit(1);
});

/** Modules in `dist/` that scripts and tests import by name. */
function importedModules(folder) {
  const scripts = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".mjs"));
  return scripts.flatMap((name) => {
    const text = readFileSync(join(root, folder, name), "utf8");
    return Array.from(text.matchAll(/"(?:\.\.\/)+dist\/([a-z/-]+)\.js"/g), ([, module]) => module);
  });
}

// Built beside the old build and swapped in, so that a running service never loads a half-finished build.
const fresh = `${target}.${process.pid}`;
rmSync(fresh, { recursive: true, force: true });
try {
  const entries = new Set([...programs, ...importedModules("scripts"), ...importedModules("test")]);
  // Bundled, since a server takes twice as long to start from 600 modules.
  await build({
    entryPoints: [...entries].map((module) => join(root, "src", `${module}.ts`)),
    outbase: join(root, "src"),
    outdir: fresh,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    external,
    platform: "node",
    format: "esm",
    target: "node20",
    tsconfig: join(root, "tsconfig.json"),
    sourcemap: true,
    sourcesContent: false,
    // For CommonJS packages that require modules of Node.
    banner: { js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);' },
    logLevel: "warning",
  });
} catch (error) {
  // esbuild has already printed the errors in the source.
  if (error.errors === undefined) console.error(`build: ${error.message}`);
  rmSync(fresh, { recursive: true, force: true });
  process.exit(1);
}
mkdirSync(join(fresh, "starter"), { recursive: true });
cpSync(join(root, "src/starter"), join(fresh, "starter"), { recursive: true });
cpSync(join(root, "src/web/assets"), join(fresh, "web/assets"), {
  recursive: true,
});
writeFileSync(join(fresh, ".built"), "");

// Another build may be swapped in at the same moment.
const old = `${fresh}.old`;
for (let attempt = 1; ; attempt++) {
  try {
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
    break;
  } catch (error) {
    if (attempt === mostAttempts) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}
