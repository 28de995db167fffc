import { describe, expect, it } from "vitest";
import { termsOf } from "../../../src/core/analysis.ts";
import { withoutInitials } from "../../../src/core/initials.ts";

describe("initials in a query", () => {
  it.each([
    ["Wang, Y.", "wang"],
    ["Manning, C. D., Raghavan, P.", "man raghavan"],
    ["Y. Bengio", "bengio"],
    ["attention by G. E. Hinton and J.-P. Serre, Knuth, D.E.", "attent hinton serr knuth"],
    ["Š. Novák", "novak"],
  ])("of “%s” are not words", (query, terms) => {
    expect(termsOf(withoutInitials(query)).join(" ")).toBe(terms);
  });

  it.each(["vitamin D", "vitamin D.", "E. coli growth", "Python, R and Julia", "U.S. Economy", "C programming", "Y."])(
    "are not seen in “%s”",
    (query) => {
      expect(withoutInitials(query)).toBe(query);
    },
  );

  it("leave everything else in place", () => {
    expect(withoutInitials("Wang, Y. on graphs")).toBe("Wang,    on graphs");
  });
});
