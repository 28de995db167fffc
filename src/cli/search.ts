/** `paperkin search`. */
import type { Command } from "commander";
import { Option } from "commander";
import type { Facets } from "../core/facets.ts";
import { counted } from "../core/text.ts";
import type { Fusion, SearchMode } from "../engine/search/rank.ts";
import { fusions, searchModes } from "../engine/search/rank.ts";
import type { SearchAnswer } from "../engine/search/search.ts";
import { type CommonFlags, isJson, noteFaults, searching, wholeNumber, withEngine } from "./context.ts";
import { addFilterOptions, type FilterFlags, filtersOf } from "./filter-options.ts";
import { addOrderOptions, type OrderFlags, orderOf } from "./order-options.ts";
import { print, printHits, printJson, printTable } from "./output.ts";
import { personOption } from "./people.ts";

/** Values shown for each facet. */
const shownFacets = 8;

interface Flags extends CommonFlags, FilterFlags, OrderFlags {
  mode: SearchMode;
  fusion: Fusion;
  limit: number;
  offset: number;
  facets?: boolean;
  unseen?: boolean;
  person: string;
}

/** `--mode`, and how scores are fused. */
export function modeOptions(command: Command): Command {
  return command
    .addOption(new Option("--mode <mode>", "meaning and words together, or one of them").choices(searchModes).default("hybrid"))
    .addOption(new Option("--fusion <fusion>", "how the two are combined in hybrid mode").choices(fusions).default("convex"));
}

export function addSearch(program: Command): void {
  const command = program
    .command("search")
    .description("search in plain language")
    .argument(
      "<query...>",
      'what you look for: words, "a phrase", -without, author:, title:, year:, venue:, category:, source:, has:code, OR',
    )
    .option("--limit <n>", "papers to show", wholeNumber("--limit", 1, 100), 10)
    .option("--offset <n>", "papers to skip", wholeNumber("--offset", 0, 999), 0)
    .option("--facets", 'count all papers found by year, category, venue and source; with --json the last line is {"total", "facets"}')
    .option("--unseen", "leave out what you have seen, saved or dismissed")
    .addOption(personOption("with --unseen: who, where several people use the library"));
  addFilterOptions(addOrderOptions(modeOptions(command)))
    .addHelpText(
      "after",
      '\nExamples:\n  paperkin search "how do transformers handle long documents"\n  paperkin search consensus --year 1998..2015 --category cs.DC\n  paperkin search author:vaswani attention --json | jq .paper.title\n',
    )
    .action(async (words: string[], flags: Flags, self: Command) => {
      const filters = filtersOf(flags);
      await withEngine(self, searching(self, flags), async (engine) => {
        noteFaults(engine);
        const { mode, fusion, limit, offset } = flags;
        const answer = await engine.search({
          query: words.join(" "),
          mode,
          fusion,
          limit,
          offset,
          filters,
          ...orderOf(flags),
          correct: true,
          facets: flags.facets === true ? shownFacets : undefined,
          unseenBy: flags.unseen === true ? flags.person : undefined,
        });
        if (isJson(self)) {
          for (const hit of answer.hits) printJson(hit);
          if (answer.facets !== undefined) printJson({ total: answer.total, facets: answer.facets });
          return;
        }
        printAnswer(answer, offset + 1);
      });
    });
}

/** @param first rank of the first hit. */
function printAnswer(answer: SearchAnswer, first: number): void {
  if (answer.suggestion !== undefined) print(`Did you mean: ${answer.suggestion}\n`);
  if (answer.missingId !== undefined) print(`The library has no paper ${answer.missingId}. This is what its words find:\n`);
  printHits(answer.hits, first);
  print(
    answer.hits.length === 0
      ? "Nothing was found."
      : `${counted(answer.total, "paper")}, ${answer.mode === "newest" ? "newest first" : `ranked (${answer.mode})`}${describeReranked(answer)}.`,
  );
  if (answer.facets !== undefined) printFacets(answer.facets);
}

function describeReranked({ reranked }: SearchAnswer): string {
  if (reranked === undefined) return "";
  return reranked === 0 ? ", none reranked in time" : `, the first ${reranked} reranked`;
}

function printFacets(facets: Facets): void {
  const rows = (["years", "categories", "venues", "sources"] as const).flatMap((kind) =>
    facets[kind].map(({ value, papers }) => [kind, value, String(papers)]),
  );
  if (rows.length === 0) return;
  print();
  printTable(rows, [2]);
}
