/** Buttons of the page of whoever looks after the library, clicked more than once. */
import { expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { createAdminApp } from "../../../src/web/admin-app.tsx";
import { inventPapers } from "../../contract/invented-papers.ts";

it("Reindex starts one job, however often it is clicked, and another form is refused meanwhile", async () => {
  const engine = new Engine(new MemoryLibrary(), new HashingEmbedder(), { openForReindex: async () => new HashingEmbedder() });
  await engine.library.upsert(inventPapers(3));
  await engine.embedBacklog();
  const app = createAdminApp(engine);
  const form = async () => /name="once" value="([^"]+)"/.exec(await (await app.request("/admin?reindex=1")).text())?.[1] ?? "";
  const click = async (once: string) =>
    (await app.request("/admin/reindex", { method: "POST", body: new URLSearchParams({ once, new: "true", keep: "1" }) })).status;
  const [once, other] = [await form(), await form()];
  expect(await Promise.all([click(once), click(once), click(other)])).toEqual([303, 303, 409]);
  expect(await click(once)).toBe(303);
  expect(await engine.jobs.list()).toHaveLength(1);
  await engine.jobs.stop();
  await engine.close();
});
