/** Determines the client of a request for rate limits, also behind proxies. */
import { BlockList, isIP, isIPv6 } from "node:net";
import type { Context } from "hono";
import { peerOf } from "./listen.ts";

/** The client of a request: an IPv4 address, or the /64 network of an IPv6 address, which one subscriber has. */
export type ClientOf = (c: Context) => string;

/** More than any chain of proxies; earlier entries are ignored. */
const mostForwarded = 32;

/**
 * Each proxy appends its client's address to `X-Forwarded-For`, so the client is the last address that is not a trusted proxy's. Entries
 * before it are not trusted, nor is the header if the peer is not a trusted proxy.
 * @param trusted addresses and networks (`10.0.0.0/8`) of proxies; those on this machine are always trusted.
 */
export function clientAddresses(trusted: readonly string[]): ClientOf {
  const wholeOf = wholeAddresses(trusted);
  return (c) => {
    const client = wholeOf(c);
    return isIPv6(client) ? networkOf(client) : client;
  };
}

/** As {@link clientAddresses}, but with the full IPv6 address. */
export function wholeAddresses(trusted: readonly string[]): ClientOf {
  const proxies = new BlockList();
  for (const network of ["127.0.0.0/8", "::1", ...trusted]) {
    const [address = "", bits] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    proxies.addSubnet(address, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  }
  const isProxy = (address: string) => isIP(address) !== 0 && proxies.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  return (c) => {
    let client = plainAddress(peerOf(c));
    const forwarded = (c.req.header("x-forwarded-for") ?? "").split(",").slice(-mostForwarded);
    while (isProxy(client)) {
      const named = plainAddress(forwarded.pop()?.trim() ?? "");
      if (named === "") break;
      client = named;
    }
    return client;
  };
}

/**
 * Removes the port, which differs between connections, and the interface of a link-local address. An IPv4-mapped IPv6 address becomes IPv4.
 */
function plainAddress(text: string): string {
  return text
    .slice(0, 64)
    .replace(/^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/, "$1$2")
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=[\d.]+$)/i, "");
}

/** The first 64 bits, also if they contain the `::` that stands for zeros. */
function networkOf(address: string): string {
  const [before = "", behind] = address.split("::");
  const groups = before === "" ? [] : before.split(":");
  if (behind !== undefined) {
    const last = behind === "" ? [] : behind.split(":");
    // An IPv4 address at the end takes two groups.
    const length = last.length + (behind.includes(".") ? 1 : 0);
    groups.push(...Array.from({ length: 8 - groups.length - length }, () => "0"), ...last);
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":");
}
