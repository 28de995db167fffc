/**
 * Whether two records without a common id are about the same work: by title, authors and year. What is left open is
 * for a person to decide.
 */
import { foldName } from "./filters.ts";
import { schemeOf } from "./identity.ts";
import type { NewPaper, Paper } from "./paper.ts";
import { yearOf } from "./paper.ts";
import { titleKey } from "./text.ts";

export type Verdict = "same" | "doubtful" | "different";

type Work = Pick<NewPaper | Paper, "ids" | "title" | "authors" | "published" | "listed" | "sources">;

/** Ids of records that brought none of their own; they say nothing that the title does not. */
export const namelessPrefix = "title:";

/** A title of fewer words stands over many works: `Introduction`, `Reply to Smith`. */
const tellingWords = 4;
/** Without authors on one side, only a title of this many words, in the same year, is enough. */
const unmistakableWords = 7;
/** A preprint and its publication are at most this many years apart. */
const yearsApart = 2;
/** Of the shorter list of authors, the share that the other list must hold. */
const commonAuthors = 0.5;

/** Registrants whose DOIs name preprints and deposits: a work has one of those beside its publisher's. */
const depositDoi = /^DOI:10\.(?:48550|1101|64898|21203|2139|31234|31219|26434|20944|5281|6084|36227|22541|31223|35542)\//;

/** The part of a title before its subtitle, as a key; the whole key where that part is too short to tell. */
export function mainTitleKey(title: string): string {
  const main = titleKey(title.split(/:\s|\s[-–—]\s|\?\s/)[0] ?? "");
  return wordsIn(main) >= tellingWords ? main : titleKey(title);
}

export function compareWorks(a: Work, b: Work): Verdict {
  const titles = compareTitles(a.title, b.title);
  if (titles === "different") return "different";
  const authors = compareAuthors(a, b);
  if (authors === "different") return "different";
  const years = compareYears(a, b);
  if (years === "different") return "different";
  const words = wordsIn(titleKey(a.title));
  if (words < tellingWords || idsDisagree(a, b)) return "doubtful";
  if (authors === "unknown") return titles === "equal" && words >= unmistakableWords && years === "equal" ? "same" : "doubtful";
  return authors === "agree" && years !== "apart" ? "same" : "doubtful";
}

function compareTitles(a: string, b: string): "equal" | "subtitle" | "different" {
  const [first, second] = [titleKey(a), titleKey(b)];
  if (first === second) return first === "" ? "different" : "equal";
  // One of them leaves the subtitle out; two different subtitles are two works (“Part I”, “Part II”).
  return mainTitleKey(a) === second || mainTitleKey(b) === first ? "subtitle" : "different";
}

function compareAuthors(a: Work, b: Work): "agree" | "partly" | "unknown" | "different" {
  const [first, second] = [familiesOf(a), familiesOf(b)];
  if (first.size === 0 || second.size === 0) return "unknown";
  const share = sharedBy(first, second);
  if (share >= commonAuthors) return "agree";
  // Names in an order that nothing tells (“Vaswani Ashish”): the same words, wherever they stand.
  const words = sharedBy(nameWordsOf(a), nameWordsOf(b));
  if (words >= commonAuthors) return "agree";
  return share > 0 || words > 0 ? "partly" : "different";
}

function familiesOf({ authors }: Work): Set<string> {
  return new Set(authors.map(({ family, name }) => foldName(family ?? name.split(" ").at(-1) ?? "")).filter((family) => family !== ""));
}

function nameWordsOf({ authors }: Work): Set<string> {
  return new Set(authors.flatMap(({ name }) => foldName(name).split(" ")).filter((word) => word.length > 2));
}

/** The share of the smaller set that the larger one holds. */
function sharedBy(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const least = Math.min(a.size, b.size);
  return least === 0 ? 0 : [...a].filter((word) => b.has(word)).length / least;
}

function compareYears(a: Work, b: Work): "equal" | "near" | "apart" | "different" {
  const [first, second] = [yearOf(a), yearOf(b)];
  if (first === undefined || second === undefined) return "near";
  const distance = Math.abs(first - second);
  if (distance === 0) return "equal";
  if (distance <= yearsApart) return "near";
  return distance <= 2 * yearsApart ? "apart" : "different";
}

/** Two ids of one scheme say that there are two works; so do two numbers of one source. */
function idsDisagree(a: Work, b: Work): boolean {
  const sameSource = a.sources.some((source) => b.sources.includes(source));
  return a.ids.some((id) => {
    if (id.startsWith(namelessPrefix) || depositDoi.test(id)) return false;
    const scheme = schemeOf(id);
    if (scheme === undefined && !sameSource) return false;
    const others = b.ids.filter((other) => schemeOf(other) === scheme && !other.startsWith(namelessPrefix) && !depositDoi.test(other));
    return others.length > 0 && !others.includes(id);
  });
}

function wordsIn(key: string): number {
  return key === "" ? 0 : key.split(" ").length;
}
