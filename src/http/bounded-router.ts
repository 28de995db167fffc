/** The router, which leaves paths of thousands of parts alone. */
import { TrieRouter } from "hono/router/trie-router";

/** Parts of a path: an id that is an address has a dozen. */
const mostParts = 1_000;
/** Takes the way of what is not there. */
const nowhere = "/-";

/** Hono's takes time with the square of a path's parts: an address of 100 KB, from anybody, held the service up for minutes. */
export class BoundedRouter<Handler> extends TrieRouter<Handler> {
  override match(...[method, path]: Parameters<TrieRouter<Handler>["match"]>): ReturnType<TrieRouter<Handler>["match"]> {
    return super.match(method, path.split("/", mostParts + 1).length > mostParts ? nowhere : path);
  }
}
