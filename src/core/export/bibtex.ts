/** A paper as a BibTeX entry that BibTeX and Biber both read. */
import { splitMathematics } from "../mathematics.ts";
import { type Author, dateOf, type Paper } from "../paper.ts";
import { isPlainFormula } from "../plain-formula.ts";
import type { ExportFormat } from "./format.ts";
import { idIn, isWhole, knownParts, venueNameOf, type WorkType, workTypeOf } from "./work.ts";

const entryTypes: Readonly<Record<WorkType, string>> = { article: "article", conference: "inproceedings", preprint: "misc" };

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Entries with abstracts and keywords, under keys of which a file has each once. */
export const bibtexExport: ExportFormat = {
  name: "bibtex",
  label: "BibTeX",
  extension: "bib",
  mediaType: "application/x-bibtex",
  begin() {
    const taken = new Map<string, number>();
    return { head: "", between: "\n", tail: "", of: (paper) => `${entryOf(paper, freeKey(keyOf(paper), taken), textFields(paper))}\n` };
  },
};

/** What a paper is cited by: an entry that ends without a line break. Equal papers give equal entries. */
export function bibtexOf(paper: Paper): string {
  return entryOf(paper, keyOf(paper), []);
}

type Field = readonly [name: string, value: string | undefined];

function entryOf(paper: Paper, key: string, more: readonly Field[]): string {
  const type = workTypeOf(paper);
  const lines = [...citedFields(paper, type), ...more].flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = ${value},`]));
  return [`@${entryTypes[type]}{${key},`, ...lines, "}"].join("\n");
}

/** `smith2020deep`, then `smith2020deepb`, `smith2020deepc`, … @param taken how often each key was asked for. */
function freeKey(key: string, taken: Map<string, number>): string {
  for (;;) {
    const count = (taken.get(key) ?? 0) + 1;
    taken.set(key, count);
    if (count === 1) return key;
    const own = `${key}${lettersOf(count)}`;
    if (taken.has(own)) continue;
    taken.set(own, 1);
    return own;
  }
}

/** 2 → `b`, 26 → `z`, 27 → `aa`. */
function lettersOf(count: number): string {
  const rest = Math.floor((count - 1) / 26);
  return `${rest === 0 ? "" : lettersOf(rest)}${String.fromCharCode(97 + ((count - 1) % 26))}`;
}

function citedFields(paper: Paper, type: WorkType): Field[] {
  const [year, month] = (dateOf(paper) ?? "").split("-");
  const venue = venueNameOf(paper);
  const doi = idIn(paper, "DOI");
  const arxiv = idIn(paper, "arXiv");
  const primary = paper.categories.find((category) => /^[a-z-]+(?:\.[A-Za-z-]+)?$/.test(category));
  return [
    ["title", braced(titleText(paper.title))],
    ["author", paper.authors.length === 0 ? undefined : braced(paper.authors.map(authorText).join(" and "))],
    ["journal", type === "article" ? bracedText(venue) : undefined],
    ["booktitle", type === "conference" ? bracedText(venue) : undefined],
    ["year", year === "" || year === undefined ? undefined : braced(year)],
    ["month", month === undefined ? undefined : monthNames[Number(month) - 1]],
    ["doi", doi === undefined ? undefined : braced(verbatim(doi))],
    ["eprint", arxiv === undefined ? undefined : braced(verbatim(arxiv))],
    ["archiveprefix", arxiv === undefined ? undefined : braced("arXiv")],
    ["primaryclass", arxiv === undefined || primary === undefined ? undefined : braced(primary)],
    ["url", paper.url === undefined ? undefined : braced(verbatim(paper.url))],
    ["note", paper.status === undefined ? undefined : braced(paper.status === "retracted" ? "Retracted" : "Withdrawn")],
  ];
}

/** What says what a paper is about, for those who read the file into their reference manager. */
function textFields(paper: Paper): Field[] {
  const pmid = idIn(paper, "PMID");
  return [
    ["pmid", pmid === undefined ? undefined : braced(verbatim(pmid))],
    ["language", bracedText(paper.language)],
    ["keywords", paper.keywords.length === 0 ? undefined : bracedText(paper.keywords.join(", "))],
    ["abstract", paper.abstract === "" ? undefined : braced(withMathematics(paper.abstract, escapeTex))],
  ];
}

function authorText(author: Author): string {
  // Others BibTeX takes apart itself.
  const parts = knownParts(author);
  if (parts !== undefined) return `${guardAnd(escapeTex(parts.family))}, ${guardAnd(escapeTex(parts.given))}`;
  const text = escapeTex(author.name);
  return isWhole(author) ? braced(text) : text;
}

function guardAnd(text: string): string {
  return /,|\band\b/i.test(text) ? braced(text) : text;
}

/** Escaped, mathematics kept, and braces around what bibliography styles must not turn into lower case. */
function titleText(title: string): string {
  const sentenceCase = isSentenceCase(title);
  let first = true;
  return withMathematics(title, (text) =>
    text.replace(/\S+/g, (word) => {
      const guarded = needsGuard(word, sentenceCase && !first);
      first = /[:.?!]$/.test(word);
      return guarded ? braced(escapeTex(word)) : escapeTex(word);
    }),
  );
}

/** @param write what stands between the mathematics, as TeX. */
function withMathematics(text: string, write: (text: string) => string): string {
  return splitMathematics(text)
    .map(({ start, end, tex }) => {
      const piece = text.slice(start, end);
      if (tex === undefined) return write(piece);
      return isBalanced(piece) && isPlainFormula(piece) ? braced(piece) : escapeTex(piece);
    })
    .join("");
}

/** In `Learning representations by back-propagating errors` a capital letter means something. */
function isSentenceCase(title: string): boolean {
  const words = title
    .split(/\s+/)
    .slice(1)
    .filter((word) => /^\p{L}{4,}/u.test(word));
  return words.length > 1 && words.filter((word) => /^\p{Lu}/u.test(word)).length < words.length / 2;
}

function needsGuard(word: string, isName: boolean): boolean {
  return word.split(/[-–—/]/).some((part) => {
    const letters = part.replace(/[^\p{L}\p{N}]/gu, "");
    if (/^.+\p{Lu}/u.test(letters) || (/\d/.test(letters) && /\p{Lu}/u.test(letters))) return true;
    if (/^\p{Lu}$/u.test(letters)) return letters !== "A";
    return isName && /^\p{Lu}/u.test(letters);
  });
}

const texOf: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "%": "\\%",
  "&": "\\&",
  "#": "\\#",
  _: "\\_",
  $: "\\$",
};

/** Braces become commands, since BibTeX counts braces even after a backslash. */
function escapeTex(text: string): string {
  return text.replace(/[\\{}~^<>%&#_$]/g, (character) => texOf[character] ?? character).replace(/\s+/g, " ");
}

/** Addresses and ids are read as they are; only what would end the field is encoded. */
function verbatim(text: string): string {
  return text.replace(/[{}\\\s]/g, (character) => encodeURIComponent(character));
}

function bracedText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : braced(escapeTex(text));
}

function braced(text: string): string {
  return `{${text}}`;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text.replace(/\\\\/g, "")) {
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

const fillers = new Set(
  "a an the on in of for and or to with without from by at as is are be do does how what why when where can".split(" "),
);

/** `vaswani2017attention`: family name, year, first telling word of the title. */
function keyOf(paper: Paper): string {
  const [author] = paper.authors;
  const words = (author?.family ?? author?.name ?? "").split(/\s+/).filter((word) => !/^(?:jr|sr|ii|iii|iv)\.?$/i.test(word));
  const family = asciiOf(author?.family ?? words.at(-1) ?? "");
  const year = (dateOf(paper) ?? "").slice(0, 4);
  const telling = paper.title
    .replace(/\$[^$]*\$/g, " ")
    .split(/[\s\-–—/:]+/)
    .map(asciiOf)
    .find((word) => word !== "" && !fillers.has(word));
  const key = `${family}${year}${telling ?? ""}`;
  return key === "" || key === year ? `paper${year}` : key;
}

const asciiLetters: Record<string, string> = {
  ß: "ss",
  ø: "o",
  ł: "l",
  æ: "ae",
  œ: "oe",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

function asciiOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[ßøłæœđðþı]/g, (letter) => asciiLetters[letter] ?? "")
    .normalize("NFKD")
    .replace(/[^a-z0-9]/g, "");
}
