/** Whether two records without a common id are the same work: by title, authors and year. Doubtful cases are for a person to decide. */
import { schemeOf } from "./identity.ts";
import { type NewPaper, type Paper, yearOf } from "./paper.ts";
import { foldWords } from "./text.ts";

export type Verdict = "same" | "doubtful" | "different";

type Work = Pick<NewPaper | Paper, "ids" | "title" | "authors" | "published" | "listed" | "sources">;

/** Prefix of the ids of records that had none; such an id contains no information beyond the title. */
export const namelessPrefix = "title:";

/** A title with fewer words is evidence only if the year is exactly the same. */
const tellingWords = 4;
/** Titles made only of these words are shared by many works. */
const genericWords = new Set(
  (
    "a an and abstract abstracts acknowledgement acknowledgements author authors board book chair chairs column comment comments " +
    "committee conclusion conclusions contents contributors correction corrections corrigendum department discussion editor editorial " +
    "editors erratum foreword from guest in index introduction issue letter letters message news note notes obituary of on overview " +
    "panel preface proceedings program reply response responses retraction review reviews reviewers section session special summary " +
    "symposium the to welcome workshop"
  ).split(" "),
);
/** If one side has no authors, only a title of this many words, in the same year, is enough. */
const unmistakableWords = 7;
/** A preprint and its publication are at most this many years apart. */
const yearsApart = 2;
/** The share of the shorter author list that the other list must contain. */
const commonAuthors = 0.5;
/** Names that are compared of a collaboration's author list. */
const mostAuthors = 40;

/** Registrants whose DOIs denote preprints and deposits: a work has one of those beside its publisher's. */
const depositDoi = /^DOI:10\.(?:48550|1101|64898|21203|2139|31234|31219|26434|20944|5281|6084|36227|22541|31223|35542)\//;

/** What stands before a subtitle. */
const subtitleMark = /:\s|\s[-–—]\s|\?\s|\.\s/g;

/** Candidate places for the start of a subtitle. */
const mostCuts = 20;

/**
 * The part of a title before its subtitle, as a key without spaces; the key of the whole title if that part is too short to identify a
 * work.
 */
export function mainTitleKey(title: string): string {
  const [cut] = cutsIn(title);
  return joinWords(foldWords(title.slice(0, cut)));
}

/**
 * Where a subtitle may start, after enough words to identify a work. Words are counted part by part, since a title may consist of marks
 * only.
 */
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
 * apart, and `a symmetric` is not `asymmetric`. No two of 100,000 real titles become equal through this alone.
 */
function joinWords(key: string): string {
  return key.replace(/(?<!(?:^| )a)(?:(?<![0-9]) | (?![0-9]))/g, "");
}

/** The beginnings of a title up to where a subtitle may start, as keys, with the rest; shortest first. */
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
  // One of them omits the subtitle. Two different subtitles are two works, and a number is not a subtitle.
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

/** One word in common, whichever is the family name, and a matching initial among the others: `A. Lovelace`, `Lovelace Ada`. */
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

/** Two ids of one scheme mean two works; so do two numbers of one source. */
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
