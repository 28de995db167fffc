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
    .description("write the library to one file, while others use it; or what changed to a folder of copies")
    .argument("<file>", "the backup, a tar archive; one that is there is replaced when the new one is whole, and nothing else is")
    .option("--incremental", "add a copy to a folder, which takes only the room of what no earlier copy there has")
    .option("--keep <n>", "of the copies only the newest stay, so many with this one", wholeNumber("--keep", 1, mostKept))
    .addHelpText(
      "after",
      "\nThe models are not part of it.\nExamples:\n  paperkin backup papers.backup\n  paperkin backup copies --incremental --keep 14\n",
    )
    .action(async (file: string, flags: { incremental?: boolean; keep?: number }, command: Command) => {
      if (flags.keep !== undefined && flags.incremental !== true)
        throw new AppError("invalid_request", "--keep is for copies in a folder, which --incremental adds to.");
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
