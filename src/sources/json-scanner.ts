/**
 * Finds the end of one JSON value in a text that arrives in pieces. It checks what the end depends on: quotes, brackets, and which tokens
 * may follow each other. Numbers, words and escapes are left to `JSON.parse`.
 */

export const code = {
  lineFeed: 10,
  space: 32,
  quote: 34,
  comma: 44,
  colon: 58,
  openList: 91,
  backslash: 92,
  closeList: 93,
  openObject: 123,
  closeObject: 125,
} as const;

/** Bit flags for what may come next. */
const may = { beginValue: 1, end: 2, beginName: 4, colon: 8, comma: 16 } as const;

const expectations = new Map<number, string>([
  [may.beginValue, "a value"],
  [may.beginValue + may.end, "a value or “]”"],
  [may.beginName, "a name in quotes"],
  [may.beginName + may.end, "a name in quotes or “}”"],
  [may.colon, "“:”"],
  [may.comma + may.end, "“,” or the end of what is open"],
]);

/** Deeper nesting than any record has; each level takes memory. */
const deepest = 10_000;

/** Numbers, `true`, `NaN`: values without a mark at their beginning. */
const startOfWord = /[-+.\p{L}\p{N}_]/u;
const restOfWord = /[^\s"{}[\]:,]*/y;

/** The end of what a sticky `pattern` matches at `at`; `at` itself if it does not match. */
export function passOver(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

export type ScanState = "ended" | "paused" | "broken";

export class ValueScanner {
  /** The current position in the text that was passed last. */
  at = 0;
  /** Why the value is broken. */
  fault = "";
  #expected: number = may.beginValue;
  #inside: "nothing" | "text" | "word" = "nothing";
  /** The closing brackets of the lists and objects that are open, outermost first. */
  #open: number[] = [];
  #isLenient = false;
  /** The last position where the text could be cut and the open lists and objects closed. */
  #safe = 0;
  readonly #backslashes = new Finder("\\");
  readonly #lineFeeds = new Finder("\n");

  /** Prepares for another value. */
  reset(): void {
    this.#expected = may.beginValue;
    this.#inside = "nothing";
    this.#open.length = 0;
    this.#isLenient = false;
    this.#safe = 0;
  }

  /**
   * Continues to the end of a broken value, counting brackets and ignoring everything else.
   * @param depth the number of objects that are open around the scanned value.
   */
  forgive(depth: number): void {
    this.#isLenient = true;
    this.#inside = "nothing";
    for (let at = 0; at < depth; at++) this.#open.push(code.closeObject);
  }

  /** Whether the value is complete if the text ends here: numbers and words have no mark at their end. */
  get mayEndHere(): boolean {
    return this.#inside === "word" && this.#open.length === 0;
  }

  /** For a text scanned in one piece: how much of it can be used, and the brackets that close it there. */
  get usable(): { readonly end: number; readonly closing: string } {
    const closing = this.#open
      .map((closer) => String.fromCharCode(closer))
      .reverse()
      .join("");
    return { end: this.#safe, closing };
  }

  /**
   * @param from where the value begins, or where the last call stopped.
   * @returns `paused` at the end of the text, with `at` as the position to continue from once there is more.
   */
  scan(text: string, from: number): ScanState {
    this.at = from;
    this.#lineFeeds.enter(text);
    this.#backslashes.enter(text);
    while (this.at < text.length) {
      const state =
        this.#inside === "nothing" ? this.#readMark(text) : this.#inside === "text" ? this.#readText(text) : this.#readWord(text);
      if (state !== undefined) return state;
    }
    return "paused";
  }

  #readText(text: string): ScanState | undefined {
    const end = text.indexOf('"', this.at);
    const stop = end === -1 ? text.length : end;
    const lineFeed = this.#lineFeeds.next(this.at);
    const backslash = this.#backslashes.next(this.at);
    if (backslash < stop && backslash + 1 !== lineFeed && backslash < lineFeed) {
      this.at = backslash + 2;
      if (this.at <= text.length) return undefined;
      this.at = backslash;
      return "paused";
    }
    if (lineFeed < stop) {
      this.at = lineFeed;
      // A string cannot continue on another line, so its end is missing.
      if (!this.#isLenient) return this.#break("a text in quotes does not end on its line");
      this.#inside = "nothing";
      return undefined;
    }
    this.at = stop;
    if (end === -1) return "paused";
    this.at++;
    this.#inside = "nothing";
    if ((this.#expected & may.beginName) === 0) return this.#finishValue();
    this.#expected = may.colon;
    return undefined;
  }

  #readWord(text: string): ScanState | undefined {
    this.at = passOver(restOfWord, text, this.at);
    if (this.at === text.length) return "paused";
    this.#inside = "nothing";
    return this.#finishValue();
  }

  #readMark(text: string): ScanState | undefined {
    const found = text.charCodeAt(this.at);
    if (found <= code.space) {
      this.at++;
      return undefined;
    }
    const allowed = this.#isLenient ? -1 : this.#expected;
    switch (found) {
      case code.quote:
        if ((allowed & (may.beginValue | may.beginName)) === 0) break;
        this.#inside = "text";
        this.at++;
        return undefined;
      case code.openList:
      case code.openObject:
        if ((allowed & may.beginValue) === 0) break;
        return this.#openUp(found === code.openList);
      case code.closeList:
      case code.closeObject:
        if (this.#isLenient && this.#open.length === 0) return "ended";
        if ((allowed & may.end) === 0 || (!this.#isLenient && this.#open[this.#open.length - 1] !== found)) break;
        this.#open.pop();
        this.at++;
        return this.#finishValue();
      case code.comma:
        if (this.#isLenient && this.#open.length === 0) return "ended";
        if ((allowed & may.comma) === 0) break;
        this.#expected = this.#open[this.#open.length - 1] === code.closeList ? may.beginValue : may.beginName;
        this.at++;
        return undefined;
      case code.colon:
        if ((allowed & may.colon) === 0) break;
        this.#expected = may.beginValue;
        this.at++;
        return undefined;
      default:
        if (this.#isLenient) this.at++;
        else if ((allowed & may.beginValue) !== 0 && startOfWord.test(text.charAt(this.at))) this.#inside = "word";
        else break;
        return undefined;
    }
    return this.#break(unexpectedReason(text, this.at, expectations.get(this.#expected) ?? "something else"));
  }

  #openUp(isList: boolean): ScanState | undefined {
    if (this.#open.length >= deepest) return this.#break(`more than ${deepest} lists and objects are open`);
    this.#open.push(isList ? code.closeList : code.closeObject);
    this.#expected = isList ? may.beginValue + may.end : may.beginName + may.end;
    this.at++;
    this.#safe = this.at;
    return undefined;
  }

  #finishValue(): ScanState | undefined {
    this.#expected = may.comma + may.end;
    this.#safe = this.at;
    return this.#open.length === 0 ? "ended" : undefined;
  }

  #break(fault: string): ScanState {
    this.fault = fault;
    return "broken";
  }
}

/** The occurrences of one character in a text, each searched for once. */
class Finder {
  #text = "";
  #from = 0;
  #at = -1;

  constructor(readonly character: string) {}

  /** Sets the text to search. Called once for many searches, because comparing strings that are equal but not identical is slow. */
  enter(text: string): void {
    if (text !== this.#text) this.#at = -1;
    this.#text = text;
  }

  /** @returns the first occurrence at or after `from`; infinity if there is none. Cheap for ascending positions. */
  next(from: number): number {
    if (from > this.#at || from < this.#from) {
      const found = this.#text.indexOf(this.character, from);
      this.#from = from;
      this.#at = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#at;
  }
}

/** @param expected what should be at this position. */
export function unexpectedReason(text: string, at: number, expected: string): string {
  return `“${String.fromCodePoint(text.codePointAt(at) ?? code.space)}” stands where ${expected} should be`;
}
