/**
 * Embedding workers that the commands of one process take over from each other: loading the model takes longer than most commands. To
 * a command its worker begins, answers and ends as one of its own does; it is ended in truth where it was asked for something
 * that it has not answered.
 */
import childProcess from "node:child_process";
import { EventEmitter } from "node:events";
import { statSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const mostResting = 2;
/** The one that rests longest first. */
const resting = [];
const { fork } = childProcess;

childProcess.fork = (module, ...rest) =>
  module.endsWith("embedding/worker.js") ? new LentWorker(() => fork(module, ...rest)) : fork(module, ...rest);
syncBuiltinESMExports();

/** What a worker has loaded; undefined where that is not there. */
function loadedBy({ modelsFolder, model }) {
  try {
    const files = ["tokenizer.json", "onnx/model_quantized.onnx"].map((name) => statSync(join(modelsFolder, model.id, name)));
    return JSON.stringify([modelsFolder, model, files.map(({ ino, mtimeMs, size }) => [ino, mtimeMs, size])]);
  } catch {
    return undefined;
  }
}

/** As much of a ChildProcess as a pool uses. */
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
    // A process is chosen with the first message, which says what it has to load.
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
