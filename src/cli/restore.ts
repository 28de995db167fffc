/** `paperkin restore`: restores a library from a backup. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { checkBackup, restoreLibrary } from "../app.ts";
import { AppError } from "../core/errors.ts";
import { configOf, examples, interruptible, isJson } from "./context.ts";
import { megabytes, print, printJson, printTable, withProgress } from "./output.ts";

export function addRestore(program: Command): void {
  program
    .command("restore")
    .description("restore a library from a backup, after checking every byte of it")
    .argument("<file>", "what `paperkin backup` wrote, a file or a folder of copies")
    .option("--copy <name>", "which of the copies in a folder; the latest unless named")
    .option("--check", "only check whether the backup, or each copy in a folder, is intact; restore nothing")
    .option("--replace", "replace the existing library, which is kept until the restored one is in place")
    .addHelpText("after", examples("restore papers.backup --data another-folder", "restore copies --check"))
    .action(async (file: string, flags: { replace?: boolean; copy?: string; check?: boolean }, command: Command) => {
      const json = isJson(command);
      if (flags.check === true) {
        if (flags.replace === true)
          throw new AppError("invalid_request", "--check restores nothing, so it cannot be combined with --replace.");
        await check(resolve(file), flags.copy, json);
        return;
      }
      const config = configOf(command);
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

async function check(path: string, copy: string | undefined, json: boolean): Promise<void> {
  const checked = await withProgress(json, (progress) =>
    checkBackup(path, { copy, onProgress: interruptible((what, done, total) => progress.show(what, done, total, "files")) }),
  );
  if (json) for (const one of checked) printJson({ file: path, ...one });
  else {
    printTable(
      checked.map(({ copy: name = path, created = "", sizeBytes, fault }) => [
        fault === undefined ? "whole" : "damaged",
        name,
        created,
        fault ?? megabytes(sizeBytes ?? 0),
      ]),
    );
  }
  if (checked.some(({ fault }) => fault !== undefined)) process.exitCode = 1;
}
