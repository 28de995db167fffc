/** `paperkin eval`: measures the quality of results on a labelled collection. */
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { openEngine, temporaryFolder } from "../app.ts";
import { version } from "../compiled.ts";
import { AppError, ofTemporaryFolder } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import {
  type CollectionFiles,
  chooseSets,
  countedSet,
  findCollection,
  notesOfJudgments,
  type QuerySet,
  readQuerySet,
  thinQueries,
} from "../engine/evaluation/collection.ts";
import { configurationKeys, configurationOfMode, type EvalConfiguration } from "../engine/evaluation/configurations.ts";
import type { EvalDocuments } from "../engine/evaluation/documents.ts";
import { type EvalOptions, loadCollection, measureModes, runSet, type SetResult } from "../engine/evaluation/evaluate.ts";
import { measureLab } from "../engine/evaluation/lab.ts";
import { type EvalMode, evalModes, measureNames } from "../engine/evaluation/measures.ts";
import { evaluatePicks, type PickMeasure } from "../engine/evaluation/picks.ts";
import { evaluateRecommendations, type RecommendResult } from "../engine/evaluation/recommend.ts";
import { reportedQueries } from "../engine/evaluation/report.ts";
import type { JudgedRuns } from "../engine/evaluation/run.ts";
import { readRun } from "../engine/evaluation/trec.ts";
import { wantsSecondStage } from "../engine/search/second-stage.ts";
import { type CommonFlags, collect, configOf, interruptSignal, isJson, wholeNumber } from "./context.ts";
import { configurationsOf, printLab, signed, titlesOf, withRun, writeReport, writeRuns } from "./eval-lab.ts";
import { note, type Progress, print, printJson, printTable, withProgress } from "./output.ts";
import { checkWritable } from "./text-file.ts";

interface Flags extends CommonFlags {
  set?: string[];
  modes: EvalMode[];
  queries?: number;
  keep?: string;
  recommend?: boolean;
  configuration?: string[];
  configurations?: string;
  perQuery?: number;
  runIn?: string[];
  runOut?: string;
  html?: string;
}

export function addEval(program: Command): void {
  program
    .command("eval")
    .description("measure the quality of search on a labelled collection")
    .argument("<dir>", "a folder in BEIR's layout: corpus.jsonl, queries.jsonl, qrels.tsv or qrels/*.tsv")
    .option("--set <name>", "only this query set (repeatable); main, or the part behind queries_", collect)
    .addOption(
      new Option("--modes <list>", `search modes, separated by commas: ${evalModes.join(", ")}`)
        .argParser(readModes)
        .default([...evalModes], "all of them"),
    )
    .option("--queries <n>", "a sample of about N queries of each set: every n-th one", wholeNumber("--queries", 1, 1_000_000))
    .option(
      "--configuration <name=…>",
      "a search configuration, as name=key:value,… (repeatable); the others are compared with the first",
      collect,
    )
    .option("--configurations <file>", "the same as a list in JSON")
    .option(
      "--per-query <n>",
      "list the N queries of each comparison that lose most, and the documents that moved",
      wholeNumber("--per-query", 1, 1_000_000),
    )
    .option("--run-in <file>", "the run of another system, in TREC's format, as one more configuration (repeatable)", collect)
    .option("--run-out <file>", "write the results as runs in TREC's format; several go into files named after them")
    .option("--html <file>", "write a report with plots, as one self-contained page")
    .option("--keep <dir>", "keep the collection's library here, and use it again without embedding")
    .option("--recommend", "measure recommendations instead: reviews in pools.json, some of whose papers are given as examples")
    .addHelpText(
      "after",
      "\nA set that is named related, whose query ids are documents, asks for papers like each of them.\n" +
        "Differences come with the interval that holds 95 % of resampled means (paired bootstrap).\n" +
        `A configuration sets any of ${configurationKeys.join(", ")}; NAME= is the search with its defaults.\n` +
        "Sets of related papers do not support diversity, collapse and rerank. rerank needs a reranker (--reranker), and ignores its time budget. HNSW's parameters belong to the library: reindex --m, then --keep.\n" +
        "\nExamples:\n  paperkin eval src/starter\n  paperkin eval scifact --set main --keep /tmp/scifact-library --json\n" +
        "  paperkin eval src/starter --set main --configuration now= --configuration meant=alpha:0.7,feedback:off --per-query 5 --html report.html\n",
    )
    .action(async (dir: string, flags: Flags, command: Command) => {
      const json = isJson(command);
      const signal = interruptSignal();
      try {
        await withProgress(json, (progress) => run(dir, flags, command, progress, signal));
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
    throw new AppError("invalid_request", `--modes names “${unknown}”, which is not a search mode.`, {
      mend: `Known are ${evalModes.join(", ")}.`,
    });
  }
  return evalModes.filter((mode) => wanted.includes(mode));
}

/** What to measure. It is read and checked before a collection is embedded. */
interface Plan {
  readonly collection: CollectionFiles;
  readonly sets: readonly QuerySet[];
  readonly configurations: readonly EvalConfiguration[];
  /** Whether configurations, runs or single queries are compared, instead of showing the usual search modes. */
  readonly isLab: boolean;
  readonly reranks: boolean;
}

/** Throws `invalid_request`, `file_unreadable`. */
async function planOf(dir: string, flags: Flags, hasReranker: boolean): Promise<Plan> {
  const named = await configurationsOf(flags.configuration ?? [], flags.configurations);
  // The default mode comes first: the others are compared with it.
  const modes = [...flags.modes].sort((a, b) => Number(b === "hybrid") - Number(a === "hybrid"));
  const configurations = named.length > 0 ? named : modes.map(configurationOfMode);
  const isLab = named.length > 0 || flags.runIn !== undefined || flags.perQuery !== undefined;
  if (flags.recommend === true && (isLab || flags.runOut !== undefined || flags.html !== undefined)) {
    throw new AppError("invalid_request", "--recommend measures recommendations, which have no configurations, runs and reports.");
  }
  const reranks = named.some(({ rerank }) => rerank === true);
  if (reranks) wantsSecondStage({ rerank: true }, hasReranker);
  await checkWritable([flags.runOut, flags.html]);
  const collection = await findCollection(dir);
  const sets: QuerySet[] = [];
  for (const files of chooseSets(collection, flags.set ?? [])) sets.push(await readQuerySet(files));
  if (flags.runIn !== undefined && sets.length > 1) {
    throw new AppError("invalid_request", `A run answers one query set, and ${collection.name} has ${sets.length}.`, {
      mend: `Choose it with --set: ${sets.map(({ name }) => name).join(", ")}.`,
    });
  }
  return { collection, sets, configurations, isLab, reranks };
}

/** A collection with its library, and where results and warnings about it go. */
interface Bench {
  readonly engine: Engine;
  readonly documents: EvalDocuments;
  /** The query sets without the documents and queries that are not counted. */
  readonly sets: readonly QuerySet[];
  readonly options: EvalOptions;
  readonly progress: Progress;
  readonly json: boolean;
  /** Reports a problem of the collection or of a run, also in the report. */
  readonly tell: (line: string) => void;
  readonly notes: readonly string[];
}

async function run(dir: string, flags: Flags, command: Command, progress: Progress, signal: AbortSignal): Promise<void> {
  if (flags.keep !== undefined) return await measureIn(resolve(flags.keep), dir, flags, command, progress, signal);
  const data = temporaryFolder("eval");
  try {
    await measureIn(data, dir, flags, command, progress, signal);
  } catch (error) {
    throw ofTemporaryFolder(error, data);
  }
}

async function measureIn(
  data: string,
  dir: string,
  flags: Flags,
  command: Command,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const config = configOf(command);
  const plan = await planOf(dir, flags, config.reranker !== undefined);
  const notes: string[] = [];
  const tell = (line: string) => {
    notes.push(line);
    note(line);
  };
  const engine = await openEngine(
    { ...config, data },
    {
      create: true,
      maintain: true,
      needsModel: true,
      // Figures must not depend on how busy the machine is.
      reranking: plan.reranks ? "whole" : undefined,
      onNotice: note,
      onProgress: (what, done, total) => progress.show(what, done, total, "documents"),
    },
  );
  try {
    const options = { signal, onProgress: progress.show.bind(progress) };
    const documents = await loadCollection(engine, plan.collection.corpus, options);
    progress.stop();
    for (const line of documents.notes) tell(line);
    const holds = (id: string) => documents.has(id);
    const sets = plan.sets.map((one) => {
      const set = countedSet(one, holds);
      return { ...set, queries: thinQueries(set.queries, flags.queries) };
    });
    for (const set of sets) for (const line of [...set.notes, ...notesOfJudgments(set, holds)]) tell(line);
    const bench = { engine, documents, sets, options, progress, json: isJson(command), tell, notes };
    if (flags.recommend === true) await measureRecommendations(dir, bench);
    else await measureSearches(plan, flags, bench);
  } finally {
    await engine.close();
  }
}

async function measureRecommendations(dir: string, { engine, documents, sets, options, progress, json }: Bench): Promise<void> {
  for (const set of sets) {
    const results = await evaluateRecommendations(engine, documents, dir, set, options);
    const measures = await evaluatePicks(engine, documents, dir, set, options);
    progress.stop();
    if (json) for (const line of [...results, ...measures]) printJson(line);
    else printRecommendations(results, measures);
  }
}

async function measureSearches({ collection, configurations, isLab }: Plan, flags: Flags, bench: Bench): Promise<void> {
  const { engine, documents, sets, options, progress, json, tell, notes } = bench;
  const results: SetResult[] = [];
  const all: JudgedRuns[] = [];
  for (const set of sets) {
    let judged = await runSet(engine, documents, set, configurations, options);
    progress.stop();
    for (const file of flags.runIn ?? []) {
      const { run: other, notes: told } = await readRun(file, set, (id) => documents.has(id));
      for (const line of told) tell(line);
      judged = withRun(judged, other);
    }
    all.push(judged);
    if (isLab) continue;
    const result = measureModes(judged, flags.modes);
    if (json) for (const line of [...result.modes, ...result.comparisons]) printJson(line);
    results.push(result);
  }
  const labs = isLab || flags.html !== undefined ? all.map(measureLab) : [];
  const worst = Math.max(flags.perQuery ?? 0, flags.html === undefined ? 0 : reportedQueries);
  const titles = await titlesOf(engine, documents, labs, worst);
  if (isLab) {
    if (!json) print(`${documents.size} documents, ${engine.model}\n`);
    printLab(labs, { json, worst: flags.perQuery ?? 0, titles });
  } else if (!json) printResults(results, documents.size, engine.model);
  if (flags.runOut !== undefined) for (const file of await writeRuns(flags.runOut, all)) note(`Wrote ${file}`);
  if (flags.html !== undefined) {
    const facts = { collection: collection.name, documents: documents.size, model: engine.model, version, configurations, notes, titles };
    await writeReport(flags.html, labs, facts);
    note(`Wrote ${flags.html}`);
  }
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
