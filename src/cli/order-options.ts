/** Options for the order of results. */
import { type Command, Option } from "commander";
import { longestHalfLifeDays, type OrderOptions } from "../engine/search-request.ts";
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
      "newer papers first, by degrees: a score counts half for each so many days of age",
      decimal("--half-life", 0.01, longestHalfLifeDays),
    )
    .addOption(new Option("--as-of <day>", "the day from which ages are counted (today)").hideHelp())
    .option("--min-score <score>", "leaves out papers with a lower score", decimal("--min-score", -1_000, 1_000))
    .option("--diversity <weight>", "0 to 1: how much likeness to the papers above counts against a paper", decimal("--diversity", 0, 1))
    .option("--collapse", "copies of one work become one")
    .option("--rerank", "the reranker reads the first 50 papers (so it does in hybrid searches where one is set up)")
    .option("--no-rerank", "it does not");
}

export function orderOf({ halfLife, asOf, minScore, diversity, collapse, rerank }: OrderFlags): OrderOptions {
  return { halfLifeDays: halfLife, asOf, minScore, diversity, collapse, rerank };
}
