/** Papers whose ids were stored before ids were validated: every list that contains them is shown, and they can be removed. */
import { expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

it("a lone surrogate in an id keeps no page and no feed from being shown, and the paper can be removed", async () => {
  const now = new Date("2026-03-02T12:00:00Z");
  const engine = new Engine(new MemoryLibrary(() => now), new HashingEmbedder(), { now: () => now });
  const id = "my:\ud800\u001b[31m";
  await engine.library.upsert([inventPaper(1, { ids: [id], title: "Copper kettles", published: "2026-03-02" })]);
  await engine.embedBacklog();
  const app = serviceOf(engine);
  const headers = { "x-api-key": await engine.addPerson("ada", "read") };
  for (const path of ["/?q=kettles", "/daily", "/daily/2026-03", "/feeds/daily.rss", "/feeds/daily.atom", "/feeds/search.json?q=kettles"])
    expect([path, (await app.request(path, { headers })).status]).toEqual([path, 200]);
  expect(await engine.removePapers([id])).toEqual([id]);
  await engine.close();
});
