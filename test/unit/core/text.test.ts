/** Text of a record made readable, and split into sentences. */
import { describe, expect, it } from "vitest";
import { normalizeAbstract } from "../../../src/core/abstract.ts";
import { counted, foldWords, normalizeText, shortTitle, splitSentences } from "../../../src/core/text.ts";

function expectAll(change: (text: string) => string, cases: Readonly<Record<string, string>>): void {
  expect(Object.fromEntries(Object.keys(cases).map((text) => [text, change(text)]))).toEqual(cases);
}

describe("text", () => {
  it("loses hard wraps, double spaces and surrounding spaces", () =>
    expectAll(normalizeText, {
      "  Lanterns\n  along \t the\r\nriver\u00a0 ": "Lanterns along the river",
      "": "",
      " \n": "",
      "a\u2028b\u2029c\u3000d": "a b c d",
    }));

  it("loses characters that change text direction", () => expectAll(normalizeText, { "a \u202eb\u202c \u2066c\u2069": "a b c" }));

  it("is composed, and loses invisible characters", () =>
    expectAll(normalizeText, {
      "Caf\u0065\u0301": "Café",
      "zero\u200bwidth\ufeff": "zerowidth",
      "a\u0000b\u0007c\u0085d": "abcd",
      "soft\u00adhyphen": "softhyphen",
      "half \ud800": "half �",
    }));

  it("loses markup, and keeps what only looks like it", () =>
    expectAll(normalizeText, {
      "<jats:p>We <i>study</i> it.</jats:p>": "We study it.",
      "CO<sub>2</sub>, <jats:italic>kettles</jats:italic>.": "CO2, kettles.",
      "<p class='x'>One</p><p>Two</p>": "One Two",
      "if a < b and c > d": "if a < b and c > d",
      "the <unk> token": "the <unk> token",
      "x<y": "x<y",
      "&lt;p&gt;Escaped&lt;/p&gt; &amp; decoded": "Escaped & decoded",
      "AT&T &copy; &#233; &nope;": "AT&T © é &nope;",
    }));

  it("has the letters that TeX accents stand for", () =>
    expectAll(normalizeText, {
      "Andr\\'e": "André",
      'M\\"uller, M\\"{u}ller, M{\\"u}ller, {M\\"{u}ller}': "Müller, Müller, Müller, {Müller}",
      "Erd\\H{o}s": "Erdős",
      "Fran\\c{c}ois": "François",
      'na\\"{\\i}ve': "naïve",
      "\\v{S}koda, {\\ss}, \\o re, {\\L}odz": "Škoda, ß, øre, Łodz",
      'S{\\o}ren \\AA ngstr\\"om': "Søren Ångström",
    }));

  it("keeps TeX mathematics between dollar signs as it is", () =>
    expectAll(normalizeText, {
      "for $\\alpha~\\'e \\text{x}$ and $$\\emph{y}$$": "for $\\alpha~\\'e \\text{x}$ and $$\\emph{y}$$",
      "costs \\$5 and 10\\%~more": "costs $5 and 10% more",
      "between \\$5 and \\$10, with 10\\% off": "between $5 and $10, with 10% off",
      "\\$5 for $x\\%$, and \\$7 for $\\$y$": "$5 for $x\\%$, and $7 for $\\$y$",
      "$5 and \\$6": "$5 and $6",
      "\\emph{this} and \\textbf{that}": "this and that",
      "about ~5": "about ~5",
    }));

  it("of an abstract loses its leading label", () =>
    expectAll(normalizeAbstract, {
      "Abstract: We try.": "We try.",
      "ABSTRACT — We try.": "We try.",
      "Summary. We try.": "We try.",
      "Abstract algebra is hard.": "Abstract algebra is hard.",
      "Abstract:": "Abstract:",
    }));

  it("of an abstract ends before the publisher's notice", () =>
    expectAll(normalizeAbstract, {
      "We try. © 2011 Wiley Periodicals, Inc.": "We try.",
      "We try. (C) 2003 Elsevier Science Ltd. All rights reserved.": "We try.",
      "Did we? Copyright © 2014 John Wiley & Sons, Ltd.": "Did we?",
      "We try. Copyright 2019 ACM.": "We try.",
      "We try. This article is protected by copyright. All rights reserved.": "We try.",
      "We try.© 2020 The Author(s). Published by Oxford University Press.": "We try.",
      "© 2020 Elsevier B.V. All rights reserved.": "",
      "We ask three things: (a) how, (b) when. (c) 12 of them answer.": "We ask three things: (a) how, (b) when. (c) 12 of them answer.",
      "We map terms to MeSH© nodes. Coverage is discussed.": "We map terms to MeSH© nodes. Coverage is discussed.",
      "Is it fair use? Copyright has limits. So have we. They differ.": "Is it fair use? Copyright has limits. So have we. They differ.",
    }));

  it("of a title has one key for all its spellings", () => {
    expect(foldWords("Naïve  Bayes: a re-view?")).toBe("naive bayes a re view");
    expect(foldWords("NAIVE BAYES — A RE VIEW")).toBe("naive bayes a re view");
    expect(foldWords("$\\alpha$-ﬁne")).toBe("alpha fine");
    expect(foldWords("漢字 と")).toBe("漢字 と");
    expect(foldWords("?!")).toBe("");
  });
});

describe("a title quoted in a sentence", () => {
  it("is cut after a word, and before a formula that would be broken", () => {
    expect(shortTitle("Short")).toBe("Short");
    expect(shortTitle("word ".repeat(40))).toBe(`${"word ".repeat(24).trim()}…`);
    expect(shortTitle(`${"word ".repeat(22)}$a + b + c + d$ holds`)).toBe(`${"word ".repeat(22).trim()}…`);
    expect(shortTitle("漢".repeat(130))).toBe(`${"漢".repeat(120)}…`);
    expect(shortTitle(`a${"😀".repeat(100)}`).isWellFormed()).toBe(true);
  });
});

it("counts have singular and plural forms, and thousands separators", () => {
  const counts = [0, 1, 2, 3_079];
  expect(counts.map((count) => counted(count, "paper"))).toEqual(["0 papers", "1 paper", "2 papers", "3,079 papers"]);
});

describe("sentences", () => {
  const expectSentences = (...sentences: string[]) => expect(splitSentences(sentences.join(" "))).toEqual(sentences);

  it("end at full stops, question and exclamation marks, including closing punctuation", () => {
    expectSentences("We try it.", "Does it work?", "Yes!", "(It does.)", "“Really.”", "So we stop…", "The end");
  });

  it("do not end at abbreviations, decimals, initials or file names", () => {
    expectSentences(
      "We follow Smith et al. Their work, e.g. On Kettles, is 0.5 % better.",
      "See Fig. 3 and Eq. 4.",
      "J. R. Example, i.e. Ada, saw index.html first.",
    );
  });

  it("may begin with a number, a quotation mark or mathematics", () => {
    expectSentences("First.", "2 kettles follow.", "“So it is.”", "$x$ is next.");
  });

  it("of text without any are the text itself, and of no text none", () => {
    expect(splitSentences("no end")).toEqual(["no end"]);
    expect(splitSentences("")).toEqual([]);
  });
});
