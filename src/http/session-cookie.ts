/** The cookie that says which session a browser has. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

const name = "paperkin_session";
const yearSeconds = 365 * 24 * 60 * 60;

export function readSessionCookie(c: Context): string | undefined {
  return getCookie(c, name);
}

/** @param publicUrl where browsers reach the service: behind https the cookie never travels without. */
export function writeSessionCookie(c: Context, secret: string, publicUrl: string): void {
  const secure = publicUrl.startsWith("https:") || c.req.header("x-forwarded-proto") === "https";
  setCookie(c, name, secret, { httpOnly: true, sameSite: "Lax", secure, path: "/", maxAge: yearSeconds });
}

export function clearSessionCookie(c: Context): void {
  deleteCookie(c, name, { path: "/" });
}
