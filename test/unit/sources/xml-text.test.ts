/** Markup and formulas as text. */
import { describe, expect, it } from "vitest";
import { bareTex } from "../../../src/sources/xml-math.ts";
import { readableText, textOfHtml, titleWithSubtitle } from "../../../src/sources/xml-text.ts";
import { noNamespaces, parseElement } from "../../../src/sources/xml-tree.ts";

const read = (inner: string) => readableText(parseElement(`<x>${inner}</x>`, noNamespaces));
const math = (inner: string) => read(`<math>${inner}</math>`);

describe("markup", () => {
  it.each([
    ["H<sub>2</sub>O", "H2O"],
    ["10<sup>5</sup> and m<sup>-2</sup>, (a)<sup>2</sup>, 2<sup>n</sup>", "10^5 and m^-2, (a)^2, 2^n"],
    ["<sup>99m</sup>Tc, Ca<sup>2+</sup>, 1<sup>st</sup>, CD4<sup>+</sup>", "99mTc, Ca2+, 1st, CD4+"],
    ["a<i>b</i>c <bold>d</bold><fixed-case>E</fixed-case>", "abc dE"],
    ["<p>One.</p><p>Two.</p>", "One. Two."],
    ["One<br/>two<xref ref-type='fn'>*</xref><fn><p>note</p></fn>", "One two"],
    ["see <xref ref-type='bibr'>[1]</xref>", "see [1]"],
    ["<style face='normal'>E=mc</style><style face='superscript'>2</style>", "E=mc^2"],
    ["<style>p { color: red }</style>a", "a"],
    ["A &lt;i&gt;b&lt;/i&gt; &lt;unk&gt; x &lt; y", "A b <unk> x < y"],
    ["<sup><sup>2</sup></sup>", "2"],
    ["", undefined],
  ])("%s", (inner, text) => {
    expect(read(inner)).toBe(text);
  });

  it("of an abstract in sections keeps their headings, except one that only says “abstract”", () => {
    const abstract =
      "<abstract><title>Abstract</title><sec><label>1</label><title>Aim</title><p>A.</p></sec><sec><title>End.</title><p>B.</p></sec></abstract>";
    expect(readableText(parseElement(abstract, noNamespaces))).toBe("Aim: A. End. B.");
  });

  it("in HTML that was written as text is removed, unlike other angle brackets", () => {
    expect(textOfHtml("<p>a<br>b</p><SCRIPT>x</SCRIPT> H<sub>2</sub>O 10<sup>3</sup> <a href='x'>y</a> <pad> 1 <2")).toBe(
      " a b   H2O 10^3 y <pad> 1 <2",
    );
  });

  it("joins a title with its subtitle", () => {
    expect(titleWithSubtitle("A", "B")).toBe("A: B");
    expect(titleWithSubtitle("Why?", "B")).toBe("Why? B");
    expect(titleWithSubtitle("A: B", "B")).toBe("A: B");
    expect(titleWithSubtitle(undefined, "B")).toBe("B");
    expect(titleWithSubtitle("A", undefined)).toBe("A");
  });
});

describe("formulas", () => {
  it.each([
    ["<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E = mc^2"],
    ["<msub><mi>x</mi><mrow><mi>i</mi><mo>+</mo><mn>1</mn></mrow></msub>", "x_(i + 1)"],
    ["<msub><mi>CO</mi><mn>2</mn></msub>", "CO2"],
    ["<msubsup><mi>η</mi><mi>p</mi><mn>2</mn></msubsup>", "η_p^2"],
    ["<mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mi>b</mi></mfrac>", "(a + 1)/b"],
    ["<msqrt><mi>x</mi></msqrt><mo>≤</mo><mo>−</mo><mn>5</mn>", "√x ≤ −5"],
    ["<mroot><mi>x</mi><mn>3</mn></mroot>", "x^(1/3)"],
    ["<mover><mi>v</mi><mo>→</mo></mover><mover><mi>x</mi><mo>¯</mo></mover>", "v⃗x̄"],
    ["<mfenced><mi>a</mi><mi>b</mi></mfenced><mfenced open='|' close='⟩' separators=''><mi>ψ</mi></mfenced>", "(a, b)|ψ⟩"],
    ["<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>f</mi><mo>\u2061</mo><mi>x</mi>", "∑_i^nfx"],
    ["<mmultiscripts><mi>Tc</mi><mprescripts/><none/><mn>99</mn></mmultiscripts>", "99Tc"],
    ["<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd></mtr></mtable>", "[1, 0; 0]"],
    ["<mi>x</mi><mtext> if </mtext><mi>y</mi><mspace width='1em'/><msup><mi>f</mi><mo>′</mo></msup>", "x if yf′"],
    ["<semantics><mi>x</mi><annotation encoding='application/x-tex'>\\alpha</annotation></semantics>", "$\\alpha$"],
    ["<apply><plus/><ci>a</ci><ci>b</ci></apply>", "ab"],
    ["plain", "plain"],
  ])("of MathML: %s", (inner, text) => {
    expect(math(inner)).toBe(text);
  });

  it("are TeX if the record contains it", () => {
    expect(read("<math alttext='\\beta_1'><mi>β</mi></math>")).toBe("$\\beta_1$");
    expect(read("in <tex-math>O(n^2)</tex-math>")).toBe("in $O(n^2)$");
    expect(read("<inline-formula><alternatives><tex-math>$x$</tex-math><math><mi>y</mi></math></alternatives></inline-formula>")).toBe(
      "$x$",
    );
    expect(read("a<disp-formula><math><mi>y</mi></math></disp-formula>b")).toBe("a y b");
    expect(read("<inline-formula><italic>z</italic></inline-formula>")).toBe("z");
    for (const tex of ["x", "$x$", "$$x$$", "\\(x\\)", "\\[ x \\]", "\\documentclass{a}\\begin{document}$$x$$\\end{document}"])
      expect(bareTex(tex)).toBe("x");
  });
});
