/** `paperkin import`: files of papers into the library, and their embeddings. */
import type { Command } from "commander";
import { formatNamed, formats, openInputs, readPapers } from "../app.ts";
import { toAppError } from "../core/errors.ts";
import type { SourceInput } from "../core/source.ts";
import { addIntakeOptions, type Intake, type IntakeFlags, takeIn } from "./intake.ts";

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
    .addHelpText("after", `\nFormats:\n${formats.map((format) => `  ${format.name.padEnd(18)}${format.description}`).join("\n")}`)
    .addHelpText(
      "after",
      "\nExamples:\n  paperkin import papers.jsonl\n  zcat snapshot.json.gz | paperkin import - --format arxiv-kaggle\n",
    )
    .action(async (files: string[], flags: Flags) => {
      // A format that does not exist is wrong use, whatever the files are.
      if (flags.format !== undefined) formatNamed(flags.format);
      await takeIn(command, flags, (intake) => readFiles(files, flags.format, intake));
    });
}

async function readFiles(files: readonly string[], format: string | undefined, intake: Intake): Promise<void> {
  const { engine, signal, counts, options } = intake;
  /** One bad file costs one file. */
  const sparing = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const known = toAppError(error);
      if (known.code !== "file_unreadable" && known.code !== "unsupported_format") throw error;
      intake.fail(known);
    }
  };
  const read = async (input: SourceInput) => {
    await engine.ingest(await readPapers(input, format), counts, options);
  };
  for (const file of files) {
    await sparing(async () => {
      for await (const input of openInputs(file)) {
        if (signal.aborted) return;
        await sparing(() => read(input));
      }
    });
  }
}
