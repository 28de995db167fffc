import { describe, expect, it } from "vitest";
import { parseConfiguration } from "../../../../src/engine/evaluation/configurations.ts";
import { measureLab } from "../../../../src/engine/evaluation/lab.ts";
import { reportOf } from "../../../../src/engine/evaluation/report.ts";
import type { EvalRun, JudgedRuns } from "../../../../src/engine/evaluation/run.ts";

const run = (name: string, rankings: readonly string[][]): EvalRun => ({
  name,
  rankings: rankings.map((ids) => ids.map((id, at) => ({ id, score: 10 - at }))),
});

const query = (id: string, ...relevant: string[]) => ({ id, text: `about ${id}`, judgments: new Map(relevant.map((one) => [one, 1])) });

const judged: JudgedRuns = {
  set: "kettles",
  queries: [query("q1", "a"), query("q2", "b"), query("q3", "c")],
  runs: [
    run("first", [
      ["a", "x"],
      ["x", "b"],
      ["c", "x"],
    ]),
    run("second", [
      ["x", "a"],
      ["b", "x"],
      ["x", "y"],
    ]),
  ],
};

describe("a configuration", () => {
  it("is parsed from one word", () => {
    expect(parseConfiguration("meant=alpha:0.7,feedback:off,mode:hybrid")).toEqual({
      name: "meant",
      alpha: 0.7,
      feedback: false,
      mode: "hybrid",
    });
    expect(parseConfiguration("now=")).toEqual({ name: "now", mode: "hybrid" });
  });

  it.each(["a=alpha:2", "a=alpha:", "a=beta:1", "a=mode:best", "=alpha:1", "a/b=", "a b=", "a=feedback:perhaps", "a=__proto__:1"])(
    "is refused as %s, listing the valid keys",
    (text) => {
      expect(() => parseConfiguration(text)).toThrowError(
        expect.objectContaining({ code: "invalid_request", explanation: expect.stringContaining("feedback") }),
      );
    },
  );

  it("is refused with an invalid weight, in words", () => {
    for (const text of ["a=alpha:2", "a=alpha:much"])
      expect(() => parseConfiguration(text)).toThrowError(`The configuration “${text}”: alpha is a number from 0 to 1.`);
  });
});

describe("measureLab", () => {
  const lab = measureLab(judged);

  it("gives the means of each configuration", () => {
    expect(lab.results.map(({ configuration, queries, "AP@100": ap }) => [configuration, queries, ap])).toEqual([
      ["first", 3, 0.83333],
      ["second", 3, 0.5],
    ]);
  });

  it("compares each configuration with the first one, and counts queries", () => {
    const [comparison] = lab.comparisons;
    expect(comparison).toMatchObject({ compare: ["second", "first"], better: 1, same: 0, worse: 2 });
    const { difference, low, high, p } = comparison?.["nDCG@10"] ?? { difference: 0, low: 0, high: 0, p: 0 };
    expect(difference).toBeCloseTo(-1 / 3, 4);
    expect(low).toBeLessThan(difference);
    expect(high).toBeGreaterThan(difference);
    expect(p).toBeGreaterThan(0.05);
    expect(measureLab(judged)).toEqual(lab);
  });

  it("lists the worst query first, with the documents that moved", () => {
    const [differences = []] = lab.differences;
    expect(differences.map((one) => [one.query, one.moved])).toEqual([
      ["q3", [{ document: "c", grade: 1, rank: null, before: 1 }]],
      ["q1", [{ document: "a", grade: 1, rank: 2, before: 1 }]],
      ["q2", [{ document: "b", grade: 1, rank: 1, before: 2 }]],
    ]);
  });

  it("finds no difference between identical rankings", () => {
    const [first] = judged.runs;
    const same = measureLab({ ...judged, runs: first === undefined ? [] : [first, { ...first, name: "again" }] });
    expect(same.comparisons[0]).toMatchObject({ "nDCG@10": { difference: 0, p: 1 }, better: 0, same: 3, worse: 0 });
    expect(same.differences).toEqual([[]]);
  });
});

describe("the report", () => {
  const hostile = `<script>alert("x")</script>&'`;
  const labs = [
    measureLab({ ...judged, set: hostile, queries: judged.queries.map((one) => ({ ...one, id: `${one.id}${hostile}`, text: hostile })) }),
  ];
  const page = reportOf(
    {
      collection: hostile,
      documents: 3,
      model: hostile,
      machine: hostile,
      version: "1",
      date: "2026-01-02",
      configurations: [{ name: "first", mode: "hybrid", alpha: 0.5 }],
      notes: [hostile],
      titles: new Map([["c", hostile]]),
    },
    labs,
  );

  it("escapes all external text", () => {
    expect(page).not.toContain("<script");
    expect(page.split("&lt;script&gt;").length).toBeGreaterThan(10);
  });

  it("loads nothing from elsewhere", () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(?:src|href)=|url\(|@import|https?:/);
  });

  it("has plots that scroll sideways on a narrow screen, also by keyboard, and keep their text legible", () => {
    expect(page.split('tabindex="0"><svg class="plot"').length).toBe(page.split('<svg class="plot"').length);
    expect(page).toMatch(/\.plot\{[^}]*min-width:40rem/);
  });

  it("gives in tables what its plots show", () => {
    expect(page.match(/<svg class="plot"[^>]*role="img" aria-label="[^"]+"/g)).toHaveLength(3);
    const rows = page.slice(page.indexOf("Interpolated precision at each recall</caption>"));
    expect(rows).toContain('<th scope="row">first</th>');
    expect(page).toContain("1 → beyond 100: c");
    expect(page).toContain("2 lose");
  });
});
