/** `paperkin reindex` as people run it, alongside a running server. */
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, jsonLines, paperkin, Server, temporaryFolder } from "./command-line.ts";
import { copySmallStarterLibrary, smallLibrary } from "./starter-library.ts";
import { installTwins, model, twin } from "./twin-model.ts";

const askEveryMs = 20;
/** Reindexing gives way to everything else that runs on the machine. */
const patience = { timeout: 300_000 };

describe("reindexing alongside a server", patience, () => {
  const folder = temporaryFolder();
  const models = join(folder.path, "models");
  const common = ["--data", join(folder.path, "library"), "--models", models];
  const reindex = async (...args: string[]) => {
    const result = await paperkin(["reindex", "--json", ...args, ...common]);
    expect(result.stderr).toBe("");
    return jsonLines(result.stdout);
  };
  let server: Server;

  beforeAll(async () => {
    await installTwins(models);
    await copySmallStarterLibrary(join(folder.path, "library"));
    server = await Server.start(common);
  });
  afterAll(async () => {
    await Server.stopAll();
    folder.remove();
  });

  const search = async () => {
    const response = await server.get("/v1/search?q=ripples+in+spacetime&limit=20");
    return { status: response.status, body: (await response.json()) as { mode: string; hits: unknown[] } };
  };
  const liveModel = async () => ((await (await server.get("/v1/index")).json()) as { model: string }).model;

  it("I5: lets the server switch to another model without a failed, empty or different answer", async () => {
    const before = await search();
    let isDone = false;
    const answers: Awaited<ReturnType<typeof search>>[] = [];
    const asking = (async () => {
      while (!isDone) {
        answers.push(await search());
        // Embedding gives way to requests that come without a pause.
        await delay(askEveryMs);
      }
    })();
    const [report] = await reindex("--model", twin);
    expect(report).toMatchObject({ outcome: "live", embedded: smallLibrary, generation: { id: 2, model: twin } });
    await eventually(async () => ((await liveModel()) === twin ? true : undefined));
    isDone = true;
    await asking;
    expect(answers.length).toBeGreaterThan(10);
    // The twin gives the same vectors: mixing two generations would show.
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.body.mode).toBe("hybrid");
      expect(answer.body.hits).toEqual(before.body.hits);
    }
  });

  it("returns to a kept generation, and to its model, without embedding again", async () => {
    expect(await reindex("--rollback")).toMatchObject([{ outcome: "live", generation: { id: 1, model } }]);
    await eventually(async () => ((await liveModel()) === model ? true : undefined));
    expect(await reindex("--model", twin, "--m", "24")).toMatchObject([{ outcome: "live", embedded: 0, reused: smallLibrary }]);
    expect((await reindex("--status")).map(({ state }) => state)).toEqual(["live", "retired"]);
    // Without its model, nothing could be embedded or searched by meaning.
    await rename(join(models, model), join(models, "away"));
    const refused = await paperkin(["reindex", "--rollback", ...common]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`paperkin models pull ${model}`);
    const response = await fetch(`${server.address}/v1/index/rollback`, { method: "POST" });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "model_not_found" });
    await rename(join(models, "away"), join(models, model));
    expect((await reindex("--status"))[0]).toMatchObject({ state: "live", generation: { model: twin } });
    expect(await reindex("--prune", "--keep", "0")).toMatchObject([{ removed: [{ id: 1 }] }]);
  });

  it("uses the library's model unless another is named, which is refused with advice", async () => {
    const unnamed = await paperkin(["search", "graph", "--json", ...common]);
    expect(unnamed.code).toBe(0);
    const named = await paperkin(["search", "graph", "--model", model, ...common]);
    expect(named.code).toBe(1);
    expect(named.stderr).toContain(`paperkin reindex --model ${model}`);
    const { stderr } = await paperkin(["reindex", "--model", twin, "--new", ...common], { env: { PAPERKIN_MODEL: model } });
    expect(stderr).toContain(`The settings name ${model}`);
  });

  it("I11: refuses parameters that make no graph, and two tasks at once", async () => {
    for (const args of [
      ["--m", "1"],
      ["--ef-construction", "many"],
      ["--rollback", "--prune"],
      ["--keep", "-1"],
    ]) {
      const result = await paperkin(["reindex", ...args, ...common]);
      expect(result.code).toBe(2);
    }
    const missing = await paperkin(["reindex", "--model", "Xenova/nowhere", ...common]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("paperkin models pull Xenova/nowhere");
  });
});
