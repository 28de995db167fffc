/** Papers by any of their ids, as people and programs name them. */
import { AppError } from "../core/errors.ts";
import { parseId } from "../core/identity.ts";
import type { Label } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import type { Paper } from "../core/paper.ts";
import type { StoredPaper } from "../core/paper-store.ts";
import { throwIfAbandoned, yieldTurn } from "./turns.ts";

/** In the order of the ids; undefined if there is no such paper. */
export async function findPapers(
  library: Pick<Library, "resolve" | "papers">,
  ids: readonly string[],
): Promise<(StoredPaper | undefined)[]> {
  const labels = await findLabels(library, ids);
  const known = labels.filter((label) => label !== undefined);
  const stored = new Map((await library.papers(known)).flatMap((paper) => (paper === undefined ? [] : [[paper.label, paper]])));
  return labels.map((label) => (label === undefined ? undefined : stored.get(label)));
}

/** Papers that are read per turn: a few milliseconds. */
const readAtOnce = 200;

/** Labels in batches, with turns for other work between. Throws `cancelled` once nobody waits for them. */
export async function* batchesInTurns(labels: readonly Label[], signal?: AbortSignal): AsyncGenerator<readonly Label[]> {
  for (let at = 0; at < labels.length; at += readAtOnce) {
    if (at > 0) await yieldTurn();
    throwIfAbandoned(signal);
    yield labels.slice(at, at + readAtOnce);
  }
}

/**
 * Reads any number of papers, with turns for other work between. Those that do not exist are left out. Throws `cancelled` once nobody
 * waits for them.
 */
export async function* papersInTurns(
  library: Pick<Library, "papers">,
  labels: readonly Label[],
  signal?: AbortSignal,
): AsyncGenerator<StoredPaper> {
  for await (const batch of batchesInTurns(labels, signal))
    for (const stored of await library.papers(batch)) if (stored !== undefined) yield stored;
}

/** Papers of one page of all that there are. */
const pageSize = 500;

/** All papers, page by page. @param onPage called before each page is read. */
export async function* pagesOfPapers(library: Pick<Library, "eachPaper">, onPage?: () => void): AsyncGenerator<readonly StoredPaper[]> {
  let after: Label = 0;
  for (;;) {
    onPage?.();
    const page = await library.eachPaper(after, pageSize);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.label;
    yield page;
  }
}

/** {@link papersInTurns}, collected: a month of a large library has thousands. */
export async function readInTurns(
  library: Pick<Library, "papers">,
  labels: readonly Label[],
  signal?: AbortSignal,
): Promise<StoredPaper[]> {
  const stored: StoredPaper[] = [];
  for await (const paper of papersInTurns(library, labels, signal)) stored.push(paper);
  return stored;
}

/** As {@link findPapers}, without reading the papers. */
export async function findLabels(library: Pick<Library, "resolve">, ids: readonly string[]): Promise<(Label | undefined)[]> {
  const canonical = ids.map(canonicalId);
  const labels = [...(await library.resolve(canonical))];
  // Ids stored by earlier versions may contain what cleaning removes now.
  const raw = ids.filter((id, at) => labels[at] === undefined && id !== canonical[at]);
  if (raw.length > 0) {
    const found = new Map((await library.resolve(raw)).map((label, at) => [raw[at], label]));
    for (const [at, id] of ids.entries()) labels[at] ??= found.get(id);
  }
  return labels;
}

/** Throws `paper_not_found`, and `library_damaged` if its record is damaged. */
export async function getPaper(library: Pick<Library, "resolve" | "papers" | "requireReadable">, id: string): Promise<StoredPaper> {
  const [found] = await findPapers(library, [id]);
  if (found !== undefined) return found;
  const [label] = await findLabels(library, [id]);
  if (label !== undefined) await library.requireReadable(label);
  throw notFound([id]);
}

/** Throws `paper_not_found` naming all that are missing. */
export async function getLabels(library: Pick<Library, "resolve">, ids: readonly string[]): Promise<Label[]> {
  const labels = await findLabels(library, ids);
  const missing = ids.filter((_, at) => labels[at] === undefined);
  if (missing.length > 0) throw notFound(missing);
  return labels.filter((label) => label !== undefined);
}

/** Throws `invalid_request` naming papers that are both positive and negative examples, under any of their ids. */
export async function requireOneSide(
  library: Pick<Library, "resolve">,
  wanted: readonly string[],
  unwanted: readonly string[],
): Promise<void> {
  if (wanted.length === 0 || unwanted.length === 0) return;
  const liked = new Set(await findLabels(library, wanted));
  const disliked = await findLabels(library, unwanted);
  const both = [...new Set(unwanted.filter((_, at) => disliked[at] !== undefined && liked.has(disliked[at])))];
  if (both.length === 0) return;
  throw new AppError(
    "invalid_request",
    `${both.slice(0, 5).join(", ")} ${both.length === 1 ? "is an example" : "are examples"} of what is wanted and of what is not.`,
    { mend: "Name each paper on one side only." },
  );
}

/** @returns the `paperId`s that were removed. */
export async function removePapers(library: Pick<Library, "remove">, ids: readonly string[]): Promise<string[]> {
  return await library.remove(ids.flatMap((id) => [...new Set([canonicalId(id), id])]));
}

/** An id in its canonical form, whatever its spelling. */
export function canonicalId(id: string): string {
  return parseId(id)?.id ?? id;
}

/** The ids under which feedback on a paper may be stored: a paper that was merged into another one has its old name there. */
export function namesOf({ paperId, ids }: Paper): string[] {
  return [...new Set([paperId, ...ids])];
}

/** As {@link namesOf}, for the paper with this id in any spelling, even if it is no longer in the library. */
export async function namesBehind(library: Pick<Library, "resolve" | "papers">, id: string): Promise<string[]> {
  const [stored] = await findPapers(library, [id]);
  return [...new Set([...(stored === undefined ? [canonicalId(id)] : namesOf(stored.paper)), id])];
}

function notFound(ids: readonly string[]): AppError {
  const named = ids.slice(0, 5).join(", ");
  return new AppError(
    "paper_not_found",
    ids.length === 1 ? `There is no paper ${named} in the library.` : `There are no papers ${named} in the library.`,
    {
      mend: "Search for its title, or import it.",
    },
  );
}
