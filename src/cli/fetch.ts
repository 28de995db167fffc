/** `paperkin fetch`: adds papers from a service to the library, and embeds them. */
import type { Command } from "commander";
import { type LiveClient, openLiveClient } from "../app-sources.ts";
import { toAppError } from "../core/errors.ts";
import type { FetchRequest, LiveSource } from "../core/live-source.ts";
import { configOf } from "./context.ts";
import { addSources } from "./fetch-request.ts";
import { addIntakeOptions, type Intake, type IntakeFlags, takeIn } from "./intake.ts";
import { note } from "./output.ts";

interface Flags extends IntakeFlags {
  restart?: boolean;
}

export function addFetch(program: Command): void {
  const parent = program
    .command("fetch")
    .description("ask a service for papers, and bring them into the library")
    .addHelpText(
      "after",
      "\nThe same command continues where it stopped, or fetches what is new.\nExamples:\n  paperkin fetch arxiv --category cs.CL\n  paperkin fetch hf-daily --week 2026-W10\n  paperkin fetch arxiv --help\n",
    );
  addSources(parent, (command, source, readRequest) => {
    addIntakeOptions(command)
      .option("--restart", "start from the beginning, ignoring what earlier runs have fetched")
      .action(async () => {
        const [request, flags] = [readRequest(), command.opts<Flags>()];
        const client = openLiveClient(configOf(command));
        await takeIn(command, flags, (intake) => fetchFrom(client, source, request, flags, intake)).finally(() => client.close());
      });
  });
}

async function fetchFrom(
  client: LiveClient,
  source: LiveSource,
  request: FetchRequest,
  { restart = false }: Flags,
  intake: Intake,
): Promise<void> {
  const { engine, progress, signal, counts, options } = intake;
  const session = client.session(source, {
    signal,
    onWait: ({ ms, why, isRetry }) => {
      const what = `waiting ${Math.ceil(ms / 1000)} s ${why}`;
      if (isRetry) {
        progress.stop();
        note(what);
      } else progress.say(`${counts.read} papers read, ${what}`);
    },
  });
  try {
    await engine.fetch(source, request, session, counts, { ...options, restart });
  } catch (error) {
    const known = toAppError(error);
    if (known.code === "cancelled" && signal.aborted) return;
    // Papers that came before the failure are kept, and reported like any others.
    if (known.code !== "source_unreachable" && known.code !== "source_refused" && known.code !== "address_forbidden") throw error;
    intake.fail(known);
  }
}
