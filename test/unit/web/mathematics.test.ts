import { describe, expect, test } from "vitest";
import { splitMathematics } from "../../../src/core/mathematics.ts";
import { type Mark, mathMlOf, Prose } from "../../../src/web/mathematics.tsx";

function render(text: string, marks: readonly Mark[] = []): string {
  return String(Prose({ text, marks }));
}

function formulasIn(text: string): string[] {
  return splitMathematics(text).flatMap(({ tex }) => (tex === undefined ? [] : [tex]));
}

describe("mathematics in a text", () => {
  test.each([
    ["a bound of $O(n \\log n)$ steps", ["O(n \\log n)"]],
    ["between $x$ and $y$.", ["x", "y"]],
    ["$\\sim$30% and $>$5", ["\\sim", ">"]],
    ["set $ \\alpha $ free", [" \\alpha "]],
    ["so that $$a = b$$ holds", ["a = b"]],
    ["the bound \\( k + 2(d - 1) \\le n \\) for \\(k\\), \\[ k = 1 \\] and $x$", [" k + 2(d - 1) \\le n ", "k", " k = 1 ", "x"]],
  ])("is found in %s", (text, formulas) => {
    expect(formulasIn(text)).toEqual(formulas);
  });

  test.each([
    "it costs $5 and $6",
    "from $5 per GPU_hour to $6",
    "between US$5 and US$6 a month",
    "$100",
    "a $10k/$20k split",
    "priced at $3,$4",
    "earned $5, spent $3.",
    "about $5 million (or 4$ each)",
    "$$",
    "$ $",
    "an escaped \\$x\\$",
    "a line \\\\(broken\\\\)",
    "an open \\(x and \\( \\)",
    "an open \\[x and \\[",

    "a price in \\(from $5\\)",
  ])("is not found in %s", (text) => {
    expect(formulasIn(text)).toEqual([]);
  });

  test("is split into pieces that cover the text in order", () => {
    const text = "a $x$ b $$y$$$z$ \\(u\\)\\[v\\] c $5 \\(w";
    const pieces = splitMathematics(text);
    expect(pieces.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
  });

  test("becomes MathML without styles, classes and links", () => {
    const markup = mathMlOf("\\color{red} \\boxed{\\mathcal{O}} \\begin{pmatrix}a&b\\end{pmatrix} \\cancel{x}", false);
    expect(markup).toMatch(/^<math>.*<\/math>$/s);
    expect(markup).not.toMatch(/ style=| class=|href/);
  });

  test.each([
    ["an unknown command", "\\undefinedthing"],
    ["an open brace", "\\frac{"],
    ["a macro without end", "\\def\\a{\\a\\a}\\a"],
    ["a link", "\\href{javascript:alert(1)}{x}"],
    ["deep nesting", "{".repeat(900)],
    ["a formula that is too long", "x".repeat(1_001)],
  ])("that cannot be rendered is shown as written: %s", (_, tex) => {
    expect(mathMlOf(tex, false)).toBeUndefined();
    expect(render(`so $${tex}$ it is`)).toBe(`so <span class="unbroken"><code class="tex">$${tex}$</code></span> it is`);
  });

  test("does not let markup through, in text or in formulas", () => {
    const html = render('<b> & "q" $\\text{<img src=x>}$ $a<b$ $\\bad<script>$');
    expect(html).not.toMatch(/<(?:b|img|script)\b/);
    expect(html).toContain("&lt;b&gt; &amp;");
    expect(html).toContain("<mo>&lt;</mo>");
  });

  test("keeps the full stop after a formula on the same line", () => {
    expect(render("at $4\\sigma$. Then")).toMatch(/<span class="unbroken"><span class="formula">.*<\/span>\.<\/span> Then$/s);
  });

  test("leaves the highlights in the surrounding text intact", () => {
    const text = "waves of $f$, and waves";
    expect(
      render(text, [
        [0, 5],
        [18, 23],
      ]),
    ).toMatch(/^<mark>waves<\/mark> of <span .*<\/span>,<\/span> and <mark>waves<\/mark>$/s);
  });
});
