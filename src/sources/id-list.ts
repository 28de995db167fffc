/**
 * Lists of nothing but ids, one a line: arXiv numbers, DOIs, `PMID:…`, web addresses. A paper needs a title, so such a list
 * is no import: it names papers for a live source to look up.
 */
import { AppError } from "../core/errors.ts";
import { recognizeId } from "../core/identity.ts";
import type { Format, SourceInput, SourceRecord } from "../core/source.ts";
import { readLineBatches } from "./text-lines.ts";

/** A head that is as long as this may end within a line. */
const wholeHead = 32 * 1024;
/** A longer line is no id. */
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
  read: refuseList,
};

/** The id of one line in its canonical form; undefined for a line that holds something else, or nothing. */
export function idIn(line: string): string | undefined {
  const text = withoutComment(line);
  return text === "" || text.length > longestLine ? undefined : recognizeId(text)?.id;
}

function withoutComment(line: string): string {
  return line.replace(/(?:^|(?<=\s))#.*$/s, "").trim();
}

/** Throws `unsupported_format` for a list that holds anything. */
// biome-ignore lint/correctness/useYield: a reader that has nothing to give
async function* refuseList(input: SourceInput): AsyncIterable<SourceRecord> {
  const ids = new Set<string>();
  let others = 0;
  for await (const { lines } of readLineBatches(input.bytes)) {
    for (const line of lines) {
      const id = idIn(line);
      if (id !== undefined) ids.add(id);
      else if (withoutComment(line.slice(0, longestLine)) !== "") others++;
    }
  }
  if (ids.size + others === 0) return;
  const rest = others === 0 ? "" : `, and ${counted(others, "line")} with something else`;
  throw new AppError("unsupported_format", `${input.name} is a list of ${counted(ids.size, "id")}${rest}: it has no titles to import.`, {
    mend: "`paperkin fetch arxiv --ids FILE` looks them up; so do semantic-scholar, openalex and pubmed.",
  });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
