/** The cookie that says which session a browser has, and where a request comes from. */
import { isIPv6 } from "node:net";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { peerOf } from "./listen.ts";

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

/**
 * Where a request comes from, for counting: an address, of IPv6 the network that one subscriber has. A proxy on this
 * machine says for whom it asks; nobody else is believed.
 */
export function clientOf(c: Context): string {
  const peer = peerOf(c);
  const isProxy = peer === "::1" || peer === "::ffff:127.0.0.1" || peer.startsWith("127.");
  const named = isProxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  // Some proxies name the port too, which is another one with each connection.
  const address = named === undefined || named === "" ? peer : named.slice(0, 64).replace(/^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/, "$1$2");
  return isIPv6(address) && !address.startsWith("::ffff:") ? networkOf(address) : address;
}

/** The first 64 bits, also where `::` stands among them for zeros. */
function networkOf(address: string): string {
  const [before = "", behind] = address.split("::");
  const groups = before === "" ? [] : before.split(":");
  if (behind !== undefined) {
    const last = behind === "" ? [] : behind.split(":");
    // An IPv4 address at the end stands for two groups.
    const length = last.length + (behind.includes(".") ? 1 : 0);
    groups.push(...Array.from({ length: 8 - groups.length - length }, () => "0"), ...last);
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":");
}
