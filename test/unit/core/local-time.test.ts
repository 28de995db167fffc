/** Instants as shown to people. */
import { expect, it } from "vitest";
import { describeHolder } from "../../../src/core/holder.ts";
import { utcMinute } from "../../../src/core/local-time.ts";

it("instants are shown to the minute, with UTC", () => {
  expect(utcMinute("2026-11-28T09:20:59.123Z")).toBe("2026-11-28 09:20 UTC");
  expect(describeHolder({ pid: 7, since: "2026-11-28T09:20:59.123Z" })).toBe("Process 7 (running since 2026-11-28 09:20 UTC)");
});
