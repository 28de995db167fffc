/** `paperkin backup`: the library in one file, while it is used. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { backUpLibrary, copyLibraryTo } from "../app.ts";
import { AppError } from "../core/errors.ts";
import { type CommonFlags, configOf, wholeNumber } from "./context.ts";
import { Progress, print, printJson } from "./output.ts";

/** More than anybody counts; each copy costs a list to read. */
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
      const isJson = command.optsWithGlobals<CommonFlags>().json === true;
      const progress = new Progress(isJson);
      const show = (what: string, done: number, total: number) => progress.show(what, done, total, "files");
      try {
        if (flags.incremental === true) {
          const copy = await copyLibraryTo(configOf(command), resolve(file), { keep: flags.keep, onProgress: show });
          progress.stop();
          if (isJson) printJson({ folder: resolve(file), ...copy });
          else {
            const { name, created, addedBytes, sizeBytes, removed, freedBytes } = copy;
            print(`Copy ${name} holds the library as of ${created}: ${megabytes(addedBytes)} new of ${megabytes(sizeBytes)}.`);
            if (removed.length > 0) print(`Removed: ${removed.join(", ")}; ${megabytes(freedBytes)} are free again.`);
          }
          return;
        }
        const made = await backUpLibrary(configOf(command), resolve(file), show);
        progress.stop();
        if (isJson) printJson({ file: resolve(file), ...made });
        else print(`${file} holds the library as of ${made.created}: ${made.files.length} files, ${megabytes(made.sizeBytes)}.`);
      } finally {
        progress.stop();
      }
    });
}

function megabytes(sizeBytes: number): string {
  return `${(sizeBytes / 1e6).toFixed(1)} MB`;
}
