/** Options for the order of results. */
import { type Command, Option } from "commander";
import { longestHalfLifeDays, type OrderOptions } from "../engine/search/search-request.ts";
import { decimal } from "./context.ts";

export interface OrderFlags {
  halfLife?: number;
  asOf?: string;
  minScore?: number;
  diversity?: number;
  collapse?: boolean;
  rerank?: boolean;
}

export function addOrderOptions(command: Command): Command {
  return command
    .option(
      "--half-life <days>",
      "prefer newer papers: a score is halved for every so many days of age",
      decimal("--half-life", 0.01, longestHalfLifeDays),
    )
    .addOption(new Option("--as-of <day>", "the day from which ages are counted (today)").hideHelp())
    .option("--min-score <score>", "leave out papers with a lower score", decimal("--min-score", -1_000, 1_000))
    .option("--diversity <weight>", "0 to 1: how much similarity to the papers above lowers a paper's rank", decimal("--diversity", 0, 1))
    .option("--collapse", "show the copies of one work as one")
    .option("--rerank", "let the reranker reorder the first 50 papers (the default in hybrid searches if one is set up)")
    .option("--no-rerank", "do not use the reranker");
}

export function orderOf({ halfLife, asOf, minScore, diversity, collapse, rerank }: OrderFlags): OrderOptions {
  return { halfLifeDays: halfLife, asOf, minScore, diversity, collapse, rerank };
}
