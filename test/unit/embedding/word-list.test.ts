import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectRoot } from "../../../src/compiled.ts";
import { readWordList } from "../../../src/embedding/word-list.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
});
afterAll(() => folder.remove());

it("the shipped model knows words, and no misspelt ones", async () => {
  const words = await readWordList(join(projectRoot, "models", "Xenova", "all-MiniLM-L6-v2"));
  for (const word of ["weather", "whether", "lattice", "enzyme"]) expect(words.has(word)).toBe(true);
  for (const word of ["wether", "nueral", "protien", "gravitatonal"]) expect(words.has(word)).toBe(false);
});

it.each([
  [{ weather: 1, "##ther": 2, "[CLS]": 3, "12": 4 }, ["weather"]],
  [{ Ġweather: 1, ther: 2, Ġ12: 3 }, ["weather"]],
  [
    [
      ["▁Weather", -1.5],
      ["ther", -2],
    ],
    ["weather"],
  ],
])("words are the tokens that begin one: %j", async (vocab, words) => {
  await writeFile(join(folder.path, "tokenizer.json"), JSON.stringify({ model: { vocab } }));
  expect([...(await readWordList(folder.path))]).toEqual(words);
});

it.each(["", "{}", "[", '{"model":{"vocab":3}}'])("no word is known if the file is %j", async (text) => {
  await writeFile(join(folder.path, "tokenizer.json"), text);
  expect((await readWordList(folder.path)).size).toBe(0);
});
