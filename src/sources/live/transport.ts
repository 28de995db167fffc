/**
 * One HTTP exchange: guarded connections, redirects under rules, and a limit on time and size. It uses undici rather than Node's own
 * `fetch`, which does not let its caller choose how it connects, looks up names and times out; and rather than `node:https`, where time
 * limits, redirects and the reuse of connections would have to be written here.
 */
import { pipeline, Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { Agent, buildConnector, request } from "undici";
import { AppError } from "../../core/errors.ts";
import { checkHost, describeAddress, guardedLookup, isSameHost } from "./addresses.ts";

export interface TransportLimits {
  readonly connectMs: number;
  /** Until the first byte of an answer. */
  readonly answerMs: number;
  /** Between two bytes of an answer. */
  readonly silenceMs: number;
  /** For the whole exchange. */
  readonly totalMs: number;
  /** The size of a body, decompressed. */
  readonly bodyBytes: number;
}

export const usualLimits: TransportLimits = {
  connectMs: 10_000,
  answerMs: 60_000,
  silenceMs: 30_000,
  totalMs: 600_000,
  bodyBytes: 64 * 1024 * 1024,
};

export interface Outgoing {
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface Incoming {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Uint8Array;
  /** Why the body is incomplete. */
  readonly cut: string | undefined;
}

const mostRedirects = 5;

export class Transport {
  private readonly guarded: Agent;
  private readonly trusting: Agent;

  /**
   * @param trusted addresses whose host and port may be private.
   * @param covers whether a trusted address also makes another one trusted; by default, any with the same host and port.
   */
  constructor(
    private readonly trusted: readonly URL[],
    private readonly limits: TransportLimits,
    private readonly covers: (trusted: URL, url: URL) => boolean = isSameHost,
  ) {
    const connector = { timeout: limits.connectMs };
    const connectGuarded = buildConnector({ ...connector, lookup: guardedLookup });
    const agent = { connections: 1, pipelining: 1, headersTimeout: limits.answerMs, bodyTimeout: limits.silenceMs };
    this.trusting = new Agent({ ...agent, connect: connector });
    this.guarded = new Agent({
      ...agent,
      connect: (options, callback) => {
        try {
          checkHost(options.hostname);
        } catch (error) {
          return callback(error as Error, null);
        }
        connectGuarded(options, callback);
      },
    });
  }

  /** Sends a request, and follows redirects. Throws `address_forbidden`, `source_refused`, and network errors as they are. */
  async send(address: URL, outgoing: Outgoing): Promise<Incoming> {
    let url = address;
    let { body, headers } = { body: outgoing.body, headers: { ...outgoing.headers, ...outgoing.credentials } };
    const ends = AbortSignal.timeout(this.limits.totalMs);
    const signal = outgoing.signal === undefined ? ends : AbortSignal.any([ends, outgoing.signal]);
    for (let redirects = 0; ; redirects++) {
      const answer = await request(url, {
        method: body === undefined ? "GET" : "POST",
        headers: { "accept-encoding": "gzip", ...headers },
        body: body ?? null,
        signal,
        dispatcher: this.dispatcherOf(url),
      });
      const found = flat(answer.headers);
      if (![301, 302, 303, 307, 308].includes(answer.statusCode) || found.location === undefined) {
        const { bytes, cut } = await this.readBody(answer.body, found["content-encoding"], url);
        return { status: answer.statusCode, headers: found, bytes, cut: cut === undefined ? undefined : reasonOf(cut, this.limits) };
      }
      await answer.body.dump();
      const next = redirectOf(url, found.location, redirects);
      if (!isSameHost(next, url)) headers = { ...outgoing.headers };
      if (answer.statusCode < 307) body = undefined;
      url = next;
    }
  }

  /**
   * Sends bytes once, over a connection of their own, and follows no redirect. Does not wait for the body of the answer, which may never
   * end. Throws network errors as they are.
   * @param beforeBody awaited once there is a connection, before the first byte of the body leaves.
   */
  async post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    bytes: Uint8Array,
    beforeBody: () => Promise<void>,
  ): Promise<Pick<Incoming, "status" | "headers">> {
    const answer = await request(url, {
      method: "POST",
      headers: { ...headers, "content-length": String(bytes.length) },
      body: Readable.from(
        (async function* () {
          await beforeBody();
          yield bytes;
        })(),
      ),
      reset: true,
      signal: AbortSignal.timeout(this.limits.totalMs),
      dispatcher: this.dispatcherOf(url),
    });
    answer.body.on("error", () => undefined).destroy();
    return { status: answer.statusCode, headers: flat(answer.headers) };
  }

  /** Whether an address currently resolves to this machine or a private network; false if its name cannot be resolved. */
  async isForbidden(url: URL): Promise<boolean> {
    if (this.isTrusted(url)) return false;
    const found = new Promise<Error | null>((resolve) => {
      checkHost(url.hostname);
      guardedLookup(url.hostname.replace(/^\[(.*)\]$/, "$1"), { all: true }, resolve);
    }).catch((error: unknown) => error);
    const ends = new AbortController();
    const late = wait(this.limits.connectMs, undefined, { signal: ends.signal, ref: false }).catch(() => undefined);
    const fault = await Promise.race([found, late]);
    ends.abort();
    return fault instanceof AppError && fault.code === "address_forbidden";
  }

  private dispatcherOf(url: URL): Agent {
    return this.isTrusted(url) ? this.trusting : this.guarded;
  }

  private isTrusted(url: URL): boolean {
    return this.trusted.some((one) => this.covers(one, url));
  }

  /** The part of the body that arrived, and the error that ended it early. */
  private async readBody(
    body: NodeJS.ReadableStream,
    encoding: string | undefined,
    url: URL,
  ): Promise<{ bytes: Uint8Array; cut?: unknown }> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const unpacked: AsyncIterable<Uint8Array> =
      encoding === "gzip" ? pipeline(body, createGunzip(), () => undefined) : (body as unknown as AsyncIterable<Uint8Array>);
    try {
      for await (const chunk of unpacked) {
        length += chunk.length;
        if (length > this.limits.bodyBytes)
          throw new AppError(
            "source_refused",
            `The answer of ${describeAddress(url)} does not end: it has more than ${this.limits.bodyBytes} bytes.`,
            {
              mend: "Ask for less at once, or check the address.",
            },
          );
        chunks.push(chunk);
      }
    } catch (cut) {
      if (cut instanceof AppError) throw cut;
      return { bytes: Buffer.concat(chunks), cut };
    }
    return { bytes: Buffer.concat(chunks) };
  }

  async close(): Promise<void> {
    await Promise.all([this.guarded.destroy(), this.trusting.destroy()]);
  }

  /** A network error in words. */
  explain(thrown: unknown): string {
    return reasonOf(thrown, this.limits);
  }
}

/**
 * The target of a redirect. Throws `source_refused` for an unsafe one, or after too many.
 * @param redirects the number of redirects so far.
 */
export function redirectOf(from: URL, location: string, redirects: number): URL {
  const refuse = (reason: string) =>
    new AppError("source_refused", `${describeAddress(from)} redirects ${reason}.`, { mend: "Check the address of the source." });
  if (redirects >= mostRedirects) throw refuse(`more than ${mostRedirects} times, perhaps in a circle`);
  if (!URL.canParse(location, from.href)) throw refuse("to what is no address");
  const to = new URL(location, from);
  if (to.protocol !== "https:" && (to.protocol !== "http:" || from.protocol === "https:"))
    throw refuse(`to ${describeAddress(to)}, which is not safe`);
  to.username = "";
  to.password = "";
  return to;
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
}

function reasonOf(thrown: unknown, limits: TransportLimits): string {
  const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;
  if (!(thrown instanceof Error)) return String(thrown);
  const code = "code" in thrown ? String(thrown.code) : "";
  if (thrown.name === "TimeoutError") return `the answer is not whole after ${seconds(limits.totalMs)}`;
  if (code === "UND_ERR_CONNECT_TIMEOUT") return `there is no connection after ${seconds(limits.connectMs)}`;
  if (code === "UND_ERR_HEADERS_TIMEOUT") return `there is no answer after ${seconds(limits.answerMs)}`;
  if (code === "UND_ERR_BODY_TIMEOUT") return `nothing more came for ${seconds(limits.silenceMs)}`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its name is not found";
  if (code === "ECONNREFUSED") return "nobody listens there";
  return thrown.message === "" ? code : thrown.message;
}
