/** Ids in the free-text notes of an item: Zotero's “Extra”, which CSL exports as `note`, has one per line with its name. */
import type { IdFields } from "./bibliographic.ts";

/** The rest of a longer note is ignored. */
const longestNote = 20_000;

export function idsInNote(note: string | undefined): IdFields {
  const text = (note ?? "").slice(0, longestNote);
  const named = (pattern: RegExp) => pattern.exec(text)?.[1]?.trim();
  return {
    arxiv: named(/^[ \t]*(?:_?eprint: *)?arxiv(?: ?id)?: *(\S+)/im),
    doi: named(/^[ \t]*doi: *(\S+)/im),
    pmid: named(/^[ \t]*(?:pmid|pubmed ?id): *(\d+)/im),
    pmcid: named(/^[ \t]*pmc(?:id)?: *((?:PMC)?\d+)/im),
  };
}
