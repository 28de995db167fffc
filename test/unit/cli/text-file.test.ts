/** Files that commands write piece by piece. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { writeParts } from "../../../src/cli/text-file.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

async function* slowly(...parts: string[]) {
  for (const part of parts) {
    yield part;
    await delay(50);
  }
}

it("writes the parts one behind the other, and counts them", async () => {
  const folder = await makeTemporaryFolder();
  const path = join(folder.path, "text");
  expect(await writeParts(path, slowly("a", "", "ü\n"))).toBe(3);
  expect(await readFile(path, "utf8")).toBe("aü\n");
  expect(await writeParts(path, ["b"])).toBe(1);
  expect(await readFile(path, "utf8")).toBe("b");
  await folder.remove();
});

it.runIf(existsSync("/dev/full"))("throws where the disk is full while the next part is waited for", async () => {
  await expect(writeParts("/dev/full", slowly("a", "b", "c"))).rejects.toMatchObject({ code: "ENOSPC" });
});
