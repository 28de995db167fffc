/** Parsing what people type. */
import { describe, expect, it } from "vitest";
import { mostConditions, mostCostlyConditions, parseQuery } from "../../../src/core/query.ts";
import { longestQuery } from "../../../src/core/query-pieces.ts";

describe("a query", () => {
  it("of words is its words", () => {
    expect(parseQuery("  lanterns along   the river ")).toEqual({
      text: "lanterns along the river",
      phrases: [],
      excluded: [],
      filters: {},
      excludedFilters: [],
      alternatives: [],
      id: undefined,
    });
  });

  it("keeps its exact phrases, and their words too", () => {
    const query = parseQuery('the "copper kettles" of "rivers" "" old');
    expect(query.phrases).toEqual([["copper", "kettl"]]);
    expect(query.text).toBe("the copper kettles of rivers old");
  });

  it("reduces a phrase to what remains without stop words", () => {
    expect(parseQuery('"no such kettle"').phrases).toEqual([["kettl"]]);
    expect(parseQuery('"all of the" "kettle" " kettle "').phrases).toEqual([["all"]]);
  });

  it("accepts typographic quotation marks", () => {
    const straight = '"old kettles" -"copper rivers" author:"Ada Lovelace"';
    for (const [opening, closing] of ["“”", "„“", "«»", "»«", "「」", "『』", "＂＂"].map((pair) => [...pair])) {
      let isOpen = false;
      const typed = straight.replaceAll('"', () => {
        isOpen = !isOpen;
        return (isOpen ? opening : closing) ?? "";
      });
      expect(parseQuery(typed)).toEqual(parseQuery(straight));
    }
  });

  it("excludes words and phrases after a minus", () => {
    const query = parseQuery('kettles -copper -"old rivers" state-of-the-art - a');
    expect(query.excluded).toEqual([["copper"], ["old", "river"]]);
    expect(query.text).toBe("kettles state-of-the-art - a");
    expect(parseQuery("-the kettles").excluded).toEqual([]);
  });

  it("has conditions on fields, several for each", () => {
    const query = parseQuery('kettles author:"Ada Example" Author:other venue:neurips category:cs.* source:arxiv title:river has:code');
    expect(query.text).toBe("kettles");
    expect(query.filters).toEqual({
      authors: ["Ada Example", "other"],
      venues: ["neurips"],
      categories: ["cs.*"],
      sources: ["arxiv"],
      title: ["river"],
      hasCode: true,
    });
  });

  it("reads years and ranges of them", () => {
    const years = (text: string) => parseQuery(`x year:${text}`).filters;
    expect(years("2019")).toEqual({ yearFrom: 2019, yearTo: 2019 });
    expect(years("2019..2023")).toEqual({ yearFrom: 2019, yearTo: 2023 });
    expect(years("2019-2023")).toEqual({ yearFrom: 2019, yearTo: 2023 });
    expect(years("2019..")).toEqual({ yearFrom: 2019 });
    expect(years("..2023")).toEqual({ yearTo: 2023 });
    for (const text of ["soon", "..", "20192023", "19"]) expect(years(text)).toEqual({});
    expect(parseQuery("x year:soon").text).toBe("x year:soon");
  });

  it("treats as words what is not a field, has no value or does not begin a word", () => {
    for (const text of ["study: kettles", "http://example.org", "author: kettles", "has:ideas", "re:author:x", "C++ and c#"]) {
      expect(parseQuery(text).filters).toEqual({});
      expect(parseQuery(text).text).toBe(text);
    }
  });

  it("can ask for a property of a paper", () => {
    expect(parseQuery("has:abstract HAS:PDF has:Code x")).toMatchObject({
      text: "x",
      filters: { hasAbstract: true, hasPdf: true, hasCode: true },
    });
  });

  it("can exclude by field", () => {
    const query = parseQuery('kettles -author:"Ada Example" -year:2019..2020 -has:code -study:x author:bo');
    expect(query.excludedFilters).toEqual([{ authors: ["Ada Example"] }, { yearFrom: 2019, yearTo: 2020 }, { hasCode: true }]);
    expect(query.filters).toEqual({ authors: ["bo"] });
    expect(query.excluded).toEqual([["studi", "x"]]);
    expect(query.text).toBe("kettles");
  });

  it("with OR accepts any one of several conditions", () => {
    const query = parseQuery('rivers "old kettles" OR copper OR author:ada OR -has:code OR the');
    expect(query.alternatives).toEqual([
      [
        { negated: false, terms: ["old", "kettl"] },
        { negated: false, terms: ["copper"] },
        { negated: false, filters: { authors: ["ada"] } },
        { negated: true, filters: { hasCode: true } },
      ],
    ]);
    expect(query.phrases).toEqual([]);
    expect(query.text).toBe("rivers old kettles copper the");
  });

  it("with OR between words consists of those words, any of which counts", () => {
    expect(parseQuery("copper OR kettles")).toMatchObject({ text: "copper kettles", alternatives: [] });
  });

  it("with an OR that has nothing on one side treats it as a word", () => {
    for (const text of ["OR", "OR gates", "the OR", "copper or kettles", "NOR"]) {
      expect(parseQuery(text)).toMatchObject({ text, alternatives: [] });
    }
    expect(parseQuery("a OR OR b").text).toBe("a OR b");
  });

  it("that is a single paper's id is that id", () => {
    expect(parseQuery(" https://arxiv.org/abs/2401.00001v2 ").id).toMatchObject({ id: "arXiv:2401.00001" });
    expect(parseQuery("10.1234/ABC").id?.id).toBe("DOI:10.1234/abc");
    expect(parseQuery("see 2401.00001").id).toBeUndefined();
  });

  it("with an unclosed quotation mark loses no words", () => {
    const query = parseQuery('copper "kettles and rivers');
    expect(query.text).toBe("copper kettles and rivers");
    expect(query.phrases).toEqual([]);
  });

  it("has no more conditions than anybody would write", () => {
    const numbered = (condition: string) => Array.from({ length: 500 }, (_, at) => `${condition}${at}`).join(" ");
    expect(parseQuery(`${numbered("category:a")} x`)).toMatchObject({ text: "x", filters: { categories: { length: mostConditions } } });
    expect(parseQuery(`${numbered("author:a")} x`)).toMatchObject({ text: "x", filters: { authors: { length: mostCostlyConditions } } });
    expect(parseQuery(numbered('-"b c" -title:a')).excludedFilters.length).toBeLessThan(mostCostlyConditions);
    // One too many of the expensive ones is no reason to leave out a cheap one.
    const authors = Array.from({ length: mostCostlyConditions + 1 }, (_, at) => `author:a${at}`).join(" ");
    expect(parseQuery(`${authors} year:2019`).filters).toMatchObject({ authors: { length: mostCostlyConditions }, yearFrom: 2019 });
  });

  it("counts a repeated condition once", () => {
    const query = parseQuery(`${"author:a ".repeat(500)}${'"b c" '.repeat(500)}year:2019`);
    expect(query.filters).toEqual({ authors: ["a"], yearFrom: 2019, yearTo: 2019 });
    expect(query.phrases).toHaveLength(1);
  });

  it("that is too long is cut", () => {
    expect(parseQuery("a ".repeat(longestQuery)).text.length).toBeLessThanOrEqual(longestQuery);
  });
});
