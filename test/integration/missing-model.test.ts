/** A library whose model is missing: everything works that embeds nothing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines, paperkin, Server, temporaryFolder } from "./command-line.ts";
import { copyStarterLibrary } from "./starter-library.ts";

describe("a library whose model is missing", () => {
  const folder = temporaryFolder();
  const data = join(folder.path, "library");
  const models = join(folder.path, "nowhere");
  const run = (...args: string[]) => paperkin([...args, "--data", data, "--models", models]);

  beforeAll(() => copyStarterLibrary(data));
  afterAll(async () => {
    await Server.stopAll();
    folder.remove();
  });

  it("is searched by words, exported, and takes in papers that are embedded later", async () => {
    const found = await run("search", "spacetime", "--mode", "keyword", "--json");
    expect(found).toMatchObject({ code: 0, stderr: "" });
    expect(jsonLines(found.stdout).length).toBeGreaterThan(0);
    const file = join(folder.path, "all.jsonl");
    expect(await run("export", "--output", file)).toMatchObject({ code: 0 });
    expect(await run("import", "--no-embed", file)).toMatchObject({ code: 0, stderr: "" });
    for (const command of [["papers", "show", "arXiv:1706.03762"], ["topics"], ["people"], ["suggest", "spa"]])
      expect(await run(...command)).toMatchObject({ code: 0, stderr: "" });
  });

  it("says that it is missing: in `status`, in `verify`, and to whoever needs it", async () => {
    const advice = "paperkin models pull Xenova/all-MiniLM-L6-v2";
    expect((await run("status")).stdout).toContain(advice);
    const verified = await run("verify", "--json");
    expect(verified.code).toBe(1);
    expect(jsonLines(verified.stdout).filter(({ state }) => state !== "ok")).toEqual([
      { check: "model", state: "damaged", detail: expect.stringContaining(advice) as unknown },
    ]);
    for (const command of [
      ["search", "spacetime"],
      ["import", "-"],
    ]) {
      const result = await run(...command);
      expect(result.code).toBe(1);
      expect(result.stderr).toContain(advice);
    }
  });

  it("is served by words alone, and the service says so", async () => {
    const server = await Server.start(["--data", data, "--models", models]);
    const answer = await server.get("/v1/search?q=spacetime");
    expect(await answer.json()).toMatchObject({ mode: "keyword", withoutMeaning: expect.stringContaining("is not in") as unknown });
    const ready = await server.get("/health/ready");
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: "failing", notes: [expect.stringContaining("paperkin models pull") as unknown] });
    expect(await (await server.get("/?q=spacetime")).text()).toContain("Found by words alone");
    expect((await server.get("/v1/search?q=spacetime&mode=semantic")).status).toBe(503);
    expect(await server.stop()).toBe(0);
  });

  it("does not begin without its model, so that a new one is not half made", async () => {
    const fresh = join(folder.path, "fresh");
    const { code, stderr } = await paperkin(["import", "-", "--data", fresh, "--models", models]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("paperkin models pull") as unknown });
    expect(existsSync(fresh)).toBe(false);
  });
});
