/** `paperkin status`: what the library holds and how it is. */
import type { Command } from "commander";
import { asking, type CommonFlags, withEngine } from "./context.ts";
import { printJson, printTable } from "./output.ts";

export function addStatus(program: Command): void {
  program
    .command("status")
    .description("what the library holds and how it is")
    .action(async (_flags: unknown, command: Command) => {
      await withEngine(command, asking, async (engine, config) => {
        const status = await engine.status();
        if (command.optsWithGlobals<CommonFlags>().json === true) {
          const { workers: _, ...rest } = status;
          printJson({ ...rest, data: config.data });
          return;
        }
        const { generation } = status;
        printTable([
          ["library", config.data],
          ["papers", String(status.papers)],
          ["embedded", String(status.embedded)],
          ["waiting", String(status.backlog)],
          ["model", status.model],
          ["generation", generation === undefined ? "none yet" : `${generation.id} (${generation.dimensions} dimensions)`],
          [
            "index files",
            status.checkpointChange === undefined
              ? "none; made when papers are embedded"
              : `up to change ${status.checkpointChange} of ${status.lastChange}`,
          ],
          ...status.files.map((file) => [file.name, `${(file.sizeBytes / 1e6).toFixed(1)} MB`]),
        ]);
      });
    });
}
