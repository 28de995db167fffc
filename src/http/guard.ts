/** Who may ask: API keys where there are any, this machine's own pages otherwise. */
import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../core/errors.ts";
import type { SignIns } from "../engine/sign-ins.ts";
import type { ClientOf } from "./client-address.ts";
import { type Identity, isEnough, neededScope, owner, setIdentity } from "./identity.ts";
import type { KeyRing } from "./key-ring.ts";
import { isOldHttp } from "./listen.ts";
import { readSessionCookie } from "./session-cookie.ts";

/**
 * Routes that tell nothing about the library (the files of the pages are the same everywhere, and the pages behind links in
 * mails need them; whoever signs in has no key yet), and those whose address holds a secret of its own.
 */
const openPaths = /^\/(?:health\/(?:live|ready)|assets\/[\w.-]+|sign-in|subscribe)\/?$/;
const tokenPaths = /^\/(?:unsubscribe|confirm|f|sign-in|feeds\/private)\/[\w.-]+\/?$/;
/** Whoever asks first says how many picks a day has for ever; pages from elsewhere link to `/picks`, which takes no such wish. */
const madeWhenAsked = /^\/v1\/picks\/?$/;
/** Makes the picks of a day for ever too: for whoever follows a link, and not for an image or a frame that nobody sees. */
const madeWhenSeen = /^\/picks\/?$/;
/** One POST from wherever a mail program runs (RFC 8058). */
const oneClickPath = /^\/unsubscribe\/[\w.-]+\/?$/;

/** Whether nobody is asked who they are. */
export function isOpen(path: string): boolean {
  return openPaths.test(path) || tokenPaths.test(path);
}

/** An address as logs may show it. */
export function withoutSecrets(path: string): string {
  if (tokenPaths.test(path)) return path.replace(/[\w.-]+\/?$/, "***");
  // Who takes something back may give all of it where its beginning is asked for.
  return path.replace(/^(\/v1\/(?:people\/keys|feeds)\/.{11}).+/, "$1***");
}

/**
 * Finds out who asks. `Authorization: Bearer KEY`, `X-API-Key: KEY`, HTTP Basic with the key as password, or else the cookie
 * of a browser that signed in. While there are no keys at all, whoever reaches the service by this machine's own name is its owner.
 * Throws `unauthorized`, and `forbidden` for a key that may not do this, or a name that is not this machine's.
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
        throw new AppError("forbidden", `This key may only ${identity.scope}.`, { mend: `Use one of scope ${needed}.` });
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
 * Without keys, a page from elsewhere must not reach the service through the browser of the person who runs it: the
 * name that was asked for must be this machine's (DNS rebinding). Throws `forbidden`.
 */
function requireLocalName(c: Context, isLoopback: (host: string) => boolean): void {
  const name = c.req.header("host")?.replace(/:\d+$/, "") ?? "localhost";
  if (!isLoopback(name)) {
    throw new AppError("forbidden", `This service answers on this machine only, not as “${name}”.`, {
      mend: "Make API keys (`paperkin people add`, or the setting PAPERKIN_API_KEYS) to serve it under a name.",
    });
  }
}

/** Nor is everybody its owner whom a proxy on this machine lets in, where it asks by this machine's name. Throws `forbidden`. */
function requireLocalClient(c: Context, client: string, isLoopback: (host: string) => boolean): void {
  const isLocal = client === "" || isLoopback(client);
  // Such a proxy names neither its clients nor what they asked for.
  const isHidden = isOldHttp(c) && c.req.header("x-forwarded-for") === undefined;
  if (isLocal && !isHidden) return;
  const whom = isLocal ? "this came in HTTP/1.0, as from a proxy that does not say for whom" : `a proxy asks for ${client}`;
  throw new AppError("forbidden", `This service answers on this machine only, and ${whom}.`, {
    mend: "Make API keys (`paperkin people add`, or the setting PAPERKIN_API_KEYS) to serve others.",
  });
}

/** Nothing is changed on behalf of a page of another origin. Throws `forbidden`. */
export const refuseForeignOrigins: MiddlewareHandler = async (c, next) => {
  const isSeen = (c.req.header("sec-fetch-dest") ?? "document") === "document";
  const makesPicks = madeWhenAsked.test(c.req.path) || (madeWhenSeen.test(c.req.path) && !isSeen);
  const changes = (c.req.method !== "GET" && c.req.method !== "HEAD") || makesPicks;
  if (changes && !oneClickPath.test(c.req.path)) {
    const origin = c.req.header("origin");
    const site = c.req.header("sec-fetch-site");
    const foreign =
      site !== undefined ? site !== "same-origin" && site !== "none" : origin !== undefined && hostOf(origin) !== c.req.header("host");
    if (foreign) throw new AppError("forbidden", "A page of another origin may not change anything here.");
  }
  await next();
};

/** What was answered to one person is kept by that person's browser alone, which asks again (I9): not by a proxy on the way. */
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
