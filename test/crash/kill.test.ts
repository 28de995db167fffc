/** A process that writes to a library is killed at any moment: what it acknowledged is stored, and the library is sound. */
import { join } from "node:path";
import { expect } from "vitest";
import { preparationVersion } from "../../src/core/prepare.ts";
import { mulberry32 } from "../../src/core/ranking/metrics.ts";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { embedBacklog } from "../../src/engine/generations/embed-backlog.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { inForms } from "../long-forms.ts";
import { killWhileAtIt } from "./killed.ts";

const random = mulberry32(11);

const name = (lives: number) =>
  `I1, I2: ${lives} lives that each end by SIGKILL lose nothing that was acknowledged, and leave a sound library`;

inForms([3, 10], name, async (lives) => {
  const folder = await makeTemporaryFolder();
  const [stored, removed] = [new Set<string>(), new Set<string>()];
  try {
    for (let life = 0; life < lives; life++) {
      const path = join(folder.path, "library");
      const { said, signal } = await killWhileAtIt(
        "import-child.mjs",
        [path, String(life * 10_000)],
        1 + Math.floor(random() * 60),
        random() * 25,
      );
      // It ended only because it was killed.
      expect(signal).toBe("SIGKILL");
      for (const line of said) {
        const [what, id = ""] = line.split(" ");
        (what === "stored" ? stored : removed).add(id);
      }
      const library = await LocalLibrary.open({ folder: path, create: false, maintain: true });
      try {
        const alive = [...stored].filter((id) => !removed.has(id));
        expect(alive.length).toBeGreaterThan(life);
        const found = await library.resolve(alive);
        const gone = alive.filter((_, at) => found[at] === undefined);
        // One removal may have been done without being acknowledged: that of the first paper of each fifth round.
        expect(gone.length).toBeLessThanOrEqual(1);
        for (const id of gone) expect(Number(id.slice(2)) - life * 10_000).toSatisfy((number: number) => number >= 0 && number % 25 === 20);
        for (const id of gone) removed.add(id);
        expect((await library.resolve([...removed])).filter((label) => label !== undefined)).toEqual([]);
        const unsound = (await library.verify({ repair: false })).filter(({ state }) => state !== "ok");
        expect(unsound).toEqual([]);
        // Each was one transaction of five: all of them or none.
        const inThisLife = (await library.eachPaper(0, 100_000)).filter(({ paper }) => Number(paper.paperId.slice(2)) >= life * 10_000);
        const goneInThisLife = [...removed].filter((id) => Number(id.slice(2)) >= life * 10_000).length;
        expect((inThisLife.length + goneInThisLife) % 5).toBe(0);
        // A killed process holds nothing any more.
        expect(await embedBacklog(library, new HashingEmbedder(32))).toBeDefined();
        await library.checkpoint();
        expect((await library.status()).checkpointChange).toBe(await library.lastChange());
        const generation = await library.openGeneration({ model: "paperkin/hashing", dimensions: 32, preparation: preparationVersion });
        expect(await library.backlogSize(generation)).toBe(0);
      } finally {
        await library.close();
      }
    }
  } finally {
    await folder.remove();
  }
});
