/** Papers in a body that ends prematurely. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readBody } from "../../../src/app-sources.ts";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { problemSchema } from "../../../src/http/problem.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { type Service, serviceOf } from "./service-of.ts";

const engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
let service: Service;
beforeAll(() => {
  service = serviceOf(engine, { isLoopback: () => true, readBody });
});
afterAll(() => engine.close());

async function send(path: string, type: string, body: RequestInit["body"]): Promise<Response> {
  // Node requires `duplex` if a body is a stream.
  const init: RequestInit = { method: "POST", headers: { "content-type": type }, body, duplex: "half" };
  return await service.request(new Request(`http://localhost${path}`, init));
}

it("papers before the cut are kept, as the answer says, even if fewer than a transaction", async () => {
  const lines = Array.from({ length: 30 }, (_, at) => `{"id":"my:${at}","title":"Kettle ${at}"}\n`).join("");
  const packed = gzipSync(lines);
  const response = await send("/v1/papers", "application/x-ndjson", packed.subarray(0, packed.length - 4));
  expect(response.status).toBe(400);
  expect(problemSchema.parse(await response.json()).detail).toMatch(/ends early.*What came before is kept/);
  expect(await engine.papers(["my:0", "my:29"])).not.toContain(undefined);
});

it.each([
  ["/v1/papers", "application/x-ndjson"],
  ["/interests", "application/x-www-form-urlencoded"],
])("a client that disconnects is at fault, not the service: %s", async (path, type) => {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
    },
  });
  const response = await send(path, type, body);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("The request ended before all of it had arrived.");
});

it.each([
  ["/v1/papers", "application/json"],
  ["/v1/papers", "application/x-bibtex"],
  ["/v1/papers?format=ris", ""],
  ["/v1/papers", ""],
  ["/v1/papers/batch", "application/json"],
  ["/v1/similar", "application/json"],
])("a missing body is requested: %s, %s", async (path, type) => {
  for (const body of [undefined, "", new Blob([]).stream()]) {
    const response = await send(path, type, body);
    expect(response.status).toBe(400);
    expect(problemSchema.parse(await response.json())).toMatchObject({ code: "invalid_request", detail: expect.stringMatching(/body/) });
  }
});
