/**
 * Cleans text from sources for reading, searching and embedding: Unicode NFC, no markup, no hard wraps, TeX accents as letters, TeX
 * mathematics left between dollar signs.
 */
import { decodeHTML } from "entities";

/** A count in words: `1 paper`, `3,079 papers`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

const combiningOfAccent: Record<string, string> = {
  "`": "\u0300",
  "'": "\u0301",
  "^": "\u0302",
  "~": "\u0303",
  "=": "\u0304",
  u: "\u0306",
  ".": "\u0307",
  '"': "\u0308",
  r: "\u030a",
  H: "\u030b",
  v: "\u030c",
  d: "\u0323",
  c: "\u0327",
  k: "\u0328",
};

const letterOfCommand: Record<string, string> = {
  ss: "ß",
  ae: "æ",
  AE: "Æ",
  oe: "œ",
  OE: "Œ",
  o: "ø",
  O: "Ø",
  l: "ł",
  L: "Ł",
  aa: "å",
  AA: "Å",
  i: "ı",
  j: "ȷ",
  dh: "ð",
  th: "þ",
  ldots: "…",
  dots: "…",
  textendash: "–",
  textemdash: "—",
  textquoteright: "’",
  textquoteleft: "‘",
};

/** Tags that really are markup in bibliographic records; `a < b` and `<unk>` are left alone. */
const markupTag =
  /<\/?(?:jats:|mml:)?(?:(b|i|u|em|strong|sub|sup|sc|scp|tt|span|italic|bold|monospace|underline|a|ext-link|xref)|p|br|div|title|sec|list|list-item|inline-formula|math|mi|mo|mn|mrow|msub|msup|mtext|h[1-6]|ul|ol|li)\b[^<>]*>/gi;

/** A text without any of these needs no cleaning, apart from surrounding spaces. */
const unfinished = /[^ -~]|[<&\\~]| {2}/;

/** One line of readable text. Never throws; linear in the length of its input. */
export function normalizeText(raw: string): string {
  if (!unfinished.test(raw)) return raw.trim();
  let text = raw;
  if (text.includes("<")) text = withoutMarkup(text);
  if (text.includes("&")) text = withoutMarkup(decodeHTML(text));
  if (text.includes("\\") || text.includes("~")) text = texToUnicode(text);
  return collapseSpace(removeControls(text).normalize("NFC"));
}

/** Inline markup does not divide words: CO<sub>2</sub>. */
function withoutMarkup(text: string): string {
  return text.replace(markupTag, (_, inline: string | undefined) => (inline === undefined ? " " : ""));
}

/**
 * Removes invisible characters: controls other than spaces, and marks that change the text direction. Unpaired surrogates become U+FFFD.
 */
export function removeControls(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\u200b\u00ad\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, "")
      .toWellFormed()
  );
}

/** JSON allows these characters literally, and terminals interpret some of them. @param json which stays equivalent. */
export function escapeControls(json: string): string {
  return json.replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Runs of white space, line ends included, become one space each; none around the text. */
export function collapseSpace(text: string): string {
  // Single spaces, which are the most common, stay untouched: that is four times as fast.
  return text.replace(/\s{2,}|[^\S ]/g, " ").trim();
}

/** `$…$` and `$$…$$`. A dollar sign after a backslash is an amount of money, and neither begins nor ends them. */
const mathematics = /(?<!\\)(\$\$[^$]*\$\$|\$(?:[^$\\]|\\.)*\$)/s;

/** Turns TeX accents and letters outside mathematics into Unicode; `$…$` stays as it is. */
function texToUnicode(text: string): string {
  return text
    .split(mathematics)
    .map((part, index) => (index % 2 === 1 ? part : texProse(part)))
    .join("");
}

function texProse(text: string): string {
  return text
    .replace(/\{\\(ss|ae|AE|oe|OE|o|O|l|L|aa|AA|i|j|dh|th)\}/g, (_, name: string) => letterOfCommand[name] ?? "")
    .replace(/\{?\\([`'^~=."uvHcdkr])\s*\{\s*\\?([A-Za-zıȷ])\s*\}\}?/g, accent)
    .replace(/\{?\\([`'^~=."])\s*\\?([A-Za-zıȷ])\}?/g, accent)
    .replace(
      /\\(ss|ae|AE|oe|OE|o|O|l|L|aa|AA|i|ldots|dots|textendash|textemdash|textquoteright|textquoteleft)\b\s?(?:\{\})?/g,
      (_, name: string) => letterOfCommand[name] ?? "",
    )
    .replace(/\\(?:emph|textit|textbf|texttt|textsc|textrm|text|mbox|underline)\s*\{([^{}]*)\}/g, "$1")
    .replace(/\\([%&_#$])/g, "$1")
    .replace(/(?<=\S)~(?=\S)/g, " ");
}

function accent(whole: string, mark: string, letter: string): string {
  const combining = combiningOfAccent[mark];
  if (combining === undefined) return whole;
  const base = letter === "ı" ? "i" : letter === "ȷ" ? "j" : letter;
  return (base + combining).normalize("NFC");
}

const abbreviations =
  /(?:\b(?:e\.g|i\.e|cf|vs|et al|fig|figs|eq|eqs|sec|no|vol|resp|approx|dr|prof|st|ca|al|etc|ref|refs|tab|inc|spp?|var|[A-Z]))\.$/i;

/**
 * Splits a normalised abstract into sentences. Joining the pieces with single spaces gives the text back. Abbreviations, decimals and
 * initials do not end a sentence.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  const boundary = /[.!?…][)"'\]”’]*\s+(?=["'“‘([]*[\p{Lu}\p{N}$])/gu;
  for (const match of text.matchAll(boundary)) {
    const end = match.index + match[0].trimEnd().length;
    const candidate = text.slice(start, end);
    if (abbreviations.test(candidate.slice(-12))) continue;
    sentences.push(candidate);
    start = match.index + match[0].length;
  }
  const rest = text.slice(start);
  if (rest !== "") sentences.push(rest);
  return sentences;
}

/** The beginning of a text of more than `most` characters, with whole words and formulas and an ellipsis; shorter texts unchanged. */
function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = text.lastIndexOf(" ", most);
  for (const { index, 0: formula } of text.matchAll(new RegExp(mathematics, "gs"))) {
    if (index >= end) break;
    if (index + formula.length > end) end = index;
  }
  return `${text
    .slice(0, end > 0 ? end : most)
    .toWellFormed()
    .trimEnd()}…`;
}

/** A title as it is quoted in a sentence, shortened if it is long. */
export function shortTitle(title: string): string {
  return beginningOf(title, 120);
}

/** Lower-cases only A to Z, as SQLite compares without case. */
export function lowerLatin(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Lower case, without accents, words separated by single spaces: the form in which titles, names and venues are compared. */
export function foldWords(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for anything beyond ASCII
  const plain = /[^\u0000-\u007f]/.test(text) ? text.normalize("NFKD").replace(/\p{M}+/gu, "") : text;
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Letters that Unicode does not decompose, and how catalogues without them write them. */
const plainLetters = new Map(
  "ł l, ø o, đ d, ð d, þ th, ħ h, ı i, ŋ n, æ ae, œ oe, ß ss".split(", ").map((pair) => pair.split(" ") as [string, string]),
);

/** Lower-case text in which letters that Unicode does not decompose are replaced by A to Z: Łukasz becomes lukasz. */
export function withPlainLetters(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for anything beyond ASCII
  if (!/[^\u0000-\u007f]/.test(text)) return text;
  return text.replace(/[łøđðþħıŋæœß]/g, (letter) => plainLetters.get(letter) ?? letter);
}

/** Controls, and marks that change the text direction. */
const unreadable = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/**
 * User-written text, kept as written: neither markup nor TeX is interpreted, and line breaks stay, with at most one empty line between.
 */
export function plainLines(raw: string): string {
  return raw
    .toWellFormed()
    .normalize("NFC")
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(unreadable, " ").trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** How long something takes, as people say it. */
export function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
