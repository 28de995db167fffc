import { expect, it } from "vitest";
import { OneAtATime } from "../../../src/core/one-at-a-time.ts";

it("work starts when what was asked for before has ended, even if that failed", async () => {
  const works = new OneAtATime();
  const seen: string[] = [];
  const work = (name: string, fault?: Error) => async () => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} ends`);
    if (fault !== undefined) throw fault;
    return name;
  };
  const first = works.run(work("a", new Error("broken")));
  const second = works.run(work("b"));
  await expect(first).rejects.toThrow("broken");
  expect(await second).toBe("b");
  await works.settled();
  expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});
