/** Answers that are sent again only when they have changed: ETag and Last-Modified (RFC 9110, 8.8 and 13). */
import { createHash } from "node:crypto";
import type { Context } from "hono";

/** Addresses whose last change is remembered. */
const mostRemembered = 1_000;

export class ConditionalAnswers {
  /** By the hash of the address, which may have a query of thousands of characters. */
  private readonly last = new Map<string, { readonly etag: string; readonly at: number }>();

  /** @param now milliseconds since 1970. */
  constructor(private readonly now: () => number = Date.now) {}

  /** The body, or 304 for whoever has it already. @param kept who may keep it: nobody without asking again. */
  answer(c: Context, body: string, contentType: string, kept = "no-cache"): Response {
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
    const changed = this.changeOf(c.req.url, etag);
    const headers = { etag, "last-modified": new Date(changed).toUTCString(), "cache-control": kept };
    const wanted = c.req.header("if-none-match");
    // A tag that is given decides alone.
    const isKnown = wanted === undefined ? isSince(c.req.header("if-modified-since"), changed) : matches(wanted, etag);
    return isKnown ? c.body(null, 304, headers) : c.body(body, 200, { ...headers, "content-type": contentType });
  }

  /**
   * When this process first saw the content, in whole seconds: a library does not know when a paper came to match a
   * search. After a restart whoever asks by time gets the content once more, and never misses any.
   */
  private changeOf(address: string, etag: string): number {
    const key = createHash("sha256").update(address).digest("base64");
    const before = this.last.get(key);
    if (before?.etag === etag) return before.at;
    const second = Math.floor(this.now() / 1000) * 1000;
    // Two changes within one second must not have the same time.
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
