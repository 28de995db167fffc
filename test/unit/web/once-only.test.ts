import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { OnceOnly } from "../../../src/web/once-only.ts";

describe("what a form makes once", () => {
  it("is made again after a failure, and each time for a form without a token", async () => {
    const once = new OnceOnly<number>();
    let made = 0;
    await expect(once.of("a", [], () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    const make = () => Promise.resolve(++made);
    expect([await once.of("a", [], make), await once.of("a", [], make)]).toEqual([1, 1]);
    expect([await once.of("", [], make), await once.of("", [], make)]).toEqual([2, 3]);
  });

  it("is remembered for the latest forms, up to a limit", async () => {
    const once = new OnceOnly<number>();
    const make = (at: number) => async () => at;
    for (let at = 0; at <= 1_000; at++) await once.of(String(at), [], make(at));
    expect(await once.of("1", [], make(-1))).toBe(1);
    expect(await once.of("0", [], make(-1))).toBe(-1);
  });

  it("takes no memory for the content of long forms", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const once = new OnceOnly<number>();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 100; at++) await once.of(`${at}${"x".repeat(1_000_000)}`, ["a".repeat(1_000)], async () => at);
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });
});
