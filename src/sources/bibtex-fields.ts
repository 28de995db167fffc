/** Splits a BibTeX entry into its key and its fields, and replaces names of strings by their values. TeX is left as it is. */
import { backslash, closeBrace, openBrace, quote } from "./bibtex-characters.ts";
import { RecordFault } from "./record.ts";
import { longestRecord, tooLongReason } from "./text-blocks.ts";

export interface BibtexFields {
  readonly key: string;
  /** Values by lower-case field name. */
  readonly fields: ReadonlyMap<string, string>;
}

/** `@string`s by lower-case name. A name without a value stands for itself: `jan`, `cacm`. */
export type BibtexStrings = ReadonlyMap<string, string>;

/**
 * @param body the text between the braces of an entry.
 * @param escapes whether a backslash excludes a brace from the count.
 * Throws `RecordFault`, naming the field in which the entry breaks.
 */
export function readBibtexFields(body: string, escapes: boolean, strings: BibtexStrings): BibtexFields {
  const reader = new FieldReader(body, escapes, strings);
  return { key: reader.key(), fields: reader.fields() };
}

/** The names and values of an `@string`. Throws `RecordFault`. */
export function readBibtexString(body: string, escapes: boolean, strings: BibtexStrings): ReadonlyMap<string, string> {
  return new FieldReader(body, escapes, strings).fields();
}

class FieldReader {
  readonly #text: string;
  readonly #escapes: boolean;
  readonly #strings: BibtexStrings;
  #at = 0;
  /** The total length of the strings inserted so far: a few names can make a short record very long. */
  #named = 0;

  constructor(text: string, escapes: boolean, strings: BibtexStrings) {
    this.#text = text;
    this.#escapes = escapes;
    this.#strings = strings;
  }

  /** The text before the first comma, or before the first field if the comma or the key is missing. */
  key(): string {
    const end = this.#text.search(/[,=]/);
    const head = end === -1 ? this.#text : this.#text.slice(0, end);
    if (end === -1 || this.#text[end] === ",") {
      this.#at = end === -1 ? this.#text.length : end + 1;
      return head.trim();
    }
    const words = head.trim().split(/\s+/);
    const name = words.pop() ?? "";
    this.#at = head.lastIndexOf(name);
    return words.join(" ");
  }

  fields(): Map<string, string> {
    const fields = new Map<string, string>();
    for (;;) {
      this.#skipComments();
      if (this.#at >= this.#text.length) return fields;
      const name = this.#take(/[^\s=,{}"#%()]+/y).toLowerCase();
      if (name === "") throw new RecordFault(undefined, `“${this.#text.slice(this.#at, this.#at + 20)}” stands where a field should begin`);
      this.#skip(/\s*/y);
      if (this.#text[this.#at] !== "=") throw new RecordFault(name, "there is no “=” behind the name of the field");
      this.#at++;
      const value = this.#value(name);
      const earlier = fields.get(name);
      if (earlier === undefined) fields.set(name, value);
      else if (name === "keywords") fields.set(name, `${earlier}, ${value}`);
    }
  }

  #value(name: string): string {
    const pieces: string[] = [];
    for (;;) {
      this.#skip(/\s*/y);
      const next = this.#text[this.#at];
      if (next === "{") pieces.push(this.#until("}", name));
      else if (next === '"') pieces.push(this.#until('"', name));
      else {
        const bare = this.#take(/[^\s,#{}"=]+/y);
        const piece = this.#strings.get(bare.toLowerCase()) ?? bare;
        this.#named += piece.length;
        if (this.#named > longestRecord) throw new RecordFault(name, `with the strings that it names ${tooLongReason}`);
        pieces.push(piece);
      }
      this.#skip(/\s*/y);
      if (this.#text[this.#at] !== "#") return pieces.join("");
      this.#at++;
    }
  }

  /** The value between the delimiter at the current place and its end, ignoring ends within inner braces. */
  #until(end: string, name: string): string {
    const text = this.#text;
    const start = this.#at + 1;
    const last = end.charCodeAt(0);
    let depth = 0;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === last && depth === 0) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === backslash && (this.#escapes || text.charCodeAt(at + 1) === quote)) at++;
      else if (code === openBrace) depth++;
      else if (code === closeBrace) depth--;
      if (depth < 0) break;
    }
    throw new RecordFault(name, end === '"' ? "its quotation marks or braces are not closed" : "its braces are not closed");
  }

  /** Skips what may appear between fields; comments are allowed by BibLaTeX. */
  #skipComments(): void {
    this.#skip(/[\s,]*/y);
    while (this.#text[this.#at] === "%") {
      this.#skip(/.*/y);
      this.#skip(/[\s,]*/y);
    }
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #skip(pattern: RegExp): void {
    this.#take(pattern);
  }
}
