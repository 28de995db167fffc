/** Ids that a person lists, in the spelling of the service that looks them up. */
import { AppError } from "../../core/errors.ts";
import { parseId } from "../../core/identity.ts";
import type { FetchedPage, FetchPosition, FetchRequest } from "../../core/live-source.ts";
import type { SourceRecord } from "../../core/source.ts";

/**
 * @param bareScheme the scheme of ids without one: `PMID` for PubMed.
 * @param spell spells an id for the service; undefined for a scheme that the service does not know.
 * Throws `invalid_request` for an id that the service does not know.
 */
export function idsFor(
  { ids = [] }: FetchRequest,
  title: string,
  bareScheme: string,
  spell: (scheme: string, id: string) => string | undefined,
): string[] {
  return ids.map((text) => {
    const known = parseId(text);
    const named = known?.scheme === undefined ? parseId(`${bareScheme}:${text.trim()}`) : known;
    const spelled = named?.scheme === undefined ? undefined : spell(named.scheme, named.id.slice(named.scheme.length + 1));
    if (spelled === undefined)
      throw new AppError("invalid_request", `“${text.slice(0, 100)}” is not an id that ${title} knows.`, {
        mend: "Check --ids: ids stand a line each in a file, or between commas.",
      });
    return spelled;
  });
}

/** Throws `invalid_request` for a request without words, ids or categories. */
export function checkAsked({ words, ids, category }: FetchRequest, title: string, mend = "Give it a query or --ids."): void {
  if (words.length === 0 && ids === undefined && category === undefined)
    throw new AppError("invalid_request", `There is nothing to ask ${title} for.`, { mend });
}

/** The ids that are still to be requested, in batches, each with the position after it. */
export function* portionsOf<T>(
  ids: readonly T[],
  size: number,
  position: FetchPosition | undefined,
): Iterable<{ ids: T[]; next: FetchPosition | undefined }> {
  for (let at = offsetIn(position); at < ids.length; at += size) {
    const end = at + size;
    yield { ids: ids.slice(at, end), next: end < ids.length ? { start: end } : undefined };
  }
}

/**
 * A page whose records are followed by a refusal for each id without a paper, because services silently omit ids that they do not know.
 * @param asked ids in any spelling.
 */
export function withMissing(page: FetchedPage, place: string, asked: readonly string[]): FetchedPage {
  return page.fault === undefined ? { ...page, records: recordsAndMissing(page.records, place, asked) } : page;
}

async function* recordsAndMissing(
  records: AsyncIterable<SourceRecord>,
  place: string,
  asked: readonly string[],
): AsyncIterable<SourceRecord> {
  const missing = new Set(asked.map((text) => parseId(text)?.id ?? text));
  for await (const record of records) {
    if (record.kind === "paper") for (const id of record.paper.ids) missing.delete(id);
    yield record;
  }
  for (const id of missing) {
    const reason = "the source gave no paper for this id";
    yield { kind: "refused", refusal: { place: { file: place, entry: id }, field: undefined, reason, excerpt: "" } };
  }
}

/** How many entries of a list were processed before. */
export function offsetIn(position: FetchPosition | undefined): number {
  const start = position?.start;
  return typeof start === "number" && Number.isSafeInteger(start) && start > 0 ? start : 0;
}
