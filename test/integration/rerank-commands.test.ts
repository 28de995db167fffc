/** A real cross-encoder used through the built command line: downloaded, configured, refused, queried, measured. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "../../src/compiled.ts";
import { jsonLines, paperkin, temporaryFolder } from "./command-line.ts";
import { writeCrossEncoder } from "./cross-encoder.ts";

const folder = temporaryFolder();
const models = join(folder.path, "models");
const common = ["--data", join(folder.path, "library"), "--models", models];
const reranker = "tests/counter";
const query = "copper and tin";

interface Hit {
  paper: { paperId: string };
  why: { rerank?: { score: number; before: number } };
}

const pull = (id: string, from: string, ...more: string[]) =>
  paperkin(["models", "pull", id, "--as-reranker", "--from", from, "--models", models, ...more]);

beforeAll(async () => {
  cpSync(join(projectRoot, "models"), models, { recursive: true });
  const downloaded = join(folder.path, "downloaded");
  await writeCrossEncoder(downloaded);
  const { code, stderr } = await pull(reranker, downloaded);
  expect([code, stderr]).toEqual([0, ""]);
  const papers = Array.from({ length: 60 }, (_, at) => ({ id: `mine:${at}`, title: `Copper ${"and tin ".repeat(at % 7)}number ${at}` }));
  const { code: imported } = await paperkin(["import", "-", ...common], { input: papers.map((paper) => JSON.stringify(paper)).join("\n") });
  expect(imported).toBe(0);
});
afterAll(() => folder.remove());

describe("the command line", () => {
  const run = (args: readonly string[], env: Record<string, string> = {}) => paperkin([...args, ...common], { env });

  test("reranks with a flag, a variable or a settings file", async () => {
    const settings = join(folder.path, "settings.json");
    writeFileSync(settings, JSON.stringify({ reranker, rerankerBudgetMs: 60_000 }));
    const budget = { PAPERKIN_RERANKER_BUDGET_MS: "60000" };
    const answers = await Promise.all([
      run(["search", query, "--json", "--reranker", reranker], budget),
      run(["search", query, "--json"], { PAPERKIN_RERANKER: reranker, ...budget }),
      run(["search", query, "--json", "--config", settings, "--rerank"]),
    ]);
    const [first = []] = answers.map(({ stdout }) => jsonLines(stdout) as unknown as Hit[]);
    expect(first.every(({ why }) => why.rerank !== undefined)).toBe(true);
    for (const { stdout, stderr, code } of answers) expect([code, stderr, jsonLines(stdout)]).toEqual([0, "", first]);
    const off = await run(["search", query, "--json", "--config", settings, "--no-rerank"]);
    expect((jsonLines(off.stdout) as unknown as Hit[]).some(({ why }) => why.rerank !== undefined)).toBe(false);
    const told = await run(["search", query, "--config", settings]);
    expect(told.stdout).toMatch(/reranked \d+\.000 \(was #\d+\)[\s\S]*, the first 50 reranked\.\n$/);
    const why = await run(["explain", query, first[0]?.paper.paperId ?? "", "--config", settings]);
    expect(why.stdout).toMatch(/^Reranker: \d+\.000, among the first 50; before, place \d+$/m);
  });

  test("lists the reranker with the models, and checks its files against its manifest", async () => {
    const list = jsonLines((await run(["models", "--json", "--reranker", reranker])).stdout);
    expect(list).toMatchObject([
      { id: "Xenova/all-MiniLM-L6-v2", configured: true, dimensions: 384 },
      { id: reranker, kind: "reranker", configured: true, labels: 1, maxTokens: 512, weights: "onnx/model_quantized.onnx" },
    ]);
    expect((await run(["models"])).stdout).toMatch(/^\s+tests\/counter +reranker +one label +512 tokens/m);
    expect((await run(["models", "verify", reranker])).code).toBe(0);
  });

  test.each([
    ["is not there", "tests/absent", 1, /The reranker tests\/absent is not in .*paperkin models pull tests\/absent --as-reranker/],
    ["embeds", "Xenova/all-MiniLM-L6-v2", 2, /is an embedding model and cannot rerank/],
    [
      "has no manifest",
      "tests/bare",
      1,
      /in .* has no manifest\. Create its manifest with `paperkin models pull tests\/bare --as-reranker --from/,
    ],
    ["was changed", "tests/changed", 1, /does not have the checksum of its manifest.*--as-reranker/],
    [
      "says something else than it gives",
      "tests/liar",
      1,
      /tests\/liar cannot be loaded: the model does not give two float32 logits.*remove the setting/,
    ],
    ["is no id", "../../etc", 2, /The setting --reranker is not valid/],
  ])("refuses a reranker that %s before it searches", async (_, id, exitCode, reason) => {
    const downloaded = join(folder.path, "again");
    if (id === "tests/bare") await writeCrossEncoder(join(models, id));
    if (id === "tests/changed") {
      await writeCrossEncoder(downloaded);
      await pull(id, downloaded);
      // Weights of the same size.
      await writeCrossEncoder(join(models, id), { isUnsound: true });
    }
    if (id === "tests/liar") {
      await writeCrossEncoder(downloaded, { saidLabels: 2 });
      expect((await pull(id, downloaded)).code).toBe(0);
    }
    const { code, stderr, stdout } = await run(["search", query, "--reranker", id]);
    expect([code, stdout]).toEqual([exitCode, ""]);
    expect(stderr).toMatch(reason);
  });

  test("refuses to serve with a missing reranker; commands that do not use it still work", async () => {
    const absent = ["--reranker", "tests/absent"];
    const [serving, searching, state] = await Promise.all([
      run(["serve", "--port", "0", ...absent]),
      run(["search", query, "--no-rerank", ...absent]),
      run(["status", ...absent]),
    ]);
    expect(serving).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("tests/absent is not in") });
    expect([searching.code, searching.stderr, state.code]).toEqual([0, "", 0]);
  });

  test("explains how to get a reranker when there is none", async () => {
    const { code, stderr } = await run(["search", query, "--rerank"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--as-reranker");
  });

  test("refuses a reranker as an embedding model", async () => {
    const { code, stderr } = await run(["search", query, "--model", reranker]);
    expect(code).toBe(2);
    expect(stderr).toContain("is a reranker and cannot embed texts");
  });

  test("pulls full weights when there are no others, and nothing that is not a cross-encoder", async () => {
    const source = join(folder.path, "source");
    const fresh = async (options: Parameters<typeof writeCrossEncoder>[1]) => {
      rmSync(source, { recursive: true, force: true });
      mkdirSync(source);
      await writeCrossEncoder(source, options);
    };
    await fresh({ labels: 2, weights: "onnx/model.onnx" });
    const [whole] = jsonLines((await pull("tests/whole", source, "--json", "--max-tokens", "256")).stdout);
    expect(whole).toEqual({ id: "tests/whole", kind: "reranker", labels: 2, maxTokens: 256, state: "ok" });
    const found = await run(["search", query, "--json", "--reranker", "tests/whole", "--reranker-budget-ms", "60000"]);
    expect((jsonLines(found.stdout) as unknown as Hit[])[0]?.why.rerank).toBeDefined();
    for (const [options, more, reason] of [
      [{ saidLabels: 3 }, [], /has 3 labels/],
      [{ architecture: "BertModel" }, [], /is not a sequence classification model/],
      [{}, ["--max-tokens", "5000"], /must be from 8 to 512/],
      [{}, ["--pooling", "mean"], /has no pooling/],
    ] as const) {
      await fresh(options);
      const { code, stderr } = await pull("tests/refused", source, ...more);
      expect([code === 0, stderr]).toEqual([false, expect.stringMatching(reason)]);
    }
    rmSync(join(source, "onnx"), { recursive: true });
    expect((await pull("tests/refused", source)).stderr).toMatch(/model_quantized\.onnx cannot be copied/);
    expect((await run(["models"])).stdout).not.toContain("refused");
  });

  test("measures a reranker's gain, whatever its budget, and only where a configuration names it", async () => {
    // The more often a paper contains it, the better the paper is; embeddings and BM25 saturate.
    const collection = join(folder.path, "collection");
    const times = [1, 2, 3, 4, 5, 6, 7, 8];
    mkdirSync(collection);
    const documents = [
      ...times.map((count) => ({ _id: `d${count}`, title: `Paper ${count}`, text: "copper ".repeat(count) + "and tin ".repeat(30) })),
      { _id: "d9", title: "Copper", text: "Copper." },
    ];
    writeFileSync(join(collection, "corpus.jsonl"), documents.map((document) => JSON.stringify(document)).join("\n"));
    writeFileSync(join(collection, "queries.jsonl"), JSON.stringify({ _id: "q1", text: "copper" }));
    const judgments = times.map((count) => `q1\td${count}\t${count}`);
    writeFileSync(join(collection, "qrels.tsv"), ["query-id\tcorpus-id\tscore", ...judgments, ""].join("\n"));
    const evaluate = (...more: string[]) => paperkin(["eval", collection, "--json", "--models", models, ...more]);
    const both = ["--configuration", "now=", "--configuration", "twice=rerank:on"];
    const { code, stdout } = await evaluate(...both, "--reranker", reranker, "--reranker-budget-ms", "1");
    expect(code).toBe(0);
    const figures = new Map(jsonLines(stdout).map((line) => [line.configuration, line["nDCG@10"]]));
    expect(figures.get("now")).toBeLessThan(Number(figures.get("twice")));
    const without = await evaluate("--configuration", "now=");
    expect(jsonLines(without.stdout)[0]?.["nDCG@10"]).toBe(figures.get("now"));
    const refused = await evaluate(...both);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--as-reranker")]);
  });
});
