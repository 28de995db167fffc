/**
 * Rows of delimited text (RFC 4180, and what people make of it), at constant memory. A misplaced quotation mark is an ordinary character,
 * and one that is never closed affects only its own row: tables of titles contain both.
 */
import { longestRecord } from "./text-blocks.ts";
import { readLineBatches } from "./text-lines.ts";

export interface CsvRow {
  /** The number of its first line, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Whether it contains misplaced quotation marks, so that its cells may have been split wrongly. */
  readonly isDoubtful: boolean;
  /** Longer than `longestRecord`; then only its beginning is kept. */
  readonly isTooLong: boolean;
}

/**
 * Excel's line `sep=;` is obeyed and skipped, and so are empty lines.
 * @param delimiterOf determines the delimiter from the first line that is not empty.
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

/** No header is longer. */
const longestHeader = 64 * 1024;

/** A quotation mark that opens a cell; some programs put a space before it. */
const opening = / *"/y;

/** A row with quotation marks whose end has not been found yet. */
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
   * Takes the next line. @returns `open` if a quoted cell continues in the next line; `broken` if a quotation mark appears in the middle of
   * a cell that began in an earlier line, so that it was probably opened by mistake.
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
      // `"Why?" she asked` begins with a word in quotes, but is not a quoted cell.
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

  /** @param before the text of the cell so far. @returns where the next cell begins. */
  #takeBare(line: string, at: number, before: string): number {
    const stop = this.#endOfCell(line, at);
    const text = before + line.slice(at, stop);
    if (text.includes('"')) this.#isDoubtful = true;
    this.#cells.push(text);
    return stop + 1;
  }

  /** @returns where the text after the closing mark begins; undefined if this line has no closing mark. */
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
