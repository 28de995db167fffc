/** Mathematics where formulas cannot be typeset: as Unicode if it is simple, otherwise as written. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readableMathematics } from "../../../src/core/mathematics-text.ts";

describe("mathematics in a text is readable without typesetting", () => {
  it.each([
    ["Greek letters", "$\\alpha$-stable, $\\epsilon \\to 0$, $\\Omega$", "α-stable, ε → 0, Ω"],
    ["scripts", "CO$_2$ and $^{13}$C, $10^{-3}$, $\\mathbb{R}^n$, $x_{ij}^2$", "CO₂ and ¹³C, 10⁻³, ℝⁿ, xᵢⱼ²"],
    ["fractions of an atom", "La$_{0.7}$Sr$_{0.3}$MnO$_3$", "La₀.₇Sr₀.₃MnO₃"],
    ["scripts that Unicode has not", "$n^{1+\\epsilon}$, $A^T$, $x_{train}$", "n^(1+ε), A^T, x_train"],
    ["names of functions", "$O(n\\log n)$, $\\max(a,b)$", "O(n log n), max(a,b)"],
    ["relations and operators", "$a\\leq b$, $3 \\times 3$, $\\pm 0.1$, $\\sim 8\\%$", "a ≤ b, 3 × 3, ±0.1, ∼8%"],
    ["fonts and words", "$\\cal O(1)$, $\\mathrm{km\\,s^{-1}}$, $\\text{for all } x$", "O(1), km s⁻¹, for all x"],
    ["fractions and roots", "$\\frac{a+b}{2}$, $\\sqrt{n}$, $\\binom{n}{2}$", "(a+b)/2, √n, (n choose 2)"],
    ["accents", "$\\hat{x}$, $\\tilde O(n)$", "x̂, Õ(n)"],
    ["other delimiters", "a \\(x^2\\) and $$y_1$$ end", "a x² and y₁ end"],
  ])("%s", (_, text, readable) => {
    expect(readableMathematics(text)).toBe(readable.normalize("NFC"));
  });

  it.each([
    ["prices", "It costs $5 and not $6."],
    ["tables", "$\\begin{matrix} a & b \\end{matrix}$"],
    ["commands that nobody knows", "of $\\opt < 1$"],
    ["braces that do not close", "$x^{2$"],
    ["what has nothing above it", "$x^$"],
    ["an accent on a word", "$\\overline{abc}$"],
  ])("%s stay as they are", (_, text) => {
    expect(readableMathematics(text)).toBe(text);
  });

  it("no text is an error, and none without mathematics is changed", () => {
    const pieces = fc.constantFrom("$", "\\", "{", "}", "^", "_", "\\frac", "\\hat", "\\left.", "\\text{", "x", " ", "2", "𝔸", "\ud835");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const text = parts.join("");
        expect(typeof readableMathematics(text)).toBe("string");
        const plain = text.replaceAll("$", "");
        expect(readableMathematics(plain)).toBe(plain);
      }),
    );
    const nested = `$${"\\hat".repeat(240)} x$`;
    expect(readableMathematics(nested)).toBe(nested);
  });
});
