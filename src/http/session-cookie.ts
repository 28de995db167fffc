/** The cookie that identifies a browser's session. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

const name = "paperkin_session";
const yearSeconds = 365 * 24 * 60 * 60;

/** @param publicUrl the address at which browsers reach the service. */
export function readSessionCookie(c: Context, publicUrl: string): string | undefined {
  return isOwnHost(c, publicUrl) ? getCookie(c, name, "host") : getCookie(c, name);
}

/** If the service is reached over https, the cookie is never sent without it. */
export function writeSessionCookie(c: Context, secret: string, publicUrl: string): void {
  const secure = publicUrl.startsWith("https:") || c.req.header("x-forwarded-proto") === "https";
  const options = { httpOnly: true, sameSite: "Lax", path: "/", maxAge: yearSeconds } as const;
  if (isOwnHost(c, publicUrl)) {
    setCookie(c, name, secret, { ...options, prefix: "host", secure: true });
    deleteCookie(c, name, { path: "/" });
  } else setCookie(c, name, secret, { ...options, secure });
}

export function clearSessionCookie(c: Context, publicUrl: string): void {
  if (isOwnHost(c, publicUrl)) deleteCookie(c, name, { prefix: "host", secure: true, path: "/" });
  deleteCookie(c, name, { path: "/" });
}

/**
 * Whether the request uses the public name of a service behind https. The cookie is then called `__Host-…`, which no other host of the same
 * domain can set (it could sign a person in as somebody else). A cookie without the prefix is not read in that case, or setting it would
 * have the same effect. Under another name, as on this machine or behind a proxy that does not pass the name on, the cookie has no prefix,
 * since browsers refuse to keep it over plain http.
 */
function isOwnHost(c: Context, publicUrl: string): boolean {
  return publicUrl.startsWith("https:") && new URL(c.req.url).host === new URL(publicUrl).host;
}
