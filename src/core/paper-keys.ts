/**
 * The keys by which stores find and compare papers, as far as they are costly: whoever reads records in another thread computes them for
 * the store.
 */
import { nameKey } from "./author-names.ts";
import type { Paper } from "./paper.ts";
import { hashContent } from "./prepare.ts";
import { mainTitleKey } from "./same-work.ts";
import { foldWords } from "./text.ts";

export interface PaperKeys {
  /** sha256, hex, of the text that is embedded. */
  readonly contentHash: string;
  readonly title: string;
  readonly mainTitle: string;
  readonly venue: string;
  /** The names, joined by {@link authorSeparator}. */
  readonly authors: string;
}

/** Holds a character that folded words never have, so that a name never matches across two of them. */
export const authorSeparator = " | ";

export function keysOf(paper: Pick<Paper, "title" | "abstract" | "authors" | "venue">): PaperKeys {
  return {
    contentHash: hashContent(paper),
    title: foldWords(paper.title),
    mainTitle: mainTitleKey(paper.title),
    venue: foldWords(paper.venue ?? ""),
    authors: paper.authors.map((author) => nameKey(author.name)).join(authorSeparator),
  };
}
