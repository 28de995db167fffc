/** `paperkin backup`: backs the library up to one file, also while it is in use. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { backUpLibrary, copyLibraryTo } from "../app.ts";
import { AppError } from "../core/errors.ts";
import { counted } from "../core/text.ts";
import { configOf, interruptible, isJson, wholeNumber } from "./context.ts";
import { megabytes, print, printJson, withProgress } from "./output.ts";
import { requireFileName } from "./text-file.ts";

/** A limit beyond any practical use: each copy costs reading a list. */
const mostKept = 10_000;

export function addBackup(program: Command): void {
  program
    .command("backup")
    .description("back up the library to one file, also while it is in use, or add an incremental copy to a folder")
    .argument("<file>", "the backup, a tar archive; an existing backup is replaced once the new one is complete, any other file is refused")
    .option("--incremental", "add a copy to a folder; it takes up only the space of what no earlier copy there contains")
    .option("--keep <n>", "keep only this many copies, the newest, including this one", wholeNumber("--keep", 1, mostKept))
    .addHelpText(
      "after",
      "\nModels are not included.\nExamples:\n  paperkin backup papers.backup\n  paperkin backup copies --incremental --keep 14\n",
    )
    .action(async (file: string, flags: { incremental?: boolean; keep?: number }, command: Command) => {
      if (flags.keep !== undefined && flags.incremental !== true)
        throw new AppError("invalid_request", "--keep only works with --incremental, which adds copies to a folder.");
      requireFileName(file);
      const json = isJson(command);
      const target = resolve(file);
      const showing = <T>(write: (show: (what: string, done: number, total: number) => void) => Promise<T>) =>
        withProgress(json, (progress) => write(interruptible((what, done, total) => progress.show(what, done, total, "files"))));
      if (flags.incremental === true) {
        const copy = await showing((onProgress) => copyLibraryTo(configOf(command), target, { keep: flags.keep, onProgress }));
        if (json) {
          printJson({ folder: target, ...copy });
          return;
        }
        const { name, created, addedBytes, sizeBytes, removed, freedBytes } = copy;
        print(`Copy ${name} holds the library as of ${created}: ${megabytes(addedBytes)} new of ${megabytes(sizeBytes)}.`);
        if (removed.length > 0) print(`Removed: ${removed.join(", ")}; ${megabytes(freedBytes)} are free again.`);
        return;
      }
      const made = await showing((show) => backUpLibrary(configOf(command), target, show));
      if (json) printJson({ file: target, ...made });
      else print(`${file} holds the library as of ${made.created}: ${counted(made.files.length, "file")}, ${megabytes(made.sizeBytes)}.`);
    });
}
