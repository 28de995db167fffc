// Compiles hnswlib-node a second time, for the instructions of this machine's processor, beside the regular build. Run by `npm ci`. Without
// a compiler, or after any error, the regular build stays in use.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const require = createRequire(import.meta.url);
const mostMs = 5 * 60_000;
const quiet = { encoding: "utf8", timeout: mostMs, stdio: ["ignore", "pipe", "pipe"] };

/** The features of the processor, as Linux names them. The compiled code requires no others. */
function processorFlags() {
  const text = readFileSync("/proc/cpuinfo", "utf8");
  const flags = /^flags\s*:\s*(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  // Only instructions that a compiler generates from plain arithmetic.
  return flags.filter((flag) => /^(?:pni|s?sse|avx|fma|f16c|bmi|abm|movbe|popcnt)/.test(flag)).sort();
}

// Run in a separate process, where a wrong result or an illegal instruction is noticed.
const trial = `
  const { HierarchicalNSW } = require(process.argv[1]);
  const index = new HierarchicalNSW("ip", 384);
  index.initIndex(64);
  const unit = (at) => Array.from({ length: 384 }, (_, i) => (i === at ? 1 : 0));
  for (let at = 0; at < 64; at++) index.addPoint(unit(at), at);
  if (index.searchKnn(unit(7), 1).neighbors[0] !== 7) process.exit(1);
`;

function build() {
  if (process.platform !== "linux" || process.arch !== "x64") return "this machine is not Linux on x64";
  const flags = processorFlags();
  if (!flags.includes("avx2")) return "the processor has no AVX2";
  const nodeGyp = process.env.npm_config_node_gyp ?? process.env.npm_package_config_node_gyp;
  if (nodeGyp === undefined || !existsSync(nodeGyp)) return "npm names no node-gyp";
  const home = dirname(require.resolve("hnswlib-node/package.json"));
  const target = join(home, "build", "native");
  if (existsSync(join(target, "addon.node"))) return undefined;
  // Inside node_modules, so that it finds the headers that it includes.
  const work = join(home, ".native");
  rmSync(work, { recursive: true, force: true });
  try {
    mkdirSync(work);
    for (const part of ["src", "binding.gyp", "package.json"]) cpSync(join(home, part), join(work, part), { recursive: true });
    const env = { ...process.env, CXXFLAGS: "-O3 -march=native" };
    const compiled = spawnSync(process.execPath, [nodeGyp, "rebuild", "--directory", work], { ...quiet, env });
    if (compiled.status !== 0) return "it could not be compiled";
    const addon = join(work, "build", "Release", "addon.node");
    if (spawnSync(process.execPath, ["-e", trial, addon], quiet).status !== 0) return "what was compiled does not work";
    const fresh = join(work, "native");
    mkdirSync(fresh);
    renameSync(addon, join(fresh, "addon.node"));
    writeFileSync(join(fresh, "processor.json"), JSON.stringify(flags));
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

let options;
try {
  options = parseArgs({ options: { help: { type: "boolean", default: false } } }).values;
} catch (error) {
  console.error(`native: ${error.message}`);
  process.exit(2);
}
if (options.help) {
  console.log("node scripts/native.mjs\n\nCompiles the vector index for this machine's processor, unless it is compiled already.\n");
  process.exit(0);
}

let reason;
try {
  reason = build();
} catch (error) {
  reason = error.message;
}
if (reason !== undefined) console.log(`The regular build of the vector index (hnswlib-node) is used: ${reason}.`);
