/** The folder of a fully downloaded model that cannot be moved into place. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { place } from "../../../src/embedding/model-files.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

const refused = vi.hoisted(() => ({ source: "" }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return {
    ...real,
    rename: async (from: string, to: string) => {
      if (refused.source !== "" && from.endsWith(refused.source)) throw Object.assign(new Error("EIO: i/o error, rename"), { code: "EIO" });
      await real.rename(from, to);
    },
  };
});

it("a model that cannot be moved into place leaves the previous one where it was", async () => {
  const folder = await makeTemporaryFolder();
  const from = join(folder.path, "from");
  await mkdir(from);
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"]) await writeFile(join(from, name), "{}");
  const modelsFolder = join(folder.path, "models");
  const options = { id: "invented/model", modelsFolder, hub: "http://127.0.0.1:1", from };
  await place(options, async () => ({ made: 1 }));
  refused.source = ".tmp";
  await expect(place(options, async () => ({ made: 2 }))).rejects.toMatchObject({ code: "storage_failed" });
  refused.source = "";
  const owner = join(modelsFolder, "invented");
  expect(await readdir(owner)).toEqual(["model"]);
  expect(await readdir(join(owner, "model"))).toContain("config.json");
  expect(JSON.parse(await readFile(join(owner, "model", "paperkin-model.json"), "utf8"))).toEqual({ made: 1 });
  await folder.remove();
});
