/** The program: its commands, one file each, and what they share. */
import { Command, Help, Option } from "commander";
import { version } from "../compiled.ts";
import { removeControls } from "../core/text.ts";

/** Every command, in the order of the help, and its module: only the requested one is loaded. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  import: async () => (await import("./import.ts")).addImport,
  fetch: async () => (await import("./fetch.ts")).addFetch,
  search: async () => (await import("./search.ts")).addSearch,
  explain: async () => (await import("./explain.ts")).addExplain,
  suggest: async () => (await import("./suggest.ts")).addSuggest,
  similar: async () => (await import("./similar.ts")).addSimilar,
  recommend: async () => (await import("./recommend.ts")).addRecommend,
  interests: async () => (await import("./interests.ts")).addInterests,
  picks: async () => (await import("./picks.ts")).addPicks,
  feedback: async () => (await import("./feedback.ts")).addFeedback,
  comments: async () => (await import("./comments.ts")).addComments,
  digest: async () => (await import("./digest.ts")).addDigest,
  topics: async () => (await import("./topics.ts")).addTopics,
  daily: async () => (await import("./daily.ts")).addDaily,
  export: async () => (await import("./export.ts")).addExport,
  papers: async () => (await import("./papers.ts")).addPapers,
  people: async () => (await import("./people.ts")).addPeople,
  serve: async () => (await import("./serve.ts")).addServe,
  status: async () => (await import("./status.ts")).addStatus,
  verify: async () => (await import("./verify.ts")).addVerify,
  reindex: async () => (await import("./reindex.ts")).addReindex,
  embeddings: async () => (await import("./embeddings.ts")).addEmbeddings,
  backup: async () => (await import("./backup.ts")).addBackup,
  restore: async () => (await import("./restore.ts")).addRestore,
  eval: async () => (await import("./eval.ts")).addEval,
  judgments: async () => (await import("./judgments.ts")).addJudgments,
  models: async () => (await import("./models.ts")).addModels,
};

const minWidthToWrap = 30;

/** On a narrow terminal a description stands below its term: beside it, it would not be wrapped. */
function helpItem(term: string, termWidth: number, description: string, helper: Help): string {
  const width = helper.helpWidth ?? 80;
  if (description === "" || width - termWidth - 4 >= minWidthToWrap)
    return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
  return `  ${term}\n      ${helper.boxWrap(description, Math.max(20, width - 6)).replaceAll("\n", "\n      ")}`;
}

/** The program with the command that the arguments name; with all commands if they name none, as for the help. */
export async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("paperkin")
    .description("Semantic search and recommendation for your own library of research papers.")
    .version(version)
    // Next to the longest names (those of `fetch`), less than the usual width is left, but still enough to wrap.
    .configureHelp({ minWidthToWrap, formatItem: helpItem })
    .option("--data <dir>", "the folder of the library (PAPERKIN_DATA, or index/)")
    .option("--config <file>", "a file of settings, as JSON (PAPERKIN_CONFIG)")
    .option("--model <id>", "the embedding model (PAPERKIN_MODEL, or that of the library)")
    .option("--models <dir>", "the folder of the models (PAPERKIN_MODELS)")
    .option("--reranker <id>", "the cross-encoder that reads the first papers of a search (PAPERKIN_RERANKER, or none)")
    .option("--reranker-budget-ms <n>", "how long it may take for one answer (PAPERKIN_RERANKER_BUDGET_MS, or 500)")
    .option("--workers <n>", "processes that embed (PAPERKIN_WORKERS, or one for each core)")
    .option("--json", "print one JSON object per line, and nothing else, on standard output")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 wrong use, 3 done in part (some records were refused), 130 interrupted.\nFirst steps:\n  paperkin import papers.jsonl\n  paperkin search how do plants sense light\n  paperkin serve\n",
    );
  const name = firstOperand(program, args);
  const asksVersion = name === "" && args.some((arg) => arg === "--version" || arg === "-V");
  const named = asksVersion ? [] : Object.entries(commands).filter(([one]) => one === name || !Object.hasOwn(commands, name));
  for (const add of await Promise.all(named.map(([, load]) => load()))) add(program);
  shareOptions(program, program);
  return program;
}

/**
 * The arguments. A request for the help of an unknown command becomes a call of that command, since commander would not report an error.
 */
export function withoutUnknownHelp(args: readonly string[]): readonly string[] {
  const [first, name = "help"] = args;
  const isUnknown = first === "help" && name !== "help" && !name.startsWith("-") && !Object.hasOwn(commands, name);
  return isUnknown ? args.slice(1) : args;
}

/** The first argument after the options and their values; empty if there is none. */
function firstOperand(program: Command, args: readonly string[]): string {
  let at = 0;
  while (args[at]?.startsWith("-") === true) at += program.options.some(({ long, required }) => required && long === args[at]) ? 2 : 1;
  return args[at] ?? "";
}

/** Global options may also follow the command's name, where people tend to write them. */
function shareOptions(program: Command, command: Command): void {
  for (const child of command.commands) {
    for (const option of program.options) {
      if (option.long !== "--version" && !child.options.some((own) => own.long === option.long))
        child.addOption(new Option(option.flags, option.description).hideHelp());
    }
    if (child.commands.length === 0)
      child.addHelpText("after", "\nOptions of all commands (--data, --model, --workers, --json, …): paperkin --help");
    const takesQuery = child.registeredArguments.some((one) => one.name() === "query");
    child.exitOverride().showHelpAfterError("(--help shows how it is used)");
    child.configureOutput({
      outputError: (text, write) => {
        write(unknownName(child) ?? withNames(text, child));
        if (takesQuery && text.startsWith("error: unknown option"))
          write("(a query that begins with a minus goes after --, as in: search -- -word)\n");
      },
    });
    shareOptions(program, child);
  }
}

/** Adds to the error message about an unknown command of a group (`fetch nonsense`) which ones there are, if none is similar. */
function withNames(text: string, { commands: below }: Command): string {
  const isBare = /^error: unknown command '[^\n]*'\n?$/.test(text);
  return isBare && below.length > 0 ? `${text.trimEnd()}; there are ${below.map((one) => one.name()).join(", ")}\n` : text;
}

/** Ends with a usage error if an option stands where the value of another one should be: commander would take it for the value. */
export function requireValues(program: Command, args: readonly string[]): void {
  const options = [program, ...commandsBelow(program)].flatMap((command) => command.options);
  const end = args.indexOf("--");
  for (const [at, arg] of args.slice(0, end === -1 ? args.length : end).entries()) {
    const option = options.find(({ long, short, required }) => required && (arg === long || arg === short));
    const isMissing = option !== undefined && options.some(({ long }) => long === args[at + 1]);
    if (isMissing) program.error(`error: option '${option.flags}' argument missing`, { code: "commander.optionMissingArgument" });
  }
}

function commandsBelow(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...commandsBelow(child)]);
}

/**
 * The error message if a group's default command (`list`) was called because the group's name is followed by an unknown command (`interests
 * nonsense`); undefined otherwise.
 */
function unknownName(command: Command): string | undefined {
  const [word] = command.parent?.args ?? [];
  const siblings = command.parent?.commands.map((one) => one.name()) ?? [];
  if (command.name() !== "list" || word === undefined || word !== command.args[0] || siblings.includes(word)) return undefined;
  return `error: unknown command '${removeControls(word)}'; there are ${siblings.join(", ")}\n`;
}
