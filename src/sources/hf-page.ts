/**
 * The text of a page of Hugging Face's Daily Papers, copied or saved from a browser: for each paper the title, the abstract, the number of
 * authors, the day on which it was listed, and the number of comments. It has no ids and no names.
 */
import type { Format, SourceInput, SourceRecord } from "../core/source.ts";
import { ListingDays } from "./hf-page-days.ts";
import { type BlockLine, isHeading, textOfBlock } from "./hf-page-text.ts";
import { paperOrRefusal, refused } from "./paper-or-refusal.ts";
import { paperOf, RecordFault } from "./record.ts";
import { readLineBatches } from "./text-lines.ts";

const name = "hf-page";

export const hfPageFormat: Format = {
  name,
  description: "the text of a page of Hugging Face's Daily Papers, copied or saved from a browser",
  recognize: (head) => (hasFoot(head) ? 1 : 0),
  read: readPage,
};

const mark = /[·•*‧∙●▪-]/.source;
const authorsPattern = new RegExp(`^(?:${mark}\\s*)?\\d{1,3}(?:,?\\d{3})? authors?$`, "i");
const marksPattern = new RegExp(`^(?:${mark}\\s*)+`);
const month = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?";
/** `Mar 6`, `Mar 24, 2025`, possibly followed by the number of comments. */
const dayPattern = new RegExp(`^(${month} \\d{1,2}(?:,? ?20\\d\\d)?)(?:\\s*${mark})?(?: +(\\d{1,5})(?: comments?)?)?$`, "i");
const commentsPattern = new RegExp(`^(?:${mark}\\s*)?(\\d{1,5})(?: comments?)?$`, "i");

/** The parts below an abstract, if they are on one line. */
const footInOneLine = new RegExp(`^((?:${mark}\\s*)?[\\d,]+ authors?)\\s*(?:${mark}\\s*)(?=\\w)`, "i");

/** The rest of a longer block is dropped; no abstract is longer. In UTF-16 units. */
const longestBlock = 256 * 1024;

/** Lines left over after the last paper are names of links unless they are longer. */
const longestLinkName = 40;

function hasFoot(head: string): boolean {
  if (/^[\s\ufeff]*[[{<@]/.test(head)) return false;
  let isOpen = false;
  for (const line of head.split(/\r\n|\n|\r/).flatMap(partsOfLine)) {
    if (isOpen && dayPattern.test(line.replace(marksPattern, ""))) return true;
    isOpen = authorsPattern.test(line) || (isOpen && line.replace(marksPattern, "") === "");
  }
  return false;
}

/** A line as plain text; a line with the whole footer of a paper is split into its parts. */
function partsOfLine(raw: string): string[] {
  if (raw.length > longestLinkName * 5) return [raw.trim()];
  const text = raw.replace(/[\s\ufeff]+/g, " ").trim();
  const [all, authors] = footInOneLine.exec(text) ?? [];
  return all === undefined || authors === undefined ? [text] : [authors, text.slice(all.length)];
}

async function* readPage(input: SourceInput): AsyncIterable<SourceRecord> {
  const page = new Page(input);
  for await (const { first, lines } of readLineBatches(input.bytes)) {
    for (const [at, line] of lines.entries()) for (const part of partsOfLine(line)) yield* page.take(part, first + at);
  }
  yield* page.end();
}

/** Collects the current block of lines, from a title to the number of comments. */
class Page {
  #lines: BlockLine[] = [];
  #length = 0;
  #isAfterBlank = true;
  #isFirst = true;
  /** How much of the block's footer has been read: a line of bullets alone, the number of authors, the day after it. */
  #foot: "none" | "marks" | "authors" | "day" = "none";
  #day = "";
  /** The numbers of the last line read, and of the last line with a number of authors. */
  #number = 0;
  #authorsNumber = 0;
  readonly #days: ListingDays;
  readonly #file: string;

  constructor({ name: file, modified }: SourceInput) {
    this.#file = file;
    this.#days = new ListingDays(modified);
  }

  *take(text: string, number: number): Iterable<SourceRecord> {
    if (text === "") {
      this.#isAfterBlank = true;
      return;
    }
    this.#number = number;
    const behindMarks = text.replace(marksPattern, "");
    if (this.#foot === "day") {
      if (behindMarks === "") return;
      const [, comments] = commentsPattern.exec(text) ?? [];
      yield this.#paper(comments);
      if (comments !== undefined) return;
    }
    const [, day, comments] = dayPattern.exec(behindMarks) ?? [];
    if (this.#foot === "authors") {
      if (behindMarks === "") return;
      if (day === undefined) yield this.#refusal(`“${text.slice(0, 40)}” stands where the day should be`);
      else {
        this.#day = day;
        this.#foot = "day";
        if (comments !== undefined) yield this.#paper(comments);
        return;
      }
    }
    if (day !== undefined && this.#lines.length > 0 && (this.#foot === "marks" || behindMarks !== text)) {
      yield this.#refusal("there is no number of authors before the day");
      return;
    }
    if (authorsPattern.test(text)) {
      this.#foot = "authors";
      this.#authorsNumber = number;
    } else if (behindMarks === "") this.#foot = "marks";
    else this.#keep(text);
  }

  *end(): Iterable<SourceRecord> {
    if (this.#foot === "day") yield this.#paper(undefined);
    else if (this.#foot === "authors") yield this.#refusal("the input ends where the day should be");
    else if (this.#lines.some(({ text }) => text.length > longestLinkName))
      yield this.#refusal("the input ends in the middle of the paper");
  }

  #keep(text: string): void {
    this.#foot = "none";
    if (this.#lines.length === 0 && isHeading(text)) {
      this.#days.notice(text);
      return;
    }
    this.#length += text.length + 1;
    if (this.#length <= longestBlock || this.#lines.length === 0)
      this.#lines.push({ text: text.slice(0, longestBlock), number: this.#number, startsParagraph: this.#isAfterBlank });
    this.#isAfterBlank = false;
  }

  #paper(comments: string | undefined): SourceRecord {
    const { place, excerpt, isTooLong, headings, title, abstract } = this.#close();
    for (const heading of headings) this.#days.notice(heading);
    return paperOrRefusal(place, excerpt, () => {
      if (isTooLong) throw new RecordFault(undefined, `the block is longer than ${longestBlock / 1024} KiB`);
      if (title === "") throw new RecordFault("title", "there is no title before the number of authors");
      if (abstract === "") throw new RecordFault("abstract", "there is one line for title and abstract");
      return paperOf(
        {
          ids: [],
          nameless: true,
          title,
          abstract,
          listed: this.#days.dateOf(this.#day),
          comments: comments === undefined ? undefined : Number(comments),
        },
        name,
      );
    });
  }

  #refusal(reason: string): SourceRecord {
    const { place, excerpt } = this.#close();
    return refused(place, excerpt, reason);
  }

  #close() {
    const [lines, isTooLong] = [this.#lines, this.#length > longestBlock];
    const block = textOfBlock(lines, this.#isFirst);
    const line = lines[block.headings.length]?.number ?? this.#authorsNumber;
    this.#lines = [];
    this.#length = 0;
    this.#isFirst = false;
    this.#foot = "none";
    return { ...block, isTooLong, place: { file: this.#file, line }, excerpt: block.title };
  }
}
