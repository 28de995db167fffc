/**
 * Which addresses a fetch may contact: those of the public internet, and those that the settings name. A feed, a redirect or a name server
 * must not lead a fetch to this machine or into its network.
 */
import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { AppError } from "../../core/errors.ts";

/** @see https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry */
const forbiddenNetworks = [
  "0.0.0.0/8", // this host
  "10.0.0.0/8", // private
  "100.64.0.0/10", // shared address space of providers; metadata at 100.100.100.200
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link-local; metadata at 169.254.169.254
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments; metadata at 192.0.0.192
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarking
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
  "::/96", // unspecified, loopback, IPv4-compatible
  "::ffff:0:0:0/96", // IPv4 through a translator on a single host
  "64:ff9b::/96", // IPv4 through a translator
  "64:ff9b:1::/48",
  "100::/64", // discard-only
  "2001::/23", // protocol assignments, Teredo
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4: contains an IPv4 address
  "3fff::/20", // documentation
  "5f00::/16", // segment routing within a network
  "fc00::/7", // unique local
  "fe80::/10", // link-local
  "fec0::/10", // site-local
  "ff00::/8", // multicast
];

const forbidden = new BlockList();
for (const network of forbiddenNetworks) {
  const [address = "", bits] = network.split("/");
  forbidden.addSubnet(address, Number(bits), isIP(address) === 4 ? "ipv4" : "ipv6");
}

/** @param address IPv4 or IPv6; an IPv4-mapped address is judged by the IPv4 address inside. Anything else is forbidden. */
export function isForbidden(address: string): boolean {
  const [bare = ""] = address.split("%");
  const family = isIP(bare);
  return family === 0 || forbidden.check(bare, family === 4 ? "ipv4" : "ipv6");
}

/** Throws `address_forbidden` if the host is a literal address that is forbidden: literal addresses are never looked up. */
export function checkHost(hostname: string): void {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) !== 0 && isForbidden(bare)) throw forbiddenError(hostname, bare);
}

/**
 * Resolves a name, and refuses it if any of its addresses is forbidden. The connection uses the addresses returned here, so the name cannot
 * change in between.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...(options as LookupOptions), all: true }, (error, found: LookupAddress[]) => {
    if (error !== null) return callback(error, []);
    const bad = found.find(({ address }) => isForbidden(address));
    if (bad !== undefined) return callback(forbiddenError(hostname, bad.address), []);
    const [first] = found;
    if (options.all === true || first === undefined) return callback(null, found);
    callback(null, first.address, first.family);
  });
};

function forbiddenError(host: string, address: string): AppError {
  const where = host === address || host === `[${address}]` ? host : `${host} (${address})`;
  return new AppError(
    "address_forbidden",
    `${where} is an address of this machine or of a private network, which is not asked for papers.`,
    {
      mend: "If that is meant, name this very address in the settings: sources.NAME.address, or the address of a feed in schedules.",
    },
  );
}

/** Whether two addresses have the same host and port. */
export function isSameHost(a: URL, b: URL): boolean {
  return a.hostname === b.hostname && portOf(a) === portOf(b);
}

/** Whether `url` is `address` or lies below it: `/hook/a` is below `/hook`, `/hooks` is not. */
export function isBelow(address: URL, url: URL): boolean {
  return isSameHost(address, url) && `${url.pathname}/`.startsWith(address.pathname.replace(/\/*$/, "/"));
}

function portOf(url: URL): string {
  return url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
}

/** Parses an address to contact. Throws `invalid_request` unless it is a web address without a user name or password. */
export function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    throw new AppError("invalid_request", `“${text}” is not a web address.`, { mend: "It begins with https:// or http://." });
  if (url.username !== "" || url.password !== "")
    throw new AppError("invalid_request", `The address of ${url.host} has a user or a password in it, which is not supported.`);
  return url;
}

const secretParameters = /^(?:api_?key|key|token|access_token|auth|password|secret|sig|signature)$/i;

/** An address in the form in which it may be shown and stored: the values of secret parameters are replaced. */
export function describeAddress(url: URL): string {
  const shown = new URL(url);
  for (const name of [...shown.searchParams.keys()]) if (secretParameters.test(name)) shown.searchParams.set(name, "***");
  shown.hash = "";
  return shown.href;
}
