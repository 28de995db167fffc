/** The text of a paper that a model embeds, and the hash that decides whether it must be embedded again. */
import { createHash } from "node:crypto";
import type { Paper } from "./paper.ts";
import { splitSentences } from "./text.ts";

/** To be changed whenever {@link prepareText} gives another text for the same paper; part of a generation. */
export const preparationVersion = 1;

export interface PreparedText {
  /** Title and abstract as one text. */
  readonly text: string;
  /** The sentences of the abstract, in order. `text` ends with them, joined by single spaces. */
  readonly sentences: readonly string[];
}

export function prepareText(paper: Pick<Paper, "title" | "abstract">): PreparedText {
  return { text: joinText(paper), sentences: splitSentences(paper.abstract) };
}

/** sha256, hex, of the text that is embedded. */
export function hashContent(paper: Pick<Paper, "title" | "abstract">): string {
  return createHash("sha256").update(joinText(paper)).digest("hex");
}

/** `title. abstract`; either alone where the other is empty. */
function joinText({ title, abstract }: Pick<Paper, "title" | "abstract">): string {
  if (title === "" || abstract === "") return title + abstract;
  return /[.!?]$/.test(title) ? `${title} ${abstract}` : `${title}. ${abstract}`;
}
