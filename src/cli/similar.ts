/** `paperkin similar`: papers similar to a paper or to a text. */
import type { Command } from "commander";
import { AppError } from "../core/errors.ts";
import type { Fusion, SearchMode } from "../engine/search/rank.ts";
import { asking, type CommonFlags, isJson, wholeNumber, withEngine } from "./context.ts";
import { addFilterOptions, type FilterFlags, filtersOf } from "./filter-options.ts";
import { print, printHits, printJson } from "./output.ts";
import { modeOptions } from "./search.ts";

interface Flags extends CommonFlags, FilterFlags {
  text?: string;
  mode: SearchMode;
  fusion: Fusion;
  limit: number;
}

export function addSimilar(program: Command): void {
  const command = program
    .command("similar")
    .description("papers like one paper, or like a text")
    .argument("[id]", "an arXiv id, a DOI, an address, or another id of the paper")
    .option("--text <text>", "a text instead of a paper: a title, an abstract, a paragraph; - reads standard input")
    .option("--limit <n>", "papers to show", wholeNumber("--limit", 1, 100), 10);
  addFilterOptions(modeOptions(command))
    .addHelpText(
      "after",
      "\nExamples:\n  paperkin similar arXiv:1706.03762\n  paperkin similar https://doi.org/10.1038/nature14539 --from 2015\n  paperkin similar --text - < draft-abstract.txt\n",
    )
    .action(async (id: string | undefined, flags: Flags, self: Command) => {
      if ((id === undefined) === (flags.text === undefined)) {
        throw new AppError("invalid_request", "Name one paper, or give one text with --text.", { mend: "See `paperkin similar --help`." });
      }
      const filters = filtersOf(flags);
      await withEngine(self, asking, async (engine) => {
        const options = {
          mode: flags.mode,
          fusion: flags.fusion,
          limit: flags.limit,
          filters,
        };
        const hits =
          id !== undefined ? await engine.similarToPaper(id, options) : await engine.similarToText(await textOf(flags.text ?? ""), options);
        if (isJson(self)) for (const hit of hits) printJson(hit);
        else if (hits.length === 0) print("Nothing was found.");
        else printHits(hits);
      });
    });
}

async function textOf(flag: string): Promise<string> {
  if (flag !== "-") return flag;
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
