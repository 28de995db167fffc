// Imports that are killed at random moments: what was acknowledged must be there, and nothing may be damaged.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { writePapers } from "./data.mjs";
import { measure, start } from "./processes.mjs";

/** Papers that are already in the library, embedded and indexed. */
const before = 200;
/** Papers in the import that is killed. */
const papers = { hashing: 600, real: 150 };
/** One import in this many uses the real model, whose processes must end too. */
const everyReal = 10;

export async function measureKills({ data, root, folder, kills, progress }) {
  const { file, what } = await writePapers({ data, root, folder, count: before + papers.hashing });
  const bases = {};
  const random = mulberry32(Date.now());
  const total = { killed: 0, acknowledged: 0, embedded: 0, lostPapers: 0, lostEmbeddings: 0, damaged: 0 };
  const stages = {};
  const damage = [];
  for (let run = 0; run < kills; run++) {
    const embedder = run % everyReal === everyReal - 1 ? "real" : "hashing";
    bases[embedder] ??= await prepare(folder, file, embedder);
    const { base, rest, lifeMs } = bases[embedder];
    const library = join(folder, "killed");
    rmSync(library, { recursive: true, force: true });
    cpSync(base, library, { recursive: true });
    const last = await importInto(library, rest, embedder, random() * lifeMs);
    stages[last.stage] = (stages[last.stage] ?? 0) + 1;
    if (last.signal === "SIGKILL") total.killed++;
    total.acknowledged += last.papers;
    total.embedded += Math.max(0, last.embedded - before);
    const check = await measure("kill-check", { file: rest, library, embedder, papers: last.papers, embedded: last.embedded });
    total.lostPapers += check.lostPapers;
    total.lostEmbeddings += check.lostEmbeddings;
    if (check.damage.length > 0) total.damaged++;
    damage.push(...check.damage);
    progress(`${run + 1} of ${kills}, ${total.lostPapers} papers lost, ${total.damaged} libraries damaged`);
  }
  for (const one of damage.slice(0, 5)) console.error(one);
  const moments = Object.entries(stages).map(([stage, count]) => `${stage} ${count}`);
  return [
    {
      figure: "papers lost in imports that were killed",
      target: "0",
      measured: `${total.lostPapers} of ${total.acknowledged} acknowledged; of ${total.embedded} embeddings ${total.lostEmbeddings}`,
      met: total.lostPapers === 0 && total.lostEmbeddings === 0,
      workload: `kill -9 in ${total.killed} of ${kills} imports, at random moments (${moments.join(", ")}); ${what} into a library of ${before}; every ${everyReal}th with the real model`,
    },
    {
      figure: "  libraries in which verify finds damage",
      target: "0",
      measured: String(total.damaged),
      met: total.damaged === 0,
      workload: "opened after each kill",
    },
  ];
}

/** Prepares an initial library and the remaining papers, and measures the duration of an undisturbed import. */
async function prepare(folder, file, embedder) {
  const lines = readFileSync(file, "utf8").split("\n");
  const [first, rest] = ["first", "rest"].map((name) => join(folder, `${name}-${embedder}.jsonl`));
  writeFileSync(first, lines.slice(0, before).join("\n"));
  writeFileSync(rest, lines.slice(before, before + papers[embedder]).join("\n"));
  const base = join(folder, `base-${embedder}`);
  await importInto(base, first, embedder, undefined);
  const unhurt = join(folder, "unhurt");
  cpSync(base, unhurt, { recursive: true });
  const { lifeMs } = await importInto(unhurt, rest, embedder, undefined);
  rmSync(unhurt, { recursive: true, force: true });
  return { base, rest, lifeMs };
}

/**
 * @param killAfterMs counted from when the library is open; undefined does not kill it.
 * @returns the last values that it reported, and how it ended.
 */
async function importInto(library, file, embedder, killAfterMs) {
  const child = start("kill-import", { library, file, embedder }, ["ignore", "pipe", "inherit"]);
  const last = { stage: "opening", papers: 0, embedded: 0 };
  let unfinished = "";
  let opened;
  const open = new Promise((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) Object.assign(last, JSON.parse(line));
      opened ??= performance.now();
      resolve();
    });
  });
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  await Promise.race([open, ended]);
  if (killAfterMs !== undefined) {
    await Promise.race([wait(killAfterMs), ended]);
    child.kill("SIGKILL");
  }
  const { code, signal } = await ended;
  if (code !== 0 && signal !== "SIGKILL") throw new Error(`the import ended with ${signal ?? `exit code ${code}`}`);
  return { ...last, signal, lifeMs: performance.now() - (opened ?? performance.now()) };
}
