/** A real cross-encoder in its process: always the same scores, failures that cost one answer, and time budgets. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { compiledModule } from "../../../src/compiled.ts";
import type { RerankerDescription } from "../../../src/core/reranker.ts";
import { RerankProcess } from "../../../src/embedding/rerank-process.ts";
import { childProcesses } from "../../contract/child-processes.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";
import { eventually } from "../../integration/command-line.ts";
import { writeCrossEncoder } from "../../integration/cross-encoder.ts";
import { wantsAll } from "../../long-forms.ts";

const workerModule = compiledModule("embedding/rerank-worker");
const model: RerankerDescription = {
  id: "tests/counter",
  kind: "reranker",
  weights: "onnx/model_quantized.onnx",
  labels: 1,
  maxTokens: 512,
};

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;

beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeCrossEncoder(join(folder.path, "tests/counter"));
  await writeCrossEncoder(join(folder.path, "tests/two"), { labels: 2, weights: "onnx/model.onnx" });
  await writeCrossEncoder(join(folder.path, "tests/unsound"), { isUnsound: true });
});
afterAll(async () => {
  await folder.remove();
  expect(childProcesses(process.pid, "rerank-worker.js")).toEqual([]);
});

function open(changes: Partial<RerankerDescription> = {}, options: { lookAfterMs?: number; restMs?: number } = {}): RerankProcess {
  const reranker = new RerankProcess({ modelsFolder: folder.path, model: { ...model, ...changes }, workerModule, ...options });
  onTestFinished(() => reranker.close());
  return reranker;
}

const processId = () => childProcesses(process.pid, "rerank-worker.js")[0] ?? 0;

describe("a reranker", () => {
  it("scores each document against the query, in input order", async () => {
    const documents = ["copper kettles and more copper", "nothing of the kind", "kettles", ""];
    // “kettles” is two tokens.
    expect(await open().score("copper kettles", documents, undefined)).toEqual([4, 0, 2, 0]);
  });

  it("uses the log-odds of the second of two labels, also with full weights", async () => {
    const reranker = open({ id: "tests/two", labels: 2, weights: "onnx/model.onnx" });
    expect(await reranker.score("copper", ["copper, copper", "tin"], undefined)).toEqual([1.5, -0.5]);
  });

  it("I6: is not used with files other than those that were verified", async () => {
    // As its manifest says of the previous files.
    const files = [{ path: "config.json", sizeBytes: 10, sha256: "" }];
    const reranker = new RerankProcess({ modelsFolder: folder.path, model, files, workerModule });
    onTestFinished(() => reranker.close());
    await expect(reranker.ready()).rejects.toMatchObject({
      code: "reranking_failed",
      message: expect.stringContaining("config.json"),
      mend: expect.stringContaining("has changed since this program started"),
    });
  });

  it("I6: gives a pair the same score beside any others, and in another process", async () => {
    const documents = Array.from({ length: 20 }, (_, at) => `river ${"river ".repeat(at)} and the sea`);
    const alone = [];
    const first = open();
    for (const document of documents) alone.push(...(await first.score("a river", [document], undefined)));
    const second = open();
    const [together, reversed] = await Promise.all([
      second.score("a river", documents, undefined),
      second.score("a river", [...documents].reverse(), undefined),
    ]);
    expect(together).toEqual(alone);
    expect([...reversed].reverse()).toEqual(alone);
  });

  it("cuts a document at the model's length, and leaves it half of the room beside an overlong query", async () => {
    const many = "river ".repeat(2_000);
    // [CLS] river [SEP] … [SEP]; a query is cut between words, at or before 20 tokens.
    const reranker = open({ maxTokens: 40 });
    expect(await reranker.score("river", [many], undefined)).toEqual([36]);
    expect(await reranker.score(many, [many], undefined)).toEqual([19 * 18]);
    expect(await reranker.score(many, ["river"], undefined)).toEqual([19]);
    const odd = ["a".repeat(10_000), "漢字 ".repeat(3_000), "[SEP] [CLS] [MASK] ".repeat(500), "\ud83d".repeat(99), "\u0000", " "];
    for (const query of odd) expect(await reranker.score(query, [many], undefined)).toEqual([expect.any(Number)]);
  });

  it("starts no process before it is used, and ends it when closed", async () => {
    const reranker = open();
    expect(processId()).toBe(0);
    await reranker.ready();
    expect(processId()).not.toBe(0);
    const waiting = expect(reranker.score("a", new Array(2_000).fill("long text ".repeat(200)), undefined)).rejects.toMatchObject({
      code: "cancelled",
    });
    await reranker.close();
    await waiting;
    expect(processId()).toBe(0);
    await expect(reranker.score("a", ["b"], undefined)).rejects.toMatchObject({ code: "cancelled" });
    await expect(reranker.ready()).rejects.toMatchObject({ code: "cancelled" });
  });

  it("returns what it has when its time is over, and works afterwards", async () => {
    const reranker = open();
    await reranker.ready();
    process.kill(processId(), "SIGSTOP");
    expect(await reranker.score("copper", ["copper", "tin"], 20)).toEqual([]);
    process.kill(processId(), "SIGCONT");
    expect(await reranker.score("copper", ["tin", "copper"], undefined)).toEqual([0, 1]);
    const long = new Array<string>(3_000).fill("copper ".repeat(400));
    const some = await reranker.score("copper", long, 60);
    expect(some.length).toBeLessThan(long.length);
    expect(some.every((score) => score === some[0])).toBe(true);
  });

  it("loses only the current answer when its process is killed, and works in another one", async () => {
    const reranker = open();
    await reranker.ready();
    const killed = processId();
    process.kill(killed, "SIGSTOP");
    const lost = expect(reranker.score("copper", ["copper"], undefined)).rejects.toMatchObject({
      code: "reranking_failed",
      message: expect.stringContaining("SIGKILL"),
    });
    process.kill(killed, "SIGKILL");
    await lost;
    expect(await reranker.score("copper", ["copper"], undefined)).toEqual([1]);
    expect(processId()).not.toBe(killed);
  });

  it("is ended if it does not answer, and works in another process", async () => {
    const reranker = open({}, { lookAfterMs: 400 });
    await reranker.ready();
    const stuck = processId();
    process.kill(stuck, "SIGSTOP");
    // Requests without time left get nothing, and leave their pairs in the queue.
    expect(await reranker.score("copper", ["copper", "tin"], 1)).toEqual([]);
    expect(await reranker.score("copper", ["copper"], undefined)).toEqual([1]);
    expect(processId()).not.toBe(stuck);
  });

  // It waits ten seconds, since a process that loads a model on a busy machine is not stuck.
  it.skipIf(!wantsAll)("is ended if it hangs while loading the model, and works in another process", async () => {
    const reranker = open({}, { lookAfterMs: 400 });
    const ready = reranker.ready();
    const stuck = await eventually(async () => processId() || undefined);
    process.kill(stuck, "SIGSTOP");
    await ready;
    expect(processId()).not.toBe(stuck);
    expect(await reranker.score("copper", ["copper"], undefined)).toEqual([1]);
  });

  it("is retried after a pause if its processes died one after another", async () => {
    const reranker = open({}, { restMs: 200 });
    await reranker.ready();
    for (let ended = 0; ended < 3; ended++) {
      const pid = await eventually(async () => processId() || undefined);
      process.kill(pid, "SIGKILL");
      await eventually(async () => (processId() === pid ? undefined : true));
    }
    await expect(reranker.score("copper", ["copper"], undefined)).rejects.toMatchObject({
      code: "reranking_failed",
      message: expect.stringContaining("as soon as it is used"),
    });
    await eventually(async () => (await reranker.score("copper", ["copper"], undefined).catch(() => undefined)) && true);
    expect(await reranker.score("copper", ["tin", "copper"], undefined)).toEqual([0, 1]);
  });

  it.each([
    ["has no files", { id: "tests/nothing" }, /tests\/nothing cannot be loaded/],
    ["gives other labels than its manifest says", { labels: 2 as const }, /does not give two float32 logits/],
    ["gives scores that are no numbers", { id: "tests/unsound" }, /a score that is not a number/],
  ])("says what is wrong with a model that %s, and how to fix it", async (_, changes, reason) => {
    const reranker = open(changes);
    const wanted = { code: "reranking_failed", message: expect.stringMatching(reason), mend: expect.stringContaining("--as-reranker") };
    await expect(reranker.ready()).rejects.toMatchObject(wanted);
    await expect(reranker.score("a", ["b"], 100)).rejects.toMatchObject(wanted);
  });
});
