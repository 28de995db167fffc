/** A position in a text that arrives in blocks. It looks ahead, fetches more when needed, and keeps no more text than is in use. */
import { passOver } from "./json-scanner.ts";

/** Characters that are kept before the position: they show how a broken record was indented. */
export const lookBehind = 1_000;

export class TextCursor {
  /** The part of the text that is in memory. */
  text = "";
  /** The position of reading within that part. */
  at = 0;
  /** How many characters came before that part. */
  #dropped = 0;
  /** Text from here on is kept; in the coordinates of `here`. */
  keep: number | undefined;
  #line = 1;
  /** How far lines have been counted. */
  #counted = 0;
  readonly #blocks: AsyncIterator<string>;

  constructor(blocks: AsyncIterable<string>) {
    this.#blocks = blocks[Symbol.asyncIterator]();
  }

  /** The position from the beginning of the whole text. */
  get here(): number {
    return this.#dropped + this.at;
  }

  set here(place: number) {
    this.at = place - this.#dropped;
  }

  /** The index into `text` of a position in the whole text. */
  indexOf(place: number): number {
    return place - this.#dropped;
  }

  /** The position in the whole text of an index into `text`. */
  placeOf(index: number): number {
    return this.#dropped + index;
  }

  /** Fetches the next block. @returns whether there was one. */
  async more(): Promise<boolean> {
    const next = await this.#blocks.next();
    if (next.done === true) return false;
    const first = Math.max(0, Math.min(this.at, this.keep === undefined ? this.at : this.indexOf(this.keep)) - lookBehind);
    this.#countLines(this.#dropped + first);
    // Joined rather than concatenated: searching in a concatenated string is slow.
    this.text = [this.text.slice(first), next.value].join("");
    this.#dropped += first;
    this.at -= first;
    return true;
  }

  /** Skips what a sticky `pattern` matches. @returns the code of the character after it; undefined if that is not in memory. */
  look(pattern: RegExp): number | undefined {
    this.at = passOver(pattern, this.text, this.at);
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : undefined;
  }

  /** As {@link look}, fetching more text if needed. @returns undefined at the end of the text. */
  async next(pattern: RegExp): Promise<number | undefined> {
    let found = this.look(pattern);
    while (found === undefined && (await this.more())) found = this.look(pattern);
    return found;
  }

  /** The text from a kept position up to the current one. */
  since(place: number): string {
    return this.text.slice(this.indexOf(place), this.at);
  }

  /** The line number of a position. Positions must not decrease from call to call. */
  lineAt(place: number): number {
    this.#countLines(place);
    return this.#line;
  }

  async close(): Promise<void> {
    await this.#blocks.return?.();
  }

  #countLines(place: number): void {
    const end = this.indexOf(place);
    for (let at = this.text.indexOf("\n", this.indexOf(this.#counted)); at !== -1 && at < end; at = this.text.indexOf("\n", at + 1))
      this.#line++;
    this.#counted = Math.max(this.#counted, place);
  }
}
