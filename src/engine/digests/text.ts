/** A day's message as plain text, and as Markdown for people who keep notes. */
import { readableMathematics } from "../../core/mathematics-text.ts";
import { dateOf, type Paper } from "../../core/paper.ts";
import { isPlainFormula } from "../../core/plain-formula.ts";
import { listedNames } from "../recommend/reason-text.ts";
import { type DigestContent, type DigestEntry, trendingTitle } from "./content.ts";
import type { DigestLinks } from "./links.ts";

const lineLength = 76;
const indent = "  ";
/** A mail is for choosing; the whole abstract is one click away. */
const abstractLength = 600;
const shownAuthors = 4;

/** The day in words: `Tuesday, 24 November 2026`. */
export function dayInWords(date: string): string {
  const format = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB", format);
}

export function subjectOf({ kind, sections, date }: DigestContent): string {
  const papers = sections.flatMap(({ entries }) => entries);
  const what = kind === "picks" ? "Your picks" : (sections[0]?.title ?? trendingTitle);
  const [first] = papers;
  if (first === undefined) return `${what}: nothing new on ${date}`;
  const rest = papers.length === 1 ? "" : ` and ${papers.length - 1} more`;
  const room = 70 - what.length - rest.length;
  return `${what}: ${shorten(readableMathematics(first.paper.title), room)}${rest}`;
}

/** The closing lines, if there is something to add. */
export function closingWords({ from, more, quiet, sections }: DigestContent): string[] {
  return [
    sections.length === 0 ? `There is nothing new that is good enough${quiet.length === 0 ? "" : ` for ${listedNames(quiet)}`}.` : "",
    more === 0 ? "" : `${more} more ${more === 1 ? "is" : "are"} on the ${from === undefined ? "page" : "pages of these days"}.`,
    quiet.length === 0 || sections.length === 0 ? "" : `Nothing good enough for ${listedNames(quiet)}.`,
  ].filter((words) => words !== "");
}

export function factsOf(paper: Paper): string {
  const names = paper.authors.slice(0, shownAuthors).map(({ name }) => name);
  const others = paper.authors.length - names.length;
  const authors = others > 0 ? `${names.join(", ")} and ${others} more` : names.join(", ");
  return [authors, dateOf(paper), paper.venue].filter((fact) => fact !== undefined && fact !== "").join(" · ");
}

export function shortAbstract({ abstract }: Paper): string {
  return shorten(readableMathematics(abstract), abstractLength);
}

export function digestText(content: DigestContent, links: DigestLinks): string {
  const entry = (one: DigestEntry) => {
    const { paper, feedback } = links.of(one);
    return [
      wrapLine(readableMathematics(one.paper.title), "* "),
      ...[factsOf(one.paper), one.why].filter((line) => line !== "").map((line) => wrapLine(line, indent)),
      `  ${paper}`,
      ...(one.paper.abstract === "" ? [] : ["", wrapLine(shortAbstract(one.paper), indent), ""]),
      ...feedback.map(({ text, href }) => `  ${text}: ${href}`),
    ].join("\n");
  };
  return `${[
    dayInWords(content.date),
    ...content.sections.flatMap(({ title, entries }) => [
      `${title}\n${"-".repeat(Math.min(title.length, lineLength))}`,
      ...entries.map(entry),
    ]),
    ...closingWords(content),
    ["--", `On the web: ${links.page}`, ...(links.unsubscribe === undefined ? [] : [`Unsubscribe: ${links.unsubscribe}`])].join("\n"),
  ].join("\n\n")}\n`;
}

export function digestMarkdown(content: DigestContent, links: DigestLinks): string {
  const entry = (one: DigestEntry) =>
    [
      `### [${escapeMarkdown(one.paper.title)}](<${links.of(one).paper}>)`,
      ...[factsOf(one.paper), one.why].filter((line) => line !== "").map(escapeMarkdown),
      ...(one.paper.abstract === "" ? [] : [`> ${escapeMarkdown(one.paper.abstract)}`]),
      `\`${one.paper.paperId.replaceAll("`", "")}\``,
    ].join("\n\n");
  const title = content.kind === "picks" ? "Picks" : "Trending";
  // A text of JSON is one of YAML.
  const interests = content.sections.filter(({ entries }) => entries.some(({ interest }) => interest !== undefined));
  const front = [
    `date: ${content.date}`,
    `kind: ${content.kind}`,
    ...(interests.length === 0 ? [] : ["interests:", ...interests.map((section) => `  - ${JSON.stringify(section.title)}`)]),
  ];
  return `${[
    `---\n${front.join("\n")}\n---`,
    `# ${title} of ${dayInWords(content.date)}`,
    ...content.sections.flatMap((section) => [`## ${escapeMarkdown(section.title)}`, ...section.entries.map(entry)]),
    ...closingWords(content).map(escapeMarkdown),
  ].join("\n\n")}\n`;
}

/**
 * What note-taking programs take for mathematics rather than for two prices, or what was meant as mathematics but has spaces at its ends.
 */
const mathematics = /(\$\$[^$]+\$\$|\$(?!\s)[^$]+(?<!\s)\$(?!\d)|\$\s(?=[^$]*[\\^_{}])[^$]*\s\$)/;

/**
 * One line in which nothing is Markdown except mathematics between dollar signs, which note-taking programs render, links and styles in it
 * included: so only mathematics that shows something and does nothing stays.
 */
function escapeMarkdown(text: string): string {
  const parts = text.replace(/\s+/g, " ").trim().split(mathematics);
  return parts.map((part, at) => (at % 2 === 1 ? escapeMathematics(part) : escapeProse(part, at === 0))).join("");
}

function escapeMathematics(part: string): string {
  if (isPlainFormula(part)) return tameMathematics(part);
  const texts = part.split("$").map((text) => escapeProse(text, false));
  return texts.join("\\$");
}

/**
 * Spaces have no meaning in mathematics. Between these signs they keep it from being read as HTML, or as a link, where nothing renders
 * it.
 */
function tameMathematics(part: string): string {
  return part
    .replace(/^(\$+)\s+|\s+(\$+)$/g, "$1$2")
    .replace(/<(?=[A-Za-z/!?])/g, "< ")
    .replace(/\](?=[([:])/g, "] ");
}

/** @param isStart whether it begins a line, which is where lists and fences begin. */
function escapeProse(part: string, isStart: boolean): string {
  const escaped = part
    .replace(/[[\]*_`<>#|\\~]|&(?=#?\w+;)/g, "\\$&")
    .replace(/%{2,}|={2,}|\${2,}/g, (signs) => signs.replace(/./g, "\\$&"));
  return isStart ? escaped.replace(/^(?:(?=[-+=:])|(\d+)(?=[.)]))/, "$1\\") : escaped;
}

function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  return `${cut
    .slice(0, Math.max(cut.lastIndexOf(" "), length / 2))
    .toWellFormed()
    .trimEnd()}…`;
}

function wrapLine(text: string, first: string): string {
  const lines: string[] = [];
  let line = first.trimEnd() === "" ? first : first.trimEnd();
  for (const word of text.split(/\s+/)) {
    if (line.trim() !== "" && line.length + 1 + word.length > lineLength) {
      lines.push(line);
      line = indent + word;
    } else line += line.endsWith(" ") ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
