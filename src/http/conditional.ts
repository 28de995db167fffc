/** Conditional requests: responses are sent again only if they have changed, using ETag and Last-Modified (RFC 9110, 8.8 and 13). */
import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { etag, RETAINED_304_HEADERS } from "hono/etag";

/** Answers that stay the same for long, and are read again and again: single papers, and the description of the API. */
const lasting = /^\/(?:openapi\.json|v1\/papers\/(?!.*\/(?:similar|comments)\/?$).+)$/;
const tagged = etag({ retainedHeaders: [...RETAINED_304_HEADERS, "x-request-id"] });

/** Adds an ETag to lasting answers: 304 for clients that already have them. */
export const revalidateLasting: MiddlewareHandler = async (c, next) => (lasting.test(c.req.path) ? await tagged(c, next) : await next());

/** The response of a route whose answers last, for its documentation. */
export const unchangedResponse = { description: "The client's copy, named by its ETag in If-None-Match, is still the answer" };

/** The most addresses whose last change is remembered. */
const mostRemembered = 1_000;

export class ConditionalAnswers {
  /** Keyed by the hash of the address, since its query may have thousands of characters. */
  private readonly last = new Map<string, { readonly etag: string; readonly at: number }>();

  /** @param now milliseconds since 1970. */
  constructor(private readonly now: () => number = Date.now) {}

  /**
   * The body, or 304 if the client already has it.
   * @param kept the Cache-Control header; by default caches must revalidate each time.
   */
  answer(c: Context, body: string, contentType: string, kept = "no-cache"): Response {
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
    const changed = this.changeOf(c.req.url, etag);
    const headers = { etag, "last-modified": new Date(changed).toUTCString(), "cache-control": kept };
    const wanted = c.req.header("if-none-match");
    // If-None-Match takes precedence over If-Modified-Since.
    const isKnown = wanted === undefined ? isSince(c.req.header("if-modified-since"), changed) : matches(wanted, etag);
    return isKnown ? c.body(null, 304, headers) : c.body(body, 200, { ...headers, "content-type": contentType });
  }

  /**
   * When this process first saw the current content, in whole seconds: a library does not know since when a paper matches a search. After a
   * restart, clients that send If-Modified-Since get the content once more, but never miss a change.
   */
  private changeOf(address: string, etag: string): number {
    const key = createHash("sha256").update(address).digest("base64");
    const before = this.last.get(key);
    if (before?.etag === etag) return before.at;
    const second = Math.floor(this.now() / 1000) * 1000;
    // Two changes within one second must have different times.
    const at = before === undefined ? second : Math.max(second, before.at + 1000);
    this.last.delete(key);
    this.last.set(key, { etag, at });
    const [oldest] = this.last.keys();
    if (this.last.size > mostRemembered && oldest !== undefined) this.last.delete(oldest);
    return at;
  }
}

function isSince(header: string | undefined, changed: number): boolean {
  const time = Date.parse(header ?? "");
  return !Number.isNaN(time) && changed <= time;
}

function matches(header: string, etag: string): boolean {
  return header
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .some((tag) => tag === "*" || tag === etag);
}
