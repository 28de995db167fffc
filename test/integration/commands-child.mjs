/**
 * Runs the commands that its parent sends, one after another, each as if in its own process: with its own settings, input, output and exit
 * code. A command is finished when nothing is left that would keep a process from exiting.
 */
import { Readable } from "node:stream";
import "./lent-workers.mjs";
import { run } from "../../dist/cli/run.js";

const environment = { ...process.env };
const output = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"]) {
  process[name].write = (chunk, encoding, done) => {
    output[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    (typeof encoding === "function" ? encoding : done)?.();
    return true;
  };
}
process.on("message", (command) => void answer(command).then((result) => process.send(result)));
process.on("disconnect", () => process.exit(0));

/** The channel to the parent, and pipes for output. */
const own = process.getActiveResourcesInfo();
process.send("ready");

/** Whatever else keeps this process from exiting. */
function held() {
  const rest = [...own];
  return process.getActiveResourcesInfo().filter((one) => !rest.includes(one) || rest.splice(rest.indexOf(one), 1).length === 0);
}

async function answer({ args, env, input }) {
  Object.assign(output, { stdout: "", stderr: "" });
  Object.assign(process.env, env);
  Object.defineProperty(process, "stdin", { value: Readable.from([Buffer.from(input)], { objectMode: false }), configurable: true });
  process.exitCode = undefined;
  const before = ["exit", "SIGINT", "SIGTERM", "SIGHUP"].map((event) => [event, process.rawListeners(event)]);
  await run(args);
  while (held().length > 0) await new Promise((resolve) => setTimeout(resolve, 5).unref());
  const code = process.exitCode ?? 0;
  for (const [event, listeners] of before) endListening(event, listeners, code);
  for (const name of Object.keys(env)) delete process.env[name];
  Object.assign(process.env, environment);
  process.exitCode = undefined;
  return { code, ...output };
}

/** Removes the listeners that a command added; those for the end of the process are called first. */
function endListening(event, before, code) {
  for (const listener of process.rawListeners(event).filter((one) => !before.includes(one))) {
    if (event === "exit") listener.call(process, code);
    process.removeListener(event, listener);
  }
}
