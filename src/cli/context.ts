/** What every command needs: the configuration of its flags, the engine that goes with it, and a clean way out. */
import { isatty } from "node:tty";
import type { Command } from "commander";
import { copyLibrary, type OpenOptions, openEngine } from "../app.ts";
import { type Config, readConfig } from "../config.ts";
import { anybody } from "../core/delivery.ts";
import { AppError, ofTemporaryFolder } from "../core/errors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Question } from "../engine/search-request.ts";
import { wantsSecondStage } from "../engine/second-stage.ts";
import { note, noteMigration, type Progress, withProgress } from "./output.ts";

/** Options that all commands share. */
export interface CommonFlags {
  readonly data?: string;
  readonly config?: string;
  readonly model?: string;
  readonly json?: boolean;
}

export function configOf(command: Command): Config {
  return readConfig(command.optsWithGlobals());
}

/** Whether the answer is for a program. */
export function isJson(command: Command): boolean {
  return command.optsWithGlobals<CommonFlags>().json === true;
}

/** Opens the library, runs, and closes it whatever happens. */
export function withEngine<T>(
  command: Command,
  options: OpenOptions,
  run: (engine: Engine, config: Config, progress: Progress) => Promise<T>,
): Promise<T> {
  return withEngineOf(configOf(command), command, options, run);
}

/** As {@link withEngine}, on a copy of the library that is thrown away. */
export async function withCopiedEngine<T>(
  command: Command,
  options: OpenOptions,
  run: (engine: Engine, config: Config, progress: Progress) => Promise<T>,
): Promise<T> {
  // From here on a signal takes the copy along.
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

/** Throws `cancelled` once a signal asked for the end. */
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

/** A command that only asks: it may not make a library, builds nothing, and needs one worker. */
export const asking = { create: false, maintain: false, workers: 1 } as const;

/** As {@link asking}, where nothing is searched: no index is read. */
export const withoutIndex = { ...asking, searchable: false } as const;

/** As {@link asking}, for a search: with the reranker where the question uses it. Throws `invalid_request` where there is none. */
export function searching(command: Command, question: Pick<Question, "rerank" | "mode" | "fusion">): OpenOptions {
  const isUsed = wantsSecondStage(question, configOf(command).reranker !== undefined);
  return { ...asking, reranking: isUsed ? "within_budget" : undefined };
}

/** Says on standard error what went wrong beside an answer. */
export function noteFaults(engine: Engine): void {
  engine.observeFaults(({ work, detail }) => note(`${work}: ${detail}`));
}

/** What ends a process as its shell sees it: 128 and the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Aborts with the first SIGINT, SIGTERM, or SIGHUP (the terminal is gone); a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let asked = false;
  // What has hung up says of itself that it is no terminal.
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
 * For work that only tells how far it is: what is returned throws `cancelled` once a signal asked for the end, so that the work takes
 * along what it has half done.
 */
export function interruptible<A extends unknown[]>(tell: (...how: A) => void): (...how: A) => void {
  const signal = interruptSignal();
  return (...how) => {
    requireNot(signal);
    tell(...how);
  };
}

/**
 * Node would abort as it cannot give a terminal that is gone back its settings; so the process ends as its shell expects of a hangup. What
 * cannot be written to it ends nothing before (`main.ts`).
 */
function endByHangup(): void {
  process.once("exit", () => {
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  });
}

/** Reads a whole number from a flag. */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    // Not 0x10, not 1e2: as in the settings.
    const value = /^\s*-?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new AppError("invalid_request", `${name} is “${text}”; it is a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Reads a number from a flag. */
export function decimal(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= most))
      throw new AppError("invalid_request", `${name} is “${text}”; it is a number from ${least} to ${most}.`);
    return value;
  };
}

/** Examples for the help of a command, each as it is written behind `paperkin`. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  paperkin ${line}\n`).join("")}`;
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
