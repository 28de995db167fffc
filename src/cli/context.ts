/** Shared by all commands: the configuration from their flags, the engine for it, and a clean exit. */
import { isatty } from "node:tty";
import type { Command } from "commander";
import { copyLibrary, type OpenOptions, openEngine } from "../app.ts";
import { type Config, readConfig } from "../config.ts";
import { anybody } from "../core/delivery.ts";
import { AppError, ofTemporaryFolder } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Question } from "../engine/search/search-request.ts";
import { wantsSecondStage } from "../engine/search/second-stage.ts";
import { note, noteMigration, type Progress, withProgress } from "./output.ts";

/** Options of all commands. */
export interface CommonFlags {
  readonly data?: string;
  readonly config?: string;
  readonly model?: string;
  readonly json?: boolean;
}

export function configOf(command: Command): Config {
  return readConfig(command.optsWithGlobals());
}

/** Whether the output is for a program. */
export function isJson(command: Command): boolean {
  return command.optsWithGlobals<CommonFlags>().json === true;
}

/** Opens the library, runs `run`, and closes the library whatever happens. */
export function withEngine<T>(
  command: Command,
  options: OpenOptions,
  run: (engine: Engine, config: Config, progress: Progress) => Promise<T>,
): Promise<T> {
  return withEngineOf(configOf(command), command, options, run);
}

/** As {@link withEngine}, but on a temporary copy of the library. */
export async function withCopiedEngine<T>(
  command: Command,
  options: OpenOptions,
  run: (engine: Engine, config: Config, progress: Progress) => Promise<T>,
): Promise<T> {
  // From here on, a signal also removes the copy.
  const signal = interruptSignal();
  const copy = copyLibrary(configOf(command));
  try {
    return await withEngineOf(copy, command, options, (engine, config, progress) => {
      requireNot(signal);
      return run(engine, config, progress);
    });
  } catch (error) {
    throw ofTemporaryFolder(error, copy.data);
  }
}

/** Throws `cancelled` after a signal. */
function requireNot(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError("cancelled", "Interrupted. Nothing was changed.");
}

async function withEngineOf<T>(
  config: Config,
  command: Command,
  options: OpenOptions,
  run: (engine: Engine, config: Config, progress: Progress) => Promise<T>,
): Promise<T> {
  return await withProgress(isJson(command), async (progress) => {
    const engine = await openEngine(config, {
      onNotice: (notice) => {
        progress.stop();
        note(notice);
      },
      onProgress: (what, done, total) => progress.show(what, done, total, "papers"),
      onMigration: noteMigration,
      ...options,
    });
    progress.stop();
    try {
      const { person } = command.opts<{ person?: string }>();
      if (person !== undefined && person !== anybody) await engine.requirePerson(person);
      return await run(engine, config, progress);
    } finally {
      progress.stop();
      await engine.close();
    }
  });
}

/** For commands that only read: they may not create a library, build nothing, and need one worker. */
export const asking = { create: false, maintain: false, workers: 1 } as const;

/** As {@link asking}, for commands that do not search: no index is loaded. */
export const withoutIndex = { ...asking, searchable: false } as const;

/**
 * As {@link asking}, for a search: with the reranker if the question uses it. Throws `invalid_request` if it wants one and there is none.
 */
export function searching(command: Command, question: Pick<Question, "rerank" | "mode" | "fusion">): OpenOptions {
  const isUsed = wantsSecondStage(question, configOf(command).reranker !== undefined);
  return { ...asking, reranking: isUsed ? "within_budget" : undefined };
}

/** Reports background errors on standard error. */
export function noteFaults(engine: Engine): void {
  engine.observeFaults(({ work, detail }) => note(`${work}: ${detail}`));
}

/** Exit codes after a signal, as shells expect them: 128 plus the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Aborts on the first SIGINT, SIGTERM, or SIGHUP (the terminal was closed); a second signal ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let asked = false;
  // Checked now: after a hangup, a terminal no longer reports that it is one.
  const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(exitCodes[signal]);
      asked = true;
      if (signal === "SIGHUP" && hasTerminal) endByHangup();
      controller.abort();
    });
  }
  return controller.signal;
}

/**
 * For work that only has a progress callback: the returned function throws `cancelled` after a signal, so that the work stops and cleans
 * up.
 */
export function interruptible<A extends unknown[]>(tell: (...how: A) => void): (...how: A) => void {
  const signal = interruptSignal();
  return (...how) => {
    requireNot(signal);
    tell(...how);
  };
}

/**
 * After a hangup Node would abort, as it cannot restore the settings of a terminal that is gone; instead the process ends as its shell
 * expects. Failed writes to the terminal do not end it earlier (`main.ts`).
 */
function endByHangup(): void {
  process.once("exit", () => {
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  });
}

/** Parses a whole number for an option. */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    // Decimal digits only (not 0x10 or 1e2), as in settings.
    const value = /^\s*-?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new AppError("invalid_request", `${name} is “${text}”; it is a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Parses a number for an option. */
export function decimal(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= most))
      throw new AppError("invalid_request", `${name} is “${text}”; it is a number from ${least} to ${most}.`);
    return value;
  };
}

/** Examples for the help of a command, each written as it follows `paperkin`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  paperkin ${line}\n`).join("")}`;
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
