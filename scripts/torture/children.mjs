// Child processes of the tests, all of which end with this process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts `child-NAME.mjs`, whose last argument is one JSON value. */
export function startChild(name, argument, { execArgv = [], ...options } = {}) {
  return startNode([...execArgv, fileURLToPath(new URL(`child-${name}.mjs`, import.meta.url)), JSON.stringify(argument)], options);
}

/** The built command line, without the settings in the environment of the person who runs this. */
export function startCommand(args, { env = {}, ...options } = {}) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PAPERKIN_")));
  return startNode([fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url)), ...args], { ...options, env: { ...own, ...env } });
}

function startNode(args, options) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], ...options });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** @returns the output of a command, and its exit code or signal. */
export async function runCommand(args, options = {}) {
  const child = startCommand(args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const [code, signal] = await once(child, "close");
  return { stdout, stderr, code, signal };
}
