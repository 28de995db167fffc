/** What the server accepts that cannot be seen without a socket. */
import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import { connect, Server } from "node:net";
import { expect, it, vi } from "vitest";
import { listen } from "../../../src/http/listen.ts";

it("An address can hold the longest query, in any script", async () => {
  const server = await listen({ fetch: ({ url }) => new Response(String(new URL(url).searchParams.get("q")?.length)) }, "127.0.0.1", 0);
  try {
    for (const letter of ["a", "ж", "研", "𝛼"]) {
      const query = letter.repeat(10_000 / letter.length);
      const response = await fetch(`${server.address}/v1/search?q=${encodeURIComponent(query)}`);
      expect([letter, response.status, await response.text()]).toEqual([letter, 200, "10000"]);
    }
  } finally {
    await server.close(1_000);
  }
});

it("A connection is kept longer than proxies keep it, and a large body has time to arrive", async () => {
  const begun = vi.spyOn(Server.prototype, "listen");
  const server = await listen({ fetch: () => new Response("here") }, "127.0.0.1", 0);
  try {
    const [{ requestTimeout = 0 } = {}] = begun.mock.contexts as Partial<HttpServer>[];
    const slowestBytesPerSecond = 32 * 1024;
    expect(requestTimeout / 1_000).toBeGreaterThan((64 * 1024 * 1024) / slowestBytesPerSecond);
    // The side that closes first may do so while a request is on its way.
    const kept = (await fetch(server.address)).headers.get("keep-alive") ?? "";
    expect(Number(/timeout=(\d+)/.exec(kept)?.[1])).toBeGreaterThan(120);
  } finally {
    begun.mockRestore();
    await server.close(1_000);
  }
});

it("An HTTP/1.0 client need not name the host", async () => {
  const server = await listen({ fetch: ({ url }) => new Response(new URL(url).pathname) }, "127.0.0.1", 0);
  try {
    const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
    socket.end("GET /health/ready HTTP/1.0\r\n\r\n");
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n\/health\/ready$/);
  } finally {
    await server.close(1_000);
  }
});

it("A host that can be no part of an address, or an address with a password, is refused before anything reads it", async () => {
  const seen: string[] = [];
  const app = { fetch: ({ url }: Request) => new Response(String(seen.push(url))) };
  const server = await listen(app, "127.0.0.1", 0);
  try {
    for (const head of [
      "GET / HTTP/1.1\r\nHost: 127.999.0.1",
      "GET / HTTP/1.1\r\nHost: 1.2.3.4.5",
      "GET http://a:b@localhost/ HTTP/1.1\r\nHost: localhost",
    ]) {
      const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
      let answer = "";
      for await (const chunk of socket) answer += String(chunk);
      expect(answer, head).toMatch(/^HTTP\/1\.1 400 /);
    }
    expect(seen).toEqual([]);
  } finally {
    await server.close(1_000);
  }
});

it("An answered request whose body nobody reads does not keep its connection", async () => {
  const limits = { connections: 10, silenceMs: 60_000, restMs: 50 };
  const server = await listen({ fetch: () => new Response("here") }, "127.0.0.1", 0, limits);
  try {
    const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
    // A write after the end is an error, which is what is waited for.
    socket.on("error", () => undefined);
    socket.resume();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
    const trickle = setInterval(() => socket.write("a"), 10);
    await closed;
    clearInterval(trickle);
    expect(socket.destroyed).toBe(true);
  } finally {
    await server.close(1_000);
  }
});

it("A request that is refused before its body was read leaves the connection to the next one", async () => {
  const fetch = async ({ method, body }: Request) => {
    // A handler that looks at the beginning.
    await body?.getReader().read();
    // Longer than the framework waits for the rest of a body.
    if (method === "GET") await new Promise((resolve) => setTimeout(resolve, 700));
    return new Response(method, { status: method === "GET" ? 200 : 413 });
  };
  const server = await listen({ fetch }, "127.0.0.1", 0);
  try {
    const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n${"a".repeat(1_000_000)}`);
    const answer = once(socket, "data");
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 413 /);
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let next = "";
    for await (const chunk of socket) next += String(chunk);
    expect(next).toMatch(/HTTP\/1\.1 200 /);
  } finally {
    await server.close(1_000);
  }
});

it("A client that names two hosts is refused, and answered no further", async () => {
  const server = await listen({ fetch: ({ url }) => new Response(new URL(url).pathname) }, "127.0.0.1", 0);
  try {
    const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
    socket.write("GET /health/ready HTTP/1.1\r\nHost: localhost\r\nhost: evil.example\r\n\r\n");
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  } finally {
    await server.close(1_000);
  }
});

it("Requests sent at once over one connection are answered one by one, in order", async () => {
  let [atOnce, most] = [0, 0];
  const answer = async ({ url }: Request) => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 1));
    atOnce--;
    return new Response(`<${new URL(url).pathname}>`);
  };
  const server = await listen({ fetch: answer }, "127.0.0.1", 0);
  try {
    const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
    const paths = Array.from({ length: 50 }, (_, at) => `/${at}`);
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(""));
    socket.write("GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let answers = "";
    for await (const chunk of socket) answers += String(chunk);
    expect([...answers.matchAll(/<(.*?)>/g)].map(([, path]) => path)).toEqual([...paths, "/last"]);
    expect(most).toBe(1);
  } finally {
    await server.close(1_000);
  }
});

it("A connection that sends request after request and reads no answer is closed, and keeps nobody waiting", async () => {
  let [asked, others] = [0, 0];
  const server = await listen(
    {
      fetch: ({ url }) => {
        if (url.endsWith("/other")) others++;
        else asked++;
        return new Response("no");
      },
    },
    "127.0.0.1",
    0,
  );
  try {
    const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
    socket.on("error", () => undefined);
    const ended = new Promise((resolve) => socket.on("close", resolve));
    socket.write("GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20_000));
    expect(await (await fetch(`${server.address}/other`)).text()).toBe("no");
    socket.resume();
    await ended;
    expect(asked).toBeLessThan(1_000);
    expect(others).toBe(1);
  } finally {
    await server.close(1_000);
  }
});

it("Connections beyond the limit are closed, and there is room again when one ends", async () => {
  const server = await listen({ fetch: () => new Response("yes") }, "127.0.0.1", 0, { connections: 2, silenceMs: 60_000 });
  const port = Number(new URL(server.address).port);
  const opened = async () => {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  };
  const held = [await opened(), await opened()];
  try {
    const refused = await opened();
    refused.resume();
    await once(refused, "close");
    held.pop()?.destroy();
    await vi.waitFor(async () => expect(await (await fetch(server.address)).text()).toBe("yes"), 10_000);
  } finally {
    for (const socket of held) socket.destroy();
    await server.close(1_000);
  }
});

it("An answer that nobody reads is ended after a while", async () => {
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const endless = () =>
    new ReadableStream({ pull: (body) => body.enqueue(new Uint8Array(64 * 1024)), cancel: leave }, { highWaterMark: 0 });
  const server = await listen({ fetch: () => new Response(endless()) }, "127.0.0.1", 0, { connections: 10, silenceMs: 100 });
  const socket = connect(Number(new URL(server.address).port), "127.0.0.1").on("error", () => undefined);
  try {
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await left;
  } finally {
    socket.destroy();
    await server.close(1_000);
  }
});
