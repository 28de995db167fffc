/** `paperkin export`. */
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import { openLibrary } from "../app.ts";
import { AppError } from "../core/errors.ts";
import { type ExportFormat, type ExportName, exportNames, type PapersToExport, piecesOf } from "../core/export/format.ts";
import { exportFormat, exportFormatOfFile } from "../core/export/formats.ts";
import { type FeedbackKind, feedbackKinds } from "../core/interest.ts";
import { counted } from "../core/text.ts";
import { exportedByConditions, PartialExport } from "../engine/export.ts";
import type { Fusion, SearchMode } from "../engine/search/rank.ts";
import {
  type CommonFlags,
  configOf,
  examples,
  interruptSignal,
  isJson,
  noteFaults,
  searching,
  wholeNumber,
  withEngine,
  withoutIndex,
} from "./context.ts";
import { addFilterOptions, type FilterFlags, filtersOf } from "./filter-options.ts";
import { addOrderOptions, type OrderFlags, orderOf } from "./order-options.ts";
import { note, noteMigration, print, printJson } from "./output.ts";
import { personOption } from "./people.ts";
import { modeOptions } from "./search.ts";
import { checkWritable, writeWhole } from "./text-file.ts";

interface Flags extends CommonFlags, FilterFlags, OrderFlags {
  format?: ExportName;
  output?: string;
  kind?: FeedbackKind;
  limit?: number;
  mode: SearchMode;
  fusion: Fusion;
  unseen?: boolean;
  person: string;
}

export function addExport(program: Command): void {
  const command = program
    .command("export")
    .description(
      "papers as BibTeX, RIS, CSL JSON, a table, or in Paperkin's own form: all of them, those of a search, or those that you saved",
    )
    .argument("[query...]", "as for search; without words the newest papers that meet the conditions")
    .addOption(new Option("--format <format>", "the format (default: that of the file's name, else bibtex)").choices(exportNames))
    .option("-o, --output <file>", "the file to write, instead of standard output")
    .addOption(new Option("--kind <kind>", "instead of a search: papers that you saved, voted for, …").choices(feedbackKinds))
    .option(
      "--limit <n>",
      "the maximum number of papers; with words 100 by default and at most 1000, otherwise all",
      wholeNumber("--limit", 1, 1_000_000_000),
    )
    .option("--unseen", "leave out what you have seen, saved or dismissed")
    .addOption(personOption("with --kind or --unseen: who, where several people use the library"));
  addFilterOptions(addOrderOptions(modeOptions(command)))
    .addHelpText(
      "after",
      examples(
        "export --kind save --output saved.bib",
        'export "graph neural networks" --year 2019.. --limit 50 --format ris',
        "export --output library.jsonl",
      ),
    )
    .action(async (words: string[], flags: Flags, self: Command) => {
      await checkWritable([flags.output]);
      const format = formatOf(flags, isJson(self));
      const query = words.join(" ");
      const filters = filtersOf(flags);
      const signal = interruptSignal();
      const { kind, limit, mode, fusion, person } = flags;
      const unseenBy = flags.unseen === true ? person : undefined;
      const said = kind === undefined ? undefined : { person, kind };
      const request = { query, mode, fusion, limit, filters, ...orderOf(flags), unseenBy, said };
      const isOfSomebody = unseenBy !== undefined || said !== undefined;
      if (query === "" && !isOfSomebody) {
        const library = await openLibrary(configOf(self), { ...withoutIndex, onNotice: note, onMigration: noteMigration });
        try {
          await write(self, format, await exportedByConditions(library, request, signal), flags.output);
        } finally {
          await library.close();
        }
        return;
      }
      // What somebody has not seen is told from all papers, which only an index lists.
      await withEngine(self, said === undefined ? searching(self, flags) : withoutIndex, async (engine) => {
        noteFaults(engine);
        await write(self, format, await engine.exportPapers(request, signal), flags.output);
      });
    });
}

/** Throws `invalid_request`. */
function formatOf({ format, output }: Flags, json: boolean): ExportFormat {
  if (output === undefined && json) {
    if (format === undefined || format === "jsonl") return exportFormat("jsonl");
    throw new AppError("invalid_request", `--json gives one object per line, and ${format} is another format.`, {
      mend: "Leave one of the two out.",
    });
  }
  if (format !== undefined) return exportFormat(format);
  const told = output === undefined ? exportFormat("bibtex") : exportFormatOfFile(output);
  if (told === undefined)
    throw new AppError("invalid_request", `The name ${output} does not say which format is meant.`, {
      mend: `Name it with --format: ${exportNames.join(", ")}.`,
    });
  return told;
}

/** `paperkin export | head` closes the pipe, which is no error. */
function unlessEnough(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

async function write(command: Command, format: ExportFormat, papers: PapersToExport, output: string | undefined): Promise<void> {
  let count = 0;
  let partial: PartialExport | undefined;
  const counting = async function* () {
    try {
      for await (const paper of papers) {
        count++;
        yield paper;
      }
    } catch (error) {
      // What could be read is kept as a complete file in its format.
      if (!(error instanceof PartialExport)) throw error;
      partial = error;
    }
  };
  const pieces = piecesOf(format, counting());
  if (output === undefined) await pipeline(pieces, process.stdout, { end: false }).catch(unlessEnough);
  else await writeWhole(output, pieces);
  if (output !== undefined && isJson(command))
    printJson({ file: output, format: format.name, papers: count, complete: partial === undefined });
  else if (output !== undefined)
    print(`${output} holds ${counted(count, "paper")}${partial === undefined ? "" : ", which is not all of them"}.`);
  else if (count === 0 && partial === undefined) note("No paper was found.");
  if (partial !== undefined) throw partial;
}
