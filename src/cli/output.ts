/** The output of commands: text for people, one JSON object per line for programs, progress on standard error. */
import { styleText } from "node:util";
import cliProgress from "cli-progress";
import { readableMathematics } from "../core/mathematics-text.ts";
import { dateOf, type Paper } from "../core/paper.ts";
import { excerptOf } from "../core/source.ts";
import { describeSeconds, escapeControls, removeControls } from "../core/text.ts";
import { ProgressMeter, secondsLeft } from "../engine/generations/work-progress.ts";
import type { Hit } from "../engine/search/hits.ts";
import { shownAuthors } from "../engine/search/named-author.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a style is made of
const ownStyle = /(\u001b\[(?:[0-2]|22|3[0-9])m)/;

export function megabytes(sizeBytes: number): string {
  return `${(sizeBytes / 1e6).toFixed(1)} MB`;
}

/**
 * Writes one line to standard output. It may quote mail servers, files and people, so no control sequences but the styles of {@link styled}
 * reach the terminal.
 */
export function print(line = ""): void {
  const parts = line.split(ownStyle).map((part, at) => (at % 2 === 1 ? part : removeControls(part.replaceAll("\r", ""))));
  process.stdout.write(`${parts.join("")}\n`);
}

/** One object per line. */
export function printJson(value: unknown): void {
  process.stdout.write(`${escapeControls(JSON.stringify(value))}\n`);
}

/**
 * Messages for people besides the result, on standard error so that output can be piped. They quote files and services, so control
 * sequences are removed.
 */
export function note(line: string): void {
  process.stderr.write(`${removeControls(line)}\n`);
}

type Style = Parameters<typeof styleText>[0];

/** Styled if standard output is a terminal with styles. */
export function styled(style: Style, text: string): string {
  const wanted = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  return wanted ? styleText(style, text) : text;
}

const letters = new Intl.Segmenter("en", { granularity: "grapheme" });
/** East Asian characters and most emoji take two columns of a terminal. */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|.\ufe0f)/u;

/** How many terminal columns a line of text takes. */
function columnsOf(text: string): number {
  // Without wide or combining characters, each UTF-16 unit takes one column.
  if (/^[\u0020-\u02ff\u2010-\u205f]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of letters.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** Wraps a long text to the width of the terminal. */
export function wrap(text: string, indent: string, width = Math.min(process.stdout.columns ?? 100, 110)): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(indent + line);
  return lines.join("\n");
}

/** The title as people should see it. */
export function titleOf({ title }: Pick<Paper, "title">): string {
  return styled("bold", readableMathematics(title));
}

/** Prints `  1. The title`. On a terminal that is too narrow the title goes on below itself; a file or a pipe gets it in one line. */
export function printTitle(number: number, paper: Pick<Paper, "title">, marks = ""): void {
  const indent = " ".repeat(5);
  const { columns } = process.stdout;
  const title = readableMathematics(paper.title);
  const lines = (columns === undefined ? title : wrap(title, "", columns - indent.length)).split("\n");
  print(`${String(number).padStart(3)}. ${lines.map((line) => styled("bold", line)).join(`\n${indent}`)}${marks}`);
}

const mostAuthors = 3;
/** Some abstracts are not text, so that all of it is one sentence. */
const longestSentence = 600;

export function describeAuthors(paper: Pick<Paper, "authors">, asked?: string): string {
  const { first, named, left } = shownAuthors(paper.authors, mostAuthors, asked);
  const names = [...first, ...(named === undefined ? [] : [`… ${named}`])].join(", ");
  return left > 0 ? `${names} and ${left} more` : names;
}

/** Prints number, title, authors, date, venue, and the best matching sentence. */
export function printHits(hits: readonly Hit[], first = 1): void {
  hits.forEach((hit, at) => {
    const { paper } = hit;
    const mark = paper.status === undefined ? "" : styled("red", ` [${paper.status}]`);
    const exact = hit.exact === undefined ? "" : styled("green", ` (its ${hit.exact})`);
    printTitle(first + at, paper, `${mark}${exact}`);
    print(
      wrap(
        [describeAuthors(paper, hit.namedAuthor), dateOf(paper), paper.venue]
          .filter((part) => part !== undefined && part !== "")
          .join(" · "),
        "     ",
      ),
    );
    print(`     ${styled("cyan", paper.paperId)}  ${styled("dim", describeScore(hit))}`);
    const matched = describeMatches(hit.why?.terms ?? []);
    if (matched !== "") print(styled("dim", wrap(`contains ${matched}`, "     ")));
    if (hit.copies !== undefined) print(styled("dim", wrap(`and its copies ${hit.copies.join(", ")}`, "     ")));
    if (hit.sentence !== undefined) print(styled("dim", wrap(excerptOf(readableMathematics(hit.sentence.text), longestSentence), "     ")));
    print();
  });
}

/** `kettles (title, venue); tin (abstract)`: the term of a venue is one of its own, with the same words. */
function describeMatches(terms: NonNullable<Hit["why"]>["terms"]): string {
  const places = new Map<string, Set<string>>();
  for (const { words, fields } of terms) {
    const known = places.get(words.join("/")) ?? new Set();
    for (const field of fields) known.add(field);
    places.set(words.join("/"), known);
  }
  return [...places].map(([words, fields]) => `${words} (${[...fields].join(", ")})`).join("; ");
}

function describeScore({ score, scores, why }: Hit): string {
  const placed = (rank: number | null | undefined) => (rank == null ? "" : ` (#${rank})`);
  const parts = [`score ${score.toFixed(3)}`];
  if (scores.semantic !== undefined) parts.push(`meaning ${scores.semantic.toFixed(3)}${placed(why?.semantic.rank)}`);
  if (scores.lexical !== undefined) parts.push(`words ${scores.lexical.toFixed(2)}${placed(why?.lexical.rank)}`);
  if (why?.recency !== undefined) parts.push(`recency ×${Number(why.recency.factor.toPrecision(3))}`);
  if (why?.rerank !== undefined) parts.push(`reranked ${why.rerank.score.toFixed(3)} (was #${why.rerank.before})`);
  return parts.join(", ");
}

/** A progress bar or line on a terminal, nothing elsewhere. A bar that is not stopped keeps the process alive. */
export class Progress {
  private bar: cliProgress.SingleBar | undefined;
  private what = "";
  private hasLine = false;
  private readonly meter = new ProgressMeter();

  constructor(private readonly quiet: boolean) {}

  show(what: string, done: number, total: number, unit: string): void {
    if (this.quiet || !process.stderr.isTTY) return;
    if (this.what !== what) this.stop();
    if (this.bar === undefined) {
      this.what = what;
      this.bar = new cliProgress.SingleBar(
        {
          format: `${what} {bar} {value}/{total} ${unit}{rate}`,
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
          stream: process.stderr,
        },
        cliProgress.Presets.shades_classic,
      );
      this.bar.start(total, done, { rate: "" });
    }
    const progress = this.meter.take(what, done, total);
    const left = secondsLeft(progress);
    this.bar.setTotal(total);
    this.bar.update(done, { rate: left === undefined ? "" : ` · ${Math.round(progress.perSecond)}/s · ${describeSeconds(left)} left` });
  }

  /** Shows a line that the next one replaces, if the total is unknown. */
  say(line: string): void {
    if (this.quiet || !process.stderr.isTTY) return;
    this.stop();
    process.stderr.write(line);
    this.hasLine = true;
  }

  stop(): void {
    if (this.hasLine) process.stderr.write("\r\u001b[K");
    this.hasLine = false;
    this.bar?.stop();
    this.bar = undefined;
    this.what = "";
  }
}

/** Shows progress; it is cleared from the terminal when the work ends, whether it succeeds or fails. */
export async function withProgress<T>(quiet: boolean, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = new Progress(quiet);
  try {
    return await work(progress);
  } finally {
    progress.stop();
  }
}

/** Printed step by step, even if no bar is visible: it explains why a server does not listen yet. */
export function noteMigration(done: number, total: number): void {
  const meaning = done === 0 ? ". If it is ended before the last step, the library stays as it was" : "";
  note(`The library is brought up to date: step ${done + 1} of ${total}${meaning}.`);
}

/** Columns are as wide as their widest cell, one line for each row; a row may have fewer cells than others. */
export function printTable(cells: readonly (readonly string[])[], numeric: readonly number[] = []): void {
  const rows = cells.map((row) => row.map((cell) => cell.replace(/\s+/g, (space) => (/[\r\n]/.test(space) ? " " : space))));
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, columnsOf(cell));
  for (const row of rows) {
    print(
      row
        .map((cell, at) => {
          const gap = " ".repeat((widths[at] ?? 0) - columnsOf(cell));
          return numeric.includes(at) ? gap + cell : cell + gap;
        })
        .join("  ")
        .trimEnd(),
    );
  }
}
