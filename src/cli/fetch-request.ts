/**
 * Turns the words and options of a command or schedule into a request to a source: one subcommand for each source, with the options that it
 * supports.
 */
import { existsSync, readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { liveSources } from "../app-sources.ts";
import { AppError } from "../core/errors.ts";
import type { FetchOption, FetchOptions, FetchRequest, LiveSource } from "../core/live-source.ts";
import { isDay } from "../core/period.ts";
import { wanted } from "../engine/intake/fetch.ts";
import { collect, wholeNumber } from "./context.ts";

const optionTexts: Readonly<
  Record<FetchOption, readonly [flags: string, text: string, read: (value: string, before?: string[]) => string | string[]]>
> = {
  date: ["--date <day>", "one day, YYYY-MM-DD", dayOf("--date")],
  from: ["--from <day>", "the first day, YYYY-MM-DD", dayOf("--from")],
  to: ["--to <day>", "the last day, YYYY-MM-DD", dayOf("--to")],
  week: ["--week <week>", "a week, as 2026-W10", matching("--week", /^\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3])$/, "as 2026-W10")],
  month: ["--month <month>", "a month, as 2026-03", matching("--month", /^\d{4}-(?:0[1-9]|1[0-2])$/, "as 2026-03")],
  category: ["--category <name>", "only papers of this category; may be given several times", collect],
  set: ["--set <name>", "the set to harvest", (value) => value],
  prefix: ["--prefix <name>", "the metadata format: arXiv (the default), arXivRaw, oai_dc", (value) => value],
  ids: ["--ids <file or list>", "ids: one per line in a file, separated by commas, or `wanted`: those that an import has kept", readIds],
};

type Flags = FetchOptions & { readonly limit?: number };

/** Adds a command for each source. @param finish is called with each of them, and a function that reads its request once it is parsed. */
export function addSources(parent: Command, finish: (command: Command, source: LiveSource, readRequest: () => FetchRequest) => void): void {
  for (const source of liveSources) {
    const command = parent.command(source.name).description(source.description);
    if (source.words !== undefined) command.argument("[words...]", source.words);
    for (const option of source.options) {
      const [flags, text, read] = optionTexts[option];
      command.option<string | string[]>(flags, text, (value, before) => read(value, Array.isArray(before) ? before : undefined));
    }
    command.option(
      "--limit <n>",
      "stop after this many records; the next run starts from the beginning",
      wholeNumber("--limit", 1, 10_000_000),
    );
    command.addHelpText("after", `\nExamples:\n${source.examples.map((example) => `  paperkin fetch ${example}`).join("\n")}\n`);
    finish(command, source, () => requestOf(source, command.args, command.opts<Flags>()));
  }
}

function requestOf(source: LiveSource, words: readonly string[], flags: Flags): FetchRequest {
  const options = Object.fromEntries(source.options.flatMap((option) => (flags[option] === undefined ? [] : [[option, flags[option]]])));
  const days = flags.from ?? flags.to;
  const periods = Object.entries({ "--date": flags.date, "--week": flags.week, "--month": flags.month, "--from or --to": days })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (periods.length > 1)
    throw new AppError("invalid_request", `${periods.join(" and ")} cannot be combined.`, { mend: "Choose one of them." });
  if (flags.from !== undefined && flags.to !== undefined && flags.from > flags.to)
    throw new AppError("invalid_request", `There are no days from ${flags.from} to ${flags.to}.`, { mend: "--from comes before --to." });
  if (flags.ids !== undefined && (words.length > 0 || Object.keys(options).length > 1))
    throw new AppError("invalid_request", "--ids cannot be combined with anything else.", {
      mend: "Leave out the query and the other options.",
    });
  const request: FetchRequest = { words, ...options, limit: flags.limit };
  // Which ids are wanted is only known once the library is open.
  if (request.ids?.includes(wanted) !== true) source.check?.(request);
  return request;
}

/** Parses the request of a schedule. Throws `invalid_config`. */
export function readScheduled(words: readonly string[]): { source: LiveSource; request: FetchRequest } {
  let found: { source: LiveSource; request: FetchRequest } | undefined;
  const quietly = (command: Command) => command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  const parent = quietly(new Command("fetch"));
  addSources(parent, (command, source, readRequest) => {
    quietly(command).action(() => {
      found = { source, request: readRequest() };
    });
  });
  try {
    parent.parse([...words], { from: "user" });
  } catch (cause) {
    if (!(cause instanceof CommanderError || cause instanceof AppError)) throw cause;
    throw unknownSchedule(words, cause.message.replace(/^error: /, ""), cause);
  }
  if (found === undefined) throw unknownSchedule(words, "it names no source");
  return found;
}

function unknownSchedule(words: readonly string[], reason: string, cause?: unknown): AppError {
  return new AppError("invalid_config", `The schedule “${words.join(" ")}” is not valid: ${reason.replace(/\.$/, "")}.`, {
    mend: `It has the words of \`paperkin fetch\`: ["arxiv", "--category", "cs.CL"]; the sources are ${liveSources.map(({ name }) => name).join(", ")}.`,
    cause,
  });
}

function dayOf(name: string): (value: string) => string {
  return (value) => {
    if (isDay(value)) return value;
    throw new AppError("invalid_request", `${name} is “${value}”; it is a day, YYYY-MM-DD.`);
  };
}

function matching(name: string, pattern: RegExp, form: string): (value: string) => string {
  return (value) => {
    if (pattern.test(value)) return value;
    throw new AppError("invalid_request", `${name} is “${value}”; it is written ${form}.`);
  };
}

/** Throws `invalid_request` if there are no ids, or if a file cannot be read. */
function readIds(value: string): string[] {
  const lines = existsSync(value) ? linesOfFile(value) : value.split(",");
  const ids = lines.map((line) => line.replace(/(?:^|\s)#.*$/, "").trim()).filter((id) => id !== "");
  if (ids.length === 0)
    throw new AppError("invalid_request", `There are no ids in “${value}”.`, {
      mend: "Give a file with one id per line, or ids separated by commas.",
    });
  return [...new Set(ids)];
}

function linesOfFile(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/);
  } catch (cause) {
    throw new AppError("invalid_request", `The ids in ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      mend: "Give a file with one id per line, or ids separated by commas.",
      cause,
    });
  }
}
