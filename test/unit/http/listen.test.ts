/** What the server takes that a program without a socket does not see. */
import { expect, it } from "vitest";
import { listen } from "../../../src/http/listen.ts";

it("An address holds the longest query, in any script", async () => {
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
