/** arXiv's query language as Paperkin's own. https://info.arxiv.org/help/api/user-manual.html */
import { AppError } from "../../core/errors.ts";
import { type Filters, filtersSchema } from "../../core/filters.ts";
import { Brackets } from "./brackets.ts";

/** Our conditions for arXiv's prefixes; whatever is looked for in a text has to be in it, if words are demanded. */
const fieldOf: Readonly<Record<string, string>> = { ti: "title:", au: "author:", cat: "category:", jr: "venue:" };

export interface ReadArxivQuery {
  readonly query: string;
  readonly filters: Pick<Filters, "publishedFrom" | "publishedTo">;
  /** From `id:`. */
  readonly ids: readonly string[];
}

const token =
  /(submittedDate|lastUpdatedDate):\s*\[\s*(\d{8})\d*\s+TO\s+(\d{8})\d*\s*\]|(?:(ti|au|abs|co|jr|cat|rn|id|all):)?(?:"([^"]*)"|([^\s()"]+))|[()]/gi;

/**
 * Brackets around alternatives are left out: `OR` joins its two neighbours. `ANDNOT` before a bracket excludes each of its parts. Throws
 * `invalid_request` for a date that is not in the calendar.
 */
export function readArxivQuery(text: string): ReadArxivQuery {
  const [parts, ids]: [string[], string[]] = [[], []];
  let filters: ReadArxivQuery["filters"] = {};
  let isUnwanted = false;
  const brackets = new Brackets();
  for (const [whole, dated, from, to, prefix = "all", phrase, word = ""] of text.matchAll(token)) {
    if (dated !== undefined) filters = datesOf(dayOf(from), dayOf(to));
    else if (whole === "(") {
      brackets.open(isUnwanted);
      isUnwanted = false;
    } else if (whole === ")") brackets.close();
    else if (/^(?:AND|OR|ANDNOT)$/.test(whole)) {
      isUnwanted = whole === "ANDNOT";
      if (whole === "OR" && !brackets.isUnwanted) parts.push("OR");
    } else {
      const wanted = (phrase ?? word).replace(/[_"+]+/g, " ").trim();
      const field = prefix.toLowerCase();
      if (field === "id") ids.push(wanted);
      else if (wanted !== "") parts.push(`${isUnwanted || brackets.isUnwanted ? "-" : ""}${fieldOf[field] ?? ""}"${wanted}"`);
      isUnwanted = false;
    }
  }
  return { query: parts.join(" "), filters, ids };
}

function datesOf(publishedFrom: string, publishedTo: string): ReadArxivQuery["filters"] {
  const read = filtersSchema.safeParse({ publishedFrom, publishedTo });
  if (!read.success) throw new AppError("invalid_request", `There is no time from ${publishedFrom} to ${publishedTo}.`);
  return read.data;
}

/** `20260101` → `2026-01-01` */
function dayOf(digits = ""): string {
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}
