/** `paperkin suggest`. */
import type { Command } from "commander";
import { counted } from "../core/text.ts";
import { mostSuggestions } from "../engine/search/suggest.ts";
import { isJson, wholeNumber, withEngine, withoutIndex } from "./context.ts";
import { print, printJson, printTable } from "./output.ts";

export function addSuggest(program: Command): void {
  program
    .command("suggest")
    .description("completions for the beginning of a query: titles, authors, topics, venues, categories")
    .argument("<text...>", "what was typed so far; after author:, venue:, category:, source: or title: only values of that field")
    .option("--limit <n>", "suggestions of each kind", wholeNumber("--limit", 1, mostSuggestions), 5)
    .addHelpText("after", '\nExamples:\n  paperkin suggest attention is\n  paperkin suggest "has:code author:vas" --json\n')
    .action(async (words: string[], { limit }: { limit: number }, command: Command) => {
      // Nothing that only searches need is loaded.
      await withEngine(command, withoutIndex, async (engine) => {
        await engine.library.warmUp();
        const { complete: _, ...found } = await engine.suggest(words.join(" "), limit);
        const kinds = Object.entries(found).map(([kind, list]) => ({ kind, list }));
        if (isJson(command)) {
          for (const { kind, list } of kinds) for (const suggestion of list) printJson({ kind, ...suggestion });
          return;
        }
        const rows = kinds.flatMap(({ kind, list }) =>
          // Titles and topics may be long, and so come last.
          list.map((suggestion) =>
            "query" in suggestion ? [kind, suggestion.query, detailOf(suggestion)] : [kind, detailOf(suggestion), suggestion.text],
          ),
        );
        if (rows.length === 0) print("There are no suggestions.");
        else printTable(rows);
      });
    });
}

function detailOf(suggestion: { papers: number } | { paperId: string } | { slug: string }): string {
  if ("papers" in suggestion) return counted(suggestion.papers, "paper");
  return "paperId" in suggestion ? suggestion.paperId : suggestion.slug;
}
