/** `paperkin import`: files of papers into the library, and their embeddings. */
import type { Command } from "commander";
import { hasLibrary } from "../app.ts";
import { formatNamed, formats, isAnyThere, readFilesOf } from "../app-sources.ts";
import type { FileEvent, SourceRecord } from "../core/source.ts";
import { configOf } from "./context.ts";
import { addIntakeOptions, type Intake, type IntakeFlags, takeIn } from "./intake.ts";
import { wrap } from "./output.ts";

interface Flags extends IntakeFlags {
  format?: string;
}

export function addImport(program: Command): void {
  const command = program
    .command("import")
    .description("bring papers into the library")
    .argument("<files...>", "files, folders, quoted patterns and archives (.gz, .zip) of papers; - for standard input")
    .option("--format <format>", `what the files are, instead of finding out: ${formats.map((format) => format.name).join(", ")}`);
  addIntakeOptions(command)
    .addHelpText("after", `\nFormats:\n${formats.map(describeFormat).join("\n")}`)
    .addHelpText(
      "after",
      "\nExamples:\n  paperkin import papers.jsonl\n  zcat snapshot.json.gz | paperkin import - --format arxiv-kaggle\n",
    )
    .action(async (files: string[], flags: Flags) => {
      // A format that does not exist is wrong use, whatever the files are.
      if (flags.format !== undefined) formatNamed(flags.format);
      // What is misspelt makes no library.
      const isTrial = !hasLibrary(configOf(command)) && !(await isAnyThere(files));
      await takeIn(command, flags, (intake) => readFiles(files, flags.format, intake), isTrial);
    });
}

function describeFormat({ name, description }: (typeof formats)[number]): string {
  return `  ${name.padEnd(20)}${wrap(description, " ".repeat(22), process.stdout.columns ?? 80).trimStart()}`;
}

async function readFiles(files: readonly string[], format: string | undefined, intake: Intake): Promise<void> {
  const { engine, counts, options, signal } = intake;
  await engine.ingest(withoutFaults(readFilesOf(files, format, signal), intake), counts, options);
}

/** One bad file costs one file. */
async function* withoutFaults(events: AsyncIterable<FileEvent>, intake: Intake): AsyncIterable<SourceRecord> {
  for await (const event of events) {
    // That standard input ended early is no fault then.
    if (intake.signal.aborted) return;
    if (event.kind === "fault") intake.fail(event.error);
    else yield event;
  }
}
