/** Positions where words begin in texts, sorted by the text that follows; and merging two such lists, a few positions at a time. */

const space = " ".charCodeAt(0);

/** For each position: which text, and the offset in it. */
export interface PrefixSegment {
  readonly texts: Uint32Array;
  readonly starts: Uint16Array;
}

/** All positions in these texts where a word begins. @param keys of `core/suggest.ts`, by number. */
export function sortPlaces(texts: readonly number[], keys: readonly string[]): PrefixSegment {
  const places: { text: number; key: string; start: number }[] = [];
  for (const text of texts) {
    const key = keys[text] ?? "";
    for (let start = 0, end = 0; end !== -1; start = end + 1) {
      places.push({ text, key, start });
      end = key.indexOf(" ", start);
    }
  }
  places.sort((a, b) => compareFrom(a.key, a.start, b.key, b.start));
  return { texts: Uint32Array.from(places, ({ text }) => text), starts: Uint16Array.from(places, ({ start }) => start) };
}

/** The range of positions of a segment whose text starts with a prefix: start (inclusive), end (exclusive). */
export function rangeOf({ texts, starts }: PrefixSegment, keys: readonly string[], beginning: string): readonly [number, number] {
  const search = (isBehind: (order: number) => boolean, from: number) => {
    let [low, high] = [from, texts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBehind(compareBeginning(keys[texts[middle] ?? 0] ?? "", starts[middle] ?? 0, beginning))) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const first = search((order) => order >= 0, 0);
  return [first, search((order) => order > 0, first)];
}

/** Merges two segments, omitting retired texts. */
export class PrefixMerge {
  /** Texts whose positions were omitted. */
  readonly leftOut = new Set<number>();
  private readonly texts: Uint32Array;
  private readonly starts: Uint16Array;
  private length = 0;
  private ofFirst = 0;
  private ofSecond = 0;

  constructor(
    readonly first: PrefixSegment,
    readonly second: PrefixSegment,
    private readonly keys: readonly string[],
    /** A snapshot: some positions of a text that is retired later may have been merged already. */
    private readonly retired: ReadonlySet<number>,
  ) {
    this.texts = new Uint32Array(first.texts.length + second.texts.length);
    this.starts = new Uint16Array(this.texts.length);
  }

  get size(): number {
    return this.texts.length;
  }

  /** Merges up to so many positions. @returns whether the merge is complete. */
  advance(places: number): boolean {
    const { first, second, keys } = this;
    for (let done = 0; done < places; done++) {
      const [hasFirst, hasSecond] = [this.ofFirst < first.texts.length, this.ofSecond < second.texts.length];
      if (!hasFirst && !hasSecond) return true;
      const [textOfFirst, textOfSecond] = [first.texts[this.ofFirst] ?? 0, second.texts[this.ofSecond] ?? 0];
      const [startOfFirst, startOfSecond] = [first.starts[this.ofFirst] ?? 0, second.starts[this.ofSecond] ?? 0];
      const takesFirst =
        hasFirst && (!hasSecond || compareFrom(keys[textOfFirst] ?? "", startOfFirst, keys[textOfSecond] ?? "", startOfSecond) <= 0);
      if (takesFirst) {
        this.take(textOfFirst, startOfFirst);
        this.ofFirst++;
      } else {
        this.take(textOfSecond, startOfSecond);
        this.ofSecond++;
      }
    }
    return false;
  }

  result(): PrefixSegment {
    if (this.leftOut.size === 0) return { texts: this.texts, starts: this.starts };
    return { texts: this.texts.slice(0, this.length), starts: this.starts.slice(0, this.length) };
  }

  private take(text: number, start: number): void {
    if (this.retired.has(text)) {
      this.leftOut.add(text);
      return;
    }
    this.texts[this.length] = text;
    this.starts[this.length] = start;
    this.length++;
  }
}

function compareFrom(a: string, startA: number, b: string, startB: number): number {
  const [restA, restB] = [a.length - startA, b.length - startB];
  const end = Math.min(restA, restB);
  for (let at = 0; at < end; at++) {
    const difference = a.charCodeAt(startA + at) - b.charCodeAt(startB + at);
    if (difference !== 0) return difference;
  }
  return restA - restB;
}

/** 0 if the text at the position starts with the prefix. */
function compareBeginning(key: string, start: number, beginning: string): number {
  for (let at = 0; at < beginning.length; at++) {
    if (start + at > key.length) return -1;
    // The last word counts as followed by a space, like the others.
    const own = start + at === key.length ? space : key.charCodeAt(start + at);
    const difference = own - beginning.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return 0;
}
