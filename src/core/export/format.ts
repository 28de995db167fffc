/** Papers as the files of other programs. */
import type { Paper } from "../paper.ts";

export const exportNames = ["bibtex", "ris", "csl", "csv", "jsonl"] as const;
export type ExportName = (typeof exportNames)[number];

export interface ExportFormat {
  readonly name: ExportName;
  /** As people call it: `BibTeX`. */
  readonly label: string;
  /** Of its files, without a dot. */
  readonly extension: string;
  /** Of UTF-8 text. */
  readonly mediaType: string;
  /** One file: what is unique in it is kept here. */
  begin(): ExportFile;
}

/** A file is `head`, then papers with `between` between them, then `tail`. */
export interface ExportFile {
  readonly head: string;
  readonly between: string;
  readonly tail: string;
  of(paper: Paper): string;
}

/** There already, or read as they are taken. */
export type PapersToExport = Iterable<Paper> | AsyncIterable<Paper>;

/** A file in pieces: its beginning, each paper, its end. */
export async function* piecesOf(format: ExportFormat, papers: PapersToExport): AsyncIterable<string> {
  const file = format.begin();
  yield file.head;
  let isFirst = true;
  for await (const paper of papers) {
    yield (isFirst ? "" : file.between) + file.of(paper);
    isFirst = false;
  }
  yield file.tail;
}
