/** TeX prose as plain text. */
import { describe, expect, it } from "vitest";
import { openTexCommands } from "../../../src/sources/tex-commands.ts";
import { readTex } from "../../../src/sources/tex-text.ts";

const commands = await openTexCommands();
const plain = (tex: string) => readTex(tex, commands);

describe("TeX", () => {
  it("has its accents converted to letters, however they are written", () => {
    expect(plain(String.raw`Caf\'e, caf\'{e}, {\'e}, {\'{e}}, na\"\i ve, Sm\"{\i}th`)).toBe("Café, café, é, é, naïve, Smïth");
    expect(plain(String.raw`\v{S}koda \v Skoda \c{c}a \c ca \aa{} {\aa}ngstr\"om \H{o} \k{a} \r{u} \={o} \.z \u{g}`)).toBe(
      "Škoda Škoda ça ça å ångström ő ą ů ō ż ğ",
    );
    expect(plain(String.raw`{\O}re \o, \ss, stra\ss e, \L{}\'od\'z, {\AE}on, \i, \dh`)).toBe("Øre ø, ß, straße, Łódź, Æon, ı, ð");
    expect(plain(String.raw`Nguy{\~{\^e}}n`)).toBe("Nguyễn");
  });

  it("has its symbols converted to characters", () => {
    expect(plain(String.raw`\textgreater{} 5 \textdegree C, 3\texttimes 4, \copyright, \pounds 3, \textendash{}, \LaTeX{} and \TeX`)).toBe(
      "> 5 °C, 3×4, ©, £3, –, LaTeX and TeX",
    );
    expect(plain(String.raw`50\% of \$5 \& a\_b \#1 \{x\}`)).toBe("50% of $5 & a_b #1 {x}");
    expect(plain("a--b, a---b, ``quoted'', it's~so, http://x.org/~user")).toBe("a–b, a—b, “quoted”, it's so, http://x.org/~user");
  });

  it("loses braces and font changes, but not their content", () => {
    expect(plain(String.raw`{{BERT}}: a {\it very} \emph{new} {\textbf{and \textsc{bold}}} 2\textsuperscript{nd} thing`)).toBe(
      "BERT: a very new and bold 2nd thing",
    );
    expect(plain(String.raw`\enquote{Why \emph{this}?} see \cite[p.~5]{x}now \href{http://x.org}{here} \url{http://y.org}`)).toBe(
      "“Why this?” see now here http://y.org",
    );
  });

  it("keeps unknown commands, and the arguments of those that have one", () => {
    expect(plain(String.raw`\ourmodel beats \abbreviation{CNN} and \ourmodel{}`)).toBe(String.raw`\ourmodel beats CNN and \ourmodel`);
  });

  it("keeps mathematics unchanged", () => {
    expect(plain(String.raw`In $O(n^2)$ and $\frac{a}{b} \& \alpha_{i}$ {$\mathcal{X}$}`)).toBe(
      String.raw`In $O(n^2)$ and $\frac{a}{b} \& \alpha_{i}$ $\mathcal{X}$`,
    );
    expect(plain(String.raw`\(x\), \[ y \], $$z_1$$, \begin{equation}w\end{equation}, \ensuremath{\alpha{1}}`)).toBe(
      String.raw`$x$, $y$, $z_1$, $w$, $\alpha{1}$`,
    );
  });

  it("has prices and single signs as plain text, not mathematics", () => {
    expect(plain(String.raw`from $5 to $6, caf\'e, p $<$ 0.05, $\backslash$n`)).toBe(String.raw`from $5 to $6, café, p < 0.05, \n`);
    expect(plain(String.raw`{a $x b} \'e`)).toBe("a $x b é");
  });

  it("is read as far as possible if it is broken", () => {
    expect(plain(String.raw`a } b { c \( d \[ e $$ f \begin{equation} g \'`)).toBe("a  b  c   d   e   f   g '");
    expect(plain(String.raw`5\" disks, \"new\" things, \d5 \ensuremath{x`)).toBe(String.raw`5" disks, "new" things, \d5 x`);
    expect(plain("\\")).toBe("");
  });

  it("does not define commands, and reads very many commands in bounded time", () => {
    expect(plain(String.raw`\newcommand{\x}{\x\x}\x`)).toBe(String.raw`\x\x\x\x`);
    const many = Array.from({ length: 20_000 }, (_, at) => `\\x${"abcdefghij"[at % 10]}${at.toString(26).replace(/\d/g, "q")} `).join("");
    const start = performance.now();
    expect(plain(many).length).toBeGreaterThan(20_000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
