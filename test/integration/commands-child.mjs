/**
 * Runs one command after another as its parent asks for them, each as a process of its own would: with its own settings, input, output
 * and exit code, and over when nothing of it is left that would keep a process from ending.
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

/** What else keeps this process from ending. */
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

/** Takes off what listens beyond those that did before; it is told that the process ends where it waits for that. */
function endListening(event, before, code) {
  for (const listener of process.rawListeners(event).filter((one) => !before.includes(one))) {
    if (event === "exit") listener.call(process, code);
    process.removeListener(event, listener);
  }
}
