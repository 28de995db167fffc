/** A user without a home folder, as in a container: `~` is undefined. */
import { expect, it, vi } from "vitest";
import { readConfig } from "../../src/config.ts";

vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  homedir: () => {
    throw new Error("uv_os_homedir returned ENOENT (no such file or directory)");
  },
}));

it("a user without a home folder is told which folder cannot be found, and needs none for others", () => {
  expect(() => readConfig({ data: "~/papers" }, {})).toThrow(/The folder ~\/papers cannot be found: this user has no home folder/);
  expect(readConfig({ data: "/papers" }, {}).data).toBe("/papers");
});
