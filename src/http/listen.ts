/** Listens, and stops in order: no new requests, running ones finish, then the socket is gone. */
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { createAdaptorServer, type getRequestListener, type HttpBindings } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { AppError } from "../core/errors.ts";

/** A query of 10,000 characters stands in an address, where letters that are not Latin take six to nine bytes; Node would take 16 KiB. */
const longestHeadBytes = 128 * 1024;
/** Requests that one connection may have sent ahead of their turn. Node reads on while they wait, and they are a few kilobytes each. */
const mostWaiting = 100;

/**
 * How long a connection is kept between requests: longer than proxies keep theirs (nginx a minute, Caddy two). Whoever closes first may do so while
 * a request is on its way, and a proxy sends no form a second time.
 */
const idleMs = 125_000;
/**
 * Within which a request has to have come in. Of 64 MiB of papers more comes as they are stored, which takes minutes on a busy machine, and the line of
 * whoever sends them may be slow; Node would end them after five.
 */
const arrivalMs = 60 * 60_000;

export interface ListenLimits {
  /** Connections at once; what is more is closed. */
  readonly connections: number;
  /** Milliseconds after which a connection is closed on which nothing moves: an answer that nobody reads. */
  readonly silenceMs: number;
}

/**
 * With the 256 files that the service opens beside them, these are what systems let a program open at least: connections that say nothing would
 * take the files of the library away, and the processes that embed. The answer to many papers on a busy machine takes minutes.
 */
const usualLimits: ListenLimits = { connections: 768, silenceMs: 15 * 60_000 };

export interface Listening {
  /** `http://127.0.0.1:7460` */
  readonly address: string;
  /** Resolves when the last running request has its answer, or after `patienceMs`. */
  close(patienceMs: number): Promise<void>;
}

type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>;

/** Throws `invalid_config` when the address cannot be had. */
export async function listen(
  app: { fetch: Fetch },
  host: string,
  port: number,
  { connections, silenceMs }: ListenLimits = usualLimits,
): Promise<Listening> {
  // `[::1]` is how an address stands in a link.
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  // HTTP/1.0 names no host, and proxies that look whether a server lives speak it.
  const server = createAdaptorServer({
    fetch: oneByOne(app.fetch),
    hostname: "localhost",
    serverOptions: { maxHeaderSize: longestHeadBytes, keepAliveTimeout: idleMs, requestTimeout: arrivalMs },
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

/** Whether {@link listen} would succeed now. Throws as it does. */
export async function checkAddress(host: string, port: number): Promise<void> {
  const server = await listen({ fetch: () => new Response(null, { status: 503 }) }, host, port);
  await server.close(0);
}

/**
 * What a client sends over one connection before it has its answers is answered one by one, with a turn for others between: Node would
 * begin with all of it, and hold as many answers in memory as requests fit into a packet. A connection on which too many wait is ended.
 */
function oneByOne(fetch: Fetch): Parameters<typeof getRequestListener>[0] {
  const lines = new WeakMap<object, { last: HttpBindings["outgoing"] | undefined; waiting: number }>();
  return async (request, bindings) => {
    // The server speaks HTTP/1.
    const env = bindings as HttpBindings;
    const { socket } = env.incoming;
    if (namesSeveralHosts(env.incoming.rawHeaders))
      return new Response("A request names one host.\n", { status: 400, headers: { connection: "close" } });
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

/** RFC 9112, 3.2: a proxy may have taken the other one. @param rawHeaders names and values in turn. */
function namesSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === "host") hosts++;
  return hosts > 1;
}

function nobodyReads(): Response {
  return new Response(null, { status: 503 });
}

/** Whether a request came in HTTP/1.0: no browser speaks it any longer, and nginx does unless it is told otherwise. */
export function isOldHttp(c: Context): boolean {
  return (c.env as Partial<HttpBindings> | undefined)?.incoming?.httpVersion === "1.0";
}

/** The address at the other end of a request's connection; empty where there is none, as in tests. */
export function peerOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "";
  } catch {
    return "";
  }
}
