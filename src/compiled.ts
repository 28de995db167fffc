/**
 * Processes that Paperkin starts run compiled JavaScript. Code that itself runs compiled finds it beside itself; code
 * that a test runs from source finds the build's.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(import.meta.url).replaceAll("\\", "/");
/** Compiled, this module is a part of some file of `dist/`. */
const [, root = "", running = ""] = /^(.*\/)(src|dist)\/.*$/.exec(here) ?? [];

/** The project's own folder: where `models/`, `index/` and the starter corpus are. */
export const projectRoot = root;

/** Of the package. */
export const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };

/** @param module path below `src/` without its ending, such as `embedding/worker`. */
export function compiledModule(module: string): string {
  return `${root}dist/${module}.js`;
}

/** @param path of a file or folder that is no code, below `src/`; compiled code has its own copy. */
export function shippedFile(path: string): string {
  return `${root}${running}/${path}`;
}
