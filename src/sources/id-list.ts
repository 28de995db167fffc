/**
 * Lists that contain only ids, one per line: arXiv numbers, DOIs, `PMID:…`, web addresses. A paper needs a title, so such a list cannot be
 * imported; it names papers for a live source to look up.
 */
import { recognizeId } from "../core/identity.ts";
import type { Format, SourceInput, SourceRecord } from "../core/source.ts";
import { refused } from "./paper-or-refusal.ts";
import { readLineBatches } from "./text-lines.ts";

/** A head of this length may end within a line. */
const wholeHead = 32 * 1024;
/** A longer line is not an id. */
const longestLine = 1_000;

export const idListFormat: Format = {
  name: "id-list",
  description: "ids, one a line: arXiv, DOI, PMID, web addresses (no import: `paperkin fetch` looks them up)",
  recognize(head) {
    const lines = head.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
    if (head.length >= wholeHead && lines.length > 1) lines.pop();
    const written = lines.map(withoutComment).filter((line) => line !== "");
    return written.length > 0 && written.every((line) => idIn(line) !== undefined) ? 1 : 0;
  },
  read: readList,
};

/** The id on one line in its canonical form; undefined for a line that holds anything else, or nothing. */
export function idIn(line: string): string | undefined {
  const text = withoutComment(line);
  return text === "" || text.length > longestLine ? undefined : recognizeId(text)?.id;
}

function withoutComment(line: string): string {
  return line.replace(/(?:^|(?<=\s))#.*$/s, "").trim();
}

async function* readList(input: SourceInput): AsyncIterable<SourceRecord> {
  const seen = new Set<string>();
  for await (const { first, lines } of readLineBatches(input.bytes)) {
    for (const [at, line] of lines.entries()) {
      const place = { file: input.name, line: first + at };
      const id = idIn(line);
      if (id === undefined) {
        if (withoutComment(line.slice(0, longestLine)) !== "") yield refused(place, line, "it is no id that Paperkin knows");
      } else if (!seen.has(id)) {
        seen.add(id);
        yield { kind: "id", id, place };
      }
    }
  }
}
