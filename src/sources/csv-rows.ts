/**
 * Rows of delimited text (RFC 4180 and what people make of it), at constant memory. A quotation mark that is out of place is a
 * character like any other, and one that is never closed costs its own row only: tables of titles have both.
 */
import { longestRecord } from "./text-blocks.ts";
import { readLineBatches } from "./text-lines.ts";

export interface CsvRow {
  /** The number of its first line, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Whether quotation marks in it are out of place, so that cells may have been divided where they should not. */
  readonly isDoubtful: boolean;
  /** Longer than `longestRecord`: there is no more of it than its beginning. */
  readonly isTooLong: boolean;
}

/**
 * @param delimiterOf tells from the first line with anything in it. Excel's `sep=;` is followed and passed over, empty lines are
 * passed over.
 */
export async function* readCsvRows(bytes: AsyncIterable<Uint8Array>, delimiterOf: (line: string) => string): AsyncIterable<CsvRow> {
  let delimiter: string | undefined;
  let open: OpenRow | undefined;
  for await (const { first, lines } of readLineBatches(bytes)) {
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] ?? "";
      if (open === undefined && (line === "" || line.trim() === "")) continue;
      if (delimiter === undefined) {
        const [, named] = /^sep=(.)$/.exec(line) ?? [];
        delimiter = named ?? delimiterOf(line.slice(0, longestHeader));
        if (named !== undefined) continue;
      }
      if (line.length > longestRecord) {
        if (open !== undefined) yield* open.asLines();
        open = undefined;
        yield { line: first + at, cells: [line.slice(0, 200)], isDoubtful: true, isTooLong: true };
        continue;
      }
      if (open === undefined && !line.includes('"')) {
        yield { line: first + at, cells: line.split(delimiter), isDoubtful: false, isTooLong: false };
        continue;
      }
      open ??= new OpenRow(first + at, delimiter);
      const state = open.take(line);
      if (state === "whole") yield open.row();
      else if (state === "broken" || open.length > longestRecord) yield* open.asLines();
      else continue;
      open = undefined;
    }
  }
  if (open !== undefined) yield* open.asLines();
}

/** A header is not longer. */
const longestHeader = 64 * 1024;

/** A mark that opens a cell; some put a space before it. */
const opening = / *"/y;

/** A row with quotation marks, of which the end is not found yet. */
class OpenRow {
  length = 0;
  readonly #line: number;
  readonly #delimiter: string;
  readonly #lines: string[] = [];
  readonly #cells: string[] = [];
  /** The text of the quoted cell that is open. */
  #quoted: string | undefined;
  #isDoubtful = false;

  constructor(line: number, delimiter: string) {
    this.#line = line;
    this.#delimiter = delimiter;
  }

  /**
   * Takes the next line. @returns `open` where a quoted cell goes on in the next one, `broken` where a mark stands in the middle of
   * a cell that has gone on from another line, so that it will have been opened by mistake.
   */
  take(line: string): "whole" | "open" | "broken" {
    this.#lines.push(line);
    this.length += line.length + 1;
    let goesOn = this.#quoted !== undefined;
    for (let at = 0; at <= line.length; goesOn = false) {
      if (this.#quoted === undefined) {
        opening.lastIndex = at;
        const mark = opening.exec(line)?.[0];
        if (mark === undefined) {
          at = this.#takeBare(line, at, "");
          continue;
        }
        this.#quoted = "";
        at += mark.length;
      }
      const end = this.#takeQuoted(line, at);
      if (end === undefined) return "open";
      const text = this.#quoted;
      const stop = this.#endOfCell(line, end);
      if (line.slice(end, stop).trim() === "") {
        this.#cells.push(text);
        at = stop + 1;
      } else if (goesOn) return "broken";
      // `"Why?" she asked` begins with a word in quotes, and is not quoted.
      else at = this.#takeBare(line, end, `"${text}"`);
      this.#quoted = undefined;
    }
    return "whole";
  }

  row(): CsvRow {
    return { line: this.#line, cells: this.#cells, isDoubtful: this.#isDoubtful, isTooLong: this.length > longestRecord };
  }

  /** The lines taken so far, each as a row of its own. */
  *asLines(): Generator<CsvRow> {
    for (const [at, line] of this.#lines.entries()) {
      if (line.trim() === "") continue;
      const row = new OpenRow(this.#line + at, this.#delimiter);
      row.take(line);
      row.#isDoubtful = true;
      if (row.#quoted !== undefined) row.#cells.push(...`"${row.#quoted.trimEnd()}`.split(this.#delimiter).slice(0, 1_000));
      yield row.row();
    }
  }

  /** @param before what has been taken of the cell. @returns where the next one begins. */
  #takeBare(line: string, at: number, before: string): number {
    const stop = this.#endOfCell(line, at);
    const text = before + line.slice(at, stop);
    if (text.includes('"')) this.#isDoubtful = true;
    this.#cells.push(text);
    return stop + 1;
  }

  /** @returns where the text behind the closing mark begins; undefined where there is none in this line. */
  #takeQuoted(line: string, from: number): number | undefined {
    let text = this.#quoted ?? "";
    for (let at = from; ; ) {
      const mark = line.indexOf('"', at);
      text += line.slice(at, mark === -1 ? undefined : mark);
      this.#quoted = mark === -1 ? `${text}\n` : text;
      if (mark === -1) return undefined;
      if (line[mark + 1] !== '"') return mark + 1;
      text += '"';
      at = mark + 2;
    }
  }

  #endOfCell(line: string, at: number): number {
    const stop = line.indexOf(this.#delimiter, at);
    return stop === -1 ? line.length : stop;
  }
}
