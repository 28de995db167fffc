/**
 * Names, dates and texts in the form that CSL defines. Crossref's works share it, except that they have lists in places.
 * https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables
 */
import type { Author } from "../core/paper.ts";
import { normalizeText } from "../core/text.ts";
import { isObject, type JsonObject, textField } from "./fields.ts";
import { listedAuthor } from "./listed-text.ts";
import { calendarDate, readLooseDate } from "./loose-date.ts";
import { orcidIn } from "./record.ts";

/** A string, or the first of a list of strings. Throws `RecordFault` for other types. */
export function firstText(record: JsonObject, field: string): string | undefined {
  const value = record[field];
  if (!Array.isArray(value)) return textField(record, field);
  const [first] = value.filter((item) => item !== null && item !== "");
  return textField({ [field]: first }, field);
}

/** The people of a name variable; entries that are not names are skipped. */
export function authorsOf(names: unknown): Author[] {
  if (!Array.isArray(names)) return [];
  return names.flatMap((name): Author | [] => {
    const author = typeof name === "string" ? listedAuthor(name) : isObject(name) ? authorOfName(name) : undefined;
    return author === undefined || author.name === "" ? [] : author;
  });
}

function authorOfName(name: JsonObject): Author {
  const part = (field: string) => normalizeText(typeof name[field] === "string" ? name[field] : "");
  const family = joined(part("non-dropping-particle"), part("family"));
  const given = part("given");
  const orcid = orcidIn(part("ORCID"));
  const whole =
    family === ""
      ? listedAuthor(part("literal") || part("name") || given)
      : {
          name: joined(given, part("dropping-particle"), family, part("suffix")),
          family,
          ...(given === "" ? {} : { given }),
        };
  return orcid === undefined ? whole : { ...whole, orcid };
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

/** The first of these values that is a date, at its own precision: `date-parts`, year and month by name (YAML), or any text. */
export function dateOf(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const date = dateOfVariable(value);
    if (date !== undefined) return date;
  }
  return undefined;
}

function dateOfVariable(value: unknown): string | undefined {
  if (typeof value === "string" || typeof value === "number") return readLooseDate(String(value));
  // A range counts as its beginning.
  if (Array.isArray(value)) return dateOfVariable(value[0]);
  if (!isObject(value)) return undefined;
  const parts = value["date-parts"];
  if (Array.isArray(parts)) {
    const date = dateOfParts(Array.isArray(parts[0]) ? parts[0] : parts);
    if (date !== undefined) return date;
  }
  return dateOfParts([value.year, value.month, value.day]) ?? dateOf(value.raw, value.literal, value["date-time"]);
}

/** Year, month and day, up to the first invalid part: months above 12 are seasons. */
function dateOfParts([year, ...rest]: readonly unknown[]): string | undefined {
  const [month, day] = rest.map((part) => (/^\d{1,2}$/.test(String(part)) ? String(part) : undefined));
  return /^\d{4}$/.test(String(year)) ? calendarDate(String(year), month, day) : undefined;
}

/** An abstract without the heading that publishers include in its markup. */
export function withoutHeading(abstract: string | undefined): string | undefined {
  return abstract?.replace(/^\s*(?:<jats:sec[^<>]*>\s*)?<jats:title>\s*(?:abstract|summary)\s*(?:[.:]\s*)?<\/jats:title>/i, "");
}
