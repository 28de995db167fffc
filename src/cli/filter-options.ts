/** The conditions of search, similar and recommend as options. */
import type { Command } from "commander";
import { AppError } from "../core/errors.ts";
import { type Filters, filtersSchema } from "../core/filters.ts";
import { collect } from "./context.ts";

export interface FilterFlags {
  from?: string;
  to?: string;
  year?: string;
  venue?: string[];
  category?: string[];
  source?: string[];
  author?: string[];
  hasCode?: boolean;
}

export function addFilterOptions(command: Command): Command {
  return command
    .option("--from <date>", "papers from this day on (YYYY, YYYY-MM or YYYY-MM-DD)")
    .option("--to <date>", "papers up to this day")
    .option("--year <years>", "a year, or years: 2019..2023")
    .option("--venue <venue>", "a venue; several times for any of them", collect)
    .option("--category <category>", "a category such as cs.CL, or cs.*; several times for any of them", collect)
    .option("--source <source>", "a source such as arxiv; several times for any of them", collect)
    .option("--author <author>", "a part of an author's name; several times for any of them", collect)
    .option("--has-code", "only papers with a link to code");
}

/** Throws `invalid_request`. */
export function filtersOf(flags: FilterFlags): Filters {
  const years = /^(\d{4})?(\.\.)?(\d{4})?$/.exec(flags.year ?? "");
  if (flags.year !== undefined && (years === null || (years[1] === undefined && years[3] === undefined))) {
    throw new AppError("invalid_request", `--year is “${flags.year}”; it is a year, or years such as 2019..2023.`);
  }
  const [, first, dots, last] = years ?? [];
  const result = filtersSchema.safeParse({
    from: flags.from,
    to: flags.to,
    yearFrom: first === undefined ? undefined : Number(first),
    yearTo: last !== undefined ? Number(last) : dots === undefined && first !== undefined ? Number(first) : undefined,
    venues: flags.venue,
    categories: flags.category,
    sources: flags.source,
    authors: flags.author,
    hasCode: flags.hasCode,
  });
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new AppError("invalid_request", `--${String(issue?.path[0])} is not valid: ${issue?.message}.`);
  }
  return result.data;
}
