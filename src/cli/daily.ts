/** `paperkin daily`. */
import type { Command } from "commander";
import { Option } from "commander";
import { isEmerging } from "../core/ranking/emerging.ts";
import { counted } from "../core/text.ts";
import type { DailyAnswer, DailyPaper } from "../engine/daily.ts";
import { type DailySort, dailySorts } from "../engine/daily-order.ts";
import { asking, type CommonFlags, isJson, wholeNumber, withEngine } from "./context.ts";
import { addFilterOptions, type FilterFlags, filtersOf } from "./filter-options.ts";
import { describeAuthors, print, printJson, printTitle, styled, wrap } from "./output.ts";

interface Flags extends CommonFlags, FilterFlags {
  date?: string;
  week?: string;
  month?: string;
  sort: DailySort;
  limit: number;
  offset: number;
}

export function addDaily(program: Command): void {
  const command = program
    .command("daily")
    .description("the papers of a day, a week or a month; the latest day unless one is named")
    .option("--date <date>", "a day: YYYY-MM-DD")
    .option("--week <week>", "an ISO week: YYYY-Www")
    .option("--month <month>", "a month: YYYY-MM")
    .addOption(
      new Option("--sort <order>", "trending: votes with decay; emerging: new where the library grows").choices(dailySorts).default("date"),
    )
    .option("--limit <n>", "papers to show", wholeNumber("--limit", 1, 100), 10)
    .option("--offset <n>", "papers to skip", wholeNumber("--offset", 0, 1_000_000), 0);
  addFilterOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  paperkin daily\n  paperkin daily --week 2025-W13 --sort votes\n  paperkin daily --month 2025-03 --sort emerging --category 'cs.*'\n",
    )
    .action(async (flags: Flags, self: Command) => {
      const { date, week, month, sort, limit, offset } = flags;
      const filters = filtersOf(flags);
      // Only emerging papers need vectors; without them a large library opens quickly.
      await withEngine(self, { ...asking, searchable: sort === "emerging" }, async (engine) => {
        const answer = await engine.daily({ date, week, month, sort, limit, offset, filters });
        if (isJson(self)) for (const paper of answer.papers) printJson(paper);
        else printListing(answer, offset + 1);
      });
    });
}

function printListing({ asked, shown, previous, next, total, papers }: DailyAnswer, first: number): void {
  if (shown === undefined) {
    print(asked === undefined ? "No paper in the library has a date." : `There are no papers up to ${asked.name}.`);
    return;
  }
  if (asked !== undefined && asked.name !== shown.name) print(`There are no papers for ${asked.name}; these are the nearest earlier ones.`);
  const span = shown.kind === "week" ? ` (${shown.first} to ${shown.last})` : "";
  print(styled("bold", `${shown.name}${span}: ${counted(total, "paper")}`));
  print();
  for (const [at, entry] of papers.entries()) printEntry(entry, first + at);
  const beside = [previous === undefined ? "" : `before: ${previous.name}`, next === undefined ? "" : `after: ${next.name}`];
  print(beside.filter((text) => text !== "").join(" · "));
}

function printEntry({ paper, listed, emerging }: DailyPaper, number: number): void {
  const { votes, comments, codeUrl, status } = paper;
  const mark = status === undefined ? "" : styled("red", ` [${status}]`);
  const facts = [
    describeAuthors(paper),
    listed,
    votes === undefined ? "" : counted(votes, "vote"),
    comments === undefined ? "" : counted(comments, "comment"),
    codeUrl ?? "",
  ];
  printTitle(number, paper, mark);
  print(wrap(facts.filter((text) => text !== "").join(" · "), "     "));
  print(`     ${styled("cyan", paper.paperId)}`);
  if (emerging !== undefined)
    print(styled("dim", wrap(`${isEmerging(emerging) ? "Emerging" : "As usual"}: ${emerging.sentence}`, "     ")));
  print();
}
