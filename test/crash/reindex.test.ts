/** A process that reindexes and makes backups is killed at any moment: nothing is lost, one generation answers, and it resumes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { mulberry32 } from "../../src/core/ranking/metrics.ts";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { embedBacklog } from "../../src/engine/generations/embed-backlog.ts";
import { reindex } from "../../src/engine/generations/reindex.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { restore } from "../../src/storage/local/restore.ts";
import { inventPapers } from "../contract/invented-papers.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { inForms } from "../long-forms.ts";
import { killWhileAtIt } from "./killed.ts";

const random = mulberry32(23);
/** More with KILLS=… in addition to TESTS=all, for a long run. */
const manyLives = Number(process.env.KILLS ?? 12);
const papers = 120;

async function expectSound(library: LocalLibrary): Promise<void> {
  expect(await library.countPapers()).toBe(papers);
  expect((await library.generations()).filter(({ state }) => state === "live")).toHaveLength(1);
  expect((await library.verify({ repair: false })).filter(({ state }) => state !== "ok")).toEqual([]);
}

inForms(
  [4, manyLives],
  (lives) => `I1, I2, I5: ${lives} lives of reindexing, swapping and backing up that end by SIGKILL lose nothing`,
  async (lives) => {
    const folder = await makeTemporaryFolder();
    const [path, backup, restored] = ["library", "library.backup", "restored"].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    try {
      const first = await LocalLibrary.open({ folder: path, create: true, maintain: true });
      await first.upsert(inventPapers(papers));
      await embedBacklog(first, new HashingEmbedder(32));
      await first.close();
      for (let life = 0; life < lives; life++) {
        const { signal } = await killWhileAtIt("reindex-child.mjs", [path, backup, String(life)], 1, random() * 600);
        // It ended only because it was killed.
        expect(signal).toBe("SIGKILL");
        const library = await LocalLibrary.open({ folder: path, create: false, maintain: true });
        try {
          await expectSound(library);
          const live = await library.liveGeneration();
          // The answering generation has all vectors: nothing incomplete was made live.
          expect(live === undefined ? -1 : await library.backlogSize(live)).toBe(0);
          const filling = (await library.generations()).find(({ state }) => state === "filling");
          if (life % 3 === 0 && filling !== undefined) {
            const { dimensions, graph } = filling.generation;
            const report = await reindex(library, new HashingEmbedder(dimensions), { graph });
            expect(report).toMatchObject({
              outcome: "live",
              generation: filling.generation,
              embedded: papers - filling.embedded - report.reused,
            });
          }
        } finally {
          await library.close();
        }
        if (!existsSync(backup)) continue;
        await restore(backup, restored, { replace: true });
        const copy = await LocalLibrary.open({ folder: restored, create: false, maintain: false });
        await expectSound(copy).finally(() => copy.close());
      }
    } finally {
      await folder.remove();
    }
  },
  { timeout: 120_000 + manyLives * 10_000 },
);
