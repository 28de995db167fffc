/** Which instructions hnswlib-node was compiled for: its installation builds it, and says nowhere how. */
import { readFile } from "node:fs/promises";
import { hnswlibPath } from "./hnswlib.js";
let answer;
/** Read once: from the names of the functions in the compiled module. */
export function nativeBuild() {
    answer ??= readBuild();
    return answer;
}
async function readBuild() {
    try {
        const compiled = await readFile(hnswlibPath);
        if (/SIMD16ExtAVX/.test(compiled.toString("latin1")))
            return "avx";
        return /SIMD16ExtSSE/.test(compiled.toString("latin1")) ? "sse" : "unknown";
    }
    catch {
        // Built elsewhere, or stripped of names: it runs all the same.
        return "unknown";
    }
}
//# sourceMappingURL=native-build.js.map