/** What a terminal shows of long work, and what is left of it. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { note, withProgress } from "../../../src/cli/output.ts";

const showCursor = "\u001b[?25h";

it("words for people steer no terminal, whatever files and services hold", () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  note("the title “\u001b]0;x\u0007\u009b31m\u202eb” is none");
  expect(written.mock.calls.join("")).toBe("the title “]0;x31mb” is none\n");
  vi.restoreAllMocks();
});

describe("progress on a terminal", () => {
  const { isTTY } = process.stderr;
  afterEach(() => {
    process.stderr.isTTY = isTTY;
    vi.restoreAllMocks();
  });

  it("ends with the work, also where that fails: the bar is gone, the cursor is back, and no timer keeps the process", async () => {
    process.stderr.isTTY = true;
    const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const before = timers();
    const work = withProgress(false, async (progress) => {
      progress.show("papers", 1, 2, "papers");
      expect(timers()).toBeGreaterThan(before);
      throw new Error("the work failed");
    });
    await expect(work).rejects.toThrow("the work failed");
    expect(timers()).toBe(before);
    expect(written.mock.calls.join("")).toContain(showCursor);
  });
});
