/** Messages as Markdown, and as mails. */
import { expect, it } from "vitest";
import { digestHtml } from "../../../../src/engine/digests/html.ts";
import { digestMarkdown, digestText, subjectOf } from "../../../../src/engine/digests/text.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

const links = {
  page: "https://papers.example/picks",
  unsubscribe: undefined,
  of: () => ({ paper: "https://papers.example/p", feedback: [] }),
};

function linesOf(abstract: string): string[] {
  const paper = { ...inventPaper(1), abstract, paperId: "a:1" };
  const sections = [{ title: "Kettles", entries: [{ paper, why: "" }] }];
  return digestMarkdown({ date: "2026-03-02", kind: "picks", sections, more: 0, quiet: [] }, links).split("\n");
}

it("a digest escapes Markdown characters, and leaves mathematics unchanged", () => {
  expect(linesOf("Of   [a_b]\n the $x_1$ and $$y_2$$, c*d, for 5$ or e_f.")).toContain(
    "> Of \\[a\\_b\\] the $x_1$ and $$y_2$$, c\\*d, for 5$ or e\\_f.",
  );
});

it.each([
  ["HTML between prices", "$5 <img src=https://e.example/x> and $6", "$5 \\<img src=https://e.example/x\\> and $6"],
  ["HTML between dollar signs", "$<img src=x>$, $a<b$, $a<0$", "$< img src=x>$, $a< b$, $a<0$"],
  ["a picture between dollar signs", "$![x](https://e.example/x)$", "$![x] (https://e.example/x)$"],
  ["mathematics with spaces at its ends", "of $ x_1 $, 5 $ and 6 $", "of $x_1$, 5 $ and 6 $"],
  ["mathematics behind a price", "$5 for _all_ of $x_1$", "$5 for \\_all\\_ of $x_1$"],
  ["a link in mathematics", "$\\href{javascript:x}{y}$", "\\$\\\\href{javascript:x}{y}\\$"],
  ["half a display", "a $$ b_c", "a \\$\\$ b\\_c"],
  ["a fence", "~~~ code", "\\~\\~\\~ code"],
  ["a list", "- one", "\\- one"],
  ["a numbered list", "1. one", "1\\. one"],
  ["what begins with a number", "2026-03-02 or 1.5", "2026-03-02 or 1.5"],
  ["a line below a title", "=== x", "\\=\\=\\= x"],
  ["a hidden remark", "a %% b %% c 5 %", "a \\%\\% b \\%\\% c 5 %"],
  ["an entity", "AT&T &lt;b&gt;", "AT&T \\&lt;b\\&gt;"],
])("a digest shows %s as plain text only", (_, abstract, line) => {
  expect(linesOf(abstract)).toContain(`> ${line}`);
});

it("a mail has simple mathematics as Unicode, since mail typesets none", () => {
  const paper = { ...inventPaper(1), title: "$\\alpha$-stable laws", abstract: "Of $O(n^2)$ and $\\foo$, for $5 & $6.", paperId: "a:1" };
  const sections = [{ title: "Kettles", entries: [{ paper, why: "" }] }];
  const content: Parameters<typeof digestText>[0] = { date: "2026-03-02", kind: "picks", sections, more: 0, quiet: [] };
  expect(subjectOf(content)).toBe("Your picks: α-stable laws");
  expect(digestText(content, links)).toMatch(/\* α-stable laws\n[\s\S]*Of O\(n²\) and \$\\foo\$, for \$5 & \$6\./);
  const html = digestHtml(content, links, "A subject");
  expect(html).toContain(">α-stable laws</a></h3>");
  expect(html).toContain("Of O(n²) and $\\foo$, for $5 &amp; $6.");
});

it("a mail right-aligns right-to-left text, whatever it begins with, and nothing else", () => {
  const entryOf = (title: string, abstract: string) => ({ paper: { ...inventPaper(1), title, abstract, paperId: "a:1" }, why: "Why." });
  const entries = [
    entryOf("LSTM برای پیش‌بینی آب و هوای تهران", "BERT و GPT من أشهر النماذج اللغوية."),
    entryOf("Hebrew words", "שלום is a word for peace."),
  ];
  const content: Parameters<typeof digestHtml>[0] = {
    date: "2026-03-02",
    kind: "picks",
    sections: [{ title: "Kettles", entries }],
    more: 0,
    quiet: [],
  };
  const html = digestHtml(content, links, "A subject");
  expect(html).toMatch(/<h3 style="[^"]*;text-align:right" dir="rtl"><a [^>]*>LSTM برای/);
  expect(html).toMatch(/<p style="[^"]*;text-align:right" dir="rtl">BERT و GPT/);
  expect(html.match(/dir="rtl"/g)).toHaveLength(2);
});
