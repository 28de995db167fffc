/** `paperkin judgments`: your judgments of results, and their export as a collection for `paperkin eval`. */
import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { AppError, codeOf } from "../core/errors.ts";
import { counted } from "../core/text.ts";
import type { JudgedCollection } from "../engine/people/judgments.ts";
import { examples, isJson, withEngine, withoutIndex } from "./context.ts";
import { print, printJson, printTable } from "./output.ts";
import { personOption } from "./people.ts";
import { writeParts } from "./text-file.ts";

interface Flags {
  person: string;
  query?: string;
}

export function addJudgments(program: Command): void {
  const judgments = program
    .command("judgments")
    .description("your judgments of papers as relevant for queries or not, as made below search hits")
    .addHelpText("after", examples("judgments", 'judgments add "attention in networks" arXiv:1706.03762'));
  addList(judgments);
  addAdd(judgments);
  addExport(judgments);
}

function addList(judgments: Command): void {
  judgments
    .command("list", { isDefault: true })
    .description("what you said so far, latest first")
    .addHelpText("after", examples("judgments", 'judgments list --query "attention in networks"'))
    .option("--query <text>", "only of this query")
    .addOption(personOption())
    .action(async (flags: Flags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const all = await engine.person(flags.person).judgments(flags.query);
        if (isJson(command)) for (const { judgment, paper } of all) printJson({ ...judgment, title: paper.title });
        else if (all.length === 0) print("Nothing yet.");
        else
          printTable(
            all.map(({ judgment: { at, relevant, query }, paper }) => [
              at.slice(0, 10),
              relevant ? "relevant" : "not relevant",
              query.slice(0, 60),
              paper.paperId,
              paper.title,
            ]),
          );
      });
    });
}

function addAdd(judgments: Command): void {
  judgments
    .command("add")
    .description("judge papers as relevant for a query or not, or remove a judgment")
    .addHelpText(
      "after",
      examples('judgments add "attention in networks" arXiv:1706.03762', 'judgments add "attention in networks" arXiv:2005.14165 --not'),
    )
    .argument("<query>", "the query, as you would type it")
    .argument("<ids...>", "papers, by any of their ids")
    .option("--not", "they are not relevant")
    .option("--undo", "remove the judgments")
    .addOption(personOption())
    .action(async (query: string, ids: string[], flags: Flags & { not?: boolean; undo?: boolean }, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const person = engine.person(flags.person);
        // All or none: a command with a misspelt id can simply be repeated.
        if (flags.undo !== true) for (const id of ids) await engine.paper(id);
        for (const id of ids) {
          if (flags.undo === true) {
            const removed = await person.takeBackJudgment(query, id);
            if (isJson(command)) printJson({ query, paperId: id, removed });
            else print(removed ? `The judgment of ${id} is removed.` : `There was no judgment of ${id}.`);
          } else {
            const judgment = await person.judge({ query, paperId: id, relevant: flags.not !== true });
            if (isJson(command)) printJson(judgment);
            else print(`${judgment.paperId} is ${judgment.relevant ? "relevant" : "not relevant"}`);
          }
        }
      });
    });
}

function addExport(judgments: Command): void {
  judgments
    .command("export")
    .description("the library and your judgments as a collection that eval reads")
    .argument("<dir>", "a new folder, or an empty one")
    .addOption(personOption())
    .addHelpText("after", "\nExamples:\n  paperkin judgments export mine && paperkin eval mine --keep mine-library\n")
    .action(async (dir: string, flags: Flags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const collection = await engine.person(flags.person).judgedCollection();
        const documents = await writeCollection(resolve(dir), collection);
        const { queries, judgments: count, relevant } = collection;
        if (isJson(command)) printJson({ folder: resolve(dir), documents, queries, judgments: count, relevant });
        else
          print(
            `${counted(documents, "document")}, ${queries} ${queries === 1 ? "query" : "queries"}, ${counted(count, "judgment")} (${relevant} relevant): paperkin eval ${dir}`,
          );
      });
    });
}

/** Creates the folder atomically. @returns the number of documents. Throws `invalid_request`. */
async function writeCollection(folder: string, collection: JudgedCollection): Promise<number> {
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    await removeEmpty(folder);
    await mkdir(temporary);
    const documents = await writeParts(join(temporary, "corpus.jsonl"), collection.documentLines());
    await writeParts(join(temporary, "queries.jsonl"), collection.queryLines);
    await writeParts(join(temporary, "qrels.tsv"), collection.judgmentLines);
    await rename(temporary, folder);
    return documents;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    if (cause instanceof AppError || !(cause instanceof Error && "code" in cause)) throw cause;
    throw new AppError("invalid_request", `The folder ${folder} cannot be made.`, {
      mend: "Check that its parent folder exists and may be written to.",
      cause,
    });
  }
}

async function removeEmpty(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (entries.length > 0) throw new AppError("invalid_request", `The folder ${folder} is not empty.`, { mend: "Name a new one." });
  await rmdir(folder);
}
