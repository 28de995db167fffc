/**
 * Locates compiled modules: processes that Paperkin starts run compiled JavaScript. Compiled code finds it in its own folder, code that a
 * test runs from source finds it in the build.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(import.meta.url).replaceAll("\\", "/");
/** When compiled, this module is part of some file in `dist/`. */
const [, root = "", running = ""] = /^(.*\/)(src|dist)\/.*$/.exec(here) ?? [];

/** The project's own folder, which contains `models/`, `index/` and the starter corpus. */
export const projectRoot = root;

/** The version of the package. */
export const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };

/** @param module path below `src/` without its ending, such as `embedding/worker`. */
export function compiledModule(module: string): string {
  return `${root}dist/${module}.js`;
}

/** @param path below `src/` of a file or folder that is not code; compiled code has its own copy. */
export function shippedFile(path: string): string {
  return `${root}${running}/${path}`;
}
