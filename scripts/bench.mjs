// Measures the targets for speed, quality and durability, and prints one table. See `--help`.
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureBibtex } from "./bench/bibtex.mjs";
import { measureBombs } from "./bench/bombs.mjs";
import { measureDelay } from "./bench/delay.mjs";
import { measureEmbedding } from "./bench/embedding.mjs";
import { measureFormats } from "./bench/formats.mjs";
import { measureForms } from "./bench/forms.mjs";
import { measureGrowth } from "./bench/growth.mjs";
import { measureIdentity } from "./bench/identity.mjs";
import { measureImport } from "./bench/import.mjs";
import { measureImporting } from "./bench/importing.mjs";
import { measureJsonLines } from "./bench/json-lines.mjs";
import { measureKills } from "./bench/kills.mjs";
import { describeMachine } from "./bench/machine.mjs";
import { measureMail } from "./bench/mail.mjs";
import { measureNative } from "./bench/native.mjs";
import { help, readOptions } from "./bench/options.mjs";
import { measurePicks } from "./bench/picks.mjs";
import { progress } from "./bench/processes.mjs";
import { measureQuality } from "./bench/quality.mjs";
import { measureReindex } from "./bench/reindex.mjs";
import { measureSearch } from "./bench/search.mjs";
import { measureSuggest } from "./bench/suggest.mjs";
import { printTable } from "./bench/table.mjs";
import { measureVectors } from "./bench/vectors.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** In the order of measurement. Each returns rows: figure, target, measured, met, workload. */
const parts = {
  embedding: measureEmbedding,
  import: measureImport,
  delay: measureDelay,
  vectors: measureVectors,
  native: measureNative,
  quality: measureQuality,
  kills: measureKills,
  identity: measureIdentity,
  formats: measureFormats,
  forms: measureForms,
  bibtex: measureBibtex,
  "json-lines": measureJsonLines,
  bombs: measureBombs,
  picks: measurePicks,
  search: measureSearch,
  growth: measureGrowth,
  suggest: measureSuggest,
  reindex: measureReindex,
  importing: measureImporting,
  mail: (options) => measureMail({ ...options, kills: options.mailKills }),
};

let options;
try {
  options = readOptions(process.argv.slice(2), { root, parts: Object.keys(parts) });
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exit(2);
}
if (options.help) {
  console.log(`${help}\nParts: ${Object.keys(parts).join(", ")}.`);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "paperkin-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

const machine = describeMachine();
console.log(machine);
console.log(
  options.data === undefined
    ? "No real data (--data): texts come from the starter corpus, and the quality on large collections is left out."
    : `Real data from ${options.data}.`,
);

const rows = [];
let failed = false;
for (const name of options.only) {
  progress(`${name} …`);
  try {
    rows.push(...(await parts[name]({ ...options, root, folder, progress: (text) => progress(`${name}: ${text}`) })));
  } catch (error) {
    failed = true;
    rows.push({ figure: name, target: "", measured: `failed: ${error.message}`, met: false, workload: "" });
  }
}
if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
printTable(rows);
console.log("Medians of fresh processes in alternating order. Times depend on this machine and on what else runs on it; compare ratios.");
console.log(`Load ${loadavg()[0].toFixed(1)} after; if rounds differ much, other programs were running: measure again.`);
process.exit(failed ? 1 : 0);
