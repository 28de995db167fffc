/** Where a request comes from, for counting, behind proxies too. */
import { BlockList, isIP, isIPv6 } from "node:net";
import type { Context } from "hono";
import { peerOf } from "./listen.ts";

/** Of a request: an address, of IPv6 the network that one subscriber has. */
export type ClientOf = (c: Context) => string;

/** More than any chain of proxies; what is sent beyond is not looked at. */
const mostForwarded = 32;

/**
 * Proxies say for whom they ask, each behind what it was told itself: what counts is the last address that is no proxy's. Nobody else is
 * believed, and of a proxy nothing that stands before it.
 * @param trusted addresses and networks (`10.0.0.0/8`) of proxies; those on this machine are always trusted.
 */
export function clientAddresses(trusted: readonly string[]): ClientOf {
  const wholeOf = wholeAddresses(trusted);
  return (c) => {
    const client = wholeOf(c);
    return isIPv6(client) ? networkOf(client) : client;
  };
}

/** As {@link clientAddresses}, with all of an IPv6 address. */
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

/** Without a port, which is another one with each connection, and without the interface of a link-local address; an IPv4 address in IPv6's clothes as what it is. */
function plainAddress(text: string): string {
  return text
    .slice(0, 64)
    .replace(/^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/, "$1$2")
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=[\d.]+$)/i, "");
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
