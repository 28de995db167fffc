/** The conditions of Semantic Scholar's searches as those of Paperkin. */
import { AppError } from "../../core/errors.ts";
import { type Filters, filtersSchema } from "../../core/filters.ts";

const day = /^\d{4}(?:-\d\d(?:-\d\d)?)?$/;

/**
 * Reads `year`, `publicationDateOrYear`, `venue`, `fieldsOfStudy`, `minCitationCount` and `openAccessPdf`, whose presence is enough. Throws
 * `invalid_request` for a value of another form, and for `publicationTypes`, which Paperkin does not know.
 * @param query the parameters of the request; others are not looked at.
 */
export function s2Filters(query: Readonly<Record<string, string>>): Filters {
  if ((query.publicationTypes ?? "") !== "") throw unacceptable("publicationTypes", query.publicationTypes);
  const filters = {
    ...years(query.year),
    ...dates(query.publicationDateOrYear),
    venues: listOf(query.venue),
    categories: listOf(query.fieldsOfStudy),
    minCitations: countOf(query.minCitationCount),
    hasPdf: query.openAccessPdf === undefined ? undefined : true,
  };
  const read = filtersSchema.safeParse(filters);
  if (!read.success) {
    const name = parameterOf[String(read.error.issues[0]?.path[0])] ?? "publicationDateOrYear";
    throw unacceptable(name, query[name]);
  }
  return read.data;
}

const parameterOf: Readonly<Record<string, string>> = { venues: "venue", categories: "fieldsOfStudy" };

/** `2019`, `2016-2020`, `2010-`, `-2015` */
function years(text: string | undefined): Pick<Filters, "yearFrom" | "yearTo"> {
  if (text === undefined || text === "") return {};
  const [, from, dash, to] = /^(\d{4})?(-)?(\d{4})?$/.exec(text) ?? [];
  if ((from === undefined && to === undefined) || (from !== undefined && to !== undefined && dash === undefined))
    throw unacceptable("year", text);
  return {
    yearFrom: from === undefined ? undefined : Number(from),
    yearTo: to !== undefined ? Number(to) : dash === undefined && from !== undefined ? Number(from) : undefined,
  };
}

/** A day, month or year, or a range of two with a colon, of which one may be missing. */
function dates(text: string | undefined): Pick<Filters, "publishedFrom" | "publishedTo"> {
  if (text === undefined || text === "") return {};
  const [from = "", to = from, ...more] = text.split(":");
  const isRead = [from, to].every((one) => one === "" || day.test(one)) && from + to !== "" && more.length === 0;
  if (!isRead) throw unacceptable("publicationDateOrYear", text);
  return { publishedFrom: from === "" ? undefined : from, publishedTo: to === "" ? undefined : to };
}

function listOf(text: string | undefined): string[] | undefined {
  const parts = (text ?? "").split(",").flatMap((part) => part.trim() || []);
  return parts.length === 0 ? undefined : parts;
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text)) throw unacceptable("minCitationCount", text);
  return Number(text);
}

/** In the words of the service. */
export function unacceptable(name: string, value: string | undefined): AppError {
  return new AppError("invalid_request", `Unacceptable query params: [${name}=${(value ?? "").slice(0, 100)}]`);
}
