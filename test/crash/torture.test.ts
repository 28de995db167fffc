/**
 * The short form of each part of `npm run torture`, for whose long form `src/README.md` gives the findings; the tests that `npm test` runs
 * for each danger are in the files beside this one.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { wantsAll } from "../long-forms.ts";

const program = fileURLToPath(new URL("../../scripts/torture.mjs", import.meta.url));

async function torture(name: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [program, name, "--short"], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

describe.skipIf(!wantsAll)("a library survives", () => {
  it.each([
    ["damage", "files that went bad", /damaged vector graphs .* met /],
    ["points", "SIGKILL at named moments", /16 times SIGKILL/],
    ["kills", "SIGKILL at random", /acknowledged papers lost.* met /],
    ["full", "a full disk", /full disk: (?:skipped|promises that were not kept .* met)/],
    ["churn", "changes and searches without a pause", /removed papers found, papers twice, papers missing .* met /],
  ])("%s: %s", { timeout: 300_000 }, async (name, _, expected) => {
    const { code, output } = await torture(name);
    expect(output).toMatch(expected);
    expect(code, output).toBe(0);
  });
});
