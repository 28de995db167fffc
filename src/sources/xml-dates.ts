/** Dates of XML records, which have one element per part, or several dates for one paper. */
import { compareText } from "../core/order.ts";
import { readLooseDate } from "./loose-date.ts";
import { plainText, type XmlElement } from "./xml-tree.ts";

/** A date from child elements such as `year`, `month` and `day`, in upper or lower case. */
export function dateOfElement(element: XmlElement | undefined): string | undefined {
  const part = (name: string) =>
    plainText(element?.children.find((child): child is XmlElement => typeof child !== "string" && child.local.toLowerCase() === name));
  const year = part("year");
  return year === undefined ? undefined : readLooseDate(year, part("month"), part("day"));
}

/** The date of first publication: among the dates of the earliest year the most precise, and among those the earliest. */
export function earliestDate(dates: readonly (string | undefined)[]): string | undefined {
  const known = dates.filter((date) => date !== undefined);
  const [best] = known.sort((a, b) => a.slice(0, 4).localeCompare(b.slice(0, 4)) || b.length - a.length || compareText(a, b));
  return best;
}
