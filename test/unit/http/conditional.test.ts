/** The cache for answers that are sent again only if they have changed. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Hono } from "hono";
import { expect, it } from "vitest";
import { ConditionalAnswers } from "../../../src/http/conditional.ts";

it("its keys are no longer than a hash", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const heapBytes = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const answers = new ConditionalAnswers();
  const app = new Hono().get("/", (c) => answers.answer(c, "the same", "text/plain"));
  const ask = (at: number) => app.request(`/?q=${at}${"x".repeat(90_000)}`);
  const etag = (await ask(0)).headers.get("etag") ?? "";
  const before = heapBytes();
  for (let at = 1; at < 300; at++) await (await ask(at)).text();
  expect(heapBytes() - before).toBeLessThan(5_000_000);
  expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
});
