/** `paperkin interests`: what you follow. */
import { basename } from "node:path";
import type { Command } from "commander";
import { AppError } from "../core/errors.ts";
import type { Filters } from "../core/filters.ts";
import { type Interest, isOpen } from "../core/interest.ts";
import { counted } from "../core/text.ts";
import { type InterestInput, whyNoneIsNear } from "../engine/people/interests.ts";
import { describeFilters } from "../engine/search/condition-text.ts";
import { asking, type CommonFlags, collect, decimal, examples, isJson, withEngine, withoutIndex } from "./context.ts";
import { papersOfFile, tellMissing } from "./example-file.ts";
import { addFilterOptions, type FilterFlags, filtersOf } from "./filter-options.ts";
import { addInterestSplits } from "./interest-splits.ts";
import { print, printHits, printJson, printTable, styled } from "./output.ts";
import { personOption } from "./people.ts";
import { describeWaiting } from "./picks.ts";

interface Flags extends CommonFlags, FilterFlags {
  person: string;
  name?: string;
  words?: string;
  paper?: string[];
  not?: string[];
  exclude?: string[];
  weight?: number;
  topic?: string;
  query?: string;
  fromFile?: string;
  collection?: string;
}

export function addInterests(program: Command): void {
  const interests = program
    .command("interests")
    .description("what you follow: words, papers that you like, papers that you do not")
    .addHelpText("after", examples("interests", 'interests add --words "how plants sense light"', "interests show Waves"));
  addList(interests);
  addShow(interests);
  addAdd(interests);
  addChange(interests);
  addRemove(interests);
  addReset(interests);
  addInterestSplits(interests);
}

function addList(interests: Command): void {
  interests
    .command("list", { isDefault: true })
    .description("all of them")
    .addHelpText("after", examples("interests", "interests list --json"))
    .addOption(personOption())
    .action(async (flags: Flags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const all = await engine.person(flags.person).interests();
        if (isJson(command)) for (const interest of all) printJson(interest);
        else if (all.length === 0) print('There are none. Add one: paperkin interests add --words "how plants sense light"');
        else printTable(all.map((interest) => [interest.id, interest.name, contentsOf(interest)]));
      });
    });
}

function addShow(interests: Command): void {
  interests
    .command("show")
    .description("what drives an interest: its terms, and the papers nearest to it")
    .addHelpText("after", examples("interests show Waves"))
    .argument("<interest>", "its id or its name")
    .addOption(personOption())
    .action(async (id: string, flags: Flags, command: Command) => {
      await withEngine(command, asking, async (engine) => {
        const drivers = await engine.person(flags.person).describeInterest(id);
        if (isJson(command)) {
          printJson(drivers);
          return;
        }
        print(styled("bold", drivers.interest.name));
        print(
          `  ${contentsOf(drivers.interest)}; learnt from ${counted(drivers.examples.positives, "paper")} for it and ${drivers.examples.negatives} against`,
        );
        if (drivers.interest.words !== "") print(`  words: ${drivers.interest.words}`);
        if (drivers.terms.length > 0) print(`  strongest terms: ${drivers.terms.join(", ")}`);
        print();
        if (drivers.nearest.length === 0) print(whyNoneIsNear(drivers));
        else if (isOpen(drivers.interest)) print("The newest that meet its conditions:");
        printHits(drivers.nearest);
      });
    });
}

function addAdd(interests: Command): void {
  describe(interests.command("add").description("a new interest: from words, papers, conditions, a topic or a search"))
    .option("--topic <slug>", "a topic to follow")
    .option("--query <query>", "a search to follow, as `search` reads it: words, -without, author:, year: and so on")
    .option("--from-file <file>", "the papers of a file (BibTeX, Zotero and every other format) that the library has")
    .option("--collection <name>", "with --from-file: of this collection or group alone, by its name or its path (Thesis/Methods)")
    .addHelpText(
      "after",
      '\nExamples:\n  paperkin interests add --words "how plants sense light"\n  paperkin interests add --paper arXiv:1706.03762 --not arXiv:2005.14165 --category "cs.*"\n  paperkin interests add --query "graph neural author:welling -quantum"\n  paperkin interests add --venue Nature --exclude mice\n  paperkin interests add --name Thesis --from-file library.bib\n',
    )
    .action(async (flags: Flags, command: Command) => {
      if (flags.collection !== undefined && flags.fromFile === undefined)
        throw new AppError("invalid_request", "--collection is a part of a file.", { mend: "Say which with --from-file." });
      await withEngine(command, withoutIndex, async (engine) => {
        const found = flags.fromFile === undefined ? undefined : await papersOfFile(engine, flags.fromFile, flags.collection);
        const input = { ...inputOf(flags), ...(found === undefined ? {} : { name: flags.name ?? nameOfFile(flags) }) };
        const positives = found === undefined ? input.positives : [...(input.positives ?? []), ...found.paperIds];
        const person = engine.person(flags.person);
        const before = await person.interests();
        const interest = await person.addInterest({ ...input, positives });
        const isThere = before.some(({ id }) => id === interest.id);
        const waiting = (await person.waitingInterests()).filter(({ id }) => id === interest.id);
        if (found !== undefined) tellMissing(found, flags.fromFile ?? "", interest.id);
        if (isJson(command)) printJson(interest);
        else {
          const from = found === undefined ? "" : `, like ${counted(found.paperIds.length, "paper")} of ${flags.fromFile}`;
          const next = waiting.length > 0 ? describeWaiting(waiting) : "`paperkin picks` picks papers for it.";
          print(`${isThere ? "You follow this already:" : "Added"} “${interest.name}” (${interest.id})${from}. ${next}`);
        }
      });
    });
}

function addChange(interests: Command): void {
  describe(
    interests
      .command("change")
      .description("change an interest; what no option names stays as it is")
      .argument("<interest>", "its id or its name"),
  )
    .option("--no-conditions", "without the conditions that it has (venue, category, dates and so on)")
    .addHelpText(
      "after",
      "\nAn option replaces what the interest had there; an empty text removes the words.\n" +
        'Examples:\n  paperkin interests change Waves --name "Gravitational waves" --weight 2\n  paperkin interests change Waves --category gr-qc --category "astro-ph.*"\n  paperkin interests change Waves --no-conditions --exclude ""\n',
    )
    .action(async (id: string, flags: Flags & { conditions: boolean }, command: Command) => {
      const input = inputOf(flags);
      await withEngine(command, withoutIndex, async (engine) => {
        const interest = await engine.person(flags.person).changeInterest(id, (before) => ({
          ...input,
          filters: flags.conditions ? mergeFilters(before.filters, input.filters) : (input.filters ?? {}),
        }));
        if (isJson(command)) printJson(interest);
        else print(`Changed “${interest.name}”: ${contentsOf(interest)}.`);
      });
    });
}

function addRemove(interests: Command): void {
  interests
    .command("remove")
    .description("remove an interest")
    .addHelpText("after", examples("interests remove Waves"))
    .argument("<interest>", "its id or its name")
    .addOption(personOption())
    .action(async (id: string, flags: Flags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const interest = await engine.person(flags.person).removeInterest(id);
        if (isJson(command)) printJson({ removed: interest.id });
        else print(`Removed “${interest.name}”.`);
      });
    });
}

function addReset(interests: Command): void {
  interests
    .command("reset")
    .description("let an interest forget what it learnt from feedback; your saves, notes and votes stay")
    .addHelpText("after", examples("interests reset Waves"))
    .argument("<interest>", "its id or its name")
    .addOption(personOption())
    .action(async (id: string, flags: Flags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const interest = await engine.person(flags.person).resetInterest(id);
        if (isJson(command)) printJson(interest);
        else print(`“${interest.name}” starts again from ${contentsOf(interest)}.`);
      });
    });
}

/** Options that describe an interest. */
function describe(command: Command): Command {
  return addFilterOptions(
    command
      .option("--name <name>", "what to call it")
      .option("--words <words>", "what is wanted, in words")
      .option("--paper <id>", "a paper that is about it; several times for several", collect)
      .option("--not <id>", "a paper that is not; several times for several", collect)
      .option("--exclude <word>", "a word that no pick may contain; several times for several", collect)
      .option("--weight <n>", "its share of the picks beside the others': 0.1 to 10", decimal("--weight", 0.1, 10))
      .addOption(personOption()),
  );
}

/** The default name of an interest from a file: that of the collection or of the file. */
function nameOfFile({ fromFile = "-", collection }: Flags): string | undefined {
  return collection?.split("/").at(-1) ?? (fromFile === "-" ? undefined : basename(fromFile).replace(/\.[^.]+$/, ""));
}

function inputOf(flags: Flags): InterestInput {
  const filters = filtersOf(flags);
  return {
    name: flags.name,
    words: flags.words,
    positives: flags.paper,
    negatives: flags.not,
    filters: Object.keys(filters).length === 0 ? undefined : filters,
    excludedWords: flags.exclude,
    weight: flags.weight,
    topic: flags.topic,
    query: flags.query,
  };
}

/** A new filter replaces the one of the same kind; first and last year count as one. */
function mergeFilters(before: Filters, named: Filters = {}): Filters {
  const { yearFrom, yearTo, ...others } = before;
  const namesYears = named.yearFrom !== undefined || named.yearTo !== undefined;
  return { ...(namesYears ? others : before), ...named };
}

function contentsOf({ words, positives, negatives, filters, excludedWords, weight }: Interest): string {
  return [
    words === "" ? undefined : "words",
    positives.length === 0 ? undefined : `like ${counted(positives.length, "paper")}`,
    negatives.length === 0 ? undefined : `not like ${counted(negatives.length, "paper")}`,
    Object.keys(filters).length === 0 ? undefined : `only ${describeFilters(filters)}`,
    excludedWords.length === 0 ? undefined : `without ${excludedWords.join(", ")}`,
    weight === 1 ? undefined : `weight ${weight}`,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}
