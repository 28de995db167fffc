/**
 * Finds the entries of a BibTeX file in a stream of text. Only braces and the beginnings of entries matter here, so that an entry that is
 * broken inside, or never closed, does not affect any other.
 */
import { backslash, closeBrace, openBrace, quote } from "./bibtex-characters.ts";
import { longestRecord, tooLongReason } from "./text-blocks.ts";

export interface RawEntry {
  /** Lower case: `article`, `string`, … */
  readonly type: string;
  /** The number of the line with its `@`. */
  readonly line: number;
  /** The text between its braces; only the beginning if there is a fault. */
  readonly body: string;
  /** Whether a backslash excludes a brace from the count, as programs write it; BibTeX itself counts all braces. */
  readonly escapes: boolean;
  /** Why the entry cannot be read. */
  readonly fault: string | undefined;
}

/** In running text, `@home (today)` is not an entry: a parenthesis must be followed by a key or a name. */
const header = /@[ \t]*([A-Za-z][\w-]{0,40})(?:\s*(\{)|[ \t]*(\()(?=\s*[^\s,(){}=]+[ \t]*[,=]))/y;
/** The header of an entry that lacks its brace: one of BibTeX's types, and the comma that follows a key. */
const bareHeader =
  /@(article|book|booklet|collection|conference|dataset|inbook|incollection|inproceedings|manual|mastersthesis|misc|online|patent|phdthesis|proceedings|report|software|techreport|thesis|unpublished)[ \t]*(?:[\w:./+-]+[ \t]*)?,[ \t]*(?=\n)/iy;
/** A header that may continue in the next block. */
const openHeader = /@[ \t]*(?:[A-Za-z][\w-]{0,40}\s*(?:\(\s*)?)?$/y;
/** The beginning of an entry at the start of a line, as certain as it can be inside another entry. */
const nextEntry = /[ \t]*@(?:[A-Za-z]+[ \t]*[{(][ \t]*(?:[^\s"#%'(),={}@]+[ \t]*,|\n)|(?:string|preamble|comment)[ \t]*[{(])/iy;

const closeParenthesis = 41;
const lineFeed = 10;
const percent = 37;
const atSign = 64;

interface OpenEntry {
  readonly type: string;
  readonly line: number;
  readonly isBraced: boolean;
  parts: string[];
  length: number;
  depth: number;
  /** The depth if braces after a backslash are counted too. */
  fullDepth: number;
  /** Where in the body the entry would end by that count. */
  fullEnd: number | undefined;
  isEscaped: boolean;
  isQuoted: boolean;
  isAtLineStart: boolean;
}

/** Takes text in blocks that end at line ends. */
export class EntryFinder {
  #line = 1;
  #held = "";
  #open: OpenEntry | undefined;
  /** What the current line contains so far, outside entries. */
  #lineHas: "nothing" | "text" | "a comment" = "nothing";
  /** Set once a comment was never closed: it then ends with its line, and so do all later comments. */
  #commentsAreLines = false;

  *take(block: string): Generator<RawEntry> {
    const text = this.#held + block;
    this.#held = "";
    let at = 0;
    while (at < text.length) {
      if (this.#open === undefined) {
        const [end, fault] = this.#findEntry(text, at);
        at = end;
        if (fault !== undefined) yield fault;
      } else {
        const opened: OpenEntry = this.#open;
        const [end, entry] = this.#readEntry(text, at, opened);
        at = end;
        if (entry === "comment again") yield* this.#readAgain(opened, text.slice(at));
        else if (entry !== undefined) yield entry;
        if (entry === "comment again") return;
      }
    }
  }

  /** The entry that is still open at the end of the text. */
  *end(): Generator<RawEntry> {
    const opened = this.#open;
    this.#open = undefined;
    if (opened === undefined) return;
    if (opened.type === "comment") {
      yield* this.#readAgain(opened, "");
      yield* this.end();
    } else yield closed(opened, "it is not closed before the end of the file");
  }

  *#readAgain(comment: OpenEntry, rest: string): Generator<RawEntry> {
    this.#commentsAreLines = true;
    this.#open = undefined;
    this.#line = comment.line;
    this.#lineHas = "text";
    yield* this.take(comment.parts.join("") + rest);
  }

  /** Looks for the next header. @returns where to continue, and an entry that ends with its header. */
  #findEntry(text: string, from: number): [at: number, broken?: RawEntry] {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === lineFeed) {
        this.#line++;
        this.#lineHas = "nothing";
      } else if (this.#lineHas === "a comment" || code === 32 || code === 9) continue;
      else if (code === percent && this.#lineHas === "nothing") this.#lineHas = "a comment";
      else {
        const isFirst = this.#lineHas === "nothing";
        this.#lineHas = "text";
        if (code !== atSign) continue;
        header.lastIndex = at;
        const [found, type = "", brace] = header.exec(text) ?? [];
        if (found !== undefined && !(this.#commentsAreLines && type.toLowerCase() === "comment")) {
          this.#open = openEntry(type.toLowerCase(), this.#line, brace !== undefined);
          this.#line += found.split("\n").length - 1;
          return [at + found.length];
        }
        bareHeader.lastIndex = at;
        const [bare, bareType = ""] = (isFirst && bareHeader.exec(text)) || [];
        if (bare !== undefined) {
          const fault = "there is no brace behind its type";
          return [at + bare.length, { type: bareType.toLowerCase(), line: this.#line, body: bare, escapes: true, fault }];
        }
        openHeader.lastIndex = at;
        if (text.length - at < 100 && openHeader.test(text)) {
          this.#held = text.slice(at);
          return [text.length];
        }
      }
    }
    return [text.length];
  }

  /** Continues an open entry. @returns where to continue, and the entry if it ends. */
  #readEntry(text: string, from: number, entry: OpenEntry): [at: number, entry?: RawEntry | "comment again"] {
    for (let at = from; at < text.length; at++) {
      if (entry.isAtLineStart) {
        entry.isAtLineStart = false;
        if (entry.type !== "comment" && isNextEntry(text, at)) {
          this.#keep(entry, text.slice(from, at));
          return [at, this.#close(entry, `it is not closed before the next entry begins in line ${this.#line}`)];
        }
      }
      const code = text.charCodeAt(at);
      if (code === lineFeed) {
        this.#line++;
        entry.isEscaped = false;
        entry.isAtLineStart = true;
      } else if (entry.isEscaped) {
        entry.isEscaped = false;
        if (code === openBrace) entry.fullDepth++;
        else if (code === closeBrace && --entry.fullDepth === 0) entry.fullEnd ??= entry.length + at - from;
      } else if (code === backslash) entry.isEscaped = true;
      else if (code === openBrace) {
        entry.depth++;
        entry.fullDepth++;
      } else if (code === closeBrace) {
        entry.depth--;
        if (--entry.fullDepth === 0) entry.fullEnd ??= entry.length + at - from;
        if (entry.depth <= 0 && entry.isBraced) return this.#finish(entry, text, from, at);
      } else if (code === quote && entry.depth === 0) entry.isQuoted = !entry.isQuoted;
      else if (code === closeParenthesis && !entry.isBraced && entry.depth <= 0 && !entry.isQuoted)
        return this.#finish(entry, text, from, at);
    }
    this.#keep(entry, text.slice(from));
    if (entry.length <= longestRecord) return [text.length];
    if (entry.type === "comment") return [text.length, "comment again"];
    return [text.length, this.#close(entry, tooLongReason)];
  }

  #keep(entry: OpenEntry, text: string): void {
    entry.parts.push(text);
    entry.length += text.length;
  }

  #finish(entry: OpenEntry, text: string, from: number, at: number): [number, RawEntry] {
    this.#keep(entry, text.slice(from, at));
    this.#open = undefined;
    const fault = entry.length > longestRecord ? tooLongReason : undefined;
    return [at + 1, { type: entry.type, line: entry.line, body: bodyOf(entry, fault), escapes: true, fault }];
  }

  #close(entry: OpenEntry, fault: string): RawEntry {
    this.#open = undefined;
    this.#lineHas = "nothing";
    return closed(entry, fault);
  }
}

function openEntry(type: string, line: number, isBraced: boolean): OpenEntry {
  const depth = isBraced ? 1 : 0;
  return {
    type,
    line,
    isBraced,
    parts: [],
    length: 0,
    depth,
    fullDepth: depth,
    fullEnd: undefined,
    isEscaped: false,
    isQuoted: false,
    isAtLineStart: false,
  };
}

/** An entry that was not closed; it may be complete if all braces are counted. */
function closed(entry: OpenEntry, fault: string): RawEntry {
  const { type, line, fullEnd } = entry;
  if (fullEnd === undefined || !entry.isBraced || entry.length > longestRecord)
    return { type, line, body: bodyOf(entry, fault), escapes: true, fault };
  return { type, line, body: bodyOf(entry, undefined).slice(0, fullEnd), escapes: false, fault: undefined };
}

function bodyOf(entry: OpenEntry, fault: string | undefined): string {
  return fault === undefined ? entry.parts.join("") : entry.parts.join("").slice(0, 1_000);
}

function isNextEntry(text: string, at: number): boolean {
  // A quick check, so that the pattern is tried only on candidate lines.
  const first = text.charCodeAt(at);
  if (first !== atSign && first !== 32 && first !== 9) return false;
  nextEntry.lastIndex = at;
  return nextEntry.test(text);
}
