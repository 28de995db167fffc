/** The shipped model as the session runs it, compared with running it in the plain way. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AutoModel, AutoTokenizer, Tensor } from "@xenova/transformers";
import fc from "fast-check";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { prepareText } from "../../../src/core/prepare.ts";
import { readModelManifest } from "../../../src/embedding/manifest.ts";
import { localOptions } from "../../../src/embedding/network.ts";
import { poolTokens } from "../../../src/embedding/pooling.ts";
import { EmbeddingSession } from "../../../src/embedding/session.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";
import { anyText, holds } from "../../property/settings.ts";

const modelsFolder = "models";
const id = "Xenova/all-MiniLM-L6-v2";

let session: EmbeddingSession;
let plain: (text: string) => Promise<Float32Array>;

beforeAll(async () => {
  const model = await readModelManifest(modelsFolder, id);
  session = await EmbeddingSession.load(modelsFolder, model);
  const options = localOptions(modelsFolder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, options.tokenizer);
  const network = await AutoModel.from_pretrained(id, { ...options.network, dtype: "q8" });
  plain = async (text) => {
    const all = tokenizer.encode(text);
    const ids = all.length > model.maxTokens ? [...all.slice(0, model.maxTokens - 1), ...all.slice(-1)] : all;
    const tensor = (numbers: readonly number[]) => new Tensor("int64", BigInt64Array.from(numbers, BigInt), [1, ids.length]);
    const output = await network({
      input_ids: tensor(ids),
      attention_mask: tensor(ids.map(() => 1)),
      token_type_ids: tensor(ids.map(() => 0)),
    });
    return poolTokens(output.last_hidden_state.data as Float32Array, ids.length, model.dimensions, model.pooling);
  };
});

const title = "Copper in old slag heaps: what is left, and who may take it";
const sentence = "We walked along twelve heaps and weighed what a magnet would not hold.";
const abstract = `${sentence} Half of it is gone! The rest (κ = 0.7; see fig. 3) lies deep. 銅は残る。`;

it("a model is refused if the manifest gives other dimensions than the network has", async () => {
  const other = EmbeddingSession.load(modelsFolder, { ...(await readModelManifest(modelsFolder, id)), dimensions: 128 });
  await expect(other).rejects.toMatchObject({ message: expect.stringContaining("384 numbers for each token") });
});

describe("a model whose files do not belong together is refused, instead of giving meaningless vectors", () => {
  interface Tokenizer {
    model: { vocab: Record<string, number> };
  }

  async function loadWith(change: (tokenizer: Tokenizer) => void, maxTokens = 256): Promise<EmbeddingSession> {
    const folder = await makeTemporaryFolder();
    onTestFinished(() => folder.remove());
    await cp(join(modelsFolder, id), join(folder.path, "other/model"), { recursive: true });
    const path = join(folder.path, "other/model/tokenizer.json");
    const tokenizer = JSON.parse(await readFile(path, "utf8")) as Tokenizer;
    change(tokenizer);
    await writeFile(path, JSON.stringify(tokenizer));
    return await EmbeddingSession.load(folder.path, { ...(await readModelManifest(modelsFolder, id)), id: "other/model", maxTokens });
  }
  const numbered = (number: (before: number) => number) => (tokenizer: Tokenizer) => {
    for (const [token, before] of Object.entries(tokenizer.model.vocab)) tokenizer.model.vocab[token] = number(before);
  };
  const noWords = (tokenizer: Tokenizer) => {
    tokenizer.model.vocab = { "[UNK]": 100, "[CLS]": 101, "[SEP]": 102 };
  };
  const asItIs = () => undefined;

  it.each([
    ["every token has the same number", numbered(() => 7), 256, "the same vector for different texts"],
    ["the vocabulary has no words", noWords, 256, "the same vector for different texts"],
    ["so few tokens are read that no word is among them", asItIs, 2, "the same vector for different texts"],
    // A network takes them for those at the end of its table.
    ["numbers are below 0", numbered((before) => -1 - before), 256, "returns the invalid token id -"],
    ["numbers are none", numbered((before) => before + 0.5), 256, "returns the invalid token id"],
  ])("%s", async (_, change, maxTokens, reason) => {
    await expect(loadWith(change, maxTokens)).rejects.toMatchObject({ message: expect.stringContaining(reason) });
  });

  it("except for one that reads no Latin letters, as long as it distinguishes others", async () => {
    const other = await loadWith((tokenizer) => {
      for (const token of Object.keys(tokenizer.model.vocab)) if (/[a-z0-9]/.test(token)) delete tokenizer.model.vocab[token];
    });
    expect(await other.embedQuery("水")).toHaveLength(384);
  });
});

describe("the vector of a text equals the plain network's, to the last bit", () => {
  it.each([
    ["title and abstract", { title, abstract }],
    ["a title alone", { title, abstract: "" }],
    ["an abstract alone", { title: "", abstract }],
    ["nothing", { title: "", abstract: "" }],
    ["more than the model reads", { title, abstract: Array.from({ length: 60 }, () => sentence).join(" ") }],
    ["words of the tokenizer's own", { title: "[SEP] [CLS]", abstract: "[MASK]. [PAD] [UNK]! a[SEP]b." }],
  ])("%s", async (_, paper) => {
    const prepared = prepareText(paper);
    const expected = await plain(prepared.text);
    expect((await session.embedDocument(prepared)).vector).toEqual(expected);
    expect(await session.embedQuery(prepared.text)).toEqual(expected);
  });

  it("for any characters", async () => {
    await holds(
      fc.asyncProperty(anyText, fc.array(anyText, { maxLength: 4 }), async (anyTitle, parts) => {
        const prepared = prepareText({ title: anyTitle, abstract: parts.join(". ") });
        expect((await session.embedDocument(prepared)).vector).toEqual(await plain(prepared.text));
      }),
      60,
    );
  });
});

it("and each sentence has a vector, except those that the model does not read", async () => {
  const { dimensions } = await readModelManifest(modelsFolder, id);
  const prepared = prepareText({ title, abstract });
  expect((await session.embedDocument(prepared)).sentences).toHaveLength(prepared.sentences.length * dimensions);
  const long = prepareText({ title, abstract: Array.from({ length: 60 }, () => sentence).join(" ") });
  const read = ((await session.embedDocument(long)).sentences?.length ?? 0) / dimensions;
  expect(read).toBeGreaterThan(5);
  expect(read).toBeLessThan(60);
});
