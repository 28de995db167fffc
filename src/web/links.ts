/** The addresses of pages, and which addresses from outside may be linked to. */
import { linkOf } from "../core/identity.ts";

/**
 * The page of a paper. Slashes and colons stay readable where every browser and proxy leaves them alone; elsewhere
 * (empty or dotted segments) they are encoded too.
 */
export function paperHref(paperId: string): string {
  const encoded = encodeURIComponent(paperId);
  const segments = paperId.split("/");
  const plain = segments.every((segment) => segment !== "" && !segment.startsWith("."));
  return `/papers/${plain ? encoded.replaceAll("%2F", "/").replaceAll("%3A", ":") : encoded}`;
}

export function topicHref(slug: string): string {
  return `/topics/${encodeURIComponent(slug)}`;
}

/** The listing of a period, by its name. */
export function dailyHref(period: string, { sort = "date", page = 1 }: { sort?: string; page?: number } = {}): string {
  const parameters = new URLSearchParams();
  if (sort !== "date") parameters.set("sort", sort);
  if (page > 1) parameters.set("page", String(page));
  const query = parameters.toString();
  return `/daily/${encodeURIComponent(period)}${query === "" ? "" : `?${query}`}`;
}

/** A search for everything of one author, category or venue, newest first. */
export function browseHref(condition: "author" | "category" | "venue", value: string): string {
  return `/?${new URLSearchParams({ [condition]: value })}`;
}

/** @returns the address in its normal form, or undefined for what is not on the web (`javascript:` and the like). */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}

/** Where a person reads about an id. `#`, `?` and `%` inside an id are part of it, not of the address. */
export function idAddress(id: string): string | undefined {
  return webAddress(linkOf(id.replace(/[%#?]/g, encodeURIComponent)));
}
