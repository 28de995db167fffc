/** Who may ask: API keys where there are any, this machine's own pages otherwise. */
import { timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { hashKey } from "../core/api-key.ts";
import { AppError } from "../core/errors.ts";
import type { PersonalStore, StoredKey } from "../core/personal-store.ts";
import { type Identity, isEnough, neededScope, owner, setIdentity } from "./identity.ts";

/**
 * Routes that tell nothing about the library (the files of the pages are the same everywhere, and the pages behind links in
 * mails need them), and those whose address holds a secret of its own.
 */
const openPaths = /^\/(?:health\/(?:live|ready)|assets\/[\w.-]+)\/?$/;
const tokenPaths = /^\/(?:unsubscribe|confirm|f|feeds\/private)\/[\w.-]+\/?$/;
/** One POST from wherever a mail program runs (RFC 8058). */
const oneClickPath = /^\/unsubscribe\/[\w.-]+\/?$/;

/** An address as logs may show it. */
export function withoutSecrets(path: string): string {
  return tokenPaths.test(path) ? path.replace(/[\w.-]+\/?$/, "***") : path;
}

/** How long keys that were read are believed: one that is taken back ends within this time. */
const believedMs = 1_000;

/**
 * Finds out who asks. `Authorization: Bearer KEY`, `X-API-Key: KEY`, or HTTP Basic with the key as password, which browsers
 * ask for. While there are no keys at all, whoever reaches the service by this machine's own name is its owner.
 * @param configured keys that may do everything. @param personal where people's own keys are.
 * Throws `unauthorized`, and `forbidden` for a key that may not do this, or a name that is not this machine's.
 */
export function identify(
  configured: readonly string[],
  personal: Pick<PersonalStore, "keys">,
  isLoopback: (host: string) => boolean,
): MiddlewareHandler {
  const hashes = configured.map(hashKey);
  let known: { readonly at: number; readonly keys: Promise<StoredKey[]> } = { at: Number.NEGATIVE_INFINITY, keys: Promise.resolve([]) };
  return async (c, next) => {
    if (openPaths.test(c.req.path) || tokenPaths.test(c.req.path)) return await next();
    if (performance.now() - known.at > believedMs) known = { at: performance.now(), keys: personal.keys() };
    const stored = await known.keys;
    if (hashes.length + stored.length === 0) {
      requireLocalName(c, isLoopback);
      setIdentity(c, owner);
    } else {
      const given = keyOf(c.req.header("authorization"), c.req.header("x-api-key"));
      const identity = given === undefined ? undefined : identityOf(hashKey(given), hashes, stored);
      if (identity === undefined) {
        throw new AppError("unauthorized", "This service needs an API key.", {
          mend: "Send it as `Authorization: Bearer KEY` or `X-API-Key: KEY`; in a browser, as the password.",
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

/** Hashes have one length, and the time that comparing takes tells nothing. */
function identityOf(given: Buffer, configured: readonly Buffer[], stored: readonly StoredKey[]): Identity | undefined {
  if (configured.some((one) => timingSafeEqual(one, given))) return owner;
  return stored.find((key) => timingSafeEqual(Buffer.from(key.hash, "hex"), given));
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
      mend: "Configure API keys (PAPERKIN_API_KEYS) to serve it under a name.",
    });
  }
}

/** Nothing is changed on behalf of a page of another origin. Throws `forbidden`. */
export const refuseForeignOrigins: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== "GET" && c.req.method !== "HEAD" && !oneClickPath.test(c.req.path)) {
    const origin = c.req.header("origin");
    const site = c.req.header("sec-fetch-site");
    const foreign =
      site !== undefined ? site !== "same-origin" && site !== "none" : origin !== undefined && hostOf(origin) !== c.req.header("host");
    if (foreign) throw new AppError("forbidden", "A page of another origin may not change anything here.");
  }
  await next();
};

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
