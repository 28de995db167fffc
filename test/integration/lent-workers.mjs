/**
 * Embedding workers that the commands of one process pass on to each other, since loading the model takes longer than most commands. To a
 * command, a worker appears to start, answer and exit like its own. It is really killed only if a request is still unanswered.
 */
import childProcess from "node:child_process";
import { EventEmitter } from "node:events";
import { statSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const mostResting = 2;
/** Idle workers, the longest idle first. */
const resting = [];
const { fork } = childProcess;

childProcess.fork = (module, ...rest) =>
  module.endsWith("embedding/worker.js") ? new LentWorker(() => fork(module, ...rest)) : fork(module, ...rest);
syncBuiltinESMExports();

/** Identifies the files that a worker has loaded; undefined if they do not exist. */
function loadedBy({ modelsFolder, model }) {
  try {
    const files = ["tokenizer.json", "onnx/model_quantized.onnx"].map((name) => statSync(join(modelsFolder, model.id, name)));
    return JSON.stringify([modelsFolder, model, files.map(({ ino, mtimeMs, size }) => [ino, mtimeMs, size])]);
  } catch {
    return undefined;
  }
}

/** The part of ChildProcess that a pool uses. */
class LentWorker extends EventEmitter {
  #begin;
  #worker;
  #loaded;
  #isReady = false;
  #unanswered = 0;

  constructor(begin) {
    super();
    this.#begin = begin;
  }

  get pid() {
    // A process is chosen on the first message, which says what to load.
    return this.#worker === undefined ? 0 : this.#worker.pid;
  }

  send(message, done) {
    if (message.kind !== "load") {
      this.#unanswered++;
      return this.#worker.send(message, done);
    }
    this.#loaded = loadedBy(message);
    const at = resting.findIndex(({ worker, loaded }) => worker.connected && loaded !== undefined && loaded === this.#loaded);
    if (at < 0) {
      this.#take(this.#begin());
      return this.#worker.pid === undefined || this.#worker.send(message, done);
    }
    this.#take(resting.splice(at, 1)[0].worker);
    process.nextTick(() => this.#receive({ kind: "ready" }));
    return true;
  }

  kill(signal) {
    if (!this.#isReady || this.#unanswered > 0 || !this.#worker.connected) return this.#worker.kill(signal);
    this.#isReady = false;
    this.#worker.removeAllListeners();
    this.#worker.unref();
    this.#worker.channel.unref();
    resting.push({ worker: this.#worker, loaded: this.#loaded });
    if (resting.length > mostResting) resting.shift().worker.kill("SIGKILL");
    process.nextTick(() => this.emit("exit", null, signal));
    return true;
  }

  #take(worker) {
    this.#worker = worker;
    worker.ref();
    worker.channel?.ref();
    worker.on("message", (message) => this.#receive(message));
    for (const event of ["exit", "error"]) worker.on(event, (...what) => this.emit(event, ...what));
  }

  #receive(message) {
    if (message.kind === "ready") this.#isReady = true;
    else this.#unanswered--;
    this.emit("message", message);
  }
}
