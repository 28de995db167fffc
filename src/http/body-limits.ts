/** Limits the size of each request body to what its route accepts, and the size of all bodies that are held in memory at once. */
import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../core/errors.ts";
import { mostExampleFileBytes } from "../core/interest.ts";
import { mostSentBytes } from "../core/source.ts";
import { yieldTurn } from "../engine/turns.ts";
import { isOpen } from "./guard.ts";

const kib = 1024;
const mib = 1024 * kib;
const streamedPath = /^\/v1\/papers\/?$/;
/** Routes that accept papers. */
const papersPath = /^\/(?:v1\/papers|import)\/?$/;
const filePath = /^\/interests\/file$/;
/** The longest input of any other route is 100,000 characters, each of which takes up to six bytes in JSON and up to nine in a form. */
const askingBytes = mib;
/** Limit for routes that anybody may call: an address, a button, or a key together with the form that was submitted before the sign-in. */
const openBytes = 128 * kib;
/** How long their bodies may take to arrive: a few hundred strangers who send a byte now and then would take up all connections. */
const openArrivalMs = 30_000;

/**
 * Limits on the bytes of bodies held at once over all requests: two of the largest uploads of papers, and this many bytes of other bodies.
 */
export interface HeldBytes {
  readonly papers: number;
  readonly asking: number;
}
const usuallyHeld: HeldBytes = { papers: 2 * mostSentBytes, asking: 64 * mib };
/** Smaller bodies are not counted: one for every allowed connection takes less than one of the largest. */
const uncountedBytes = 64 * kib;

/**
 * Throws `body_too_large` before reading a body whose declared length exceeds the limit, or as soon as a body of unknown length does.
 * Throws `service_busy` if it does not fit into memory together with the bodies that are already held. A declared length is counted from
 * the start, other bodies as they arrive. Throws `body_too_slow` on routes without a key.
 */
export function limitBodies(held: HeldBytes = usuallyHeld): MiddlewareHandler {
  const [papersHeld, askingHeld] = [new Budget(held.papers), new Budget(held.asking)];
  const papers = { ...atMost(mostSentBytes, "Send it in parts, or use `paperkin import`."), budget: papersHeld };
  const file = { ...atMost(mostExampleFileBytes, "Send a part of it, or use `paperkin import`."), budget: papersHeld };
  const asking = { ...atMost(askingBytes, "Send less at once; send papers to /v1/papers."), budget: askingHeld };
  // Requests without a key do not draw on the budget of the others.
  const open = { ...atMost(openBytes, "Enter less in the form."), budget: new Budget(Number.POSITIVE_INFINITY) };
  return async (c, next) => {
    const { body } = c.req.raw;
    if (body === null) return await next();
    const path = c.req.path;
    const mayLinger = !isOpen(path);
    const { mostBytes, tooLarge, budget } = papersPath.test(path) ? papers : filePath.test(path) ? file : mayLinger ? asking : open;
    const share = budget.share();
    try {
      const saidBytes = saidLength(c);
      if (saidBytes !== undefined && saidBytes > mostBytes) throw tooLarge();
      if (saidBytes === undefined || !mayLinger) {
        const chunks = await readUpTo(body, mayLinger ? undefined : openArrivalMs, (sizeBytes) => {
          if (sizeBytes > mostBytes) throw tooLarge();
          share.growTo(sizeBytes);
        });
        // Node requires `duplex` for a body that is a stream.
        c.req.raw = new Request(c.req.raw, { body: streamOf(chunks), duplex: "half" } as RequestInit);
      } else if (!streamedPath.test(path)) share.growTo(saidBytes);
      await next();
    } finally {
      share.giveBack();
    }
  };
}

/** The bytes that all requests may hold together. */
class Budget {
  private heldBytes = 0;

  constructor(private readonly mostBytes: number) {}

  /** The share of one request. `growTo` throws `service_busy`. */
  share(): { growTo(sizeBytes: number): void; giveBack(): void } {
    let ownBytes = 0;
    return {
      growTo: (sizeBytes) => {
        if (sizeBytes <= uncountedBytes) return;
        // A body that is alone may exceed the budget; its own limit still applies.
        if (this.heldBytes > ownBytes && this.heldBytes - ownBytes + sizeBytes > this.mostBytes) {
          throw new AppError("service_busy", "Too many large bodies are being read at once.", {
            mend: "Nothing of this one was stored; send it again in a moment.",
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

/** Undefined for a chunked body. */
function saidLength(c: Context): number | undefined {
  const said = c.req.header("content-length");
  return said === undefined || c.req.header("transfer-encoding") !== undefined ? undefined : Number(said);
}

/**
 * @param patienceMs after which it throws `body_too_slow`.
 * @param onSize receives the size before the chunk is kept; throwing ends the reading.
 */
async function readUpTo(
  body: ReadableStream<Uint8Array>,
  patienceMs: number | undefined,
  onSize: (sizeBytes: number) => void,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = body.getReader();
  const deadline = deadlineAfter(patienceMs);
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), deadline.passed]);
      if (done) return chunks;
      sizeBytes += value.length;
      onSize(sizeBytes);
      chunks.push(value);
    }
  } finally {
    deadline.stop();
  }
}

/** Rejects with `body_too_slow`; never without a time. */
function deadlineAfter(patienceMs: number | undefined): { readonly passed: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    if (patienceMs === undefined) return;
    timer = setTimeout(() => {
      reject(
        new AppError("body_too_slow", `The body has not arrived within ${patienceMs / 1_000} seconds.`, {
          mend: "Nothing was changed; send it again.",
        }),
      );
    }, patienceMs);
  });
  return { passed, stop: () => clearTimeout(timer) };
}

/** Parsing a smaller body takes no more than a millisecond. */
const quickBytes = 64 * kib;

/**
 * Gives the event loop a turn before a large body is parsed as JSON or as a form, so that other requests are served in between. Bodies of
 * papers are streamed instead. Measured (2026-11-28, 2 cores at load 17): forty bodies of 900 KB that consist of `[` block the event loop
 * for 0.95 s instead of 6.9 s.
 */
export const readLargeOnesInTurn: MiddlewareHandler = async (c, next) => {
  if (c.req.raw.body !== null && !(Number(c.req.header("content-length") ?? Number.NaN) <= quickBytes) && !streamedPath.test(c.req.path)) {
    await readOnce(c, saidLength(c));
    await yieldTurn();
  }
  await next();
};

/**
 * Reads the body for everything that uses it later. A body of known length is stored once; otherwise all chunks are held in addition to the
 * whole.
 */
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
  // Hono's cache for a body that has been read.
  Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(at === sizeBytes ? whole.buffer : whole.buffer.slice(0, at)) });
}

/** Releases each chunk as it is read. */
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
