/** What a query asks for by name: one paper, by its id or title, or the papers of an author. */
import { initialAndFamily, isCalled, nameKey, saysAsMuch, wholeNameKeys } from "../core/author-names.ts";
import { type Label, type LabelSet, selectLabels } from "../core/label-set.ts";
import type { Library } from "../core/library.ts";
import { authorTerm } from "../core/name-terms.ts";
import type { ParsedQuery } from "../core/query.ts";
import { papersInTurns } from "./papers.ts";

export interface AskedByName {
  readonly by: "id" | "title" | "author" | undefined;
  /** An author's newest first, those behind them that name the author by initials alone. */
  readonly labels: readonly Label[];
}

/** The newest papers of whoever has the same initial and family name, among which an author's are looked for. */
const mostOfOneName = 1_000;

/**
 * @param within the papers that meet the conditions, of which an author's are; a paper is found in any case.
 * @param mayBeAuthor false for prose.
 */
export async function askedByName(
  library: Library,
  parsed: ParsedQuery,
  within: LabelSet | undefined,
  mayBeAuthor: boolean,
): Promise<AskedByName> {
  if (parsed.id !== undefined) {
    const [label] = await library.resolve([parsed.id.id]);
    return label === undefined ? { labels: [], by: undefined } : { labels: [label], by: "id" };
  }
  if (parsed.text === "") return { labels: [], by: undefined };
  const titled = await library.findByTitle(parsed.text);
  if (titled.length > 0) return { labels: titled, by: "title" };
  const written = mayBeAuthor ? await papersByAuthor(library, parsed.text, within) : [];
  return { labels: written, by: written.length > 0 ? "author" : undefined };
}

/** None where the text is more or less than one author's name. */
async function papersByAuthor(library: Library, text: string, within: LabelSet | undefined): Promise<Label[]> {
  const wanted = wholeNameKeys(text);
  if (wanted.length === 0) return [];
  const terms = new Set(wanted.flatMap((key) => initialAndFamily(key) ?? []).map(authorTerm));
  const alike = await library.holdingAny([...terms]);
  if (alike.size === 0) return [];
  const among = within === undefined ? alike : selectLabels(alike.labels(), (label) => within.has(label));
  const newest = await library.newest(among, { limit: mostOfOneName, offset: 0 });
  const [sure, perhaps]: [Label[], Label[]] = [[], []];
  for await (const { label, paper } of papersInTurns(library, newest)) {
    const keys = paper.authors.map(({ name }) => nameKey(name));
    const called = wanted.flatMap((one) => keys.filter((key) => isCalled(key, one)).map((key) => ({ key, one })));
    if (called.some(({ key, one }) => saysAsMuch(key, one))) sure.push(label);
    else if (called.length > 0) perhaps.push(label);
  }
  return sure.length === 0 ? [] : [...sure, ...perhaps];
}
