/**
 * Processes that Paperkin starts run compiled JavaScript. Code that itself runs compiled finds it beside itself; code
 * that a test runs from source finds the build's.
 */
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url)).replaceAll("\\", "/");
const root = here.replace(/\/(?:src|dist)\/$/, "/");

/** The project's own folder: where `models/`, `index/` and the starter corpus are. */
export const projectRoot = root;

/** @param module path below `src/` without its ending, such as `embedding/worker`. */
export function compiledModule(module: string): string {
  return `${root}dist/${module}.js`;
}
