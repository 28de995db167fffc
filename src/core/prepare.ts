/** The text of a paper that a model embeds, and the hash that decides whether it must be embedded again. */
import { createHash } from "node:crypto";
import type { Paper } from "./paper.ts";
import { splitSentences } from "./text.ts";

/** Changes whenever {@link prepareText} gives another text for the same paper; part of a generation. */
export const preparationVersion = 1;

export interface PreparedText {
  /** Title and abstract as one text. */
  readonly text: string;
  /** The sentences of the abstract, in order. `text` ends with them, joined by single spaces. */
  readonly sentences: readonly string[];
}

/** `title. abstract`; either alone where the other is empty. */
export function prepareText(paper: Pick<Paper, "title" | "abstract">): PreparedText {
  const { title, abstract } = paper;
  const lead = title === "" || abstract === "" ? title : /[.!?]$/.test(title) ? `${title} ` : `${title}. `;
  return { text: lead + abstract, sentences: splitSentences(abstract) };
}

/** sha256, hex, of the text that is embedded. */
export function hashContent(paper: Pick<Paper, "title" | "abstract">): string {
  return createHash("sha256").update(prepareText(paper).text).digest("hex");
}
