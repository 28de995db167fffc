/** The addresses of pages, and which external addresses may be linked to. */
import { linkOf } from "../core/identity.ts";

/** Formats of feeds, with their media types and names. */
export const feedLinks = [
  { format: "rss", type: "application/rss+xml", name: "RSS" },
  { format: "atom", type: "application/atom+xml", name: "Atom" },
  { format: "json", type: "application/feed+json", name: "JSON Feed" },
] as const;

/** The feed of a page. */
export interface FeedOfPage {
  readonly title: string;
  /** `/feeds/daily`, without the extension of a format. */
  readonly path: string;
  /** As in the page's address; empty for none. */
  readonly query?: string;
}

export function feedHref({ path, query = "" }: FeedOfPage, format: (typeof feedLinks)[number]["format"]): string {
  return `${path}.${format}${query === "" ? "" : `?${query}`}`;
}

export const dailyFeed: FeedOfPage = { title: "Daily papers", path: "/feeds/daily" };

/** The listing of a period, by the period's name. */
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

/** @returns the address in its normal form; undefined if it is not a web address (`javascript:` and the like). */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}

/** @returns `text` if it is an address of this service, otherwise `otherwise`. */
export function localAddress(text: string, otherwise: string): string {
  const origin = "http://paperkin.invalid";
  if (!text.startsWith("/") || !URL.canParse(text, origin)) return otherwise;
  const url = new URL(text, origin);
  return url.origin === origin ? url.pathname.replace(/^\/{2,}/, "/") + url.search + url.hash : otherwise;
}

/** The page about an id. `#`, `?` and `%` within an id are part of it, not of the address's syntax. */
export function idAddress(id: string): string | undefined {
  return webAddress(linkOf(id.replace(/[%#?]/g, encodeURIComponent)));
}
