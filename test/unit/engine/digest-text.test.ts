/** Messages as Markdown. */
import { expect, it } from "vitest";
import { digestMarkdown } from "../../../src/engine/digest-text.ts";
import { inventPaper } from "../../contract/invented-papers.ts";

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

it("escapes signs of Markdown, and leaves mathematics as it is", () => {
  expect(linesOf("Of   [a_b]\n the $x_1$ and $$y_2$$, c*d, for 5$ or e_f.")).toContain(
    "> Of \\[a\\_b\\] the $x_1$ and $$y_2$$, c\\*d, for 5$ or e\\_f.",
  );
});
