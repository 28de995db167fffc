/** Which addresses a fetch may ask: none of this machine and its networks, in whatever spelling, but the one that is configured. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeAddress, isForbidden, isSameHost, webAddress } from "../../../src/sources/live/addresses.ts";
import { redirectOf } from "../../../src/sources/live/transport.ts";
import { Bench, LocalService } from "./live-service.ts";

const feed = '<rss version="2.0"><channel><item><title>Kinds of kin</title><guid>k1</guid></item></channel></rss>';

describe("an address", () => {
  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.0.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "224.0.0.251",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "::ffff:0:7f00:1",
    "3fff:fff::1",
    "5f00::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "no address",
  ])("%s is forbidden", (address) => expect(isForbidden(address)).toBe(true));

  it.each(["8.8.8.8", "172.32.0.1", "128.84.21.199", "::ffff:8.8.8.8", "2606:4700::1111"])("%s may be contacted", (address) =>
    expect(isForbidden(address)).toBe(false),
  );

  it("is shown without its secrets", () => {
    expect(describeAddress(new URL("https://x.org/a?q=kin&api_key=s3cret&token=t#there"))).toBe(
      "https://x.org/a?q=kin&api_key=***&token=***",
    );
  });

  it("must be a web address without a password", () => {
    expect(webAddress("https://x.org/feed").host).toBe("x.org");
    for (const bad of ["file:///etc/passwd", "ftp://x.org", "x.org", "", "https://ada:pw@x.org"])
      expect(() => webAddress(bad)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  it("has the same host if name and port are equal", () => {
    expect(isSameHost(new URL("https://x.org/a"), new URL("https://x.org:443/b"))).toBe(true);
    expect(isSameHost(new URL("https://x.org"), new URL("http://x.org"))).toBe(false);
    expect(isSameHost(new URL("http://127.0.0.1:1"), new URL("http://127.0.0.1:2"))).toBe(false);
  });
});

describe("a redirect", () => {
  const from = new URL("https://x.org/a");
  it("is resolved against the current address, without a password", () => {
    expect(redirectOf(from, "/b", 0).href).toBe("https://x.org/b");
    expect(redirectOf(from, "https://ada:pw@y.org/", 4).href).toBe("https://y.org/");
    expect(redirectOf(new URL("http://x.org"), "https://x.org/", 0).href).toBe("https://x.org/");
  });

  it("is not followed to an insecure connection, nor endlessly", () => {
    for (const [location, redirects] of [
      ["http://x.org/a", 0],
      ["https://x.org/b", 5],
      ["javascript:alert(1)", 0],
    ] as const)
      expect(() => redirectOf(from, location, redirects)).toThrow(expect.objectContaining({ code: "source_refused" }));
  });
});

describe("a fetch", () => {
  let service: LocalService;
  beforeEach(async () => {
    service = await LocalService.start(({ url }) => {
      if (url.pathname === "/loop") return { status: 302, headers: { location: "/loop" } };
      if (url.pathname === "/to") return { status: 302, headers: { location: url.searchParams.get("url") ?? "" } };
      return { body: feed };
    });
  });
  afterEach(() => service.close());

  const port = () => new URL(service.address).port;
  const asking = async (address: string, trusted?: string) => {
    const bench = new Bench("feed", trusted);
    try {
      return await bench.fetch({ words: [address] });
    } finally {
      await bench.close();
    }
  };

  it.each([
    "http://127.0.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0x7f.1:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://017700000001:PORT/",
    "http://127.1:PORT/",
    "http://0:PORT/",
    "http://[::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::ffff:7f00:1]:PORT/",
    "http://localhost:PORT/",
    "http://①②⑦.⓪.⓪.①:PORT/",
    "http://169.254.169.254/latest/meta-data/",
  ])("of %s is refused without sending a request", async (address) => {
    const { error } = await asking(address.replace("PORT", port()));
    expect(error).toMatchObject({ code: "address_forbidden", mend: expect.stringContaining("settings") });
    expect(service.asked).toEqual([]);
  });

  it("of the exact address that is configured is allowed", async () => {
    expect(await asking(service.address, service.address)).toMatchObject({ error: undefined, counts: { new: 1 } });
    expect(await asking(`http://localhost:${port()}/`, `http://localhost:${port()}/other`)).toMatchObject({ counts: { new: 1 } });
  });

  it("of another port or name of the configured machine is refused", async () => {
    for (const address of ["http://127.0.0.1:1/", `http://localhost:${port()}/`, `http://127.0.0.2:${port()}/`])
      expect((await asking(address, service.address)).error).toMatchObject({ code: "address_forbidden" });
  });

  it("does not follow a redirect to this machine, or to another kind of address", async () => {
    const other = await LocalService.start(() => ({ body: feed }));
    try {
      for (const target of [other.address, other.address.replace("127.0.0.1", "localhost"), "http://169.254.169.254/"])
        expect((await asking(`${service.address}/to?url=${target}`, service.address)).error).toMatchObject({ code: "address_forbidden" });
      for (const target of ["file:///etc/passwd", "ftp://x.org/", "http://"])
        expect((await asking(`${service.address}/to?url=${target}`, service.address)).error).toMatchObject({ code: "source_refused" });
      expect(other.asked).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("follows a redirect within the configured address, and ends a redirect loop", async () => {
    expect(await asking(`${service.address}/to?url=/feed`, service.address)).toMatchObject({ counts: { new: 1 } });
    const { error } = await asking(`${service.address}/loop`, service.address);
    expect(error).toMatchObject({ code: "source_refused", message: expect.stringContaining("circle") });
    expect(service.asked.filter(({ url }) => url.pathname === "/loop")).toHaveLength(6);
  });
});
