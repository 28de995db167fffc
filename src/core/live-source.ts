/** Services that are asked for papers: the signature that every file in `sources/live/` has, and what it may use. */
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
  /** Its base address, in place of the usual one. The one private address that may be asked. */
  readonly address?: string | undefined;
  readonly key?: string | undefined;
  /** Milliseconds between two requests. */
  readonly gapMs?: number | undefined;
  /** Milliseconds before the first repetition of a request that failed; doubled each time. */
  readonly retryMs?: number | undefined;
}

/** What a source may be asked beside its words. Days are `YYYY-MM-DD`. */
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

/** What a source remembers between pages and between runs; only the source reads it. */
export type FetchPosition = Readonly<Record<string, unknown>>;

export interface FetchedPage {
  readonly records: AsyncIterable<SourceRecord>;
  /** Where the next page, or the next run, begins; undefined where the next run begins anew. */
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
   * Looks at an answer. @returns why it is not whole, for which it is asked for again; undefined for a good one. Throws an
   * `AppError` where asking again would not help.
   */
  readonly check?: (bytes: Uint8Array) => string | undefined | Promise<string | undefined>;
}

export interface HttpAnswer {
  /** 200, or 304 where the request was conditional. */
  readonly status: number;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Uint8Array;
  /** The address that was asked, without secrets: how people know what came from it. */
  readonly place: string;
  /** Why it is not whole, when asking again did not help. */
  readonly fault: AppError | undefined;
}

/** One fetch from one service: polite, and patient as far as the service's answers ask for it. */
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
  /** The usual base address; empty where every request names its own. */
  readonly address: string;
  /** Milliseconds between two requests, as the service asks for. */
  readonly gapMs: number;
  /** The same for those who have a key. */
  readonly gapWithKeyMs?: number;
  /** What the words are; without, there are none. */
  readonly words?: string;
  readonly options: readonly FetchOption[];
  readonly examples: readonly string[];
  /** Throws `invalid_request` for what it cannot be asked, before anything is. */
  check?(request: FetchRequest): void;
  /**
   * The pages of a request from a position on, which is one of its own or undefined. Throws `invalid_request` for what only
   * the service can tell, and what {@link FetchSession.request} throws.
   */
  pages(request: FetchRequest, session: FetchSession, position: FetchPosition | undefined): AsyncIterable<FetchedPage>;
}
