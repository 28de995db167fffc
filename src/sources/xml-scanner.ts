/**
 * Finds the tokens of XML (tags, text and sections) without a grammar, as the text arrives. So an error in one place does not keep the rest
 * from being read, and nothing that a document declares (entities, a DTD) is ever evaluated.
 */

/** Called for each token in order. `line` is the line of the token's first character, from 1. */
export interface XmlMarks {
  /** Character data and CDATA sections as written; for comments and processing instructions, only their line feeds. */
  text(raw: string, line: number): void;
  open(raw: string, name: string, line: number): void;
  close(raw: string, name: string, line: number): void;
  /** A token that is never closed, or a tag that contains a `<`. Only its beginning is dropped. */
  broken(reason: string, raw: string, line: number): void;
}

/** Smaller pieces of text are collected first. */
const leastPiece = 32 * 1024;
/** What is longer is no tag. */
export const longestTag = 64 * 1024;
const longestDeclaration = 256 * 1024;
/** The limit for comments, processing instructions and CDATA sections. */
const longestSection = 4 * 1024 * 1024;

const sections = [
  { opening: "<!--", ending: "-->", isText: false, name: "comment" },
  { opening: "<![CDATA[", ending: "]]>", isText: true, name: "CDATA section" },
  { opening: "<?", ending: "?>", isText: false, name: "processing instruction" },
] as const;
type Section = (typeof sections)[number];
const openings = sections.map(({ opening }) => opening);
const declaration = "<!DOCTYPE";

export class XmlScanner {
  readonly #marks: XmlMarks;
  #waiting = "";
  #buffer = "";
  #at = 0;
  #line = 1;
  /** The position of the next line feed in the buffer. */
  #lineEnd = Number.POSITIVE_INFINITY;
  /** For each ending, how far the buffer is known not to contain it, so that unfinished sections are not searched again and again. */
  readonly #searched = new Map<string, number>();

  /** A declaration was not closed. No end is searched for later ones, because there may be very many. */
  #hasOpenDeclaration = false;

  constructor(marks: XmlMarks) {
    this.#marks = marks;
  }

  get line(): number {
    return this.#line;
  }

  write(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length >= leastPiece) this.#scan(false);
  }

  /** Reads as far as possible in the text that has arrived. */
  flush(): void {
    this.#scan(false);
  }

  end(): void {
    this.#scan(true);
  }

  #scan(isLast: boolean): void {
    for (const [ending, until] of this.#searched) this.#searched.set(ending, Math.max(0, until - this.#at));
    this.#buffer = this.#buffer.slice(this.#at) + this.#waiting;
    this.#at = 0;
    this.#waiting = "";
    this.#findLineEnd(0);
    while (this.#at < this.#buffer.length) {
      const start = this.#buffer.indexOf("<", this.#at);
      if (start === -1) this.#emitText(this.#buffer.length);
      else {
        if (start > this.#at) this.#emitText(start);
        if (!this.#readMark(isLast)) return;
      }
    }
  }

  /** Reads the token whose `<` is next. @returns false if its end has not arrived yet. */
  #readMark(isLast: boolean): boolean {
    const [buffer, start] = [this.#buffer, this.#at];
    const next = buffer[start + 1];
    if (next === undefined && !isLast) return false;
    if (next === "!" || next === "?") {
      const section = sections.find(({ opening }) => buffer.startsWith(opening, start));
      if (section !== undefined) return this.#readSection(section, isLast);
      // The opening may be cut off by the end of the buffer.
      const beginning = buffer.slice(start, start + declaration.length).toUpperCase();
      if (!isLast && beginning.length < declaration.length && [...openings, declaration].some((one) => one.startsWith(beginning)))
        return false;
      return this.#readDeclaration(isLast);
    }
    if (next === "/" || (next !== undefined && isNameStart(next))) return this.#readTag(isLast);
    this.#emitText(start + 1);
    return true;
  }

  #readSection({ opening, ending, isText, name }: Section, isLast: boolean): boolean {
    const [buffer, start] = [this.#buffer, this.#at];
    const from = Math.max(start + opening.length, this.#searched.get(ending) ?? 0);
    const found = buffer.indexOf(ending, from);
    // The limit must not depend on how the text was split into pieces.
    if (found !== -1 && found - start < longestSection) {
      if (isText) this.#emitText(found + ending.length);
      else this.#drop(found + ending.length);
      return true;
    }
    if (found === -1) this.#searched.set(ending, Math.max(from, buffer.length - ending.length + 1));
    if (found === -1 && !isLast && buffer.length - start < longestSection) return false;
    this.#emitBroken(`a ${name} is not closed`, start + opening.length);
    return true;
  }

  #readDeclaration(isLast: boolean): boolean {
    const [buffer, start] = [this.#buffer, this.#at];
    if (this.#hasOpenDeclaration || !isDeclaration(buffer, start)) {
      this.#emitText(start + 1);
      return true;
    }
    const end = endOfDeclaration(buffer, start);
    if (end === -1 && !isLast && buffer.length - start < longestDeclaration) return false;
    if (end !== undefined && end !== -1 && end - start <= longestDeclaration) this.#drop(end);
    else {
      this.#hasOpenDeclaration = true;
      this.#emitBroken("a declaration is not closed", start + 2);
    }
    return true;
  }

  #readTag(isLast: boolean): boolean {
    const [buffer, start] = [this.#buffer, this.#at];
    const end = endOfTag(buffer, start);
    const next = end === undefined ? buffer.indexOf("<", start + 1) : end === -1 ? buffer.length : end;
    const isTooLong = next - start > longestTag;
    if (end === -1 && !isLast && !isTooLong) return false;
    if (end === -1 || isTooLong) this.#emitBroken("a tag is not closed", start + 1);
    else if (end === undefined) this.#emitBroken("there is a “<” inside a tag", next);
    else {
      const raw = buffer.slice(start, end);
      const line = this.#advance(end);
      if (raw[1] === "/") this.#marks.close(raw, raw.slice(2, -1).trimEnd(), line);
      else this.#marks.open(raw, nameOfTag(raw), line);
    }
    return true;
  }

  #emitText(end: number): void {
    const raw = this.#buffer.slice(this.#at, end);
    this.#marks.text(raw, this.#advance(end));
  }

  /** Skips text without meaning. Its line feeds are passed on, so that later line numbers stay right. */
  #drop(end: number): void {
    const before = this.#advance(end);
    if (this.#line > before) this.#marks.text("\n".repeat(this.#line - before), before);
  }

  #emitBroken(reason: string, end: number): void {
    const raw = this.#buffer.slice(this.#at, end);
    this.#marks.broken(reason, raw, this.#advance(end));
  }

  /** @returns the line number before. */
  #advance(end: number): number {
    const line = this.#line;
    while (this.#lineEnd < end) {
      this.#line++;
      this.#findLineEnd(this.#lineEnd + 1);
    }
    this.#at = end;
    return line;
  }

  #findLineEnd(from: number): void {
    const found = this.#buffer.indexOf("\n", from);
    this.#lineEnd = found === -1 ? Number.POSITIVE_INFINITY : found;
  }
}

function isNameStart(character: string): boolean {
  return /[A-Za-z_:\u0080-\uffff]/.test(character);
}

function nameOfTag(raw: string): string {
  return /^<([^\s"'<>/=]*)/.exec(raw)?.[1] ?? "";
}

/**
 * @param start the position of its `<`.
 * @returns the position after its `>`; −1 if the text ends first; undefined if another `<` comes first.
 */
export function endOfTag(text: string, start: number): number | undefined {
  const hasValues = text[start + 1] !== "/";
  let quote = "";
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === "<") return undefined;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === ">") return at + 1;
    else if (hasValues && (character === '"' || character === "'")) quote = character;
  }
  return -1;
}

/** Whether `<!DOCTYPE` begins here, the only declaration that may appear outside another one. */
export function isDeclaration(text: string, start: number): boolean {
  return text.slice(start, start + declaration.length).toUpperCase() === declaration;
}

/**
 * @param start the position of `<!DOCTYPE`.
 * @returns the position after its `>`, which follows all of its declarations; −1 if the text ends first; undefined if a tag comes first.
 */
export function endOfDeclaration(text: string, start: number): number | undefined {
  const mark = /<!--|<\?|<[/A-Za-z_]|["'[\]>]/g;
  mark.lastIndex = start + 2;
  let isInside = false;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    const [found] = match;
    if (found === "[") isInside = true;
    else if (found === "]") isInside = false;
    else if (found === ">") {
      if (!isInside) return mark.lastIndex;
    } else if (/^<[/A-Za-z_]/.test(found)) return undefined;
    else {
      const ending = found === "<!--" ? "-->" : found === "<?" ? "?>" : found;
      const end = text.indexOf(ending, mark.lastIndex);
      if (end === -1) return -1;
      mark.lastIndex = end + ending.length;
    }
  }
  return -1;
}
