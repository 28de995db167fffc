/**
 * Papers as a feed for news readers: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1. The `feed` library writes the first two; it only supports
 * version 1 of JSON Feed.
 */
import { Feed } from "feed";
import { directionOf } from "../core/direction.ts";
import { feedIdOf } from "../core/feed-id.ts";
import { firstDay } from "../core/filters.ts";
import { escapeHtml } from "../core/html.ts";
import { readableMathematics } from "../core/mathematics-text.ts";
import { dateOf, listingDateOf, type Paper } from "../core/paper.ts";
import { counted } from "../core/text.ts";
import { shownAuthors } from "../engine/search/named-author.ts";

export const feedFormats = ["rss", "atom", "json"] as const;
export type FeedFormat = (typeof feedFormats)[number];

export const feedMediaTypes: Readonly<Record<FeedFormat, string>> = {
  rss: "application/rss+xml; charset=utf-8",
  atom: "application/atom+xml; charset=utf-8",
  json: "application/feed+json; charset=utf-8",
};

export interface FeedItem {
  readonly paper: Paper;
  /** The absolute address of the paper's page. */
  readonly url: string;
  /** Why the paper is in the feed, as one line of plain text. */
  readonly why?: string;
  /** When it was added to the feed, in ISO 8601; by default the date of the paper. */
  readonly added?: string;
}

export interface FeedContent {
  readonly title: string;
  readonly description: string;
  /** The absolute address of the feed in this format. */
  readonly selfUrl: string;
  /** The absolute address of the page that it corresponds to. */
  readonly htmlUrl: string;
  readonly items: readonly FeedItem[];
}

/** The whole document. Feeds are ordered by time, so papers without any date are left out. */
export function feedOf(content: FeedContent, format: FeedFormat): string {
  const entries = content.items.flatMap((item) => entryOf(item) ?? []);
  if (format === "json") return jsonFeedOf(content, entries);
  const feed = new Feed({
    id: content.htmlUrl,
    title: clean(content.title),
    description: clean(content.description),
    link: content.htmlUrl,
    feed: content.selfUrl,
    // Depends only on the papers, so that the same papers give the same bytes.
    updated: new Date(Math.max(0, ...entries.map(({ updated }) => updated.getTime()))),
    generator: "Paperkin",
    // Atom requires an author for entries without one.
    author: { name: "Paperkin" },
  });
  for (const entry of entries) feed.addItem(format === "rss" ? rssItemOf(entry) : atomItemOf(entry));
  return format === "rss" ? feed.rss2() : feed.atom1();
}

/** The most authors of one paper: large collaborations have thousands, and a feed is fetched every hour. */
const mostAuthors = 100;

interface Entry {
  readonly id: string;
  readonly url: string;
  /** Plain text. */
  readonly title: string;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
  /** Plain text; empty if there is none. */
  readonly abstract: string;
  /** HTML: the abstract, and other metadata. */
  readonly content: string;
  /** The time it was added to the feed, else the day it was listed, else published. */
  readonly day: Date;
  readonly updated: Date;
}

function entryOf({ paper, url, why, added }: FeedItem): Entry | undefined {
  const date = listingDateOf(paper) ?? dateOf(paper);
  if (date === undefined && added === undefined) return undefined;
  const day = new Date(added ?? `${firstDay(date ?? "")}T00:00:00Z`);
  const changed = paper.updated ?? date;
  const updated = changed === undefined ? day : new Date(`${firstDay(changed)}T00:00:00Z`);
  const title = clean(readableMathematics(paper.title));
  return {
    id: feedIdOf(paper.paperId),
    url,
    title: paper.status === undefined ? title : `[${paper.status}] ${title}`,
    authors: paper.authors.slice(0, mostAuthors).map(({ name }) => clean(name)),
    categories: paper.categories.map(clean),
    abstract: clean(readableMathematics(paper.abstract)),
    content: contentOf(paper, why),
    day,
    updated: updated > day ? updated : day,
  };
}

/** Titles in RSS are plain text. Authors use Dublin Core, since RSS authors are e-mail addresses. */
function rssItemOf(entry: Entry) {
  return {
    ...commonOf(entry),
    title: entry.title.replaceAll("]]>", "]] >"),
    date: entry.day,
    category: entry.categories.map((name) => ({ name })),
    extensions: entry.authors.length === 0 ? [] : [{ name: "dc:creator", objects: textsOf(entry.authors) }],
  };
}

function atomItemOf(entry: Entry) {
  return {
    ...commonOf(entry),
    title: escapeHtml(entry.title),
    date: entry.updated,
    published: entry.day,
    author: entry.authors.map((name) => ({ name })),
    // The library does not escape this character in attributes.
    category: entry.categories.map((term) => ({ term: term.replaceAll("<", "‹") })),
  };
}

function commonOf({ id, url, abstract, content }: Entry) {
  return { id, link: url, content, ...(abstract === "" ? {} : { description: escapeHtml(abstract) }) };
}

/** One element per text. The library accepts lists too, but its types do not; hence the empty object. */
function textsOf(texts: readonly string[]): Record<string, unknown> {
  const none: Record<string, unknown> = {};
  return Object.assign(
    texts.map((text) => ({ _text: text })),
    none,
  );
}

/** https://www.jsonfeed.org/version/1.1/ */
function jsonFeedOf({ title, description, selfUrl, htmlUrl }: FeedContent, entries: readonly Entry[]): string {
  const document = {
    version: "https://jsonfeed.org/version/1.1",
    title: clean(title),
    description: clean(description),
    home_page_url: htmlUrl,
    feed_url: selfUrl,
    items: entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      content_html: entry.content,
      ...(entry.abstract === "" ? {} : { summary: entry.abstract }),
      date_published: entry.day.toISOString(),
      date_modified: entry.updated.toISOString(),
      authors: entry.authors.map((name) => ({ name })),
      tags: entry.categories,
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function contentOf(paper: Paper, why = ""): string {
  const { abstract, authors, venue, votes, codeUrl, pdfUrl } = paper;
  const facts = [venue, votes === undefined ? undefined : counted(votes, "vote")].filter((fact) => fact !== undefined);
  const links = [linkTo(pdfUrl, "PDF"), linkTo(codeUrl, "Code")].filter((link) => link !== "");
  return [
    paragraph(why),
    paragraph(listOfAuthors(authors)),
    paragraph(abstract === "" ? "There is no abstract." : readableMathematics(abstract)),
    paragraph(facts.join(" · ")),
    links.length === 0 ? "" : `<p>${links.join(" · ")}</p>`,
  ].join("");
}

/** @param text plain. */
function paragraph(text: string): string {
  return text === "" ? "" : `<p${directionOf(text) === "rtl" ? ' dir="rtl"' : ""}>${escapeHtml(clean(text))}</p>`;
}

function listOfAuthors(authors: Paper["authors"]): string {
  const { first, left } = shownAuthors(authors, mostAuthors);
  return `${first.join(", ")}${left === 0 ? "" : ` and ${left.toLocaleString("en")} more`}`;
}

function linkTo(address: string | undefined, text: string): string {
  if (address === undefined || !URL.canParse(address)) return "";
  const { protocol, href } = new URL(address);
  return protocol === "https:" || protocol === "http:" ? `<a href="${escapeHtml(href)}">${text}</a>` : "";
}

/** Removes characters that XML 1.0 does not allow. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}
