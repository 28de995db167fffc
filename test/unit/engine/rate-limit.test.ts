import { expect, it } from "vitest";
import { RateLimit } from "../../../src/engine/rate-limit.ts";

it("a limit counts within its window, and locks nobody out when the clock is set back", () => {
  let now = Date.parse("2026-03-05T12:00:00Z");
  const limit = new RateLimit(2, 60_000, () => new Date(now));
  expect([limit.take("a"), limit.take("a"), limit.take("a")]).toEqual([true, true, false]);
  now -= 3 * 86_400_000;
  expect([limit.take("a"), limit.take("a"), limit.take("a")]).toEqual([true, true, false]);
  now += 60_001;
  expect(limit.take("a")).toBe(true);
});

it("a limit says when it ends", () => {
  let now = Date.parse("2026-03-05T12:00:00Z");
  const limit = new RateLimit(1, 60_000, () => new Date(now));
  limit.require("a");
  now += 12_500;
  expect(() => limit.require("a")).toThrow(expect.objectContaining({ code: "too_many_requests", retryAfterS: 48 }));
});
