/** From text to terms. */
import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { termOf, termsOf, wordsOf } from "../../../src/core/analysis.ts";
import { hashContent, prepareText } from "../../../src/core/prepare.ts";
import { describePlace, excerptOf } from "../../../src/core/source.ts";

describe("terms", () => {
  it("are words without case, accents and endings, in order", () => {
    expect(termsOf("Naïve RIVERS, graph-based (2024) x_1 don't")).toEqual(["naiv", "river", "graph", "base", "2024", "x", "1", "don", "t"]);
    expect(termsOf("Straße ﬁne ½ 漢字")).toEqual(["strass", "fine", "1⁄2", "漢字"]);
    expect(termsOf("Łukasz Ørsted Æsir")).toEqual(termsOf("Lukasz Orsted Aesir"));
  });

  it("leave out stop words", () => {
    expect(termsOf("How does it do what the others do?")).toEqual(["other"]);
    expect(termOf("The")).toBeUndefined();
  });

  it("are the same for the forms of an English word", () => {
    expect(new Set(["retrieve", "retrieves", "retrieved", "retrieving"].map(termOf)).size).toBe(1);
  });

  it("are the same for a Greek letter and its name, wherever it occurs", () => {
    expect(termsOf("α-synuclein")).toEqual(termsOf("alpha-synuclein"));
    expect(termsOf("TNFα and TNF-β2")).toEqual(["tnf", "alpha", "tnf", "beta", "2"]);
    expect(termsOf("ΔF508, Ω")).toEqual(["delta", "f508", "omega"]);
    expect(termsOf("µ-opioid at 5 µm")).toEqual(["mu", "opioid", "5", "μm"]);
    expect(wordsOf("in TNFα2")).toMatchObject([
      { text: "in" },
      { text: "TNF", start: 3, end: 6 },
      { text: "α", start: 6, end: 7 },
      { text: "2" },
    ]);
  });

  it("are whole words in Greek text", () => {
    expect(termsOf("ἀλήθεια λόγος")).toEqual(["αληθεια", "λογος"]);
  });

  it("come with the positions of their words", () => {
    const text = "The naïve rivers";
    expect(wordsOf(text)).toEqual([
      { text: "The", start: 0, end: 3, term: undefined },
      { text: "naïve", start: 4, end: 9, term: "naiv" },
      { text: "rivers", start: 10, end: 16, term: "river" },
    ]);
  });
});

describe("the text that is embedded", () => {
  it("is title and abstract, with a full stop between them if the title has no closing punctuation", () => {
    expect(prepareText({ title: "Kettles", abstract: "We look. We see." })).toEqual({
      text: "Kettles. We look. We see.",
      sentences: ["We look.", "We see."],
    });
    expect(prepareText({ title: "Kettles?", abstract: "Yes." }).text).toBe("Kettles? Yes.");
    expect(prepareText({ title: "Kettles", abstract: "" })).toEqual({ text: "Kettles", sentences: [] });
    expect(prepareText({ title: "", abstract: "Yes." }).text).toBe("Yes.");
  });

  it("has a hash that depends on it and nothing else", () => {
    const hash = hashContent({ title: "Kettles", abstract: "Yes." });
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashContent({ title: "Ladders", abstract: "Yes." })).not.toBe(hash);
    expect(hashContent(Object.assign({ title: "Kettles", abstract: "Yes." }, { venue: "Conf" }))).toBe(hash);
  });
});

describe("a place in an input", () => {
  it("is described as people would look for it", () => {
    expect(describePlace({ file: "a.jsonl", line: 12 })).toBe("a.jsonl, line 12");
    expect(describePlace({ file: "a.bib", entry: "smith19" })).toBe("a.bib, entry smith19");
    expect(describePlace({ file: "a" })).toBe("a");
  });

  it("is quoted in one line, shortened", () => {
    expect(excerptOf(" a\n b ")).toBe("a b");
    expect(excerptOf("x".repeat(200), 5)).toBe("xxxxx…");
    // Between the halves of a surrogate pair.
    expect(excerptOf("𝛼".repeat(10), 5)).toBe("𝛼𝛼\ufffd…");
  });
});

it("words are cached without the texts they came from", () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const heapBytes = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const text = "a b ".repeat(5_000);
  const before = heapBytes();
  for (let at = 0; at < 1_000; at++) termsOf(Buffer.from(`${text}word${randomBytes(8).toString("hex")}`).toString());
  for (let at = 0; at < 1_000; at++) termsOf(randomBytes(10_000).toString("hex"));
  expect(heapBytes() - before).toBeLessThan(5_000_000);
});
