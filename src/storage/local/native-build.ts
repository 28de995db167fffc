/** Which instructions hnswlib-node was compiled for: its installation builds it, and does not record the options. */
import { readFile } from "node:fs/promises";
import type { NativeBuild } from "../../core/upkeep.ts";
import { hnswlibPath } from "./hnswlib.ts";

let answer: Promise<NativeBuild> | undefined;

/** Determined once, from the names of the functions in the compiled module. */
export function nativeBuild(): Promise<NativeBuild> {
  answer ??= readBuild();
  return answer;
}

async function readBuild(): Promise<NativeBuild> {
  try {
    const compiled = await readFile(hnswlibPath);
    if (/SIMD16ExtAVX/.test(compiled.toString("latin1"))) return "avx";
    return /SIMD16ExtSSE/.test(compiled.toString("latin1")) ? "sse" : "unknown";
  } catch {
    // Built elsewhere, or stripped of its symbols; it works all the same.
    return "unknown";
  }
}
