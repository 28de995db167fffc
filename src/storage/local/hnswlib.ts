/**
 * Loads hnswlib-node: the build for this processor that `scripts/native.mjs` makes if it can, otherwise the build of its own installation.
 * A build folder copied from another machine is not trusted, since an instruction that this processor lacks would kill the process.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type Hnswlib from "hnswlib-node";

const require = createRequire(import.meta.url);
const home = dirname(require.resolve("hnswlib-node/package.json"));

function load(): { hnswlib: typeof Hnswlib; path: string } {
  const own = join(home, "build", "native");
  if (suitsProcessor(join(own, "processor.json"))) {
    try {
      const path = join(own, "addon.node");
      return { hnswlib: require(path) as typeof Hnswlib, path };
    } catch {
      // Compiled for another version of Node, or damaged: the standard build is used.
    }
  }
  return { hnswlib: require("hnswlib-node") as typeof Hnswlib, path: join(home, "build", "Release", "addon.node") };
}

/** Whether this processor has all features of the one that the build was made for. */
function suitsProcessor(path: string): boolean {
  try {
    const wanted = JSON.parse(readFileSync(path, "utf8")) as string[];
    const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(/\s+/));
    return wanted.length > 0 && wanted.every((flag) => flags.has(flag));
  } catch {
    return false;
  }
}

export const { hnswlib, path: hnswlibPath } = load();
