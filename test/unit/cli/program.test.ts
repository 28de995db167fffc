/** Every command explains its usage, and its examples are existing commands with options that they have. */
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram, withoutUnknownHelp } from "../../../src/cli/program.ts";

const program = await buildProgram([]);

function below(command: Command): Command[] {
  return [command, ...command.commands.flatMap(below)];
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

/** The command that some words begin with, and the words after its name. */
function named(words: readonly string[], from: Command = program): [Command, readonly string[]] {
  const found = from.commands.find((one) => one.name() === words[0]);
  return found === undefined ? [from, words] : named(words.slice(1), found);
}

const all = below(program).map((command) => [nameOf(command), command] as const);

test("the help of each command says where the common options are", () => {
  for (const [name, command] of all)
    if (command.commands.length === 0) expect(helpOf(command), name).toMatch(/--workers, .*: paperkin --help/);
});

test("lists of formats and of services fit into 80 columns", () => {
  for (const name of ["import", "fetch"]) {
    const [command] = named([name]);
    expect(
      helpOf(command)
        .split("\n")
        .filter((line) => line.length > 80),
    ).toEqual([]);
  }
});

test("on a narrow terminal a description stands below its term, and is wrapped", async () => {
  const narrow = await buildProgram([]);
  let text = "";
  narrow.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 50 });
  narrow.outputHelp();
  expect(text).toContain("  --data <dir>\n      the folder of the library (PAPERKIN_DATA, or\n      index/)\n");
});

describe("the help of", () => {
  test.each(all)("%s has examples, and they exist", (name, command) => {
    const [, told = ""] = helpOf(command).split(/^(?:Examples?|First steps):$/m);
    const lines = [...told.matchAll(/^ {2}(?:.* \| |[A-Z_]+=\S+ )?(paperkin [^|&\n]*)/gm)].map(([, line]) => line ?? "");
    expect(lines).not.toEqual([]);
    // `topics` is short for `topics list`.
    const names = command.name() === "list" ? [name, name.replace(/ list$/, "")] : [name];
    for (const line of lines) {
      expect(names.some((one) => `${line} `.startsWith(`${one} `))).toBe(true);
      const [found, words] = named(
        line
          .replace(/"[^"]*"|'[^']*'/g, "…")
          .trim()
          .split(" ")
          .slice(1),
      );
      const known = ["--help", ...[...found.options, ...program.options, ...command.options].flatMap(({ long, short }) => [long, short])];
      expect(words.filter((word) => /^-./.test(word) && !known.includes(word))).toEqual([]);
      const chosen = words.flatMap((word, at) => {
        const choices = found.options.find(({ long }) => long === word)?.argChoices;
        return choices === undefined || choices.includes(words[at + 1] ?? "") ? [] : `${word} ${words[at + 1]}`;
      });
      expect(chosen).toEqual([]);
    }
  });
});

test("help for a command that does not exist is treated as that command, so that similar ones are suggested", () => {
  expect(withoutUnknownHelp(["help", "serch"])).toEqual(["serch"]);
  for (const words of [["help"], ["help", "search"], ["help", "help"], ["help", "--json"], ["serch", "help"]])
    expect(withoutUnknownHelp(words)).toEqual(words);
});
