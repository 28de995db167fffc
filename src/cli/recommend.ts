/** `paperkin recommend`: papers similar to a set of examples. */
import type { Command } from "commander";
import { describeReason } from "../engine/recommend/reason-text.ts";
import { asking, type CommonFlags, collect, isJson, wholeNumber, withEngine } from "./context.ts";
import { addFilterOptions, type FilterFlags, filtersOf } from "./filter-options.ts";
import { print, printHits, printJson, styled, wrap } from "./output.ts";

interface Flags extends CommonFlags, FilterFlags {
  not?: string[];
  query?: string;
  limit: number;
}

export function addRecommend(program: Command): void {
  const command = program
    .command("recommend")
    .description("papers that fit a set of examples")
    .argument("[ids...]", "papers to use as examples")
    .option("--not <id>", "a paper to avoid; several times for several", collect)
    .option("--query <words>", "what is wanted, in words")
    .option("--limit <n>", "papers to show", wholeNumber("--limit", 1, 100), 10);
  addFilterOptions(command)
    .addHelpText(
      "after",
      '\nExamples:\n  paperkin recommend arXiv:1706.03762 arXiv:1810.04805 --not arXiv:2005.14165\n  paperkin recommend --query "privacy of training data" arXiv:1607.00133\n',
    )
    .action(async (ids: string[], flags: Flags, self: Command) => {
      const filters = filtersOf(flags);
      await withEngine(self, asking, async (engine) => {
        const hits = await engine.recommend({
          positive: ids,
          negative: flags.not ?? [],
          limit: flags.limit,
          filters,
          ...(flags.query === undefined ? {} : { query: flags.query }),
        });
        if (isJson(self)) {
          for (const hit of hits) printJson(hit);
          return;
        }
        if (hits.length === 0) print("Nothing was found.");
        hits.forEach((hit, at) => {
          printHits([hit], at + 1);
          print(styled("dim", wrap(`why: ${describeReason(hit.reason)}`, "     ")));
          print();
        });
      });
    });
}
