/** What reads text copes with any text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeAbstract } from "../../src/core/abstract.ts";
import { termsOf, wordFinder, wordsOf } from "../../src/core/analysis.ts";
import { filtersSchema } from "../../src/core/filters.ts";
import { linkOf, orderIds, parseId, recognizeId } from "../../src/core/identity.ts";
import { parseQuery } from "../../src/core/query.ts";
import { longestQuery, printQuery, queryFields, readQuery } from "../../src/core/query-pieces.ts";
import { foldWords, normalizeText, splitSentences } from "../../src/core/text.ts";
import { anyText, brokenText, holds } from "./settings.ts";

/** Long runs of one thing: what makes a careless pattern take minutes. */
const longText = fc
  .tuple(
    fc.constantFrom(
      "",
      "a",
      "10.1234/",
      "dblp:",
      "https://doi.org/10.1234/",
      "https://dblp.org/rec/",
      "arXiv:",
      "\\emph{",
      "$",
      '"',
      "author:",
    ),
    fc.constantFrom(..."a . , / \\ { } $ \" ' < & ~ ( - : url: 1. %2F \\u <p &lt; \\' [ \u0301 a/ ;".split(" "), " ", "\n", "a "),
    anyText,
  )
  .map(([start, unit, end]) => start + unit.repeat(Math.ceil(60_000 / unit.length)) + end);

/** Words of which stemming leaves hardly anything, or changes the second letter (`eyed` is looked up as `ei`). */
const shortStems = fc
  .array(
    fc
      .tuple(
        fc.stringMatching(/^[a-z]?[aeiouyst]{1,2}$/),
        fc.constantFrom("", "s", "es", "ed", "ing", "ies", "eed", "y", "ys", "ying"),
        fc.boolean(),
      )
      .map(([stem, ending, isLoud]) => (isLoud ? (stem + ending).toUpperCase() : stem + ending)),
    { maxLength: 30 },
  )
  .map((words) => words.join(" "));

/** Any text, and query syntax in every disorder. */
const queryText = fc
  .array(
    fc.oneof(
      { weight: 1, arbitrary: brokenText },
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          ...queryFields.map((field) => `${field}:`),
          "-",
          '"',
          '"',
          " ",
          " ",
          " OR ",
          "OR",
          "or",
          "a",
          "B c",
          ":",
          "2019..",
          "code",
          "x:",
          "10.1234/",
          "\n",
          "\ud800",
        ),
      },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));

describe("any text", () => {
  it("becomes one line of well-formed, composed text without markup of its own making", () =>
    holds(
      fc.property(brokenText, (raw) => {
        for (const text of [normalizeText(raw), normalizeAbstract(raw)]) {
          expect(text).toBe(text.trim());
          expect(text).toBe(text.normalize("NFC"));
          expect(text.isWellFormed()).toBe(true);
          expect(text).not.toMatch(/\s\s|[^\S ]/);
        }
      }),
      500,
    ));

  it("is split into sentences that give it back when joined by one space", () =>
    holds(
      fc.property(fc.oneof(anyText, sentenceLike), (raw) => {
        const text = normalizeText(raw);
        const sentences = splitSentences(text);
        expect(sentences.join(" ")).toBe(text);
        expect(sentences).not.toContain("");
      }),
      500,
    ));

  it("is split into sentences even without being cleaned, and only white space is lost", () => {
    const written = (text: string) => text.replace(/\s/g, "");
    return holds(
      fc.property(brokenText, (raw) => {
        expect(written(splitSentences(raw).join(""))).toBe(written(raw));
      }),
    );
  });

  it("has a title key without case, accents and punctuation, which is its own key", () =>
    holds(
      fc.property(brokenText, (raw) => {
        const key = foldWords(raw);
        expect(key).toBe(foldWords(key));
        expect(key).toBe(foldWords(`  ${raw}?!`));
        expect(key).toBe(foldWords(raw));
        expect(key).not.toMatch(/[^\p{L}\p{N} ]|^ | $| {2}/u);
      }),
      500,
    ));

  it("has terms that are short and well-formed, the same for each of its words", () =>
    holds(
      fc.property(fc.oneof(brokenText, longWord), (raw) => {
        const terms = termsOf(raw);
        for (const term of terms) {
          expect(term).not.toBe("");
          expect(term.length).toBeLessThanOrEqual(64);
          expect(term.isWellFormed()).toBe(true);
          expect(term).not.toContain("\n");
        }
        expect(wordsOf(raw).flatMap(({ term }) => term ?? [])).toEqual(terms);
        for (const { text, start, end } of wordsOf(raw)) expect(raw.slice(start, end)).toBe(text);
      }),
      500,
    ));

  it("gives, as words with some terms, those of all words that have one", () =>
    holds(
      fc.property(
        fc.oneof({ weight: 4, arbitrary: anyText }, { weight: 1, arbitrary: longText }, { weight: 4, arbitrary: shortStems }),
        fc.nat(3),
        (raw, every) => {
          const terms = new Set(termsOf(raw).filter((_, at) => at % (every + 2) === 0));
          const wanted = wordsOf(raw).filter(({ term }) => term !== undefined && terms.has(term));
          // Thousands of words, which are compared much faster as one text.
          expect(JSON.stringify(wordFinder(terms)(raw))).toBe(JSON.stringify(wanted));
        },
      ),
      500,
    ));

  it("parses as a query with valid filters, and words for the rest", () =>
    holds(
      fc.property(brokenText, (raw) => {
        const query = parseQuery(raw);
        expect(query.text).toBe(query.text.trim());
        expect(filtersSchema.safeParse(query.filters).success).toBe(true);
        for (const terms of [...query.phrases, ...query.excluded]) expect(terms.length).toBeGreaterThan(0);
      }),
      500,
    ));

  it("parses as a query that means the same when printed and parsed again", () =>
    holds(
      fc.property(queryText, (raw) => {
        const printed = printQuery(readQuery(raw));
        expect(readQuery(printed)).toEqual(readQuery(raw));
        expect(printQuery(readQuery(printed))).toBe(printed);
        expect(parseQuery(printed)).toEqual(parseQuery(raw));
      }),
      3000,
    ));

  it("parses as an id in a form that parses as itself", () =>
    holds(
      fc.property(fc.oneof(brokenText, idLike), (raw) => {
        const known = parseId(raw);
        if (raw.trim() === "") expect(known).toBeUndefined();
        else {
          const again = parseId(known?.id ?? "");
          expect(again?.id).toBe(known?.id);
          expect(again?.scheme).toBe(known?.scheme);
          linkOf(known?.id ?? "");
          orderIds([known?.id ?? "", raw]);
        }
      }),
      1000,
    ));

  it("is processed quickly even if it is long and uniform", () =>
    holds(
      fc.property(longText, (raw) => {
        normalizeText(raw);
        normalizeAbstract(raw);
        splitSentences(raw);
        foldWords(raw);
        termsOf(raw);
        parseQuery(raw.slice(0, 2 * longestQuery));
        parseId(raw);
        recognizeId(`${raw} ${raw.slice(0, 100)}`);
      }),
      150,
    ));
});

const sentenceLike = fc
  .array(
    fc.constantFrom(
      "We try it.",
      "It works (well).",
      "See Fig. 3.",
      "e.g. This",
      "Dr. Who",
      "x = 0.5.",
      "Why? Because!",
      "“Quoted.”",
      "et al. found",
      "…",
      "$a.$ B",
      "A.",
      "B. C.",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(" "));

const longWord = fc
  .tuple(fc.constantFrom("", "a", "ab", "1"), fc.constantFrom("a", "é", "漢", "𠀀", "𐌰", "ß", "1"), fc.integer({ min: 20, max: 80 }))
  .map(([start, unit, times]) => start + unit.repeat(times));

const idLike = fc
  .tuple(
    fc.constantFrom(
      "",
      "arXiv:",
      "doi:",
      "DOI: ",
      "pmid:",
      "PMC",
      "pmcid:",
      "acl:",
      "s2:",
      "mag:",
      "CorpusId:",
      "dblp:",
      "openalex:",
      "https://arxiv.org/abs/",
      "https://doi.org/",
      "url:https://dx.doi.org/",
      "URL:",
    ),
    fc.constantFrom(
      "2401.00001",
      "2401.00001v12",
      "hep-th/9901001v3",
      "math.GT/0309136",
      "10.1234/ABC.",
      "10.48550/arXiv.2401.00001v2",
      "10.1002/(SICI)1097<1::AID>3.0.CO;2-#",
      "10.1234/a%2Fb%zz",
      "10.1234/a%20b",
      "W123",
      "00123",
      "P19-1001",
      "2020.acl-main.1",
      "conf/nips/X",
      "a".repeat(40),
      "10.48550/arxiv.x",
    ),
    fc.constantFrom("", ".", ",", " ", ".pdf", "?x=1", "#frag", "v0", "/"),
  )
  .map((parts) => parts.join(""));
