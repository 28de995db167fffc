// Searching during an import, and importing during searches.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { defaultModel } from "../../dist/config.js";
import { writePapers } from "./data.mjs";
import { queriesFrom } from "./search-queries.mjs";
import { ask, askSteadily, faultsOf, loadNow, p99Of, plainWords, run, serve, timesOf, until } from "./server.mjs";

const perSecond = 20;
/** More queries than a server caches, so that each one is embedded again when they are asked in turn. */
const queryCount = 600;
/** The share of papers that are imported during the measurement. */
const shareComing = 0.25;
const limits = { overIdle: 2.5, ofRate: 0.6 };

export async function measureImporting({ data, root, folder, papers, progress }) {
  const coming = Math.max(100, Math.round(shareComing * papers));
  const { file, what } = await writePapers({ data, root, folder, count: papers + coming });
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const [there, later] = [join(folder, "there.jsonl"), join(folder, "coming.jsonl")];
  writeFileSync(there, `${lines.slice(0, papers).join("\n")}\n`);
  writeFileSync(later, `${lines.slice(papers).join("\n")}\n`);
  const common = (name) => ["--data", join(folder, name), "--models", join(root, "models"), "--model", defaultModel];
  progress("importing what is there");
  await run(root, ["import", there, ...common("importing")]);
  cpSync(join(folder, "importing"), join(folder, "alone"), { recursive: true });
  progress("the import alone");
  const loads = [loadNow()];
  const aloneSeconds = await importing(root, later, common("alone"));
  rmSync(join(folder, "alone"), { recursive: true, force: true });
  const texts = lines.map((line) => JSON.parse(line));
  const queries = queriesFrom(texts, { data, root, folder, count: queryCount }).map(plainWords);
  const server = await serve(root, common("importing"));
  try {
    for (let number = 0; number < perSecond; number++) await ask(server.address, `warming up ${number}`);
    progress("searching alone");
    loads.push(loadNow());
    const calm = askSteadily(server.address, queries, perSecond);
    await wait((1000 * queries.length) / perSecond);
    const idle = await calm.stop();
    progress("both");
    const asking = askSteadily(server.address, queries, perSecond);
    const seconds = await importing(root, later, common("importing"), server.address);
    const meanwhile = await asking.stop();
    loads.push(loadNow());
    return rowsOf({ idle, meanwhile, coming, seconds, aloneSeconds, loads, workload: `${papers} papers, then ${coming} more, ${what}` });
  } finally {
    await server.stop();
    rmSync(join(folder, "importing"), { recursive: true, force: true });
  }
}

/**
 * Waits until every paper is embedded, by whichever process.
 * @returns seconds.
 */
async function importing(root, file, common, address) {
  const began = performance.now();
  await run(root, ["import", file, ...common]);
  if (address !== undefined) await until(address, ({ backlog }) => backlog === 0);
  return (performance.now() - began) / 1000;
}

function rowsOf({ idle, meanwhile, coming, seconds, aloneSeconds, loads, workload }) {
  const { failed, text } = faultsOf([...idle, ...meanwhile]);
  const ratio = p99Of(meanwhile) / p99Of(idle);
  const kept = aloneSeconds / seconds;
  return [
    {
      figure: "search p99 while an import runs, against idle; searches failed or empty",
      target: `≤ ${limits.overIdle}×, 0`,
      measured: `${ratio.toFixed(1)}× (idle ${timesOf(idle)}; importing ${timesOf(meanwhile)}); ${text}`,
      met: ratio <= limits.overIdle && failed === 0,
      workload: `${perSecond} queries a second, measured from the time at which one was due; \`paperkin import\` beside a server; ${workload}; load alone, idle, after: ${loads.map((load) => load.slice(5)).join(", ")}`,
    },
    {
      figure: "  rate of the import, against an import without searches",
      target: `≥ ${100 * limits.ofRate} %`,
      measured: `${(100 * kept).toFixed(0)} % (${(coming / seconds).toFixed(1)} against ${(coming / aloneSeconds).toFixed(1)} papers/s)`,
      met: kept >= limits.ofRate,
      workload: "the whole command, from its start until every paper is embedded and the files are written",
    },
  ];
}
