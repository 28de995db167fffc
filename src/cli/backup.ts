/** `paperkin backup`: the library in one file, while it is used. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { backUpLibrary, copyLibraryTo } from "../app.ts";
import { type CommonFlags, configOf } from "./context.ts";
import { Progress, print, printJson } from "./output.ts";

export function addBackup(program: Command): void {
  program
    .command("backup")
    .description("write the library to one file, while others use it; or what changed to a folder of copies")
    .argument("<file>", "the backup, a tar archive; one that is there is replaced when the new one is whole")
    .option("--incremental", "add a copy to a folder, which takes only the room of what no earlier copy there has")
    .addHelpText(
      "after",
      "\nThe models are not part of it.\nExamples:\n  paperkin backup papers.backup\n  paperkin backup copies --incremental\n",
    )
    .action(async (file: string, flags: { incremental?: boolean }, command: Command) => {
      const isJson = command.optsWithGlobals<CommonFlags>().json === true;
      const progress = new Progress(isJson);
      const show = (what: string, done: number, total: number) => progress.show(what, done, total, "files");
      try {
        if (flags.incremental === true) {
          const copy = await copyLibraryTo(configOf(command), resolve(file), show);
          progress.stop();
          if (isJson) printJson({ folder: resolve(file), ...copy });
          else
            print(
              `Copy ${copy.name} holds the library as of ${copy.created}: ${megabytes(copy.addedBytes)} new of ${megabytes(copy.sizeBytes)}.`,
            );
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
