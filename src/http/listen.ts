/** Starts listening, and shuts down gracefully: no new requests, running ones finish, then the socket closes. */
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { createAdaptorServer, type getRequestListener, type HttpBindings } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { AppError } from "../core/errors.ts";

/** A query of 10,000 characters is part of the URL, where non-Latin letters take six to nine bytes. Node's default is 16 KiB. */
const longestHeadBytes = 128 * 1024;
/** Pipelined requests that may wait on one connection. Node keeps reading while they wait, and each takes a few kilobytes. */
const mostWaiting = 100;

/**
 * The keep-alive timeout, longer than that of proxies (nginx one minute, Caddy two). The side that closes first may do so while a request
 * is on its way, and proxies do not resend a form.
 */
const idleMs = 125_000;
/**
 * The time within which a request must arrive completely. An upload of 64 MiB of papers is read as they are stored, which takes minutes on
 * a busy machine, and the sender's connection may be slow. Node's default is five minutes.
 */
const arrivalMs = 60 * 60_000;

/** The time for the head of a request, which strangers may send. Node's default is a minute. */
const headArrivalMs = 20_000;
export interface ListenLimits {
  /** The most connections at once; further ones are closed. */
  readonly connections: number;
  /** Milliseconds without any traffic after which a connection is closed, for example if the client does not read the response. */
  readonly silenceMs: number;
  /** Milliseconds that the rest of a body may take to arrive after its request was answered, when nobody reads it. */
  readonly restMs?: number;
}

/**
 * Together with the 256 files that the service opens, these make up 1,024, the lowest usual limit on open files. Otherwise idle connections
 * would exhaust the descriptors that the library and the embedding processes need. The answer to an upload of many papers takes minutes on
 * a busy machine.
 */
const usualLimits: ListenLimits = { connections: 768, silenceMs: 15 * 60_000 };

export interface Listening {
  /** For example `http://127.0.0.1:7460`. */
  readonly address: string;
  /** Resolves when the last running request has been answered, or after `patienceMs`. */
  close(patienceMs: number): Promise<void>;
}

type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>;

/** Throws `invalid_config` if the address cannot be bound. */
export async function listen(
  app: { fetch: Fetch },
  host: string,
  port: number,
  { connections, silenceMs, restMs = 5_000 }: ListenLimits = usualLimits,
): Promise<Listening> {
  // Brackets as in `[::1]` belong to URLs only.
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  // For HTTP/1.0, which has no Host header and is spoken by proxies that check whether a server is up.
  const server = createAdaptorServer({
    fetch: oneByOne(app.fetch, restMs),
    hostname: "localhost",
    serverOptions: {
      maxHeaderSize: longestHeadBytes,
      keepAliveTimeout: idleMs,
      headersTimeout: headArrivalMs,
      connectionsCheckingInterval: headArrivalMs / 4,
      requestTimeout: arrivalMs,
    },
  });
  server.maxConnections = connections;
  server.setTimeout(silenceMs);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const reasons: Readonly<Record<string, string>> = {
        EADDRINUSE: "another program listens there",
        EACCES: "this user may not (ports below 1024 are the system's)",
      };
      const reason = reasons[cause.code ?? ""] ?? cause.message;
      reject(
        new AppError("invalid_config", `The server cannot listen on ${host}, port ${port}: ${reason}.`, {
          mend:
            cause.code === "EADDRINUSE" || cause.code === "EACCES"
              ? "Choose another port with --port or PAPERKIN_PORT."
              : "Name an address of this machine with --host or PAPERKIN_HOST.",
          cause,
        }),
      );
    });
    server.listen(port, bare, () => resolve());
  });
  const found = server.address();
  const actual = typeof found === "object" && found !== null ? found.port : port;
  return {
    address: `http://${bare.includes(":") ? `[${bare}]` : bare}:${actual}`,
    close: async (patienceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const idle = setInterval(() => "closeIdleConnections" in server && server.closeIdleConnections(), 50);
      const patience = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), patienceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(patience);
    },
  };
}

/** Checks whether {@link listen} would succeed now. Throws what it does. */
export async function checkAddress(host: string, port: number): Promise<void> {
  const server = await listen({ fetch: () => new Response(null, { status: 503 }) }, host, port);
  await server.close(0);
}

/**
 * Answers pipelined requests on a connection one at a time, and lets others in between. Node would start all of them at once, and hold as
 * many responses in memory as requests fit into a packet: 75 KB of requests for `/openapi.json` were 1,500 responses, and 30 connections
 * that read none of them took 4 GB. A connection with too many waiting requests is closed.
 */
function oneByOne(fetch: Fetch, restMs: number): Parameters<typeof getRequestListener>[0] {
  const lines = new WeakMap<object, { last: HttpBindings["outgoing"] | undefined; waiting: number }>();
  return async (request, bindings) => {
    // The server only speaks HTTP/1.
    const env = bindings as HttpBindings;
    const { socket } = env.incoming;
    endUnreadBody(env, restMs);
    if (namesSeveralHosts(env.incoming.rawHeaders) || !isAddress(request.url))
      return new Response("A request must name exactly one host.\n", { status: 400, headers: { connection: "close" } });
    const line = lines.get(socket) ?? { last: undefined, waiting: 0 };
    lines.set(socket, line);
    const before = line.last;
    if (before === undefined || before.writableFinished || before.destroyed) {
      line.last = env.outgoing;
      return await fetch(request, env);
    }
    if (line.waiting >= mostWaiting) socket.destroy();
    if (socket.destroyed) return nobodyReads();
    line.last = env.outgoing;
    line.waiting++;
    await once(before, "close");
    await turn();
    line.waiting--;
    return socket.destroyed ? nobodyReads() : await fetch(request, env);
  };
}

/** Others fail later, as errors of the service: an address may be absolute (`GET http://name:password@host/`), and have any Host header. */
function isAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username === "" && password === "";
}

/**
 * Reads the rest of an answered request's body without keeping it, so that the next request on the connection is reached, and closes the
 * connection if it goes on arriving.
 */
function endUnreadBody({ incoming, outgoing }: HttpBindings, restMs: number): void {
  outgoing.once("finish", () => {
    // A stream that nobody reads on from would hold it up.
    incoming.removeAllListeners("data");
    incoming.resume();
    if (incoming.complete) return;
    setTimeout(() => incoming.complete || incoming.socket.destroy(), restMs).unref();
  });
}

/**
 * RFC 9112, 3.2: a proxy may have used the other Host header.
 * @param rawHeaders names and values, alternating.
 */
function namesSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === "host") hosts++;
  return hosts > 1;
}

function nobodyReads(): Response {
  return new Response(null, { status: 503 });
}

/** Whether a request uses HTTP/1.0, which no browser speaks any more, but nginx does by default. */
export function isOldHttp(c: Context): boolean {
  return (c.env as Partial<HttpBindings> | undefined)?.incoming?.httpVersion === "1.0";
}

/** Node's response to a request; undefined if there is no server, as in tests. */
export function outgoingOf(c: Context): HttpBindings["outgoing"] | undefined {
  return (c.env as Partial<HttpBindings> | undefined)?.outgoing;
}

/** The remote address of a request's connection; empty if there is none, as in tests. */
export function peerOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "";
  } catch {
    return "";
  }
}
