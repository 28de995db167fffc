/** A paper as a BibTeX entry that BibTeX and Biber both read. */
import { type Author, dateOf, type Paper } from "../core/paper.ts";
import { splitMathematics } from "./mathematics.tsx";

type EntryType = "article" | "inproceedings" | "misc";

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The entry, ending without a line break. Equal papers give equal entries. */
export function bibtexOf(paper: Paper): string {
  const type = entryTypeOf(paper.venue);
  const fields = fieldsOf(paper, type);
  const lines = fields.map(([name, value]) => `  ${name} = ${value},`);
  return [`@${type}{${keyOf(paper)},`, ...lines, "}"].join("\n");
}

function fieldsOf(paper: Paper, type: EntryType): [name: string, value: string][] {
  const fields: [string, string | undefined][] = [
    ["title", braced(titleText(paper.title))],
    ["author", paper.authors.length === 0 ? undefined : braced(paper.authors.map(authorText).join(" and "))],
  ];
  const [year, month] = (dateOf(paper) ?? "").split("-");
  const venue = venueName(paper.venue, year);
  if (type === "article") fields.push(["journal", venue === undefined ? undefined : braced(escapeTex(venue))]);
  if (type === "inproceedings") fields.push(["booktitle", venue === undefined ? undefined : braced(escapeTex(venue))]);
  fields.push(["year", year === "" || year === undefined ? undefined : braced(year)]);
  fields.push(["month", month === undefined ? undefined : monthNames[Number(month) - 1]]);
  const doi = idOf(paper, "DOI");
  const arxiv = idOf(paper, "arXiv");
  fields.push(["doi", doi === undefined ? undefined : braced(verbatim(doi))]);
  if (arxiv !== undefined) {
    const primary = paper.categories.find((category) => /^[a-z-]+(?:\.[A-Za-z-]+)?$/.test(category));
    fields.push(["eprint", braced(verbatim(arxiv))], ["archiveprefix", braced("arXiv")]);
    fields.push(["primaryclass", primary === undefined ? undefined : braced(primary)]);
  }
  fields.push(["url", paper.url === undefined ? undefined : braced(verbatim(paper.url))]);
  fields.push(["note", paper.status === undefined ? undefined : braced(paper.status === "retracted" ? "Retracted" : "Withdrawn")]);
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function idOf(paper: Paper, scheme: string): string | undefined {
  return paper.ids.find((id) => id.startsWith(`${scheme}:`))?.slice(scheme.length + 1);
}

const conferences =
  /\b(?:proceedings|conference|symposium|workshop|congress|neurips|nips|icml|iclr|aaai|ijcai|cvpr|iccv|eccv|wacv|acl|naacl|eacl|emnlp|conll|coling|interspeech|icassp|kdd|sigir|cikm|wsdm|recsys|www|colt|aistats|uai|ccs|ndss|usenix|osdi|sosp|nsdi|eurosys|sigcomm|sigmod|vldb|icde|pods|cidr|stoc|focs|soda|podc|disc|chi|uist|pldi|popl|oopsla|asplos|isca|micro|icse|fse|icra|iros|rss|corl|crypto|eurocrypt)\b/i;
const journals =
  /\b(?:journal|transactions|letters|annals|review|reviews|magazine|communications of|proceedings of the (?:national academy|ieee|royal society|vldb endowment|acm on)|pvldb|pnas)\b/i;

function entryTypeOf(venue: string | undefined): EntryType {
  if (venue === undefined || /^(?:arxiv|corr|biorxiv|medrxiv|ssrn|preprint)\b/i.test(venue)) return "misc";
  if (journals.test(venue)) return "article";
  return conferences.test(venue) ? "inproceedings" : "article";
}

/** `Nature 1986` → `Nature`: the year has a field of its own. */
function venueName(venue: string | undefined, year: string | undefined): string | undefined {
  if (venue === undefined || year === undefined || !venue.endsWith(` ${year}`)) return venue;
  return venue.slice(0, -year.length - 1).replace(/(?<![\s,])[\s,]+$/, "");
}

const organisation =
  /\b(?:collaboration|consortium|team|group|project|institute|university|society|committee|network|foundation|inc\.?)\b/i;

function authorText({ name, family, given }: Author): string {
  if (family !== undefined && family !== "" && given !== undefined && given !== "")
    return `${guardAnd(escapeTex(family))}, ${guardAnd(escapeTex(given))}`;
  const text = escapeTex(name);
  // A comma, an “and” or an organisation's name would be taken apart as a person's.
  return /,|\band\b/i.test(name) || organisation.test(name) ? braced(text) : text;
}

function guardAnd(text: string): string {
  return /,|\band\b/i.test(text) ? braced(text) : text;
}

/**
 * What does something when a document is typeset, in place of showing something: files, new meanings, characters in disguise. A title
 * comes from anywhere, and its entry goes into somebody's thesis.
 */
const actingTex =
  /\\(?:input|include\w*|\w*open(?:in|out)|read\w*|\w*write\w*|immediate|special|catcode|[egx]?def|(?:future)?let|(?:end)?csname|\w*expand\w*|scantokens|(?:direct|late)lua|(?:re)?newcommand|usepackage|\w*listing\w*|\w*verbatim\w*|loop|pdf\w+|every\w+|Expl\w+)(?![A-Za-z])|\^\^/;

/** Escaped, mathematics kept, and braces around what bibliography styles must not turn into lower case. */
function titleText(title: string): string {
  const sentenceCase = isSentenceCase(title);
  let first = true;
  return splitMathematics(title)
    .map(({ start, end, tex }) => {
      const text = title.slice(start, end);
      if (tex !== undefined) return isBalanced(text) && !actingTex.test(text) ? braced(text) : escapeTex(text);
      return text.replace(/\S+/g, (word) => {
        const guarded = needsGuard(word, sentenceCase && !first);
        first = /[:.?!]$/.test(word);
        return guarded ? braced(escapeTex(word)) : escapeTex(word);
      });
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

/** Braces become commands, since BibTeX counts even those behind a backslash. */
function escapeTex(text: string): string {
  return text.replace(/[\\{}~^<>%&#_$]/g, (character) => texOf[character] ?? character).replace(/\s+/g, " ");
}

/** Addresses and ids are read as they are; only what would end the field is encoded. */
function verbatim(text: string): string {
  return text.replace(/[{}\\\s]/g, (character) => encodeURIComponent(character));
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
