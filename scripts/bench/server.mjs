// A server as `paperkin serve` starts one, commands beside it, and queries at a constant rate.
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { quantile, textOf } from "./processes.mjs";

function start(root, args) {
  const env = { ...process.env, PAPERKIN_LOG_LEVEL: "error" };
  return spawn(process.execPath, [join(root, "dist", "cli", "main.js"), ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
}

/** Runs a command, and returns the last line of its `--json` output. */
export async function run(root, args) {
  const { text, code } = await textOf(start(root, [...args, "--json"]));
  if (code !== 0) throw new Error(`paperkin ${args[0]} ended with ${code}`);
  return JSON.parse(text.trimEnd().split("\n").at(-1));
}

/** @returns its address once it is listening, and `stop`. */
export async function serve(root, common) {
  const child = start(root, ["serve", "--port", "0", ...common]);
  const ended = new Promise((resolve) => child.once("close", resolve));
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const found = /at (http:\/\/\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { address, stop };
}

/** One search. `answer` is the result in a form that can be compared; undefined after an error, or if there are too few hits. */
export async function ask(address, query, at = performance.now()) {
  let [answer, fault] = [undefined, undefined];
  try {
    const response = await fetch(`${address}/v1/search?${new URLSearchParams({ q: query })}`);
    const { hits, mode } = await response.json();
    const isAnswer = response.ok && hits.length > 0 && mode === "hybrid";
    if (isAnswer) answer = hits.map(({ paper, score }) => `${paper.paperId} ${score}`).join("\n");
    else fault = `${response.status}, ${mode}, ${hits?.length} hits for ${query}`;
  } catch (error) {
    fault = `${error.message} for ${query}`;
  }
  // Measured from the time at which it was due, so that a slow answer counts for the queries behind it too.
  return { query, at, ms: performance.now() - at, answer, fault };
}

/** The share of queries without an answer, and the fault of the first. */
export function faultsOf(asked) {
  const failed = asked.filter(({ answer }) => answer === undefined);
  return { failed: failed.length, text: `${failed.length} of ${asked.length}${failed.length > 0 ? ` (${failed[0].fault})` : ""}` };
}

/** Removes the syntax of conditions, which no paper might meet. */
export function plainWords(query) {
  return query.replace(/["“”:-]+/g, " ").trim();
}

/**
 * Asks the queries in turn, `perSecond` of them, whether or not the earlier ones have been answered.
 * @returns the results so far, oldest first, and `stop`, which waits for pending ones.
 */
export function askSteadily(address, queries, perSecond) {
  const asked = [];
  const open = new Set();
  const began = performance.now();
  let [number, isDone] = [0, false];
  const going = (async () => {
    while (!isDone) {
      const at = began + (1000 * number) / perSecond;
      if (at > performance.now()) await wait(at - performance.now());
      const one = ask(address, queries[number % queries.length], at).then((answered) => {
        open.delete(one);
        asked.push(answered);
      });
      open.add(one);
      number++;
    }
  })();
  const stop = async () => {
    isDone = true;
    await going;
    await Promise.all(open);
    return asked.sort((a, b) => a.at - b.at);
  };
  return { asked, stop };
}

/** Waits until the state of a library meets a condition. */
export async function until(address, holds, everyMs = 50) {
  while (!holds(await stateOf(address))) await wait(everyMs);
}

export async function stateOf(address) {
  return await (await fetch(`${address}/v1/index`)).json();
}

/** For example `p50 12 ms, p99 40 ms`. */
export function timesOf(asked) {
  const ms = asked.map((one) => one.ms);
  return ms.length === 0 ? "none" : `p50 ${quantile(ms, 0.5).toFixed(0)} ms, p99 ${quantile(ms, 0.99).toFixed(0)} ms`;
}

export function p99Of(asked) {
  return quantile(
    asked.map((one) => one.ms),
    0.99,
  );
}

/** The load of the machine, to be printed beside a figure. */
export function loadNow() {
  return `load ${loadavg()[0].toFixed(1)}`;
}
