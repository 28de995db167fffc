/** Services that are queried for papers: the interface that every file in `sources/live/` implements, and what it may use. */
import type { AppError } from "./errors.ts";
import type { SourceRecord } from "./source.ts";

/** Every source, as `paperkin fetch` and the settings name it. */
export const liveSourceNames = [
  "arxiv",
  "arxiv-oai",
  "hf-daily",
  "semantic-scholar",
  "openalex",
  "biorxiv",
  "medrxiv",
  "pubmed",
  "feed",
  "zotero",
] as const;
export type LiveSourceName = (typeof liveSourceNames)[number];

/** What the settings say of one source. */
export interface LiveSourceSettings {
  /** Its base address, instead of the usual one. Only this address may be private. */
  readonly address?: string | undefined;
  readonly key?: string | undefined;
  /** Milliseconds between two requests. */
  readonly gapMs?: number | undefined;
  /** Milliseconds before the first retry of a failed request; doubled each time. */
  readonly retryMs?: number | undefined;
}

/** Options of a request beside its words. Days are `YYYY-MM-DD`. */
export interface FetchOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly date?: string | undefined;
  /** `YYYY-Www`. */
  readonly week?: string | undefined;
  /** `YYYY-MM`. */
  readonly month?: string | undefined;
  readonly category?: readonly string[] | undefined;
  readonly set?: string | undefined;
  readonly prefix?: string | undefined;
  /** In any spelling. */
  readonly ids?: readonly string[] | undefined;
}
export type FetchOption = keyof FetchOptions;

export interface FetchRequest extends FetchOptions {
  readonly words: readonly string[];
  /** Records after which to stop. */
  readonly limit?: number | undefined;
}

/** What a source remembers between pages and between runs; only the source interprets it. */
export type FetchPosition = Readonly<Record<string, unknown>>;

export interface FetchedPage {
  readonly records: AsyncIterable<SourceRecord>;
  /** Where the next page, or the next run, begins; undefined if the next run starts over. */
  readonly next: FetchPosition | undefined;
  /** What is wrong with the page: its whole records are good, and the position stays before it. */
  readonly fault?: AppError | undefined;
}

export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that only the asked host may see. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** Sent as JSON; makes the request a POST. */
  readonly body?: unknown;
  /**
   * Checks an answer. @returns why it is incomplete, in which case it is requested again; undefined for a good one. Throws an `AppError`
   * if requesting again would not help.
   */
  readonly check?: (bytes: Uint8Array) => string | undefined | Promise<string | undefined>;
}

export interface HttpAnswer {
  /** 200, or 304 where the request was conditional. */
  readonly status: number;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Uint8Array;
  /** The requested address without secrets: how people identify what came from it. */
  readonly place: string;
  /** Why it is incomplete, if requesting it again did not help. */
  readonly fault: AppError | undefined;
}

/** One fetch from one service: polite, and as patient as the service's answers demand. */
export interface FetchSession {
  /** The base address, without a slash at its end. */
  readonly address: string;
  readonly key: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** The day in UTC. */
  today(): string;
  /** Throws `source_unreachable`, `source_refused`, `address_forbidden`, `cancelled`. */
  request(address: URL, request?: HttpRequest): Promise<HttpAnswer>;
}

export interface LiveSource {
  readonly name: LiveSourceName;
  /** As people write it. */
  readonly title: string;
  readonly description: string;
  /** Sources of one service share its connection and its pace. */
  readonly service: string;
  /** The usual base address; empty if every request names its own. */
  readonly address: string;
  /** Milliseconds between two requests, as the service demands. */
  readonly gapMs: number;
  /** The same for those who have a key. */
  readonly gapWithKeyMs?: number;
  /** What the words of a request mean; undefined if it takes none. */
  readonly words?: string;
  readonly options: readonly FetchOption[];
  readonly examples: readonly string[];
  /** Throws `invalid_request`, before any request, for what cannot be requested of this source. */
  check?(request: FetchRequest): void;
  /**
   * The pages of a request from a position on, which is one of the source's own or undefined. Throws `invalid_request` for what only the
   * service can decide, and what {@link FetchSession.request} throws.
   */
  pages(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage>;
}
