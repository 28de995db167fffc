/**
 * Whether two records without a common id are about the same work: by title, authors and year. What is left open is
 * for a person to decide.
 */
import { schemeOf } from "./identity.ts";
import { type NewPaper, type Paper, yearOf } from "./paper.ts";
import { foldWords } from "./text.ts";

export type Verdict = "same" | "doubtful" | "different";

type Work = Pick<NewPaper | Paper, "ids" | "title" | "authors" | "published" | "listed" | "sources">;

/** Ids of records that brought none of their own; they say nothing that the title does not. */
export const namelessPrefix = "title:";

/** A title of fewer words tells only together with the very year. */
const tellingWords = 4;
/** Titles of nothing but these words stand over many works. */
const genericWords = new Set(
  (
    "a an and abstract abstracts acknowledgement acknowledgements author authors board book chair chairs column comment comments " +
    "committee conclusion conclusions contents contributors correction corrections corrigendum department discussion editor editorial " +
    "editors erratum foreword from guest in index introduction issue letter letters message news note notes obituary of on overview " +
    "panel preface proceedings program reply response responses retraction review reviews reviewers section session special summary " +
    "symposium the to welcome workshop"
  ).split(" "),
);
/** Without authors on one side, only a title of this many words, in the same year, is enough. */
const unmistakableWords = 7;
/** A preprint and its publication are at most this many years apart. */
const yearsApart = 2;
/** Of the shorter list of authors, the share that the other list must hold. */
const commonAuthors = 0.5;
/** Of a collaboration's list, the names that are compared. */
const mostAuthors = 40;

/** Registrants whose DOIs name preprints and deposits: a work has one of those beside its publisher's. */
const depositDoi = /^DOI:10\.(?:48550|1101|64898|21203|2139|31234|31219|26434|20944|5281|6084|36227|22541|31223|35542)\//;

/** What stands before a subtitle. */
const subtitleMark = /:\s|\s[-–—]\s|\?\s|\.\s/g;

/** Places where a subtitle is looked for. */
const mostCuts = 20;

/** The part of a title before its subtitle, as a key without spaces; the whole title's where that part is too short to tell. */
export function mainTitleKey(title: string): string {
  const [cut] = cutsIn(title);
  return joinWords(foldWords(title.slice(0, cut)));
}

/** Where a subtitle may start, behind words enough to tell. They are counted part by part: a title may be nothing but marks. */
function* cutsIn(title: string): Generator<number> {
  let [words, from] = [0, 0];
  for (const { index } of title.matchAll(subtitleMark)) {
    words += wordsIn(foldWords(title.slice(from, index)));
    from = index;
    if (words >= tellingWords) yield index;
  }
}

/**
 * A title's key without the spaces between its words: `E-permit`, `E permit` and `Epermit` are one. Two numbers stay
 * apart, and `a symmetric` is not `asymmetric`.
 */
function joinWords(key: string): string {
  return key.replace(/(?<!(?:^| )a)(?:(?<![0-9]) | (?![0-9]))/g, "");
}

/** The beginnings of a title that end where a subtitle may start, as keys, with what follows; shortest first. */
function cutsOf(title: string): { key: string; rest: string }[] {
  return [...cutsIn(title)].slice(0, mostCuts).map((cut) => ({ key: foldWords(title.slice(0, cut)), rest: foldWords(title.slice(cut)) }));
}

export function compareWorks(a: Work, b: Work): Verdict {
  const titles = compareTitles(a.title, b.title);
  if (titles === "different") return "different";
  const authors = compareAuthors(a, b);
  if (authors === "different") return "different";
  const years = compareYears(a, b);
  if (years === "different") return "different";
  const keys = [foldWords(a.title), foldWords(b.title)];
  const words = Math.min(...keys.map(wordsIn));
  if (idsDisagree(a, b) || keys.some((key) => key.split(" ").every((word) => genericWords.has(word)))) return "doubtful";
  if (words < tellingWords) return authors === "agree" && years === "equal" ? "same" : "doubtful";
  if (authors === "unknown") return titles === "equal" && words >= unmistakableWords && years === "equal" ? "same" : "doubtful";
  return authors === "agree" && years !== "apart" ? "same" : "doubtful";
}

function compareTitles(a: string, b: string): "equal" | "subtitle" | "different" {
  const [first, second] = [joinWords(foldWords(a)), joinWords(foldWords(b))];
  if (first === second) return first === "" ? "different" : "equal";
  // One of them leaves the subtitle out; two different subtitles are two works, and a number is no subtitle.
  const leavesOut = (whole: string, key: string) =>
    cutsOf(whole).some((cut) => joinWords(cut.key) === key && !/^(?:part )?(?:[ivx]+|\d+|[a-z])$/.test(cut.rest));
  return leavesOut(a, second) || leavesOut(b, first) ? "subtitle" : "different";
}

function compareAuthors(a: Work, b: Work): "agree" | "partly" | "unknown" | "different" {
  const [first, second] = [namesOf(a), namesOf(b)];
  if (first.length === 0 || second.length === 0) return "unknown";
  const [fewer, more] = first.length <= second.length ? [first, second] : [second, first];
  const common = fewer.filter((name) => more.some((other) => isSameName(name, other))).length;
  if (common === 0) return "different";
  return common / fewer.length >= commonAuthors ? "agree" : "partly";
}

/** The words of each author's name. */
function namesOf({ authors }: Work): string[][] {
  return authors
    .slice(0, mostAuthors)
    .map(({ name }) =>
      foldWords(name)
        .split(" ")
        .filter((word) => word !== ""),
    )
    .filter((words) => words.length > 0);
}

/** One word in common, whichever is the family name, and an initial among the others: `A. Lovelace`, `Lovelace Ada`. */
function isSameName(a: readonly string[], b: readonly string[]): boolean {
  return a.some((word) => {
    if (word.length < 2 || !b.includes(word)) return false;
    const [restA, restB] = [a.filter((other) => other !== word), b.filter((other) => other !== word)];
    return restA.length === 0 || restB.length === 0 || restA.some((one) => restB.some((other) => one[0] === other[0]));
  });
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
