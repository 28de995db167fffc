/** A router that does not match paths of thousands of segments. */
import { TrieRouter } from "hono/router/trie-router";

/** The most segments of a path; an id that is an address has a dozen. */
const mostParts = 1_000;
/** A path without a route. */
const nowhere = "/-";

/**
 * Hono's router takes time quadratic in the number of segments: a URL of 100 KB, which anybody can send, blocked the service for minutes.
 */
export class BoundedRouter<Handler> extends TrieRouter<Handler> {
  override match(...[method, path]: Parameters<TrieRouter<Handler>["match"]>): ReturnType<TrieRouter<Handler>["match"]> {
    return super.match(method, path.split("/", mostParts + 1).length > mostParts ? nowhere : path);
  }
}
