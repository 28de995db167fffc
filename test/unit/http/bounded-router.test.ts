/** Addresses with thousands of slashes, which would occupy Hono's router for minutes. */
import { expect, it } from "vitest";
import { HashingEmbedder } from "../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { problemSchema } from "../../../src/http/problem.ts";
import { MemoryLibrary } from "../../../src/storage/memory/memory-library.ts";
import { serviceOf } from "./service-of.ts";

it("an address of thousands of parts is not found, whoever requests it; one of hundreds may be an id", async () => {
  const engine = new Engine(new MemoryLibrary(), new HashingEmbedder());
  const open = serviceOf(engine, { isLoopback: () => true });
  const codeOf = async (parts: number, method = "GET") => {
    const response = await open.request(`http://localhost/v1/papers/${"x/".repeat(parts)}similar`, { method });
    const { code, detail } = problemSchema.parse(await response.json());
    // The address is not echoed in full.
    expect(detail.length).toBeLessThan(3_000);
    return [response.status, code];
  };
  expect(await codeOf(900)).toEqual([404, "paper_not_found"]);
  for (const method of ["GET", "POST", "DELETE"]) expect(await codeOf(50_000, method)).toEqual([404, "route_not_found"]);
  const closed = serviceOf(engine, { apiKeys: ["a-long-secret-of-yours"] });
  expect((await closed.request(`http://localhost/v1/papers/${"x/".repeat(50_000)}`)).status).toBe(401);
  await engine.close();
});
