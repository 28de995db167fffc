/** How services are asked: at their pace, again where that helps, and no longer than it is worth. */
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { LiveClient, type LiveClientOptions } from "../../../src/sources/live/client.ts";
import { type Answering, Bench, LocalService, sourceNamed, TestClock } from "./live-service.ts";

const item = (title: string) => `<item><title>${title}</title><guid>${title}</guid><description>About it.</description></item>`;
const feedOf = (...titles: string[]) => `<rss version="2.0"><channel>${titles.map(item).join("")}</channel></rss>`;
const feed = feedOf("Kinds of kin");

let service: LocalService;
let bench: Bench;

async function open(answer: Answering, options: Partial<LiveClientOptions> = {}): Promise<void> {
  service = await LocalService.start(answer);
  bench = new Bench("feed", service.address, options);
}

afterEach(async () => {
  await bench.close();
  await service.close();
});

describe("a service that is busy", () => {
  it("is asked again after the seconds of Retry-After", async () => {
    await open((_, number) => (number === 1 ? { status: 429, headers: { "retry-after": "7" } } : { body: feed }));
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 1 } });
    expect(bench.clock.slept).toEqual([7_000]);
    expect(bench.waits).toEqual([{ ms: 7_000, isRetry: true, why: "before asking the feed again (1 of 5): it answers 429" }]);
  });

  it("is asked again at the date of Retry-After, or at once if that has passed", async () => {
    const dates = ["Thu, 05 Mar 2026 12:00:30 GMT", "Thu, 05 Mar 2026 11:00:00 GMT"];
    await open((_, number) => (number <= 2 ? { status: 503, headers: { "retry-after": dates[number - 1] ?? "" } } : { body: feed }));
    expect(await bench.fetch()).toMatchObject({ counts: { new: 1 } });
    expect(bench.clock.slept).toEqual([30_000]);
  });

  it("is asked again when its rate limit is reset", async () => {
    await open((_, number) => (number === 1 ? { status: 429, headers: { ratelimit: '"api";r=0;t=55' } } : { body: feed }));
    expect(await bench.fetch()).toMatchObject({ counts: { new: 1 } });
    expect(bench.clock.slept).toEqual([55_000]);
  });

  it("without Retry-After is asked again at growing intervals, and finally given up", async () => {
    await open(() => ({ status: 429 }));
    const { error, counts } = await bench.fetch();
    expect(error).toMatchObject({
      code: "source_unreachable",
      message: expect.stringContaining("it answers 429"),
      mend: expect.stringContaining("run the same command later"),
    });
    expect(counts.read).toBe(0);
    expect(bench.clock.slept).toEqual([100, 200, 400, 800]);
    expect(service.asked).toHaveLength(5);
  });

  it("is given up if it asks for too long a wait", async () => {
    await open(() => ({ status: 429, headers: { "retry-after": "86400" } }));
    expect((await bench.fetch()).error).toMatchObject({ message: expect.stringContaining("asks to wait 86400 s") });
    expect(service.asked).toHaveLength(1);
  });

  it("is asked again while it fails with 500", async () => {
    await open((_, number) => (number <= 3 ? { status: 500 } : { body: feed }));
    expect(await bench.fetch()).toMatchObject({ counts: { new: 1 } });
  });

  it("gets a pause of five minutes if it asks for an endless one", async () => {
    await open(() => ({ headers: { backoff: "1e9" }, body: feed }));
    await bench.fetch();
    await bench.fetch({}, { restart: true });
    expect(bench.clock.slept).toEqual([300_000]);
  });

  it("gets the pause that it asks for along with an answer", async () => {
    await open(() => ({ headers: { backoff: "9" }, body: feed }));
    await bench.fetch();
    await bench.fetch({}, { restart: true });
    expect(bench.clock.slept).toEqual([9_000]);
  });
});

describe("a service that refuses", () => {
  it.each([304, 400, 401, 403, 404])("with %s is not asked again, and its message is reported", async (status) => {
    await open(() => ({ status, body: '{"error":"not for you"}' }));
    const { error } = await bench.fetch();
    expect(error).toMatchObject({
      code: "source_refused",
      // A sentence, behind which another one says what to do.
      message: expect.stringMatching(status === 304 ? /answers 304\.$/ : new RegExp(`answers ${status}: {"error":"not for you"}\\.$`)),
    });
    expect((error as { mend: string }).mend).toContain(status === 401 || status === 403 ? "sources.feed.key" : "words and options");
    expect(service.asked).toHaveLength(1);
  });
});

describe("an answer", () => {
  it("that never ends is cut at a maximum number of bytes", async () => {
    await open(
      () => ({
        raw: (response) => {
          response.writeHead(200);
          const more = () => {
            if (!response.destroyed) response.write("x".repeat(1_000), () => setImmediate(more));
          };
          more();
        },
      }),
      { limits: { bodyBytes: 50_000 } },
    );
    expect((await bench.fetch()).error).toMatchObject({ code: "source_refused", message: expect.stringContaining("does not end") });
  });

  it("that is compressed is measured uncompressed", async () => {
    await open(() => ({ headers: { "content-encoding": "gzip" }, body: gzipSync("x".repeat(100_000)) }), { limits: { bodyBytes: 50_000 } });
    expect((await bench.fetch()).error).toMatchObject({ code: "source_refused" });
  });

  it("that stalls, or does not begin, is given up after a while", async () => {
    const silent: Answering[] = [
      () => ({ raw: (response) => response.writeHead(200).write(feed.slice(0, 60)) }),
      () => ({ raw: () => undefined }),
    ];
    for (const answer of silent) {
      await open(answer, { limits: { silenceMs: 200, answerMs: 200, attempts: 1 } });
      const { error } = await bench.fetch();
      expect(error).toMatchObject({ code: "source_unreachable", message: expect.stringMatching(/nothing more came|there is no answer/) });
      await bench.close();
      await service.close();
    }
    await open(() => ({}));
  });

  it("that takes too long without stalling is given up too", async () => {
    await open(
      () => ({
        raw: (response) => {
          response.writeHead(200);
          const timer = setInterval(() => response.write(" "), 20);
          response.on("close", () => clearInterval(timer));
        },
      }),
      { limits: { totalMs: 300, attempts: 1 } },
    );
    expect((await bench.fetch()).error).toMatchObject({ message: expect.stringContaining("not whole after") });
  });

  it("may be compressed", async () => {
    await open(() => ({ headers: { "content-encoding": "gzip" }, body: gzipSync(feed) }));
    expect(await bench.fetch()).toMatchObject({ counts: { new: 1 } });
    expect(service.asked[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  it("that is truncated is requested again", async () => {
    const cut: Answering = () => ({
      raw: (response) => {
        response.writeHead(200, { "content-length": String(feed.length) });
        response.write(feed.slice(0, 40), () => response.destroy());
      },
    });
    await open((asked, number) => (number === 1 ? cut(asked, number) : { body: feed }));
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 1 } });
    expect(service.asked).toHaveLength(2);
  });

  it("that stays truncated keeps its complete records, is reported, and is requested again the next time", async () => {
    const whole = feedOf("First", "Second", "Third");
    let isBroken = true;
    await open(() => ({ headers: { etag: '"a"' }, body: isBroken ? whole.slice(0, whole.indexOf("Third") + 8) : whole }));
    const { error, counts, refusals } = await bench.fetch();
    expect(error).toMatchObject({ code: "source_unreachable", message: expect.stringContaining("XML ends in the middle") });
    expect(counts).toMatchObject({ read: 2, new: 2 });
    expect(refusals).toEqual([]);
    isBroken = false;
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 1, unchanged: 2 } });
    expect(service.asked.at(-1)?.headers["if-none-match"]).toBeUndefined();
  });

  it("is complete with comments at its end, and quickly found to be truncated with very many comments before other text", async () => {
    const comments = "<!-- c -->\n".repeat(300);
    let body = feed + comments;
    await open(() => ({ body }), { limits: { attempts: 1 } });
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 1 } });
    // Would take longer than anybody lives if each comment were tried as a part of the one before it.
    body = `${feed}${comments}x`;
    expect((await bench.fetch()).error).toMatchObject({ message: expect.stringContaining("XML ends in the middle") });
  });

  it("is not read as a feed if it is a web page", async () => {
    await open(() => ({ body: "<!doctype html><html><body>Down for maintenance</body></html>" }), { limits: { attempts: 2 } });
    const { error, counts } = await bench.fetch();
    expect(error).toMatchObject({ message: expect.stringContaining("<html> instead of <rss>") });
    expect(counts.read).toBe(0);
  });
});

describe("a request", () => {
  it("identifies its client", async () => {
    await open(() => ({ body: feed }));
    await bench.fetch();
    expect(service.asked[0]?.headers["user-agent"]).toBe("Paperkin/0.0.0 (self-hosted)");
  });

  it("ends when it is interrupted, whether it waits or runs", async () => {
    await open(() => ({ raw: () => undefined }));
    const controller = new AbortController();
    const asking = bench.session(controller.signal).request(new URL(service.address));
    setImmediate(() => controller.abort());
    await expect(asking).rejects.toMatchObject({ code: "cancelled" });
  });

  it("is reported if no server listens", async () => {
    await open(() => ({}));
    await service.close();
    const { error } = await bench.fetch();
    expect(error).toMatchObject({ code: "source_unreachable", message: expect.stringContaining("nobody listens there") });
    service = await LocalService.start(() => ({}));
  });

  it("does not send its key to another host after a redirect", async () => {
    const other = await LocalService.start(() => ({ body: "[]" }));
    await open(() => ({ status: 307, headers: { location: `${other.address}/items` } }));
    // Both are trusted here, which only feeds can be.
    const client = new LiveClient({ version: "0.0.0", settings: {}, feeds: [service.address, other.address], clock: new TestClock() });
    await client
      .session(sourceNamed("feed"))
      .request(new URL(service.address), { credentials: { "x-api-key": "s3cret" }, headers: { accept: "text/plain" } });
    expect(service.asked[0]?.headers["x-api-key"]).toBe("s3cret");
    expect(other.asked[0]?.headers).not.toHaveProperty("x-api-key");
    expect(other.asked[0]?.headers.accept).toBe("text/plain");
    await client.close();
    await other.close();
  });
});

describe("the pace of a service", () => {
  it("is one request at a time with a gap in between, for all sources of the service", async () => {
    await open(() => ({ body: "[]" }));
    const clock = new TestClock();
    const address = service.address;
    const client = new LiveClient({ version: "0.0.0", settings: { arxiv: { address }, "arxiv-oai": { address } }, clock });
    const waits: string[] = [];
    const sessions = (["arxiv", "arxiv-oai"] as const).map((name) =>
      client.session(sourceNamed(name), { onWait: ({ why }) => waits.push(why) }),
    );
    await Promise.all([...sessions, ...sessions].map((session) => session.request(new URL(address))));
    expect(service.mostAtOnce).toBe(1);
    expect(clock.slept).toEqual([3_000, 3_000, 3_000]);
    expect(waits).toContain("as arXiv asks");
    await client.close();
  });

  it("cannot be faster than the service allows at its own address", async () => {
    await open(() => ({}));
    const client = (gapMs: number, address?: string) => new LiveClient({ version: "0.0.0", settings: { arxiv: { gapMs, address } } });
    for (const address of [undefined, "http://export.arxiv.org/"])
      expect(() => client(100, address).session(sourceNamed("arxiv"))).toThrow(
        expect.objectContaining({ code: "invalid_config", message: expect.stringContaining("3000") }),
      );
    client(5_000).session(sourceNamed("arxiv"));
    client(0, service.address).session(sourceNamed("arxiv"));
  });
});
