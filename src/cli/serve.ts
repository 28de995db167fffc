/** `paperkin serve`: the web pages and the API. */
import type { Command } from "commander";
import { hasLibrary } from "../app.ts";
import { checkAddress, createServer, keepMemorySmall, type Log } from "../app-server.ts";
import { addStarter } from "../app-sources.ts";
import { type Config, isLoopback } from "../config.ts";
import { AppError, toAppError } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { Maintenance } from "../engine/upkeep/maintenance.ts";
import { configOf, interruptSignal, withEngine } from "./context.ts";
import { startDeliveries } from "./deliveries.ts";
import { embed } from "./embed.ts";
import { startHealthLog } from "./health-log.ts";
import { note, type Progress, print } from "./output.ts";
import { noteFault, readSchedules } from "./schedules.ts";

/** After a stop signal, how long running requests may take, and then how long writing the index may take. */
const patienceMs = 10_000;

export function addServe(program: Command): void {
  program
    .command("serve")
    .description("serve the web pages and the API")
    .option("--port <n>", "the port (PAPERKIN_PORT, or 7460)")
    .option("--host <host>", "where to listen (PAPERKIN_HOST, or 127.0.0.1); anything but loopback needs API keys")
    .option("--trusted-proxies <list>", "proxies on other machines: addresses, networks (PAPERKIN_TRUSTED_PROXIES, or none)")
    .option(
      "--recall-target <share>",
      "the share of the ten nearest papers that searches by meaning should find (PAPERKIN_RECALL_TARGET, or 0.98)",
    )
    .option("--no-starter", "begin with an empty library instead of the starter corpus")
    .addHelpText("after", "\nExamples:\n  paperkin serve\n  PAPERKIN_API_KEYS=a-long-secret-of-yours paperkin serve --host 0.0.0.0\n")
    .action(async (flags: { starter: boolean }, command: Command) => {
      const settings = configOf(command);
      requireKeysBeyondLoopback(settings);
      keepMemorySmall();
      const startSchedules = readSchedules(settings);
      // Checked before a library is created and its papers are embedded, in case the server cannot listen.
      const isNew = !hasLibrary(settings);
      if (isNew) await checkAddress(settings.host, settings.port);
      const options = { create: true, maintain: true, answering: true, reranking: "within_budget", needsModel: isNew } as const;
      await withEngine(command, options, async (engine, config, progress) => {
        const signal = interruptSignal();
        const { log, listening } = createServer(engine, config);
        const ready = engine.ready().catch((error: unknown) => {
          // If the server ends before the model is loaded, another error has been reported.
          if (toAppError(error).code !== "cancelled") log.error({ err: error }, "the model cannot be used");
        });
        const stopHealthLog = startHealthLog(engine, log);
        try {
          if (flags.starter) await seed(engine, signal, progress);
          if (signal.aborted) return;
          const server = await listening();
          // A model that takes long to load, or never finishes, does not prevent stopping the server.
          await Promise.race([ready, aborted(signal)]);
          print(`Paperkin is at ${server.address}`);
          const stopWork = await startWork(engine, config, log, startSchedules);
          await aborted(signal);
          note("Stopping: running requests finish, and the index is written if that takes no longer than ten seconds.");
          await allOf([
            stopWork.asking,
            () => server.close(patienceMs),
            stopWork.own,
            // What takes longer is completed at the next start: service managers kill a service after a while.
            () => engine.library.checkpoint({ signal: AbortSignal.timeout(patienceMs) }),
          ]);
        } finally {
          // Whatever ends the server: a closed library must not be checked.
          stopHealthLog();
        }
      });
    });
}

/** Throws `invalid_config`. */
function requireKeysBeyondLoopback({ host, apiKeys }: Config): void {
  if (isLoopback(host) || apiKeys.length > 0) return;
  throw new AppError(
    "invalid_config",
    `The server does not listen on ${host} without API keys: everybody on the network could read and change the library.`,
    {
      mend: "Set PAPERKIN_API_KEYS to one or more secrets of at least 16 characters, or leave the host at 127.0.0.1. Keys of people (`paperkin people add`) come beside it and are not enough: with the last person removed the server would be open.",
    },
  );
}

/** Fills a new library with the starter corpus, and embeds it. */
async function seed(engine: Engine, signal: AbortSignal, progress: Progress): Promise<void> {
  if (!(await addStarter(engine))) return;
  note("The library is new: it begins with the starter corpus.");
  await embed(engine, signal, progress);
  await engine.library.checkpoint();
  progress.stop();
}

/** Starts the server's background work. @returns how to stop what sends requests to others, and what runs locally, in this order. */
async function startWork(
  engine: Engine,
  config: Config,
  log: Log,
  startSchedules: ReturnType<typeof readSchedules>,
): Promise<{ asking: () => Promise<unknown>; own: () => Promise<void> }> {
  const maintenance = new Maintenance(engine, {
    onError: (error) => {
      log.error({ err: error, code: error.code }, "maintenance failed; it is tried again");
      noteFault(engine, log, "maintenance", error);
    },
    onEmbedded: (papers) => log.info({ papers }, "papers were embedded"),
  });
  maintenance.start();
  await engine.jobs.start();
  const stopSchedules = startSchedules(engine, log);
  const stopDeliveries = startDeliveries(engine, config, log);
  return {
    asking: () => Promise.all([stopSchedules(), stopDeliveries()]),
    own: () => allOf([() => engine.jobs.stop(), () => maintenance.stop()]),
  };
}

/** One after the other, even if one fails: on a full disk none may keep the process alive. Throws the first error. */
async function allOf(endings: readonly (() => Promise<unknown>)[]): Promise<void> {
  let failure: unknown;
  for (const end of endings) {
    try {
      await end();
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
