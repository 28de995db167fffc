// Moving a library to another model while a server answers: the effect on requests, and the cost of going back.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { defaultModel } from "../../dist/config.js";
import { writePapers } from "./data.mjs";
import { quantile } from "./processes.mjs";
import { queriesFrom } from "./search-queries.mjs";
import { ask, askSteadily, faultsOf, loadNow, p99Of, plainWords, run, serve, stateOf, timesOf, until } from "./server.mjs";

/**
 * The same model with a prefix before each text. It costs the same, but its vectors differ, so answers show which of the two they come
 * from.
 */
const twin = "bench/twin";
const prefixes = { query: "query: ", document: "passage: " };
const perSecond = 20;
/** More queries than a server caches, so that each one is embedded again when they are asked in turn. */
const queryCount = 600;
/** The queries whose answers are compared with those of a newly built library. */
const comparedQueries = 200;
/** The time of measurement before a graph is built. */
const calmMs = 3_000;
const mostOverCalm = 2;

export async function measureReindex(options) {
  const { data, root, folder, papers, progress } = options;
  const { file, what } = await writePapers({ data, root, folder, count: papers });
  const models = join(folder, "reindex-models");
  copyModel(join(root, "models", defaultModel), join(models, defaultModel), { id: defaultModel });
  copyModel(join(root, "models", defaultModel), join(models, twin), { id: twin, prefixes });
  const common = ["--data", join(folder, "reindexed"), "--models", models];
  const texts = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const queries = queriesFrom(texts, { data, root, folder, count: queryCount }).map(plainWords);
  const workload = `${papers} papers, ${what}; the same model with other prefixes`;
  progress("importing");
  await run(root, ["import", file, ...common]);
  const server = await serve(root, common);
  try {
    const move = await moveBeside(server.address, { root, common, queries, progress });
    progress("the same papers in a newly built library");
    const fresh = await compareWithFresh(server.address, { root, file, folder, models, queries: queries.slice(0, comparedQueries) });
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
    const job = await build(server.address, queries);
    return [...rowsOfMove(move, workload), rowOfFresh(fresh, workload), rowOfBack(rollbackMs, back, workload), rowOfJob(job, what)];
  } finally {
    await server.stop();
    rmSync(join(folder, "reindexed"), { recursive: true, force: true });
  }
}

/** Each query is asked once before and once after the move; meanwhile only these two answers are correct. */
async function moveBeside(address, { root, common, queries, progress }) {
  const roundMs = (1000 * queries.length) / perSecond;
  for (let number = 0; number < perSecond; number++) await ask(address, `warming up ${number}`);
  progress("searches before");
  const loads = [loadNow()];
  const asking = askSteadily(address, queries, perSecond);
  await wait(roundMs);
  progress("reindexing beside searches");
  const began = performance.now();
  const stages = watchStages(address);
  const moved = await run(root, ["reindex", "--model", twin, ...common]);
  const swapped = performance.now();
  await followed(address, twin);
  const follows = performance.now();
  loads.push(loadNow());
  await wait(roundMs + calmMs);
  const asked = await asking.stop();
  return { asked, began, swapped, follows, moved, loads, built: await stages.stop() };
}

/** When embedding ended and the index was built, as reported by the server. */
function watchStages(address) {
  let [isDone, builtFrom] = [false, undefined];
  const going = (async () => {
    while (!isDone) {
      const { work } = await stateOf(address);
      const stage = work.find((one) => one.work === "reindex")?.progress?.stage;
      if (stage !== undefined && !/embedding/.test(stage)) builtFrom ??= performance.now();
      await wait(250);
    }
  })();
  return {
    stop: async () => {
      isDone = true;
      await going;
      return builtFrom;
    },
  };
}

function rowsOfMove({ asked, began, swapped, follows, moved, loads, built }, workload) {
  const before = asked.filter(({ at, ms }) => at + ms < began);
  const after = asked.filter(({ at }) => at > follows);
  const of = (some) => new Map(some.map(({ query, answer }) => [query, answer]));
  const [known, later] = [of(before), of(after)];
  const { failed, text } = faultsOf(asked);
  const during = asked.filter(({ at, ms }) => at + ms >= began && at <= follows);
  const isEither = ({ query, answer }) => answer === undefined || answer === known.get(query) || answer === later.get(query);
  const comparable = during.filter(({ query }) => known.has(query) && later.has(query));
  const mixed = comparable.filter((one) => !isEither(one)).length;
  const other = [...known].filter(([query, answer]) => later.has(query) && later.get(query) !== answer).length;
  const around = asked.filter(({ at }) => at > swapped - 1_000 && at < follows + 1_000);
  const building = during.filter(({ at }) => built !== undefined && at >= built && at <= swapped);
  const embedding = during.filter(({ at }) => at < (built ?? swapped));
  const worst = p99Of(during);
  return [
    {
      figure: `searches failed or empty, and answered as neither model answers, ${perSecond} a second while a library moves to another model`,
      target: "0, 0",
      measured: `${text}, ${mixed} of ${comparable.length}`,
      met: failed === 0 && mixed === 0,
      workload: `${known.size} queries in turn, of which ${other} have another answer afterwards; ${workload}; ${loads.join(" and ")}`,
    },
    {
      figure: "  p99 meanwhile, against before",
      target: `≤ ${mostOverCalm}×`,
      measured: `${(worst / p99Of(before)).toFixed(1)}× (before ${timesOf(before)}; meanwhile ${timesOf(during)})`,
      met: worst <= mostOverCalm * p99Of(before),
      workload: "measured from the time at which a query was due, whether or not the earlier ones were answered",
    },
    {
      figure: "  while embedding; while building and auditing; around the swap; after",
      target: "",
      measured: [embedding, building, around, after].map(timesOf).join("; "),
      met: undefined,
      workload: `the swap with a second before and after it: longest ${Math.max(...around.map(({ ms }) => ms)).toFixed(0)} ms; embedding took ${(((built ?? swapped) - began) / 1000).toFixed(0)} s, the rest ${((swapped - (built ?? swapped)) / 1000).toFixed(0)} s`,
    },
    {
      figure: "the transaction of the swap",
      target: "50 ms",
      measured: `${moved.swapMs.toFixed(1)} ms; the server follows ${((follows - swapped) / 1000).toFixed(1)} s after the command`,
      met: moved.swapMs <= 50,
      workload: `recall@10 of the audit ${moved.audit.recallAt10.toFixed(3)}, overlap@10 ${moved.audit.overlapAt10.toFixed(3)}`,
    },
  ];
}

async function compareWithFresh(address, { root, file, folder, models, queries }) {
  const common = ["--data", join(folder, "fresh"), "--models", models, "--model", twin];
  await run(root, ["import", file, ...common]);
  const fresh = await serve(root, common);
  try {
    let [differing, common10, wanted] = [0, 0, 0];
    for (const query of queries) {
      const [moved, built] = [await ask(address, query), await ask(fresh.address, query)];
      if (moved.answer !== built.answer || built.answer === undefined) differing++;
      const ids = idsOf(moved.answer);
      const expected = [...idsOf(built.answer)];
      wanted += expected.length;
      common10 += expected.filter((id) => ids.has(id)).length;
    }
    return { differing, queries: queries.length, overlap: common10 / Math.max(1, wanted) };
  } finally {
    await fresh.stop();
    rmSync(join(folder, "fresh"), { recursive: true, force: true });
  }
}

function idsOf(answer = "") {
  return new Set(answer.split("\n").map((hit) => hit.slice(0, hit.lastIndexOf(" "))));
}

function rowOfFresh({ differing, queries, overlap }, workload) {
  return {
    figure: "answers that differ from those of a library newly built with the second model",
    target: "0",
    measured: `${differing} of ${queries}; overlap@10 ${overlap.toFixed(4)}`,
    met: differing === 0,
    workload: `hits, their order and scores; ${workload}`,
  };
}

function rowOfBack(rollbackMs, back, workload) {
  return {
    figure: "going back: `--rollback` as a command; texts embedded again for the model before",
    target: "1 s, 0",
    measured: `${(rollbackMs / 1000).toFixed(2)} s, ${back.embedded} of ${back.embedded + back.reused}`,
    met: rollbackMs <= 1_000 && back.embedded === 0,
    workload: `${workload}; ${loadNow()}`,
  };
}

/** Builds another graph of the same vectors, and measures its effect on searches. */
async function build(address, queries) {
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
  for (let number = 0; state === "queued" || state === "running"; number++) {
    asked.push(await ask(address, queries[number % queries.length]));
    ({ state } = await (await fetch(`${address}/v1/jobs/${id}`)).json());
  }
  if (state !== "done") throw new Error(`the job is ${state}`);
  return { asked, calm, delay: await delaySince(address), seconds: (performance.now() - began) / 1000 };
}

/** The delay of the server's event loop since the last call. */
async function delaySince(address) {
  const text = await (await fetch(`${address}/metrics`)).text();
  const of = (name) => 1000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, "m").exec(text)?.[1]);
  return { p99: of("p99"), max: of("max") };
}

function rowOfJob({ asked, calm, delay, seconds }, workload) {
  const times = asked.map(({ ms }) => ms);
  const bad = asked.filter(({ answer }) => answer === undefined).length;
  return {
    figure: "a graph rebuilt and audited as a job of the server: event-loop delay meanwhile, p99 and longest; searches that went wrong",
    target: "0",
    measured: `${delay.p99.toFixed(0)} ms, ${delay.max.toFixed(0)} ms (before ${calm.p99.toFixed(0)}, ${calm.max.toFixed(0)}); ${bad} of ${asked.length}, p50 ${quantile(times, 0.5).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms`,
    met: bad === 0,
    workload: `M 24, in ${seconds.toFixed(1)} s, one search after another; the clock's own resolution of 10 ms is in the delay; ${workload}`,
  };
}

function copyModel(from, to, changes) {
  cpSync(from, to, { recursive: true });
  const manifest = join(to, "paperkin-model.json");
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), ...changes }));
}

async function followed(address, model) {
  await until(address, (state) => state.model === model, 20);
}
