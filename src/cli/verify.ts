/** `paperkin verify`: checks the library's invariants. */
import type { Command } from "commander";
import { yieldToOthers } from "../background.ts";
import { examples, isJson, withEngine } from "./context.ts";
import { describeBacklog } from "./embed.ts";
import { print, printJson, printTable, styled } from "./output.ts";

export function addVerify(program: Command): void {
  program
    .command("verify")
    .description("check the database, the embeddings, the index files and the model")
    .addHelpText("after", examples("verify", "verify --repair"))
    .option("--repair", "rebuild damaged derived data from what is stored")
    .action(async (flags: { repair?: boolean }, command: Command) => {
      const repair = flags.repair === true;
      yieldToOthers(0);
      await withEngine(
        command,
        { create: false, maintain: repair, workers: 1, mendDatabase: repair },
        async (engine, _config, progress) => {
          const findings = await engine.verify({ repair, onProgress: (check) => progress.say(`checking ${check}`) });
          progress.stop();
          const damaged = findings.filter((finding) => finding.state === "damaged");
          if (isJson(command)) for (const finding of findings) printJson(finding);
          else {
            printTable(
              findings.map(({ check, state, detail }) => [
                state === "ok"
                  ? styled("green", "ok      ")
                  : state === "repaired"
                    ? styled("yellow", "repaired")
                    : styled("red", "damaged "),
                check,
                detail,
              ]),
            );
            print(
              damaged.length === 0
                ? "The library is sound."
                : damaged.some(({ check }) => check === "database")
                  ? "The database's own data cannot be rebuilt from anything here."
                  : repair
                    ? "Some damage could not be repaired."
                    : "Run `paperkin verify --repair`, which rebuilds derived data. For other damage, its line says what helps.",
            );
          }
          if (damaged.length > 0) process.exitCode = 1;
          else if (repair && !isJson(command)) {
            const { backlog } = await engine.status();
            // Vectors that were lost with their table.
            if (backlog > 0) print(describeBacklog(backlog));
          }
        },
      );
    });
}
