/** `paperkin restore`: a library from a backup. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { restoreLibrary } from "../app.ts";
import { configOf, interruptible, isJson } from "./context.ts";
import { print, printJson, withProgress } from "./output.ts";

export function addRestore(program: Command): void {
  program
    .command("restore")
    .description("make a library from a backup, after checking every byte of it")
    .argument("<file>", "what `paperkin backup` wrote, a file or a folder of copies")
    .option("--copy <name>", "which of the copies in a folder; the latest unless named")
    .option("--replace", "put it in the place of the library that is there, which is kept until the restored one stands")
    .addHelpText("after", "\nExample:\n  paperkin restore papers.backup --data another-folder\n")
    .action(async (file: string, flags: { replace?: boolean; copy?: string }, command: Command) => {
      const config = configOf(command);
      const json = isJson(command);
      const manifest = await withProgress(json, (progress) =>
        restoreLibrary(config, resolve(file), {
          replace: flags.replace === true,
          copy: flags.copy,
          onProgress: interruptible((what, done, total) => progress.show(what, done, total, "files")),
        }),
      );
      if (json) printJson({ data: config.data, ...manifest });
      else print(`The library in ${config.data} is as of ${manifest.created}.`);
    });
}
