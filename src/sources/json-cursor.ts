/** A place in a text that comes in blocks: looks on, fetches more, and keeps no more than is open. */
import { passOver } from "./json-scanner.ts";

/** Text that is kept before the place: it tells how a broken record was set in. */
export const lookBehind = 1_000;

export class TextCursor {
  /** The part of the text that is in memory. */
  text = "";
  /** Where reading stands in that part. */
  at = 0;
  /** How many characters came before that part. */
  #dropped = 0;
  /** From here on text is kept; counted as `here` is. */
  keep: number | undefined;
  #line = 1;
  /** Up to here the lines are counted. */
  #counted = 0;
  readonly #blocks: AsyncIterator<string>;

  constructor(blocks: AsyncIterable<string>) {
    this.#blocks = blocks[Symbol.asyncIterator]();
  }

  /** The place, counted from the beginning of the whole text. */
  get here(): number {
    return this.#dropped + this.at;
  }

  set here(place: number) {
    this.at = place - this.#dropped;
  }

  /** Where a place of the whole text is in `text`. */
  indexOf(place: number): number {
    return place - this.#dropped;
  }

  /** The place that an index into `text` stands for. */
  placeOf(index: number): number {
    return this.#dropped + index;
  }

  /** Fetches the next block. @returns whether there was one. */
  async more(): Promise<boolean> {
    const next = await this.#blocks.next();
    if (next.done === true) return false;
    const first = Math.max(0, Math.min(this.at, this.keep === undefined ? this.at : this.indexOf(this.keep)) - lookBehind);
    this.#countLines(this.#dropped + first);
    // Joined rather than added: searching in a text made by addition is slow.
    this.text = [this.text.slice(first), next.value].join("");
    this.#dropped += first;
    this.at -= first;
    return true;
  }

  /** Passes over what a sticky `pattern` matches. @returns the character behind it; undefined where that is not in memory. */
  look(pattern: RegExp): number | undefined {
    this.at = passOver(pattern, this.text, this.at);
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : undefined;
  }

  /** As {@link look}, with more text where that is needed. @returns undefined at the end of the text. */
  async next(pattern: RegExp): Promise<number | undefined> {
    let found = this.look(pattern);
    while (found === undefined && (await this.more())) found = this.look(pattern);
    return found;
  }

  /** The text from a kept place up to where reading stands. */
  since(place: number): string {
    return this.text.slice(this.indexOf(place), this.at);
  }

  /** The number of the line of a place; a later call may not ask for an earlier one. */
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
