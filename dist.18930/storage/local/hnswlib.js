/**
 * hnswlib-node, compiled for this processor where `scripts/native.mjs` could do so, else as its own installation builds it.
 * A folder that came from another machine is not trusted: an instruction that is missing here would end the process.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
const require = createRequire(import.meta.url);
const home = dirname(require.resolve("hnswlib-node/package.json"));
function load() {
    const own = join(home, "build", "native");
    if (suitsProcessor(join(own, "processor.json"))) {
        try {
            const path = join(own, "addon.node");
            return { hnswlib: require(path), path };
        }
        catch {
            // Compiled for another Node, or damaged: the other one is there.
        }
    }
    return { hnswlib: require("hnswlib-node"), path: join(home, "build", "Release", "addon.node") };
}
/** Whether the processor has everything that the one had for which it was compiled. */
function suitsProcessor(path) {
    try {
        const wanted = JSON.parse(readFileSync(path, "utf8"));
        const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(/\s+/));
        return wanted.length > 0 && wanted.every((flag) => flags.has(flag));
    }
    catch {
        return false;
    }
}
export const { hnswlib, path: hnswlibPath } = load();
//# sourceMappingURL=hnswlib.js.map