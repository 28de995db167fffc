// Damages copies of a library one by one and examines the result. It prints a line before and after each; if the second is missing, the
// process crashed.
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { report } from "../bench/papers.mjs";
import { damageFile } from "./damages.mjs";
import { askLibrary, contentsOf } from "./libraries.mjs";

const { base, folder, cases, answers, contents } = JSON.parse(process.argv[2]);
for (const [at, { file, damage, seed, other }] of cases.entries()) {
  report({ begun: at });
  rmSync(folder, { recursive: true, force: true });
  cpSync(base, folder, { recursive: true });
  damageFile(join(folder, file), damage, seed, other);
  const first = await askLibrary(folder);
  const isSame = first.answers === answers;
  const outcome = {
    refused: first.error,
    message: first.message,
    noticed: first.notices.length > 0,
    found: first.findings?.map(({ check }) => check) ?? [],
    isSame,
    changed: undefined,
    isMended: undefined,
  };
  if (first.error === undefined) {
    const now = contentsOf(folder);
    outcome.changed = Object.keys(contents).filter((table) => now?.[table] !== contents[table]);
    // Damage to derived files only: after the repair no trace may remain.
    if (!file.startsWith("library.sqlite")) {
      await askLibrary(folder, { repair: true });
      const after = await askLibrary(folder);
      outcome.isMended = after.answers === answers && after.findings?.length === 0 && after.notices.length === 0;
    }
  }
  report({ done: at, ...outcome, hadFile: existsSync(join(folder, file)) });
}
