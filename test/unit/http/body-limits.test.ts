/** How much each kind of route accepts, and the response to more. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../contract/invented-papers.ts";
import { serviceOf } from "./service-of.ts";

const library = new MemoryLibrary();
const engine = new Engine(library, new HashingEmbedder(), { publicSubscriptions: true });
const read: number[] = [];
const app = serviceOf(engine, {
  isLoopback: (host) => host === "localhost",
  readBody: async (bytes) => {
    let sizeBytes = 0;
    for await (const chunk of bytes) sizeBytes += chunk.byteLength;
    read.push(sizeBytes);
    throw new TypeError("the length was what was asked for");
  },
});
const kib = 1024;
const form = { "content-type": "application/x-www-form-urlencoded" };
const json = { "content-type": "application/json" };

/** @param counted whether the request states its length, as browsers do. */
const send = async (path: string, sizeBytes: number, { counted = true, headers = form as Record<string, string> } = {}) => {
  const body = "a".repeat(sizeBytes);
  const chunks = new Blob([body.slice(0, sizeBytes / 2), body.slice(sizeBytes / 2)]).stream();
  const length = counted ? { "content-length": String(sizeBytes) } : {};
  return await app.request(
    new Request(`http://localhost${path}`, {
      method: "POST",
      headers: { ...headers, ...length },
      body: counted ? body : chunks,
      ...(counted ? {} : { duplex: "half" }),
    } as RequestInit),
  );
};

beforeAll(async () => {
  await library.upsert([inventPaper(1)]);
  await engine.embedBacklog();
});
afterAll(() => engine.close());

describe("a body that is too large", () => {
  it.each(["/subscribe", "/sign-in", "/sign-in/token", "/unsubscribe/token", "/confirm/token", "/f/token"])(
    "is more than 128 KiB on routes open to everybody: %s shows a page",
    async (path) => {
      for (const counted of [true, false]) {
        const refused = await send(path, 128 * kib + 2, { counted });
        expect(refused.status).toBe(413);
        expect(refused.headers.get("content-type")).toContain("text/html");
        expect(await refused.text()).toContain("The body is larger than 128 KiB.");
      }
      expect((await send(path, 128 * kib)).status).not.toBe(413);
    },
  );

  it.each(["/feedback", "/comments", "/interests", "/judgments", "/similar", "/admin/verify"])(
    "is more than 1 MiB in a form of a known user: %s shows a page",
    async (path) => {
      const refused = await send(path, 1024 * kib + 2);
      expect([refused.status, refused.headers.get("content-type")]).toEqual([413, expect.stringContaining("text/html")]);
      expect(await refused.text()).toContain("The body is larger than 1 MiB.");
    },
  );

  it.each(["/v1/similar", "/v1/papers/batch", "/v1/interests", "/v1/feedback", "/v1/papers/X:1/comments", "/v1/jobs"])(
    "is more than 1 MiB for a program: %s says so",
    async (path) => {
      for (const counted of [true, false]) {
        const refused = await send(path, 1024 * kib + 2, { counted, headers: json });
        expect([refused.status, await refused.json()]).toMatchObject([413, { code: "body_too_large" }]);
      }
    },
  );

  it("is more than 64 MiB for papers", async () => {
    await send("/v1/papers", 2 * 1024 * kib, { headers: json });
    expect(read).toEqual([2 * 1024 * kib]);
    const refused = await send("/v1/papers", 64 * 1024 * kib + 2, { headers: json });
    expect([refused.status, await refused.json()]).toMatchObject([413, { code: "body_too_large" }]);
    expect(read).toHaveLength(1);
  });
});

describe("bodies of several requests at once", () => {
  const held = { papers: 1024 * kib, asking: 256 * kib };
  const others: (() => void)[] = [];
  const busy = serviceOf(engine, {
    isLoopback: () => true,
    heldBytes: held,
    readBody: async () => {
      await new Promise<void>((resolve) => others.push(resolve));
      throw new AppError("file_unreadable", "read to its end");
    },
  });
  const upload = (sizeBytes: number, said: boolean, path = "/v1/papers") =>
    busy.request(
      new Request(`http://localhost${path}`, {
        method: "POST",
        headers: { ...json, ...(said ? { "content-length": String(sizeBytes) } : {}) },
        body: new Blob(["a".repeat(sizeBytes)]).stream(),
        duplex: "half",
      } as RequestInit),
    );

  it("are held up to a total: a request beyond it is told when to retry, and small ones are accepted", async () => {
    const first = upload(700 * kib, false);
    await expect.poll(() => others.length).toBe(1);
    for (const [path, said] of [
      ["/v1/papers", false],
      ["/import", true],
      ["/import", false],
      ["/interests/file", true],
    ] as const) {
      const refused = await upload(500 * kib, said, path);
      expect([path, refused.status, refused.headers.get("retry-after")]).toEqual([path, 503, "5"]);
      expect(await refused.text()).toContain("Too many large bodies are being read at once.");
    }
    const small = upload(60 * kib, false);
    const counted = upload(200 * kib, true, "/v1/similar");
    await expect.poll(() => others.length).toBe(2);
    expect((await counted).status).toBe(400);
    for (const resolve of others) resolve();
    expect([(await first).status, (await small).status]).toEqual([400, 400]);
    // Answered requests are no longer held; and one alone is always read.
    const last = upload(1025 * kib, false);
    await expect.poll(() => others.length).toBe(3);
    others[2]?.();
    expect((await last).status).toBe(400);
  });
});

describe("the maximum that a form or a program may request", () => {
  it("is below the limit, in any script", async () => {
    const text = "語".repeat(20_000);
    const asked = await app.request("http://localhost/similar", { method: "POST", body: new URLSearchParams({ text }) });
    expect(asked.status).toBe(200);
    const escaped = `{"text":"${"\\u8a9e".repeat(100_000)}"}`;
    const similar = await app.request("http://localhost/v1/similar", { method: "POST", headers: json, body: escaped });
    expect(similar.status).toBe(200);
  });
});

describe("a malformed form", () => {
  it.each(["/f/token", "/feedback", "/comments", "/interests", "/interests/file", "/similar", "/admin/reindex"])(
    "is the client's error, wherever it is sent: %s",
    async (path) => {
      for (const type of ["multipart/form-data", "multipart/form-data; boundary=x"]) {
        const body = '--x\r\ncontent-disposition: form-data; name="note"\r\n\r\nunfinished';
        const headers = { "content-type": type, accept: "text/html" };
        const refused = await app.request(`http://localhost${path}`, { method: "POST", headers, body });
        expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("The form cannot be read to its end.")]);
      }
    },
  );
});

describe("a body that takes long to arrive", () => {
  it("is waited for half a minute on routes open to everybody", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      for (const counted of [true, false]) {
        const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
        const headers = { ...form, accept: "application/json", ...(counted ? { "content-length": "1000" } : {}) };
        const asked = app.request(
          new Request("http://localhost/sign-in", { method: "POST", headers, body, duplex: "half" } as RequestInit),
        );
        await vi.waitUntil(() => vi.getTimerCount() > 0);
        vi.advanceTimersByTime(31_000);
        const refused = await asked;
        expect([refused.status, await refused.json()]).toMatchObject([408, { code: "body_too_slow" }]);
        expect(vi.getTimerCount()).toBe(0);
      }
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a body that takes long to parse", () => {
  it("is refused first if a form has more fields or files than any needs", async () => {
    const [field, file] = ["a=1&", '--x\r\ncontent-disposition: form-data; name="file"; filename="a.bib"\r\n\r\n1\r\n'];
    const sent: [string, string, string][] = [
      ["/import", "multipart/form-data; boundary=x", `${file.repeat(10_001)}--x--\r\n`],
      ["/import", 'multipart/form-data; boundary="x"', `${file.repeat(10_001)}--x--\r\n`],
      ["/feedback", "application/x-www-form-urlencoded", field.repeat(10_001)],
      // Parameters that look like the one that counts.
      ["/interests/file", "application/x-www-form-urlencoded; boundary=x", field.repeat(10_001)],
      ["/interests/file", "multipart/form-data; another-boundary=y; boundary=x", `${file.repeat(10_001)}--x--\r\n`],
      ["/import", 'multipart/form-data; a="; boundary=y"; boundary=x', `${file.repeat(10_001)}--x--\r\n`],
    ];
    for (const [path, type, body] of sent) {
      const headers = { "content-type": type, accept: "text/html" };
      const answer = await app.request(`http://localhost${path}`, { method: "POST", headers, body });
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("more than 10,000 fields or files")]);
    }
  });

  it("is parsed in a turn of its own, so that others are answered in between", async () => {
    let turn = 0;
    let isOver = false;
    const count = () => {
      turn++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const body = "[".repeat(100 * kib);
    const answered = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { status } = await app.request("http://localhost/v1/similar", { method: "POST", headers: json, body });
        expect(status).toBe(400);
        return turn;
      }),
    );
    isOver = true;
    expect(new Set(answered).size).toBe(8);
  });
});
