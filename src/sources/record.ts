/** Turns the fields of a record of any format into a paper: cleaned, checked, with canonical ids. */
import { createHash } from "node:crypto";
import { normalizeAbstract } from "../core/abstract.ts";
import { orderIds, parseId } from "../core/identity.ts";
import { type Author, isCalendarDate, type NewPaper } from "../core/paper.ts";
import { namelessPrefix } from "../core/same-work.ts";
import { foldWords, normalizeText } from "../core/text.ts";

/** Runs a parser without recording stack traces: nobody sees them, and for a broken text some parsers create one error per character. */
export function withoutStacks<T>(parse: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parse();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Why one record is refused. It has no stack trace: nobody sees it, and for thousands of refusals it would be the largest cost. */
export class RecordFault extends Error {
  constructor(
    readonly field: string | undefined,
    reason: string,
  ) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(reason);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "RecordFault";
  }
}

/**
 * The fault of a record whose reading threw this. A stack overflow through deep nesting counts as a fault, so that it affects no other
 * record. Rethrows anything else.
 */
export function faultOf(thrown: unknown): RecordFault {
  if (thrown instanceof RecordFault) return thrown;
  if (thrown instanceof RangeError) return new RecordFault(undefined, `it cannot be read: ${thrown.message}`);
  throw thrown;
}

/** What formats deliver. Everything optional may be missing or empty. */
export interface RawRecord {
  /** Ids in any spelling; the first one names the record. */
  readonly ids: readonly (string | undefined)[];
  readonly title: string | undefined;
  /** Whether records of this format may lack an id: such a record is named by its title, first author and year. */
  readonly nameless?: boolean;
  readonly abstract?: string | undefined;
  readonly authors?: readonly Author[];
  readonly published?: string | undefined;
  readonly updated?: string | undefined;
  readonly listed?: string | undefined;
  readonly venue?: string | undefined;
  readonly categories?: readonly string[];
  readonly keywords?: readonly string[];
  readonly url?: string | undefined;
  readonly pdfUrl?: string | undefined;
  readonly codeUrl?: string | undefined;
  readonly language?: string | undefined;
  readonly votes?: number | undefined;
  readonly comments?: number | undefined;
  readonly citations?: number | undefined;
  readonly status?: NewPaper["status"];
  readonly version?: number | undefined;
}

const longestText = 100_000;
const longestId = 1_000;
/** The maximum length of a single-line value: a venue, a name, a keyword, an address. */
const longestLine = 10_000;
/**
 * Authors, keywords or categories of one work. The most known is 15,025 authors. All of them appear on the paper's page and in each export.
 */
const mostValues = 20_000;

/** @param source the name to put in the paper's `sources`. Throws `RecordFault`. */
export function paperOf(record: RawRecord, source: string): NewPaper {
  const title = normalizeText(record.title ?? "");
  if (title === "") throw new RecordFault("title", "there is no title");
  if (title.length > longestText) throw new RecordFault("title", `the title has ${title.length} characters`);
  const abstract = normalizeAbstract(record.abstract ?? "");
  if (abstract.length > longestText) throw new RecordFault("abstract", `the abstract has ${abstract.length} characters`);
  const known = record.ids.flatMap((id) => (id === undefined ? [] : (parseId(id) ?? [])));
  const tooLong = known.find((one) => one.id.length > longestId);
  if (tooLong !== undefined) throw new RecordFault("id", `an id has ${tooLong.id.length} characters`);
  if (known.length === 0 && record.nameless === true) known.push({ scheme: undefined, id: nameOf(title, record), version: undefined });
  const [first] = known;
  if (first === undefined) throw new RecordFault("id", "there is no id");
  const ids = [first.id, ...orderIds(known.map((one) => one.id)).filter((id) => id !== first.id)];
  const version = (count(record.version) || undefined) ?? known.find((one) => one.version !== undefined)?.version;
  const paper: NewPaper = {
    ids,
    title,
    abstract,
    authors: (record.authors ?? []).filter((author) => author.name !== ""),
    categories: cleanList(record.categories),
    keywords: cleanList(record.keywords),
    sources: [source],
  };
  const more = withoutEmpty({
    published: record.published,
    updated: record.updated,
    listed: record.listed,
    venue: record.venue === undefined ? undefined : normalizeText(record.venue),
    url: webAddress(record.url),
    pdfUrl: webAddress(record.pdfUrl),
    codeUrl: webAddress(record.codeUrl),
    language: record.language === undefined ? undefined : normalizeText(record.language),
    votes: count(record.votes),
    comments: count(record.comments),
    citations: count(record.citations),
    status: record.status,
    version,
  });
  requireUsualSize({ ...paper, ...more });
  return Object.assign(paper, more);
}

/** Throws `RecordFault` for sizes that no real work has: everybody who opens a list with it would have to load it. */
function requireUsualSize({ authors, keywords, categories, venue, url, pdfUrl, codeUrl }: NewPaper): void {
  const fields = { authors: authors.map(({ name }) => name), keywords, categories, venue, url, pdfUrl, codeUrl };
  for (const [field, value] of Object.entries(fields)) {
    const texts = typeof value === "string" ? [value] : (value ?? []);
    if (texts.length > mostValues) throw new RecordFault(field, `there are ${texts.length} ${field}`);
    const tooLong = texts.find(({ length }) => length > longestLine);
    if (tooLong !== undefined) throw new RecordFault(field, `it has ${tooLong.length} characters`);
  }
}

/** An id for a work without one: `title:` and a hash of title, first family name and year. It is the same for every format. */
function nameOf(title: string, { authors, published }: RawRecord): string {
  const [first] = authors ?? [];
  const family = foldWords(first?.family ?? first?.name.split(" ").at(-1) ?? "");
  const hash = createHash("sha256")
    .update(`${foldWords(title)}|${family}|${published?.slice(0, 4) ?? ""}`)
    .digest("hex");
  return namelessPrefix + hash.slice(0, 20);
}

function cleanList(values: readonly string[] | undefined): string[] {
  return [...new Set((values ?? []).map((value) => normalizeText(value)).filter((value) => value !== ""))];
}

function withoutEmpty<T extends object>(fields: T): Partial<T> {
  const kept: Partial<Record<string, unknown>> = {};
  for (const [field, value] of Object.entries(fields)) if (value !== undefined && value !== "") kept[field] = value;
  return kept as Partial<T>;
}

function count(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Only addresses that a browser may safely open, because they end up in links. */
function webAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const url = new URL(text.trim());
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** `Ada Lovelace` or `Lovelace, Ada`, cleaned; a name without a comma is kept as written. */
export function authorOf(raw: string): Author {
  const name = normalizeText(raw);
  const [family, given, ...rest] = name.split(",").map((part) => part.trim());
  if (family === undefined || family === "" || given === undefined || given === "" || rest.length > 1) return { name };
  // `Smith, Jr., John` and `Smith, John, Jr.`
  const [suffix] = rest;
  if (suffix !== undefined && suffix !== "") {
    const [first, last] = isSuffix(given) ? [suffix, given] : [given, suffix];
    return { name: `${first} ${family} ${last}`, family, given: first };
  }
  if (isSuffix(given)) return { name: `${family} ${given}` };
  return { name: `${given} ${family}`, family, given };
}

/** The ORCID in a text, bare or as part of an address. */
export function orcidIn(text: string | undefined): string | undefined {
  return /\d{4}-\d{4}-\d{4}-\d{3}[\dX]/i.exec(text ?? "")?.[0].toUpperCase();
}

function isSuffix(text: string): boolean {
  // Roman numerals only in capitals: “Xi” is a given name.
  return /^(?:jr|sr)\.?$/i.test(text) || /^[IVX]{2,4}$/.test(text);
}

/**
 * A date in any of the forms that records use: `2024`, `2024-03`, `2024-03-05T…`, `20240305`, RFC 1123.
 * @returns undefined for an empty value. Throws `RecordFault` naming `field` for anything that is not a date.
 */
export function readDate(raw: unknown, field: string): string | undefined {
  if (raw === undefined || raw === null || raw === "") return undefined;
  if (typeof raw !== "string" && typeof raw !== "number")
    throw new RecordFault(field, "it should be a date, and is neither text nor number");
  const text = String(raw).trim();
  const iso = /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:[T ].*)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const date =
    iso === null
      ? dayOfRfc1123(text)
      : iso
          .slice(1)
          .filter((part) => part !== undefined)
          .map((part) => part.padStart(2, "0"))
          .join("-");
  if (date === undefined || !isCalendarDate(date)) throw new RecordFault(field, `“${text.slice(0, 40)}” is not a date`);
  return date;
}

/** `Mon, 2 Apr 2007 19:18:42 GMT` → `2007-04-02`. */
function dayOfRfc1123(text: string): string | undefined {
  if (!/^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4}\b/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}
