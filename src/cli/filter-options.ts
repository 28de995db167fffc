/** The filters of search, similar and recommend as options. */
import { type Command, Option } from "commander";
import { AppError } from "../core/errors.ts";
import { type Filters, filtersSchema } from "../core/filters.ts";
import { yearsOf } from "../core/query-pieces.ts";
import { collect, wholeNumber } from "./context.ts";

export interface FilterFlags {
  from?: string;
  to?: string;
  year?: string;
  venue?: string[];
  category?: string[];
  source?: string[];
  author?: string[];
  language?: string[];
  publishedFrom?: string;
  publishedTo?: string;
  updatedFrom?: string;
  updatedTo?: string;
  listedFrom?: string;
  listedTo?: string;
  hasCode?: boolean;
  hasAbstract?: boolean;
  hasPdf?: boolean;
  minVotes?: number;
  minCitations?: number;
}

const mostCount = 1_000_000_000;

export function addFilterOptions(command: Command): Command {
  return command
    .option("--from <date>", "papers from this day on (YYYY, YYYY-MM or YYYY-MM-DD)")
    .option("--to <date>", "papers up to this day")
    .option("--year <years>", "a year, or years: 2019..2023")
    .option("--venue <venue>", "a venue; several times for any of them", collect)
    .option("--category <category>", "a category such as cs.CL, or cs.*; several times for any of them", collect)
    .option("--source <source>", "a source such as arxiv; several times for any of them", collect)
    .option("--author <author>", "a part of an author's name; several times for any of them", collect)
    .option("--language <language>", "a language such as en; several times for any of them", collect)
    .option("--published-from <date>", "papers published from this day on; likewise --published-to, --updated-…, --listed-…")
    .addOption(new Option("--published-to <date>").hideHelp())
    .addOption(new Option("--updated-from <date>").hideHelp())
    .addOption(new Option("--updated-to <date>").hideHelp())
    .addOption(new Option("--listed-from <date>").hideHelp())
    .addOption(new Option("--listed-to <date>").hideHelp())
    .option("--has-code", "only papers with a link to code")
    .option("--has-abstract", "only papers with an abstract")
    .option("--has-pdf", "only papers with a link to the PDF")
    .option("--min-votes <n>", "papers with this many votes or more", wholeNumber("--min-votes", 0, mostCount))
    .option("--min-citations <n>", "papers with this many citations or more", wholeNumber("--min-citations", 0, mostCount));
}

/** Options with the same names as their filters. */
const sameNames = [
  ...(["from", "to", "publishedFrom", "publishedTo", "updatedFrom", "updatedTo", "listedFrom", "listedTo"] as const),
  ...(["hasCode", "hasAbstract", "hasPdf", "minVotes", "minCitations"] as const),
] as const;

/** Filters with several values, and the option for one of them. */
const listOptions: Readonly<Record<string, string>> = {
  venues: "venue",
  categories: "category",
  sources: "source",
  authors: "author",
  languages: "language",
};

/** Throws `invalid_request`. */
export function filtersOf(flags: FilterFlags): Filters {
  // With the syntax of years in a query.
  const years = yearsOf(flags.year ?? "");
  if (flags.year !== undefined && years === undefined) {
    throw new AppError("invalid_request", `--year is “${flags.year}”; it is a year, or years such as 2019..2023.`);
  }
  if (years?.from !== undefined && years.to !== undefined && years.from > years.to) {
    throw new AppError("invalid_request", `--year is “${flags.year}”, which ends before it begins.`, {
      mend: `Write ${years.to}..${years.from}.`,
    });
  }
  const { venue, category, source, author, language } = flags;
  const result = filtersSchema.safeParse({
    ...Object.fromEntries(sameNames.map((name) => [name, flags[name]])),
    yearFrom: years?.from,
    yearTo: years?.to,
    venues: venue,
    categories: category,
    sources: source,
    authors: author,
    languages: language,
  });
  if (!result.success) {
    const [issue] = result.error.issues;
    const condition = String(issue?.path[0]);
    const option = listOptions[condition] ?? condition.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
    throw new AppError("invalid_request", `--${option} is not valid: ${issue?.message}.`);
  }
  // Filters without a value are omitted, also where filters are counted or stored.
  return Object.fromEntries(Object.entries(result.data).filter(([, value]) => value !== undefined));
}
