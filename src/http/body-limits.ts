/** How long the body of a request may be: as long as what the route takes, and no longer. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../core/errors.ts";
import { mostExampleFileBytes } from "../core/interest.ts";
import { mostSentBytes } from "../core/source.ts";
import { stepBack } from "../engine/turns.ts";
import { isOpen } from "./guard.ts";

const kib = 1024;
const mib = 1024 * kib;
const streamedPath = /^\/v1\/papers\/?$/;
/** Papers themselves. */
const papersPath = /^\/(?:v1\/papers|import)\/?$/;
const filePath = /^\/interests\/file$/;
/** The longest that any other route takes are 100,000 characters, of which JSON makes six bytes each, and forms up to nine. */
const askingBytes = mib;
/** Anybody may send these: an address, a key with the form that was sent while nobody was signed in, a button. */
const openBytes = 128 * kib;

/** Throws `body_too_large` before a body is read that says how long it is, and once it has become too long otherwise. */
export function limitBodies(): MiddlewareHandler {
  const [papers, file, asking, open] = [
    atMost(mostSentBytes, "Send it in parts, or use `paperkin import`."),
    atMost(mostExampleFileBytes, "Send a part of it, or use `paperkin import`."),
    atMost(askingBytes, "Send less at once; papers are sent to /v1/papers."),
    atMost(openBytes, "Fill in the form with less."),
  ];
  return (c, next) => {
    const limit = papersPath.test(c.req.path) ? papers : filePath.test(c.req.path) ? file : isOpen(c.req.path) ? open : asking;
    return limit(c, next);
  };
}

/** Reading less takes no more than a millisecond. */
const quickBytes = 64 * kib;

/**
 * Bodies that take long to be read as JSON or as a form are read one in a turn: when many come at once, others are answered between them.
 * Papers are read as they come.
 */
export const readLargeOnesInTurn: MiddlewareHandler = async (c, next) => {
  if (c.req.raw.body !== null && !(Number(c.req.header("content-length") ?? Number.NaN) <= quickBytes) && !streamedPath.test(c.req.path)) {
    await c.req.arrayBuffer();
    await stepBack();
  }
  await next();
};

function atMost(sizeBytes: number, mend: string): MiddlewareHandler {
  const shown = sizeBytes >= mib ? `${sizeBytes / mib} MiB` : `${sizeBytes / kib} KiB`;
  return bodyLimit({
    maxSize: sizeBytes,
    onError: () => {
      throw new AppError("body_too_large", `The body is larger than ${shown}.`, { mend });
    },
  });
}
