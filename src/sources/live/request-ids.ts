/** Ids that a person lists, in the spelling of the service that is asked for them. */
import { AppError } from "../../core/errors.ts";
import { parseId } from "../../core/identity.ts";
import type { FetchPosition, FetchRequest } from "../../core/live-source.ts";

/**
 * @param bareScheme the scheme of ids that name none: `PMID` for PubMed.
 * @param spell an id of a scheme for the service; undefined for a scheme that it does not know.
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

/** Throws `invalid_request` for a request that asks for nothing. */
export function checkAsked({ words, ids, category }: FetchRequest, title: string, mend = "Give it a query or --ids."): void {
  if (words.length === 0 && ids === undefined && category === undefined)
    throw new AppError("invalid_request", `There is nothing to ask ${title} for.`, { mend });
}

/** The lists of ids that are still to be asked for, each with the position behind it. */
export function* portionsOf(
  ids: readonly string[],
  size: number,
  position: FetchPosition | undefined,
): Iterable<{ ids: string[]; next: FetchPosition | undefined }> {
  for (let at = offsetIn(position); at < ids.length; at += size) {
    const end = at + size;
    yield { ids: ids.slice(at, end), next: end < ids.length ? { start: end } : undefined };
  }
}

/** How many records of a list were taken in before. */
export function offsetIn(position: FetchPosition | undefined): number {
  const start = position?.start;
  return typeof start === "number" && Number.isSafeInteger(start) && start > 0 ? start : 0;
}
