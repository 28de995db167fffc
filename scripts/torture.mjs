// Causes accidents on purpose, and prints a table of the outcomes: `node scripts/torture.mjs --help`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "./bench/machine.mjs";
import { wholeNumber } from "./bench/options.mjs";
import { progress } from "./bench/processes.mjs";
import { printTable } from "./bench/table.mjs";
import { tortureChurn } from "./torture/churn.mjs";
import { tortureDamage } from "./torture/damage.mjs";
import { tortureFull } from "./torture/full.mjs";
import { tortureKills, torturePoints } from "./torture/kills.mjs";

const help = `npm run torture -- NAME… [options]

  damage   files of a library go bad: bits, 512 bytes, ends, whole files (--count 2400)
  kills    SIGKILL at random in imports, removals, reindexing, backups and the rest (--count 1000)
  points   SIGKILL at each named moment of them
  full     a disk without room, under a server and an import
  churn    upserts, removals and searches without a pause (--minutes 20)

  --count N    how many
  --minutes N  how long (churn), and how long at most
  --seed N     repeats a run (1)
  --short      a small form of each, as tests run it
`;

/** Each returns rows: figure, target, measured, met, workload. */
const tortures = {
  damage: { run: tortureDamage, count: 2400, short: 100, minutes: 60 },
  kills: { run: tortureKills, count: 1000, short: 10, minutes: 60 },
  points: { run: torturePoints, count: 1000, short: 16 },
  full: { run: tortureFull },
  churn: { run: tortureChurn, minutes: 20 },
};

let options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`torture: ${error.message}`);
  process.exit(2);
}
if (options.help) {
  console.log(help);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "paperkin-torture-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

console.log(describeMachine());
const rows = [];
for (const name of options.names) {
  const { run, count, short, minutes } = tortures[name];
  progress(`${name} …`);
  try {
    rows.push(
      ...(await run({
        folder: mkdtempSync(join(folder, `${name}-`)),
        count: options.count ?? (options.short ? short : count),
        minutes: options.minutes ?? (options.short && name === "churn" ? 0.2 : minutes),
        seed: options.seed,
        short: options.short,
        progress: (text) => progress(`${name}: ${text}`),
      })),
    );
  } catch (error) {
    rows.push({ figure: name, target: "", measured: `failed: ${error.stack}`, met: false, workload: "" });
  }
}
if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
printTable(rows);
process.exit(rows.every(({ met }) => met !== false) ? 0 : 1);

function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      count: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string", default: "1" },
      short: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((name) => !(name in tortures));
  if (unknown !== undefined) throw new Error(`There is no “${unknown}”; there are ${Object.keys(tortures).join(", ")}.`);
  return {
    names: positionals.length > 0 ? positionals : Object.keys(tortures),
    count: values.count === undefined ? undefined : wholeNumber("--count", values.count),
    minutes: values.minutes === undefined ? undefined : wholeNumber("--minutes", values.minutes),
    seed: wholeNumber("--seed", values.seed),
    short: values.short,
    help: values.help,
  };
}
