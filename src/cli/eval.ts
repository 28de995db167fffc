/** `paperkin eval`: how good the answers are, on a labelled collection. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { openEngine } from "../app.ts";
import { AppError } from "../core/errors.ts";
import { chooseSets, findCollection, type QuerySet, readQuerySet, thinQueries } from "../engine/eval-collection.ts";
import { type EvalMode, evalModes, measureNames } from "../engine/eval-measures.ts";
import { evaluatePicks, type PickMeasure } from "../engine/eval-picks.ts";
import { evaluateRecommendations, type RecommendResult } from "../engine/eval-recommend.ts";
import { evaluateSet, loadCollection, type SetResult } from "../engine/evaluate.ts";
import { type CommonFlags, collect, configOf, interruptSignal, wholeNumber } from "./context.ts";
import { note, Progress, print, printJson, printTable } from "./output.ts";

interface Flags extends CommonFlags {
  set?: string[];
  modes: EvalMode[];
  queries?: number;
  keep?: string;
  recommend?: boolean;
}

export function addEval(program: Command): void {
  program
    .command("eval")
    .description("measure the answers on a labelled collection")
    .argument("<dir>", "a folder in BEIR's layout: corpus.jsonl, queries.jsonl, qrels.tsv or qrels/*.tsv")
    .option("--set <name>", "only this query set (repeatable); main, or the part behind queries_", collect)
    .option("--modes <list>", `which ways to search, separated by commas: ${evalModes.join(", ")}`, readModes, [...evalModes])
    .option("--queries <n>", "every n-th query, so that about N of each set are asked", wholeNumber("--queries", 1, 1_000_000))
    .option("--keep <dir>", "keep the collection's library here, and use it again without embedding")
    .option("--recommend", "measure recommendations instead: reviews in pools.json, some of whose papers are given as examples")
    .addHelpText(
      "after",
      "\nA set that is named related, whose query ids are documents, asks for papers like each of them.\n" +
        "Differences come with the interval that holds 95 % of resampled means (paired bootstrap).\n" +
        "\nExamples:\n  paperkin eval src/starter\n  paperkin eval scifact --set main --keep /tmp/scifact-library --json\n",
    )
    .action(async (dir: string, flags: Flags, command: Command) => {
      const json = command.optsWithGlobals<CommonFlags>().json === true;
      const signal = interruptSignal();
      try {
        await run(dir, flags, command, json, signal);
      } catch (error) {
        if (!(signal.aborted && error instanceof AppError && error.code === "cancelled")) throw error;
        note("Interrupted.");
        process.exitCode = 130;
      }
    });
}

function readModes(text: string): EvalMode[] {
  const wanted = text.split(",").map((mode) => mode.trim());
  const unknown = wanted.find((mode) => !evalModes.some((known) => known === mode));
  if (unknown !== undefined) {
    throw new AppError("invalid_request", `--modes names “${unknown}”, which is no way to search.`, {
      mend: `Known are ${evalModes.join(", ")}.`,
    });
  }
  return evalModes.filter((mode) => wanted.includes(mode));
}

async function run(dir: string, flags: Flags, command: Command, json: boolean, signal: AbortSignal): Promise<void> {
  const collection = await findCollection(dir);
  const sets: QuerySet[] = [];
  for (const files of chooseSets(collection, flags.set ?? [])) {
    const set = await readQuerySet(files);
    for (const line of set.notes) note(line);
    sets.push({ ...set, queries: thinQueries(set.queries, flags.queries) });
  }
  const progress = new Progress(json);
  const options = { signal, onProgress: progress.show.bind(progress) };
  const engine = await openEngine(
    {
      ...configOf(command),
      data: flags.keep === undefined ? temporaryFolder() : resolve(flags.keep),
    },
    {
      create: true,
      maintain: true,
      onNotice: note,
      onProgress: (what, done, total) => progress.show(what, done, total, "documents"),
    },
  );
  try {
    const documents = await loadCollection(engine, collection.corpus, options);
    progress.stop();
    for (const line of documents.notes) note(line);
    if (flags.recommend === true) {
      for (const set of sets) {
        const results = await evaluateRecommendations(engine, documents, dir, set, options);
        const measures = await evaluatePicks(engine, documents, dir, set, options);
        progress.stop();
        if (json) for (const line of [...results, ...measures]) printJson(line);
        else printRecommendations(results, measures);
      }
      return;
    }
    const results: SetResult[] = [];
    for (const set of sets) {
      const result = await evaluateSet(engine, documents, set, flags.modes, options);
      progress.stop();
      if (json) for (const line of [...result.modes, ...result.comparisons]) printJson(line);
      results.push(result);
    }
    if (!json) printResults(results, documents.size, engine.model);
  } finally {
    progress.stop();
    await engine.close();
  }
}

/** Gone with the process, however it ends. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "paperkin-eval-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function printResults(results: readonly SetResult[], documents: number, model: string): void {
  print(`${documents} documents, ${model}`);
  print();
  const numeric = [2, 3, 4, 5, 6];
  printTable(
    [
      ["set", "mode", "queries", ...measureNames],
      ...results.flatMap(({ modes }) =>
        modes.map((result) => [result.set, result.mode, String(result.queries), ...measureNames.map((name) => result[name].toFixed(4))]),
      ),
    ],
    numeric,
  );
  const comparisons = results.flatMap((result) => result.comparisons);
  if (comparisons.length === 0) return;
  print();
  printTable(
    [
      ["set", "nDCG@10 of", "difference", "95 % interval"],
      ...comparisons.map(({ set, compare: [mode, other], "nDCG@10": { difference, low, high } }) => [
        set,
        `${mode} − ${other}`,
        signed(difference),
        `${signed(low)} … ${signed(high)}`,
      ]),
    ],
    [2],
  );
}

function printRecommendations(results: readonly RecommendResult[], measures: readonly PickMeasure[]): void {
  const counts = [...new Set(results.map(({ examples }) => examples))];
  const names = [...new Set(results.map(({ recommender }) => recommender))];
  print("nDCG@10 (average precision) by examples of each kind; the rest of each review's pool is ranked, five draws");
  print();
  printTable(
    [
      ["recommender", ...counts.map(String)],
      ...names.map((name) => [
        name,
        ...counts.map((count) => {
          const found = results.find(({ recommender, examples }) => recommender === name && examples === count);
          return found === undefined ? "" : `${found["nDCG@10"].toFixed(3)} (${found.averagePrecision.toFixed(3)})`;
        }),
      ]),
    ],
    counts.map((_, at) => at + 1),
  );
  print();
  printTable(measures.map(({ figure, value, unit }) => [figure, `${value.toFixed(3)} ${unit}`]));
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
}
