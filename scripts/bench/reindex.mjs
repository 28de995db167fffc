// Moving a library to another model while a server answers: what requests see of the swap, and what going back costs.
import { spawn } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { defaultModel } from "../../dist/config.js";
import { writePapers } from "./data.mjs";
import { quantile, textOf } from "./processes.mjs";

const twin = "bench/twin";
/** Queries of the loop; each asks with other words, so that none comes from a cache. */
const words = ["graph", "protein", "galaxy", "market", "language", "quantum", "vision", "climate", "robot", "theorem"];
/** How long the loop goes on before and after. */
const calmMs = 3_000;

export async function measureReindex({ data, root, folder, papers, progress }) {
  const { file, what } = await writePapers({ data, root, folder, count: papers });
  const models = join(folder, "reindex-models");
  copyModel(join(root, "models", defaultModel), join(models, defaultModel), defaultModel);
  copyModel(join(root, "models", defaultModel), join(models, twin), twin);
  const common = ["--data", join(folder, "reindexed"), "--models", models];
  progress("importing");
  await run(root, ["import", file, ...common]);
  const server = await serve(root, common);
  try {
    progress("reindexing beside searches");
    const asked = [];
    let isDone = false;
    const loop = (async () => {
      for (let number = 0; !isDone; number++) asked.push(await ask(server.address, number));
    })();
    await wait(calmMs);
    const moved = await run(root, ["reindex", "--model", twin, ...common]);
    const swapped = performance.now();
    await followed(server.address, twin);
    const followMs = performance.now() - swapped;
    await wait(calmMs);
    isDone = true;
    await loop;
    progress("rolling back, and to the model that was");
    const rolling = performance.now();
    await run(root, ["reindex", "--rollback", ...common]);
    const rollbackMs = performance.now() - rolling;
    await followed(server.address, defaultModel);
    await run(root, ["reindex", "--rollback", ...common]);
    await followed(server.address, twin);
    const back = await run(root, ["reindex", "--model", defaultModel, ...common]);
    progress("building a graph as a job beside searches");
    await followed(server.address, defaultModel);
    const job = await build(server.address);
    const workload = `${what}, the same model under another name`;
    return [...rowsOf({ asked, swapped, followMs, moved, rollbackMs, back, workload }), rowOfJob(job, what)];
  } finally {
    server.child.kill("SIGKILL");
    rmSync(join(folder, "reindexed"), { recursive: true, force: true });
  }
}

/** Another graph of the same vectors: what whoever searches meanwhile sees of it. */
async function build(address) {
  await delaySince(address);
  await wait(calmMs);
  const calm = await delaySince(address);
  const began = performance.now();
  const response = await fetch(`${address}/v1/index/generations`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ M: 24, new: true }),
  });
  const { id } = await response.json();
  const asked = [];
  let state = "queued";
  for (let number = 100_000; state === "queued" || state === "running"; number++) {
    asked.push(await ask(address, number));
    ({ state } = await (await fetch(`${address}/v1/jobs/${id}`)).json());
  }
  if (state !== "done") throw new Error(`the job is ${state}`);
  return { asked, calm, delay: await delaySince(address), seconds: (performance.now() - began) / 1000 };
}

/** Of the server's event loop, since it was last asked for. */
async function delaySince(address) {
  const text = await (await fetch(`${address}/metrics`)).text();
  const of = (name) => 1000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, "m").exec(text)?.[1]);
  return { p99: of("p99"), max: of("max") };
}

function rowOfJob({ asked, calm, delay, seconds }, workload) {
  const times = asked.map(({ ms }) => ms);
  const bad = asked.filter(({ isGood }) => !isGood).length;
  return {
    figure: "a graph made anew and audited as a job of the server: event-loop delay meanwhile, p99 and longest; searches that went wrong",
    target: "0",
    measured: `${delay.p99.toFixed(0)} ms, ${delay.max.toFixed(0)} ms (before ${calm.p99.toFixed(0)}, ${calm.max.toFixed(0)}); ${bad} of ${asked.length}, p50 ${quantile(times, 0.5).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms`,
    met: bad === 0,
    workload: `M 24, in ${seconds.toFixed(1)} s; the clock's own resolution of 10 ms is in the delay; ${workload}`,
  };
}

function rowsOf({ asked, swapped, followMs, moved, rollbackMs, back, workload }) {
  const bad = asked.filter(({ isGood }) => !isGood).length;
  const near = asked.filter(({ at }) => at > swapped - 1_000 && at < swapped + followMs + 1_000).map(({ ms }) => ms);
  const times = asked.map(({ ms }) => ms);
  return [
    {
      figure: "searches failed, empty or without meaning while a library moves to another model",
      target: "0",
      measured: `${bad} of ${asked.length}`,
      met: bad === 0,
      workload: `one search after another; ${workload}`,
    },
    {
      figure: "a search around the swap, p99 and longest; meanwhile in all",
      target: "",
      measured: `${quantile(near, 0.99).toFixed(0)} ms, ${Math.max(...near).toFixed(0)} ms (${near.length} searches); p50 ${quantile(times, 0.5).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms`,
      met: undefined,
      workload: "from a second before the swap to a second after the server follows",
    },
    {
      figure: "the transaction of the swap",
      target: "50 ms",
      measured: `${moved.swapMs.toFixed(1)} ms; the server follows ${(followMs / 1000).toFixed(1)} s after the command`,
      met: moved.swapMs <= 50,
      workload: `recall@10 of the audit ${moved.audit.recallAt10.toFixed(3)}, overlap@10 ${moved.audit.overlapAt10.toFixed(3)}`,
    },
    {
      figure: "going back: `--rollback` as a command; texts embedded again for the model before",
      target: "1 s, 0",
      measured: `${(rollbackMs / 1000).toFixed(2)} s, ${back.embedded} of ${back.embedded + back.reused}`,
      met: rollbackMs <= 1_000 && back.embedded === 0,
      workload,
    },
  ];
}

function copyModel(from, to, id) {
  cpSync(from, to, { recursive: true });
  const manifest = join(to, "paperkin-model.json");
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), id }));
}

function start(root, args) {
  const env = { ...process.env, PAPERKIN_LOG_LEVEL: "error" };
  return spawn(process.execPath, [join(root, "dist", "cli", "main.js"), ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
}

/** The last line of a command's `--json`. */
async function run(root, args) {
  const { text, code } = await textOf(start(root, [...args, "--json"]));
  if (code !== 0) throw new Error(`paperkin ${args[0]} ended with ${code}`);
  return JSON.parse(text.trimEnd().split("\n").at(-1));
}

async function serve(root, common) {
  const child = start(root, ["serve", "--port", "0", ...common]);
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const found = /at (http:\/\/\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { child, address };
}

async function ask(address, number) {
  const at = performance.now();
  const query = `${words[number % words.length]} ${words[(number * 7 + 3) % words.length]} ${number}`;
  try {
    const response = await fetch(`${address}/v1/search?q=${encodeURIComponent(query)}`);
    const { hits, mode } = await response.json();
    return { at, ms: performance.now() - at, isGood: response.ok && hits.length === 10 && mode === "hybrid" };
  } catch {
    return { at, ms: performance.now() - at, isGood: false };
  }
}

async function followed(address, model) {
  while ((await (await fetch(`${address}/v1/index`)).json()).model !== model) await wait(20);
}
