// Runs each measurement in its own process, in alternating order, and takes the median.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts `child-NAME.mjs`, whose last argument is one JSON value. */
export function start(name, argument, stdio = ["ignore", "pipe", "inherit"]) {
  const path = fileURLToPath(new URL(`child-${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [path, JSON.stringify(argument)], { stdio });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** The JSON in the last line of a child's output. */
export async function measure(name, argument) {
  const child = start(name, argument);
  const output = await textOf(child);
  if (output.code !== 0) throw new Error(`child-${name}.mjs ended with ${output.signal ?? `exit code ${output.code}`}`);
  return JSON.parse(output.text.trimEnd().split("\n").at(-1) ?? "");
}

export async function textOf(child) {
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  return { text, code, signal };
}

/**
 * Runs both in each round, alternating which one is first.
 * @returns the results of each, by round.
 */
export async function alternate(rounds, first, second, onRound) {
  const results = { first: [], second: [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? ["first", "second"] : ["second", "first"];
    for (const which of order) results[which].push(await (which === "first" ? first() : second()));
    onRound?.(round + 1);
  }
  return results;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** For example `2.91 … 3.20`: the minimum and the maximum of several rounds. */
export function rangeOf(values, digits) {
  return `${Math.min(...values).toFixed(digits)} … ${Math.max(...values).toFixed(digits)}`;
}

/** The value below which a fraction `share` of the values lie. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** One line that is overwritten on a terminal; elsewhere each is printed once. */
export function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else process.stderr.write(`${text}\n`);
}
