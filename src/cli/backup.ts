/** `paperkin backup`: the library in one file, while it is used. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { backUpLibrary, copyLibraryTo } from "../app.ts";
import { configOf, isJson } from "./context.ts";
import { print, printJson, withProgress } from "./output.ts";

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
      const json = isJson(command);
      const target = resolve(file);
      const showing = <T>(write: (show: (what: string, done: number, total: number) => void) => Promise<T>) =>
        withProgress(json, (progress) => write((what, done, total) => progress.show(what, done, total, "files")));
      if (flags.incremental === true) {
        const copy = await showing((show) => copyLibraryTo(configOf(command), target, show));
        if (json) printJson({ folder: target, ...copy });
        else
          print(
            `Copy ${copy.name} holds the library as of ${copy.created}: ${megabytes(copy.addedBytes)} new of ${megabytes(copy.sizeBytes)}.`,
          );
        return;
      }
      const made = await showing((show) => backUpLibrary(configOf(command), target, show));
      if (json) printJson({ file: target, ...made });
      else print(`${file} holds the library as of ${made.created}: ${made.files.length} files, ${megabytes(made.sizeBytes)}.`);
    });
}

function megabytes(sizeBytes: number): string {
  return `${(sizeBytes / 1e6).toFixed(1)} MB`;
}
