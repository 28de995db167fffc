/** Access control: by API keys if there are any, otherwise only for pages of this machine. */
import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../core/errors.ts";
import type { SignIns } from "../engine/people/sign-ins.ts";
import type { ClientOf } from "./client-address.ts";
import { type Identity, isEnough, neededScope, owner, setIdentity } from "./identity.ts";
import type { KeyRing } from "./key-ring.ts";
import { isOldHttp } from "./listen.ts";
import { readSessionCookie } from "./session-cookie.ts";

/**
 * Routes without a key: those that reveal nothing about the library, and those with a secret in their path. The assets are the same
 * everywhere, and the pages behind links in mails need them; somebody who signs in has no key yet.
 */
const openPaths = /^\/(?:health\/(?:live|ready)|assets\/[\w.-]+|sign-in|subscribe)\/?$/;
const tokenPaths = /^\/(?:unsubscribe|confirm|f|sign-in|feeds\/private)\/[\w.-]+\/?$/;
/**
 * The first request of a day fixes the number of its picks for good, so a GET counts as a change. Links from other sites go to `/picks`,
 * which takes no number.
 */
const madeWhenAsked = /^\/v1\/picks\/?$/;
/** This also makes the picks of a day for good. Following a link to it is allowed, but not loading it as an image or in a frame. */
const madeWhenSeen = /^\/picks\/?$/;
/** The one-click POST that mail programs send (RFC 8058). */
const oneClickPath = /^\/unsubscribe\/[\w.-]+\/?$/;

/** Whether a path needs no key. */
export function isOpen(path: string): boolean {
  return openPaths.test(path) || tokenPaths.test(path);
}

/** As {@link tokenPaths}, but followed by anything, as when a link is copied with the bracket behind it. */
const beforeToken = /^(\/+(?:unsubscribe|confirm|f|sign-in|feeds(?:\/|%2f)private)(?:\/|%2f)).+/is;
/** A key, or the secret of a session, a sign-in link or a private feed, wherever somebody puts it. */
const secrets = /\b(p[kwsf]_[\w-]{8})[\w-]+/g;

/** The path as it may appear in logs. */
export function withoutSecrets(path: string): string {
  if (beforeToken.test(path)) return path.replace(beforeToken, "$1***");
  // Somebody who revokes a key may pass all of it where only its prefix is needed.
  return path.replace(/^(\/v1\/(?:people\/keys|feeds)\/.{11}).+/, "$1***").replace(secrets, "$1***");
}

/**
 * Identifies the person behind a request by `Authorization: Bearer KEY`, `X-API-Key: KEY`, HTTP Basic with the key as password, or else the
 * session cookie of a browser. If there are no keys at all, anybody who uses a loopback name of this machine is its owner. Throws
 * `unauthorized`, and `forbidden` for a key of insufficient scope, or a name that is not this machine's.
 */
export function identify(
  keys: KeyRing,
  signIns: Pick<SignIns, "sessionOf">,
  publicUrl: string,
  isLoopback: (host: string) => boolean,
  addressOf: ClientOf,
): MiddlewareHandler {
  return async (c, next) => {
    if (isOpen(c.req.path)) return await next();
    if (await keys.isEmpty()) {
      requireLocalName(c, isLoopback);
      requireLocalClient(c, addressOf(c), isLoopback);
      setIdentity(c, owner);
    } else {
      const identity = await whoAsks(c, keys, signIns, publicUrl);
      if (identity === undefined) {
        throw new AppError("unauthorized", "This service needs an API key.", {
          mend: "Send it as `Authorization: Bearer KEY` or `X-API-Key: KEY`; in a browser, sign in at /sign-in.",
        });
      }
      const needed = neededScope(c.req.method, c.req.path);
      if (!isEnough(identity.scope, needed)) {
        throw new AppError("forbidden", `This key only has the scope ${identity.scope}.`, { mend: `Use a key of scope ${needed}.` });
      }
      setIdentity(c, identity);
    }
    await next();
  };
}

async function whoAsks(c: Context, keys: KeyRing, signIns: Pick<SignIns, "sessionOf">, publicUrl: string): Promise<Identity | undefined> {
  const given = keyOf(c.req.header("authorization"), c.req.header("x-api-key"));
  if (given !== undefined) return await keys.identityOf(given);
  const secret = readSessionCookie(c, publicUrl);
  const session = secret === undefined ? undefined : await signIns.sessionOf(secret);
  return session === undefined ? undefined : await keys.identityOfSession(session);
}

function keyOf(authorization: string | undefined, apiKey: string | undefined): string | undefined {
  if (apiKey !== undefined) return apiKey;
  const [, scheme, value] = /^(Bearer|Basic)\s+(\S+)$/i.exec(authorization ?? "") ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return value;
  const decoded = Buffer.from(value, "base64").toString("utf8");
  return decoded.slice(decoded.indexOf(":") + 1);
}

/**
 * Without keys, a foreign page must not reach the service through the owner's browser (DNS rebinding), so the Host header must name this
 * machine. Throws `forbidden`.
 */
function requireLocalName(c: Context, isLoopback: (host: string) => boolean): void {
  // Programs send the name as somebody typed it, `LOCALHOST` or `127.1`.
  const said = c.req.header("host") ?? "localhost";
  const name = (hostOf(`http://${said}`) ?? said).replace(/:\d+$/, "");
  if (!isLoopback(name)) {
    throw new AppError("forbidden", `This service answers on this machine only, not as “${name}”.`, {
      mend: "Make API keys (`paperkin people add`, or the setting PAPERKIN_API_KEYS) to serve it under a name.",
    });
  }
}

/**
 * Refuses clients that come through a proxy on this machine, if it passes this machine's name in the Host header. They are not its owner.
 * Throws `forbidden`.
 */
function requireLocalClient(c: Context, client: string, isLoopback: (host: string) => boolean): void {
  const isLocal = client === "" || isLoopback(client);
  const hidden = isLocal ? traceOfProxy(c, isLoopback) : undefined;
  if (isLocal && hidden === undefined) return;
  const whom =
    hidden === undefined
      ? `a proxy forwarded this request from ${client}`
      : `this request ${hidden}, probably from a proxy that does not name its client in X-Forwarded-For`;
  throw new AppError("forbidden", `This service answers on this machine only, and ${whom}.`, {
    mend: "Make API keys (`paperkin people add`, or the setting PAPERKIN_API_KEYS) to serve others.",
  });
}

/** Headers that proxies add, and neither browsers nor programs on this machine. */
const proxyHeaders = ["forwarded", "via", "x-real-ip", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server", "cf-connecting-ip"];

/**
 * What shows that a proxy passed a request on without the address of its client: it speaks HTTP/1.0 (nginx before 1.29.7), says something
 * else about the client, or the browser calls the pages by another name than the proxy does. Undefined if nothing does, as for the first
 * page that a browser requests through a proxy that adds nothing: that cannot be told from a request of this machine.
 */
function traceOfProxy(c: Context, isLoopback: (host: string) => boolean): string | undefined {
  const forwarded = c.req.header("x-forwarded-for");
  if (forwarded !== undefined && /[^\s,]\s*$/.test(forwarded)) return undefined;
  if (isOldHttp(c)) return "came over HTTP/1.0";
  const header = [...proxyHeaders, "x-forwarded-for"].find((name) => c.req.header(name) !== undefined);
  if (header !== undefined) return `has the header ${header}`;
  const page = c.req.header("origin") ?? c.req.header("referer");
  // Over plain http under a network name, browsers do not send Sec-Fetch-Site.
  const isOwnPage = page !== undefined && (c.req.header("sec-fetch-site") ?? "same-origin") === "same-origin";
  const name = isOwnPage ? hostOf(page)?.replace(/:\d+$/, "") : undefined;
  return name === undefined || isLoopback(name) ? undefined : `belongs to a page of “${name}”`;
}

/** Refuses changes on behalf of pages of another origin. Throws `forbidden`. */
export const refuseForeignOrigins: MiddlewareHandler = async (c, next) => {
  const isSeen = (c.req.header("sec-fetch-dest") ?? "document") === "document";
  const makesPicks = madeWhenAsked.test(c.req.path) || (madeWhenSeen.test(c.req.path) && !isSeen);
  const changes = (c.req.method !== "GET" && c.req.method !== "HEAD") || makesPicks;
  if (changes && !oneClickPath.test(c.req.path)) {
    const origin = c.req.header("origin");
    const site = c.req.header("sec-fetch-site");
    const foreign =
      site !== undefined ? site !== "same-origin" && site !== "none" : origin !== undefined && hostOf(origin) !== c.req.header("host");
    if (foreign) throw new AppError("forbidden", "A page from another origin cannot change anything here.");
  }
  await next();
};

/** Responses may be cached by the browser only, which must revalidate them, and not by a proxy on the way (I9). */
export const keepToOneself: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "private, no-cache");
};

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
