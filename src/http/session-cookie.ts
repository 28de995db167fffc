/** The cookie that says which session a browser has. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

const name = "paperkin_session";
const yearSeconds = 365 * 24 * 60 * 60;

/** @param publicUrl where browsers reach the service. */
export function readSessionCookie(c: Context, publicUrl: string): string | undefined {
  return isOwnHost(c, publicUrl) ? getCookie(c, name, "host") : getCookie(c, name);
}

/** Behind https the cookie never travels without. */
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
 * Whether a browser asks the service by its public name, behind https: there the cookie is called `__Host-…`, which no other host of the same
 * domain can write (it could sign somebody in as somebody else). One without the prefix is not read there, or writing it would do. Asked by
 * another name, as on this machine or behind a proxy that keeps the name to itself, the cookie has none, since plain http cannot keep it.
 */
function isOwnHost(c: Context, publicUrl: string): boolean {
  return publicUrl.startsWith("https:") && new URL(c.req.url).host === new URL(publicUrl).host;
}
