/** `paperkin import`: adds papers from files to the library, and embeds them. */
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
    .option("--format <format>", `the format of the files, instead of detecting it: ${formats.map((format) => format.name).join(", ")}`);
  addIntakeOptions(command)
    .addHelpText("after", `\nFormats:\n${formats.map(describeFormat).join("\n")}`)
    .addHelpText(
      "after",
      "\nExamples:\n  paperkin import papers.jsonl\n  zcat snapshot.json.gz | paperkin import - --format arxiv-kaggle\n",
    )
    .action(async (files: string[], flags: Flags) => {
      // An unknown format is a usage error, whatever the files are.
      if (flags.format !== undefined) formatNamed(flags.format);
      // A misspelt file name does not create a library.
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

/** An unreadable file does not stop the others. */
async function* withoutFaults(events: AsyncIterable<FileEvent>, intake: Intake): AsyncIterable<SourceRecord> {
  for await (const event of events) {
    // Standard input that ends early is no fault then.
    if (intake.signal.aborted) return;
    if (event.kind === "fault") intake.fail(event.error);
    else yield event;
  }
}
