/** `paperkin reindex`: switches to another model or other parameters, while the library stays in use. */
import type { Command } from "commander";
import { checkModel, openEmbedder, openLibrary } from "../app.ts";
import { yieldToOthers } from "../background.ts";
import { type Config, readConfig } from "../config.ts";
import { AppError } from "../core/errors.ts";
import { defaultGraphParameters, describeGraph, describeModel, type Generation } from "../core/generation.ts";
import { unfinishedOf } from "../core/job.ts";
import type { Library } from "../core/library.ts";
import { utcMinute } from "../core/local-time.ts";
import { dropUnfinished, pruneGenerations, type ReindexReport, reindex, rollBack } from "../engine/generations/reindex.ts";
import { graphOf, reindexLimits } from "../engine/generations/reindex-request.ts";
import { configOf, interruptSignal, isJson, wholeNumber } from "./context.ts";
import { describeBacklog } from "./embed.ts";
import { note, noteMigration, print, printJson, printTable, withProgress } from "./output.ts";
import { describeJob, describeWork } from "./work.ts";

interface Flags {
  m?: number;
  efConstruction?: number;
  truncation?: number;
  new?: boolean;
  keep: number;
  rollback?: boolean;
  prune?: boolean;
  drop?: boolean;
  status?: boolean;
}

export function addReindex(program: Command): void {
  program
    .command("reindex")
    .description("move the library to another model or other index parameters, while it stays in use")
    .option("--m <n>", "links of each paper in the HNSW graph (16)", numberFor("--m", reindexLimits.M))
    .option(
      "--ef-construction <n>",
      "width of the search for links while building the graph (200)",
      numberFor("--ef-construction", reindexLimits.efConstruction),
    )
    .option(
      "--truncation <tokens>",
      "how many tokens of a text are read (by default as many as the model reads)",
      numberFor("--truncation", reindexLimits.truncation),
    )
    .option("--new", "start from the beginning: drop the work of an interrupted run, and create a new generation in any case")
    .option("--keep <n>", "how many old generations to keep for a rollback", numberFor("--keep", reindexLimits.keep), 1)
    .option("--rollback", "go back to the previous generation")
    .option("--prune", "remove the old generations that --keep does not keep")
    .option("--drop", "remove the generation that was started and never finished")
    .option("--status", "show the generations")
    .addHelpText(
      "after",
      "\n--model sets the model (by default the library's), --workers the number of embedding processes (by default one for each core).\nIf it is interrupted, the same command (without --new) continues it. The library records its model: settings need not name it.\nExamples:\n  paperkin reindex --model Xenova/bge-small-en-v1.5\n  paperkin reindex --m 32 --ef-construction 400\n  paperkin reindex --rollback\n",
    )
    .action(async (flags: Flags, command: Command) => {
      const asked = [flags.rollback, flags.prune, flags.drop, flags.status].filter((flag) => flag === true).length;
      if (asked > 1) throw new AppError("invalid_request", "Only one of --rollback, --prune, --drop and --status can be used at a time.");
      const { m, efConstruction, truncation, new: isNew } = flags;
      const making = Object.entries({ "--m": m, "--ef-construction": efConstruction, "--truncation": truncation, "--new": isNew });
      const moving = making.find(([, value]) => value !== undefined)?.[0];
      if (asked === 1 && moving !== undefined)
        throw new AppError("invalid_request", `${moving} is for a new generation; --rollback, --prune, --drop and --status make none.`);
      if (asked === 1) await manage(flags, command);
      else await move(flags, command);
    });
}

const numberFor = (name: string, { least, most }: { least: number; most: number }) => wholeNumber(name, least, most);

/** Actions that need neither a model nor an index. */
async function manage(flags: Flags, command: Command): Promise<void> {
  const library = await openLibrary(configOf(command), { create: false, maintain: false, searchable: false });
  try {
    if (flags.rollback === true) {
      const generation = await rollBack(library, (before) => checkModel(configOf(command), before));
      const waiting = await library.backlogSize(generation);
      if (isJson(command)) printJson({ outcome: "live", generation, waiting });
      else print(`Generation ${generation.id} of ${generation.model} answers again.`);
      if (waiting > 0) note(describeBacklog(waiting));
      warnOfSettings(command, generation);
    } else if (flags.prune === true) {
      const gone = await pruneGenerations(library, flags.keep);
      if (isJson(command)) printJson({ removed: gone });
      else print(gone.length === 0 ? "There is nothing to remove." : `Removed: generation ${gone.map(({ id }) => id).join(", ")}.`);
    } else if (flags.drop === true) {
      const gone = await dropUnfinished(library);
      if (isJson(command)) printJson({ removed: [gone] });
      else print(`Removed: generation ${gone.id} of ${gone.model}, which was never finished.`);
    } else await showGenerations(library, command);
  } finally {
    await library.close();
  }
}

async function showGenerations(library: Library, command: Command): Promise<void> {
  const entries = await library.generations();
  const papers = await library.countPapers();
  if (isJson(command)) for (const entry of entries) printJson({ ...entry, papers });
  else if (entries.length === 0) print("Nothing is embedded yet.");
  else
    printTable(
      [
        ["generation", "state", "embedded", "model", "index", "recall@10"],
        ...entries.map(({ generation, state, embedded, begun, audit }) => [
          String(generation.id),
          begun === undefined ? state : `${state}, begun ${utcMinute(begun)}`,
          `${embedded} of ${papers}`,
          describeModel(generation),
          describeGraph(generation.graph ?? defaultGraphParameters),
          audit === undefined ? "not audited" : audit.recallAt10.toFixed(3),
        ]),
      ],
      [0],
    );
  const work = (await library.claimedWork()).filter((one) => one.work === "reindex");
  if (isJson(command)) return;
  for (const one of work) print(`Under way: ${describeWork(one)}.`);
  const job = unfinishedOf(await library.jobs.all(), "reindex");
  if (job !== undefined) print(`There is a job: ${describeJob(job)}.`);
}

async function move(flags: Flags, command: Command): Promise<void> {
  yieldToOthers(0);
  const config = configOf(command);
  await withProgress(isJson(command), async (progress) => {
    const onProgress = (what: string, done: number, total: number) => progress.show(what, done, total, "papers");
    const library = await openLibrary(config, { create: false, maintain: true, onNotice: note, onProgress, onMigration: noteMigration });
    try {
      const report = await run(library, config, flags, onProgress);
      progress.stop();
      const gone = report.outcome === "live" ? await pruneGenerations(library, flags.keep) : [];
      if (isJson(command)) printJson({ ...report, removed: gone });
      else tell(report, gone, flags.new === true);
      if (report.outcome === "live") warnOfSettings(command, report.generation);
      if (report.outcome === "interrupted") process.exitCode = 130;
    } finally {
      await library.close();
    }
  });
}

async function run(
  library: Library,
  config: Config,
  flags: Flags,
  onProgress: (what: string, done: number, total: number) => void,
): Promise<ReindexReport> {
  const live = await library.liveGeneration();
  const { m, efConstruction, truncation } = flags;
  const embedder = await openEmbedder(config, config.workers, config.model ?? live?.model, { truncation });
  try {
    return await reindex(library, embedder, {
      graph: graphOf(m, efConstruction),
      fresh: flags.new === true,
      signal: interruptSignal(),
      onProgress,
    });
  } finally {
    await embedder.close();
  }
}

function tell({ outcome, generation, embedded, reused, audit, swapMs }: ReindexReport, gone: readonly Generation[], isNew: boolean): void {
  const { id, model } = generation;
  if (outcome === "unchanged") {
    print(`Generation ${id} of ${model} is live already. --new creates another one anyway.`);
    return;
  }
  print(`${embedded} papers were embedded; ${reused} embeddings were there from before.`);
  if (outcome === "interrupted" || audit === undefined) {
    print(`Interrupted. What was embedded is stored; run the same command ${isNew ? "without --new" : "again"} to go on.`);
    return;
  }
  const overlap = audit.overlapAt10 === undefined ? "" : `, overlap@10 with the previous generation ${audit.overlapAt10.toFixed(3)}`;
  print(`Audit: ${audit.embedded} vectors; of ${audit.sampled} papers, recall@10 ${audit.recallAt10.toFixed(3)}${overlap}.`);
  print(`Generation ${id} of ${model} answers now (taken into use in ${Math.ceil(swapMs ?? 0)} ms).`);
  if (gone.length > 0) print(`Removed: generation ${gone.map((one) => one.id).join(", ")}.`);
}

/** Warns if the settings name a model other than the live one, since no program would start then. */
function warnOfSettings(command: Command, { model }: Generation): void {
  const named = readConfig({ ...command.optsWithGlobals(), model: undefined }).model;
  if (named !== undefined && named !== model)
    note(`The settings name ${named}: set the model to ${model} there, or leave it out. Otherwise programs refuse to open the library.`);
}
