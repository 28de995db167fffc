/** A process that makes backups and removes old ones is killed at any moment: each backup listed is complete. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { mulberry32 } from "../../src/core/ranking/metrics.ts";
import { StoredCopy } from "../../src/storage/local/copies.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { inForms } from "../long-forms.ts";
import { killWhileAtIt } from "./killed.ts";

const random = mulberry32(23);

const name = (lives: number) => `${lives} lives that each end by SIGKILL leave nothing but whole copies, the last that was told among them`;

inForms([5, 8], name, async (lives) => {
  const folder = await makeTemporaryFolder();
  const copies = join(folder.path, "copies");
  try {
    for (let life = 0; life < lives; life++) {
      const args = [join(folder.path, "library"), copies, String(100 * life)];
      const { said, signal } = await killWhileAtIt("copies-child.mjs", args, 1 + (life % 4), random() * 60);
      expect(signal).toBe("SIGKILL");
      const names = (await readdir(copies)).filter((name) => name.endsWith(".json")).map((name) => name.replace(".json", ""));
      expect(names).toContain(said.at(-1));
      for (const name of names) {
        const copy = await StoredCopy.open(copies, name);
        for (const file of copy.manifest.files) expect(await copy.copy(file)).toBe(file.sha256);
        await copy.close();
      }
    }
    expect((await readdir(copies)).filter((name) => name.endsWith(".chunks")).length).toBeLessThan(lives);
  } finally {
    await folder.remove();
  }
});
