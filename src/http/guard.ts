/** Who may ask: API keys where there are any, this machine's own pages otherwise. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { AppError } from "../core/errors.ts";

/** Routes that tell nothing about the library. */
const openPaths = /^\/health\/(?:live|ready)\/?$/;

/**
 * `Authorization: Bearer KEY`, `X-API-Key: KEY`, or HTTP Basic with the key as password, which browsers ask for.
 * Throws `unauthorized`.
 */
export function requireKey(keys: readonly string[]): MiddlewareHandler {
  const hashes = keys.map(hash);
  return async (c, next) => {
    if (hashes.length > 0 && !openPaths.test(c.req.path)) {
      const given = keyOf(c.req.header("authorization"), c.req.header("x-api-key"));
      // Hashes have one length, and the time that comparing takes tells nothing.
      const known = given !== undefined && hashes.some((one) => timingSafeEqual(one, hash(given)));
      if (!known)
        throw new AppError("unauthorized", "This service needs an API key.", {
          mend: "Send it as `Authorization: Bearer KEY` or `X-API-Key: KEY`; in a browser, as the password.",
        });
    }
    await next();
  };
}

function hash(key: string): Buffer {
  return createHash("sha256").update(key).digest();
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
export function requireLocalName(isLoopback: (host: string) => boolean): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host");
    const name = host?.replace(/:\d+$/, "") ?? "localhost";
    if (!isLoopback(name)) {
      throw new AppError("forbidden", `This service answers on this machine only, not as “${name}”.`, {
        mend: "Configure API keys (PAPERKIN_API_KEYS) to serve it under a name.",
      });
    }
    await next();
  };
}

/** Nothing is changed on behalf of a page of another origin. Throws `forbidden`. */
export const refuseForeignOrigins: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== "GET" && c.req.method !== "HEAD") {
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
