/** A process that adds copies and removes old ones is killed at any moment: each copy that is listed is whole. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { mulberry32 } from "../../src/core/ranking/metrics.ts";
import { StoredCopy } from "../../src/storage/local/copies.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";

const child = fileURLToPath(new URL("copies-child.mjs", import.meta.url));
const random = mulberry32(23);
const lives = 8;

it(`${lives} lives that each end by SIGKILL leave nothing but whole copies, the last that was told among them`, async () => {
  const folder = await makeTemporaryFolder();
  const copies = join(folder.path, "copies");
  try {
    for (let life = 0; life < lives; life++) {
      const adding = spawn("node", [child, join(folder.path, "library"), copies, String(100 * life)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      const begun = new Promise<void>((resolve) => {
        adding.stdout.on("data", (chunk: Buffer) => {
          said += chunk.toString("utf8");
          if (said.split("\n").length > 1 + (life % 4)) resolve();
        });
      });
      const ended = once(adding, "close");
      await Promise.race([begun, ended]);
      await delay(random() * 60);
      adding.kill("SIGKILL");
      expect((await ended)[1]).toBe("SIGKILL");
      const names = (await readdir(copies)).filter((name) => name.endsWith(".json")).map((name) => name.replace(".json", ""));
      expect(names).toContain(said.trimEnd().split("\n").at(-1));
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
