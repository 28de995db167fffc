/** Invalid option values are reported with the option's name, before anything is opened. */
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { readScheduled } from "../../../src/cli/fetch-request.ts";
import { buildProgram } from "../../../src/cli/program.ts";

it.each(["abc", "", "0.05", "11", "NaN"])("an invalid weight is refused: “%s”", async (weight) => {
  const args = ["interests", "add", "--words", "x", "--weight", weight];
  const program = await buildProgram(args);
  await expect(program.parseAsync(args, { from: "user" })).rejects.toMatchObject({
    code: "invalid_request",
    message: `--weight is “${weight}”; it is a number from 0.1 to 10.`,
  });
});

it("a folder is refused as a file of ids", () => {
  expect(() => readScheduled(["arxiv", "--ids", tmpdir()])).toThrow(
    expect.objectContaining({ code: "invalid_config", message: expect.stringContaining("cannot be read: EISDIR") }),
  );
});
