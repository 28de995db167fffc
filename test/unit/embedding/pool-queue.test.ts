/** The queue of the embedding pool: order, cancelling, closing, and workers that die. */
import { getEventListeners } from "node:events";
import { setTimeout as delay, setInterval as every } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { PreparedText } from "../../../src/core/prepare.ts";
import { EmbeddingPool, type PoolOptions } from "../../../src/embedding/pool.ts";
import { childProcesses } from "../../contract/child-processes.ts";

const workerModule = fileURLToPath(new URL("fake-worker.mjs", import.meta.url));
const asText = (text: string): PreparedText => ({ text, sentences: [] });

describe("the embedding pool", () => {
  const pools: EmbeddingPool[] = [];
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
    expect(childProcesses(process.pid, "fake-worker.mjs")).toEqual([]);
  });

  function open(id = "fake/model", workers = 1, waiting: Pick<PoolOptions, "lookAfterMs" | "restMs"> = {}): EmbeddingPool {
    const model = { id, dimensions: 2, pooling: "mean" as const, prefixes: { query: "", document: "" }, maxTokens: 8 };
    const pool = new EmbeddingPool({
      modelsFolder: "/nowhere",
      model,
      workers,
      workerModule,
      ...waiting,
    });
    pools.push(pool);
    return pool;
  }

  it("starts no process before there is something to embed", async () => {
    const pool = open();
    expect(childProcesses(process.pid, "fake-worker.mjs")).toEqual([]);
    await pool.ready();
    expect(childProcesses(process.pid, "fake-worker.mjs")).toHaveLength(1);
    await pool.ready();
    expect(childProcesses(process.pid, "fake-worker.mjs")).toHaveLength(1);
  });

  it("starts as many processes as there are concurrent texts, up to its limit", async () => {
    const pool = open("fake/model", 2);
    await pool.ready();
    await pool.embedQuery("kettles");
    await pool.embedDocument(asText("one"));
    expect(childProcesses(process.pid, "fake-worker.mjs")).toHaveLength(1);
    await Promise.all(["two", "three", "four"].map((text) => pool.embedDocument(asText(text))));
    expect(childProcesses(process.pid, "fake-worker.mjs")).toHaveLength(2);
  });

  it("lets queries go before waiting documents", async () => {
    const pool = open();
    const order: string[] = [];
    const note = (name: string) => () => {
      order.push(name);
    };
    // Nothing is sent before a worker is ready: all of them wait.
    const documents = ["one", "two", "three"].map((name) => pool.embedDocument(asText(name)).then(note(name)));
    const queries = ["first query", "second query"].map((name) => pool.embedQuery(name).then(note(name)));
    await Promise.all([...documents, ...queries]);
    expect(order).toEqual(["first query", "second query", "one", "two", "three"]);
  });

  it("gives a query to a worker that already has as many documents as it may have", async () => {
    const pool = open();
    await pool.ready();
    const documents = Promise.allSettled(["forever", "forever", "forever"].map((text) => pool.embedDocument(asText(text))));
    expect(await pool.embedQuery("kettles")).toHaveLength(2);
    await pool.close();
    await documents;
  });

  it("embeds the words of a query once", async () => {
    const pool = open();
    const first = await pool.embedQuery("kettles");
    expect(await pool.embedQuery("kettles")).toBe(first);
    expect([...first]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)]);
  });

  it("when closed rejects what is waiting or in flight, and what comes after", async () => {
    const pool = open();
    await pool.ready();
    const waiting = [
      pool.embedDocument(asText("forever")),
      pool.embedDocument(asText("forever")),
      pool.embedDocument(asText("one")),
      pool.embedQuery("two"),
    ];
    const ends = Promise.allSettled(waiting);
    await pool.close();
    for (const end of await ends) expect(end).toMatchObject({ status: "rejected", reason: { code: "cancelled" } });
    await expect(pool.embedQuery("late")).rejects.toMatchObject({ code: "cancelled" });
    await expect(pool.embedDocument(asText("late"))).rejects.toMatchObject({ code: "cancelled" });
    await expect(pool.ready()).rejects.toMatchObject({ code: "cancelled" });
    expect(childProcesses(process.pid, "fake-worker.mjs")).toEqual([]);
    await pool.close();
  });

  it("closed before use starts nothing", async () => {
    const pool = open();
    await pool.close();
    await expect(pool.ready()).rejects.toMatchObject({ code: "cancelled" });
    expect(childProcesses(process.pid, "fake-worker.mjs")).toEqual([]);
  });

  it("drops a text that is cancelled while waiting, or was cancelled before it arrived", async () => {
    const pool = open();
    const [early, later] = [AbortSignal.abort(), new AbortController()];
    const first = pool.embedDocument(asText("one"), early);
    const second = pool.embedQuery("two", later.signal);
    const kept = pool.embedDocument(asText("three"), new AbortController().signal);
    later.abort();
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
    expect((await kept).vector).toHaveLength(2);
  });

  it("leaves no listener on a signal once its text is embedded", async () => {
    const pool = open();
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 20 }, (_, at) => pool.embedDocument(asText(`text ${at}`), signal)));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("reports a text that cannot be embedded, and embeds the others", async () => {
    const pool = open();
    const [bad, good] = [pool.embedDocument(asText("wrong")), pool.embedDocument(asText("right"))];
    await expect(bad).rejects.toMatchObject({ code: "embedding_failed", message: expect.stringContaining("cannot be embedded") });
    expect((await good).vector).toHaveLength(2);
  });

  it("gives up a text that kills its worker twice, and embeds those beside it", async () => {
    const pool = open("fake/model", 2);
    await pool.embedQuery("warm up");
    const bad = expect(pool.embedDocument(asText("poison"))).rejects.toMatchObject({
      code: "embedding_failed",
      message: expect.stringContaining("exit code 4"),
    });
    await bad;
    expect((await pool.embedDocument(asText("good"))).vector).toHaveLength(2);
    expect(childProcesses(process.pid, "fake-worker.mjs").length).toBeLessThanOrEqual(2);
  });

  it.each([1, 2])(
    "gives up texts that each kill their worker, before anything else was embedded, without pausing (%i at a time)",
    async (workers) => {
      const pool = open("fake/model", workers);
      const texts = ["poison one", "poison two", "poison three", "poison four", "good"].map((text) => pool.embedDocument(asText(text)));
      const ends = await Promise.allSettled(texts);
      for (const end of ends.slice(0, 4))
        expect(end).toMatchObject({ reason: { message: expect.stringContaining("The worker process that was embedding a text ended") } });
      expect(ends[4]).toMatchObject({ status: "fulfilled" });
      expect(pool.state.fault).toBeUndefined();
    },
  );

  it("stops trying if text after text kills its worker", async () => {
    const pool = open();
    const texts = Array.from({ length: 30 }, (_, at) => pool.embedDocument(asText(`poison ${at}`)));
    const ends = await Promise.allSettled(texts);
    expect(ends.at(-1)).toMatchObject({ reason: { message: expect.stringContaining("end as soon as they start") } });
    expect(pool.state.crashes).toBeLessThan(12);
  });

  it("embeds a killed worker's texts elsewhere, in order", async () => {
    const pool = open();
    await pool.embedQuery("warm up");
    const [pid = 0] = childProcesses(process.pid, "fake-worker.mjs");
    // One that never ends, so that the killed one certainly had something.
    const order: string[] = [];
    const texts = ["forever", "one", "two", "three"].map((name) =>
      pool.embedDocument(asText(name)).then(
        () => order.push(name),
        () => undefined,
      ),
    );
    process.kill(pid, "SIGKILL");
    await Promise.all(texts.slice(1));
    expect(order).toEqual(["one", "two", "three"]);
    expect(childProcesses(process.pid, "fake-worker.mjs")).not.toContain(pid);
  });

  it("ends a worker that does not answer, and uses another one", async () => {
    const pool = open("fake/model", 1, { lookAfterMs: 40 });
    await pool.embedQuery("warm up");
    const [pid = 0] = childProcesses(process.pid, "fake-worker.mjs");
    process.kill(pid, "SIGSTOP");
    expect(await pool.embedQuery("kettles")).toHaveLength(2);
    expect(childProcesses(process.pid, "fake-worker.mjs")).not.toContain(pid);
  });

  it("ends workers that hang while loading the model, and says so", async () => {
    const pool = open("fake/hangs", 1, { lookAfterMs: 4 });
    await expect(pool.embedQuery("kettles")).rejects.toMatchObject({
      code: "embedding_failed",
      message: expect.stringContaining("it did not answer"),
    });
  });

  it("is not ready while a model is loading, and says so if that takes unusually long", async () => {
    const pool = open("fake/hangs", 1, { lookAfterMs: 20 });
    const end = expect(pool.ready()).rejects.toMatchObject({ code: "cancelled" });
    expect(pool.state).toMatchObject({ isReady: false, fault: undefined });
    await expect.poll(() => pool.state.fault?.message).toContain("is taking unusually long to load");
    expect(pool.state.isReady).toBe(false);
    await pool.close();
    await end;
  });

  it("is not ready while its only worker is stopped with a query, and is again with the next one", async () => {
    const pool = open("fake/model", 1, { lookAfterMs: 40 });
    await pool.ready();
    expect(pool.state).toEqual({ isReady: true, fault: undefined, crashes: 0, lastSuccess: undefined });
    const [pid = 0] = childProcesses(process.pid, "fake-worker.mjs");
    process.kill(pid, "SIGSTOP");
    const answer = pool.embedQuery("kettles");
    await expect
      .poll(() => pool.state)
      .toMatchObject({ isReady: false, fault: { message: "The embedding processes are not responding." } });
    await answer;
    expect(pool.state).toMatchObject({ isReady: true, fault: undefined, crashes: 1, lastSuccess: expect.any(Date) });
  });

  it("sends a query to another worker if one does not answer, long before that one is ended", async () => {
    const pool = open("fake/model", 2, { lookAfterMs: 40 });
    // Both are running, and one of them has it.
    const documents = ["one", "two"].map((text) => pool.embedDocument(asText(text)));
    await Promise.all(documents);
    await expect.poll(() => childProcesses(process.pid, "fake-worker.mjs")).toHaveLength(2);
    const [pid = 0] = childProcesses(process.pid, "fake-worker.mjs");
    process.kill(pid, "SIGSTOP");
    const queries = ["kettles", "lamps", "bowls"].map((text) => pool.embedQuery(text));
    expect(await Promise.all(queries)).toHaveLength(3);
    expect(childProcesses(process.pid, "fake-worker.mjs")).toContain(pid);
    expect(pool.state).toMatchObject({ isReady: true, fault: undefined, crashes: 0 });
  });

  it("waits longer for a query if recent texts took long", async () => {
    const pool = open("fake/model", 1, { lookAfterMs: 40 });
    await pool.embedQuery("warm up");
    const [pid = 0] = childProcesses(process.pid, "fake-worker.mjs");
    const answerLate = async (text: string) => {
      process.kill(pid, "SIGSTOP");
      const answer = pool.embedQuery(text);
      let worried = false;
      let looks = 0;
      for await (const _ of every(40)) {
        worried ||= pool.state.fault !== undefined;
        if (++looks === 15) break;
      }
      process.kill(pid, "SIGCONT");
      await answer;
      return worried;
    };
    expect(await answerLate("kettles")).toBe(true);
    expect(await answerLate("lamps")).toBe(false);
  });

  it("gives up a query that no worker answers, and says so", async () => {
    const pool = open("fake/model", 1, { lookAfterMs: 40 });
    await expect(pool.embedQuery("forever")).rejects.toMatchObject({
      code: "embedding_failed",
      message: expect.stringContaining("it did not answer"),
    });
    expect(await pool.embedQuery("kettles")).toHaveLength(2);
  });

  it("does not wait ten minutes for an unanswered document that is no longer wanted", async () => {
    const pool = open("fake/model", 1, { lookAfterMs: 100 });
    // So that the document is assigned to it at once.
    await pool.embedQuery("warm up");
    const controller = new AbortController();
    const document = pool.embedDocument(asText("forever"), controller.signal);
    controller.abort();
    await expect(document).rejects.toMatchObject({ code: "cancelled" });
  }, 30_000);

  it("does not wait for a model that is loading for texts no longer wanted", async () => {
    const pool = open("fake/hangs", 1, { lookAfterMs: 40 });
    const controller = new AbortController();
    const texts = [pool.embedDocument(asText("one"), controller.signal), pool.embedQuery("kettles", controller.signal)];
    controller.abort();
    for (const one of texts) await expect(one).rejects.toMatchObject({ code: "cancelled" });
  });

  it("reports a broken model, by name, to every request", async () => {
    const pool = open("fake/broken", 2);
    const waiting = [pool.ready(), pool.embedQuery("kettles"), pool.embedDocument(asText("one"))];
    for (const one of waiting)
      await expect(one).rejects.toMatchObject({
        code: "embedding_failed",
        message: expect.stringMatching(/fake\/broken.*nothing to load/),
        mend: expect.stringMatching(/were intact when it was opened.*paperkin models pull fake\/broken/),
      });
    await expect(pool.embedQuery("again")).rejects.toMatchObject({ code: "embedding_failed" });
    await expect(pool.ready()).rejects.toMatchObject({ code: "embedding_failed" });
  });

  it("stops trying when workers die as soon as they start", async () => {
    const pool = open("fake/dies", 2);
    await expect(pool.embedDocument(asText("one"))).rejects.toMatchObject({
      code: "embedding_failed",
      message: expect.stringContaining("exit code 3"),
      mend: expect.stringMatching(/ulimit -a.*--disable-wasm-trap-handler/),
    });
    await expect(pool.ready()).rejects.toMatchObject({ code: "embedding_failed" });
  });
  it("retries some time after its workers were killed one after another, before they had anything to do", async () => {
    const pool = open("fake/model", 1, { restMs: 100 });
    await pool.ready();
    for (const before of [1, 2, 3]) {
      const pid = await new Promise<number>((resolve) => {
        const look = setInterval(() => {
          const [child] = childProcesses(process.pid, "fake-worker.mjs");
          if (child === undefined) return;
          clearInterval(look);
          resolve(child);
        }, 20);
      });
      const isLast = before === 3;
      process.kill(pid, "SIGKILL");
      while (isLast ? pool.state.fault === undefined : childProcesses(process.pid, "fake-worker.mjs").includes(pid)) await delay(10);
    }
    await expect(pool.embedQuery("kettles")).rejects.toMatchObject({ code: "embedding_failed" });
    await delay(150);
    expect(await pool.embedQuery("kettles")).toHaveLength(2);
    expect(pool.state.fault).toBeUndefined();
  });
});
