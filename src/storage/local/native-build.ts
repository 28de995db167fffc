/** Which instructions hnswlib-node was compiled for: its installation builds it, and says nowhere how. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { NativeBuild } from "../../core/storage.ts";

let answer: Promise<NativeBuild> | undefined;

/** Read once: from the names of the functions in the compiled module. */
export function nativeBuild(): Promise<NativeBuild> {
  answer ??= readBuild();
  return answer;
}

async function readBuild(): Promise<NativeBuild> {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("hnswlib-node/package.json"));
    const compiled = await readFile(join(folder, "build", "Release", "addon.node"));
    if (/SIMD16ExtAVX/.test(compiled.toString("latin1"))) return "avx";
    return /SIMD16ExtSSE/.test(compiled.toString("latin1")) ? "sse" : "unknown";
  } catch {
    // Built elsewhere, or stripped of names: it runs all the same.
    return "unknown";
  }
}
