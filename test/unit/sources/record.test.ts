/** What every format makes its records with. */
import { expect, it } from "vitest";
import { withoutStacks } from "../../../src/sources/record.ts";

it("a parser's errors keep no stacks, and those of others do", () => {
  const stackOf = (text: string) => {
    try {
      return JSON.parse(text);
    } catch (error) {
      return error instanceof Error ? error.stack : undefined;
    }
  };
  expect(withoutStacks(() => stackOf("{"))).not.toContain("\n");
  expect(() => withoutStacks(() => JSON.parse("{"))).toThrow(SyntaxError);
  expect(stackOf("{")).toContain("\n");
});
