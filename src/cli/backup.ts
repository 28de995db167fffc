/** `paperkin backup`: the library in one file, while it is used. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { backUpLibrary } from "../app.ts";
import { type CommonFlags, configOf } from "./context.ts";
import { Progress, print, printJson } from "./output.ts";

export function addBackup(program: Command): void {
  program
    .command("backup")
    .description("write the library to one file, while others use it")
    .argument("<file>", "the backup, a tar archive; one that is there is replaced when the new one is whole")
    .addHelpText("after", "\nThe models are not part of it.\nExample:\n  paperkin backup papers.backup\n")
    .action(async (file: string, _flags: unknown, command: Command) => {
      const isJson = command.optsWithGlobals<CommonFlags>().json === true;
      const progress = new Progress(isJson);
      try {
        const made = await backUpLibrary(configOf(command), resolve(file), (what, done, total) =>
          progress.show(what, done, total, "files"),
        );
        progress.stop();
        if (isJson) printJson({ file: resolve(file), ...made });
        else print(`${file} holds the library as of ${made.created}: ${made.files.length} files, ${(made.sizeBytes / 1e6).toFixed(1)} MB.`);
      } finally {
        progress.stop();
      }
    });
}
