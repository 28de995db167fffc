#!/usr/bin/env node
/** The command line: one command a file; this one puts them together and turns errors into exit codes. */
import { Command, CommanderError, Option } from "commander";
import { version } from "../app.ts";
import { toAppError } from "../core/errors.ts";
import { addBackup } from "./backup.ts";
import { addComments } from "./comments.ts";
import { addDaily } from "./daily.ts";
import { addDigest } from "./digest.ts";
import { addEmbeddings } from "./embeddings.ts";
import { addEval } from "./eval.ts";
import { addExplain } from "./explain.ts";
import { addFeedback } from "./feedback.ts";
import { addFetch } from "./fetch.ts";
import { addImport } from "./import.ts";
import { addInterests } from "./interests.ts";
import { addJudgments } from "./judgments.ts";
import { addModels } from "./models.ts";
import { addPapers } from "./papers.ts";
import { addPeople } from "./people.ts";
import { addPicks } from "./picks.ts";
import { addRecommend } from "./recommend.ts";
import { addReindex } from "./reindex.ts";
import { addRestore } from "./restore.ts";
import { addSearch } from "./search.ts";
import { addServe } from "./serve.ts";
import { addSimilar } from "./similar.ts";
import { addStatus } from "./status.ts";
import { addSuggest } from "./suggest.ts";
import { addTopics } from "./topics.ts";
import { addVerify } from "./verify.ts";

/** The whole program; `README.md` and its test read the commands from here. */
export function buildProgram(): Command {
  const program = new Command("paperkin")
    .description("Semantic search and recommendation for your own library of research papers.")
    .version(version)
    .option("--data <dir>", "the folder of the library (PAPERKIN_DATA, or index/)")
    .option("--config <file>", "a file of settings, as JSON (PAPERKIN_CONFIG)")
    .option("--model <id>", "the embedding model (PAPERKIN_MODEL, or that of the library)")
    .option("--models <dir>", "the folder of the models (PAPERKIN_MODELS)")
    .option("--reranker <id>", "the cross-encoder that reads the first papers of a search (PAPERKIN_RERANKER, or none)")
    .option("--reranker-budget-ms <n>", "how long it may take for one answer (PAPERKIN_RERANKER_BUDGET_MS, or 500)")
    .option("--workers <n>", "processes that embed (PAPERKIN_WORKERS, or one for each core)")
    .option("--json", "one JSON object a line, and nothing else, on standard output")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 wrong use, 3 done in part (some records were refused).\nFirst steps:\n  paperkin import papers.jsonl\n  paperkin search how do plants sense light\n  paperkin serve\n",
    );
  for (const add of [
    addImport,
    addFetch,
    addSearch,
    addExplain,
    addSuggest,
    addSimilar,
    addRecommend,
    addInterests,
    addPicks,
    addFeedback,
    addComments,
    addDigest,
    addTopics,
    addDaily,
    addPapers,
    addPeople,
    addServe,
    addStatus,
    addVerify,
    addReindex,
    addEmbeddings,
    addBackup,
    addRestore,
    addEval,
    addJudgments,
    addModels,
  ])
    add(program);
  shareOptions(program, program);
  return program;
}

/** Options for all commands may stand behind the command's name too, where people write them. */
function shareOptions(program: Command, command: Command): void {
  for (const child of command.commands) {
    for (const option of program.options) {
      if (option.long !== "--version" && !child.options.some((own) => own.long === option.long))
        child.addOption(new Option(option.flags, option.description).hideHelp());
    }
    child.exitOverride().showHelpAfterError("(--help shows how it is used)");
    shareOptions(program, child);
  }
}

async function main(): Promise<void> {
  // `paperkin search … | head` closes the pipe: nothing is wrong.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  try {
    await buildProgram().exitOverride().showHelpAfterError("(--help shows how it is used)").parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const known = toAppError(error);
    process.stderr.write(`paperkin: ${known.explanation}\n`);
    if (known.code === "internal" && known.cause instanceof Error) process.stderr.write(`${known.cause.stack ?? ""}\n`);
    process.exitCode = known.outcome.exitCode;
  }
}

await main();
