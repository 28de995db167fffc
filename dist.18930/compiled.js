/**
 * Processes that Paperkin starts run compiled JavaScript. Code that itself runs compiled finds it beside itself; code
 * that a test runs from source finds the build's.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
const here = fileURLToPath(new URL(".", import.meta.url)).replaceAll("\\", "/");
const root = here.replace(/\/(?:src|dist)\/$/, "/");
/** The project's own folder: where `models/`, `index/` and the starter corpus are. */
export const projectRoot = root;
/** Of the package. */
export const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
/** @param module path below `src/` without its ending, such as `embedding/worker`. */
export function compiledModule(module) {
    return `${root}dist/${module}.js`;
}
//# sourceMappingURL=compiled.js.map