/** How long the body of a request may be: as long as what the route takes, and no longer; and how much of all of them is held at once. */
import type { Context, MiddlewareHandler } from "hono";
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

/** Bytes of bodies that are held at once over all requests: two of the largest, and so many of the others. */
export interface HeldBytes {
  readonly papers: number;
  readonly asking: number;
}
const usuallyHeld: HeldBytes = { papers: 2 * mostSentBytes, asking: 64 * mib };
/** Bodies of no more are not counted: as many as there are connections are no more than one of the largest. */
const uncountedBytes = 64 * kib;

/**
 * Throws `body_too_large` before a body is read that says how long it is, and once it has become too long otherwise; and `service_busy` where
 * with those that are held already it would be too much. What says its length is counted from its beginning, anything else as it comes.
 */
export function limitBodies(held: HeldBytes = usuallyHeld): MiddlewareHandler {
  const [papersHeld, askingHeld] = [new Budget(held.papers), new Budget(held.asking)];
  const papers = { ...atMost(mostSentBytes, "Send it in parts, or use `paperkin import`."), budget: papersHeld };
  const file = { ...atMost(mostExampleFileBytes, "Send a part of it, or use `paperkin import`."), budget: papersHeld };
  const asking = { ...atMost(askingBytes, "Send less at once; papers are sent to /v1/papers."), budget: askingHeld };
  // Nobody who only knows the address takes from what others need.
  const open = { ...atMost(openBytes, "Fill in the form with less."), budget: new Budget(Number.POSITIVE_INFINITY) };
  return async (c, next) => {
    const { body } = c.req.raw;
    if (body === null) return await next();
    const path = c.req.path;
    const { mostBytes, tooLarge, budget } = papersPath.test(path) ? papers : filePath.test(path) ? file : isOpen(path) ? open : asking;
    const share = budget.share();
    try {
      const saidBytes = saidLength(c);
      if (saidBytes !== undefined && saidBytes > mostBytes) throw tooLarge();
      if (saidBytes === undefined) {
        const chunks = await readUpTo(body, (sizeBytes) => {
          if (sizeBytes > mostBytes) throw tooLarge();
          share.growTo(sizeBytes);
        });
        // Node wants to be told that an answer waits for a body which is a stream.
        c.req.raw = new Request(c.req.raw, { body: streamOf(chunks), duplex: "half" } as RequestInit);
      } else if (!streamedPath.test(path)) share.growTo(saidBytes);
      await next();
    } finally {
      share.giveBack();
    }
  };
}

/** What all requests may hold together. */
class Budget {
  private heldBytes = 0;

  constructor(private readonly mostBytes: number) {}

  /** Of one request. `growTo` throws `service_busy`. */
  share(): { growTo(sizeBytes: number): void; giveBack(): void } {
    let ownBytes = 0;
    return {
      growTo: (sizeBytes) => {
        if (sizeBytes <= uncountedBytes) return;
        // Alone, anything is read that is not too large.
        if (this.heldBytes > ownBytes && this.heldBytes - ownBytes + sizeBytes > this.mostBytes) {
          throw new AppError("service_busy", "Too many large bodies are being read at once.", {
            mend: "Nothing of this one was taken; send it again in a moment.",
          });
        }
        this.heldBytes += sizeBytes - ownBytes;
        ownBytes = sizeBytes;
      },
      giveBack: () => {
        this.heldBytes -= ownBytes;
        ownBytes = 0;
      },
    };
  }
}

/** Undefined for a body that comes in chunks. */
function saidLength(c: Context): number | undefined {
  const said = c.req.header("content-length");
  return said === undefined || c.req.header("transfer-encoding") !== undefined ? undefined : Number(said);
}

/** @param onSize told before more is kept; what it throws ends the reading. */
async function readUpTo(body: ReadableStream<Uint8Array>, onSize: (sizeBytes: number) => void): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    sizeBytes += value.length;
    onSize(sizeBytes);
    chunks.push(value);
  }
}

/** Reading less takes no more than a millisecond. */
const quickBytes = 64 * kib;

/**
 * Bodies that take long to be read as JSON or as a form are read one in a turn: when many come at once, others are answered between them.
 * Papers are read as they come.
 */
export const readLargeOnesInTurn: MiddlewareHandler = async (c, next) => {
  if (c.req.raw.body !== null && !(Number(c.req.header("content-length") ?? Number.NaN) <= quickBytes) && !streamedPath.test(c.req.path)) {
    await readOnce(c, saidLength(c));
    await stepBack();
  }
  await next();
};

/** For all who ask for the body afterwards. One whose length is known is kept once; reading it as it comes holds all its pieces beside the whole. */
async function readOnce(c: Context, sizeBytes: number | undefined): Promise<void> {
  const { body } = c.req.raw;
  if (sizeBytes === undefined || body === null) {
    await c.req.arrayBuffer();
    return;
  }
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for await (const chunk of body) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  // What Hono keeps there of a body that was read before.
  Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(at === sizeBytes ? whole.buffer : whole.buffer.slice(0, at)) });
}

/** Lets go of each chunk as it is read. */
function streamOf(chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

function atMost(mostBytes: number, mend: string): { mostBytes: number; tooLarge: () => AppError } {
  const shown = mostBytes >= mib ? `${mostBytes / mib} MiB` : `${mostBytes / kib} KiB`;
  return { mostBytes, tooLarge: () => new AppError("body_too_large", `The body is larger than ${shown}.`, { mend }) };
}
