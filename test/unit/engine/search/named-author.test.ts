import { expect, it } from "vitest";
import { nameMatcher } from "../../../../src/core/wanted-names.ts";
import { namedAuthor, shownAuthors } from "../../../../src/engine/search/named-author.ts";

const authors = ["Ada Example", "Bo Other", "Cy Manning", "Ada Manning", "Di Last"].map((name) => ({ name }));

it("a list shows the first authors, and the requested one wherever that one stands", () => {
  expect(shownAuthors(authors, 2, "Ada Manning")).toEqual({ first: ["Ada Example", "Bo Other"], named: "Ada Manning", left: 2 });
  expect(shownAuthors(authors, 2, "Bo Other")).toEqual({ first: ["Ada Example", "Bo Other"], left: 3 });
  expect(shownAuthors(authors, 9)).toEqual({ first: authors.map(({ name }) => name), left: 0 });
});

it("the author named by a query is the one in its condition, or else the one matching most of its words", () => {
  expect(namedAuthor(authors, nameMatcher(["manning"]), new Set(["ada"]))).toBe("Cy Manning");
  expect(namedAuthor(authors, undefined, new Set(["ada", "man"]))).toBe("Ada Manning");
  expect(namedAuthor(authors, nameMatcher(["nobody"]), new Set())).toBeUndefined();
});
