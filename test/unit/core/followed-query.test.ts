/** A search as an interest: what it can hold is kept, what it cannot is refused and never silently dropped. */
import { describe, expect, it } from "vitest";
import { followConditions, followQuery } from "../../../src/core/followed-query.ts";

describe("a query that is followed", () => {
  it("keeps its words, its conditions, and its excluded words", () => {
    expect(followQuery("graph neural author:welling year:2019.. has:code -quantum")).toEqual({
      words: "graph neural",
      filters: { authors: ["welling"], yearFrom: 2019, hasCode: true },
      excludedWords: ["quantum"],
      id: undefined,
    });
    expect(followQuery("graph", { categories: ["cs.LG"] })).toMatchObject({ words: "graph", filters: { categories: ["cs.LG"] } });
  });

  it("that is a paper's id becomes an interest in that paper", () => {
    expect(followQuery("https://arxiv.org/abs/1706.03762v3")).toMatchObject({ words: "", id: "arXiv:1706.03762" });
  });

  it("ignores what a search ignores", () => {
    expect(followQuery('graphs OR trees "kettles" - the').words).toBe("graphs trees kettles - the");
    expect(followQuery("")).toMatchObject({ words: "", filters: {} });
  });

  it.each([
    ['"graph neural networks"', "phrase"],
    ["graph author:a OR author:b", "OR"],
    ["graph -author:welling", "-author:welling"],
    ['graph -"random walk"', "random walk"],
    ["graph -state-of-the-art", "state-of-the-art"],
    [Array.from({ length: 70 }, (_, at) => `-word${at}`).join(" "), "conditions"],
    ["x".repeat(10_001), "long"],
  ])("%s is refused", (query, named) => {
    expect(() => followQuery(query)).toThrow(expect.objectContaining({ code: "invalid_request", message: expect.stringContaining(named) }));
  });

  it("with a condition that is also given separately is refused", () => {
    expect(() => followQuery("graph author:welling", { authors: ["kipf"] })).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  it("of nothing but conditions gives conditions alone", () => {
    expect(followConditions("venue:Nature year:2019..")).toEqual({ venues: ["Nature"], yearFrom: 2019 });
    for (const other of ["venue:Nature mice", "venue:Nature -mice", "10.1000/182"])
      expect(() => followConditions(other)).toThrow(expect.objectContaining({ code: "invalid_request", mend: expect.any(String) }));
  });
});
