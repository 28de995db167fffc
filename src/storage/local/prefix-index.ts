/**
 * Finds texts by the beginnings of their words, in memory: a suffix array over words, which is every position where a word begins, sorted
 * by the text that follows. New texts form small segments, which are merged until each is at most half as large as the one before it; large
 * ones in slices. A retired text is skipped at once, and omitted when its segment is merged.
 */
import { holdsWords, isAllOf, typedWords } from "../../core/suggest.ts";
import { PrefixMerge, type PrefixSegment, rangeOf, sortPlaces } from "./prefix-segment.ts";
import type { Slices } from "./slices.ts";

/** Positions that are merged at once; larger merges run in the background. */
const mostAtOnce = 4_096;
/** Positions that are merged between two checks of the clock. */
const step = 256;
/** Retired texts that are tolerated, as long as they are not the majority. */
const mostRetired = 10_000;

const nothing: PrefixSegment = { texts: new Uint32Array(), starts: new Uint16Array() };

export interface NewText {
  /** A key of `core/suggest.ts`, not empty. */
  readonly key: string;
  /** Among texts that fit equally, those with the greatest weight come first. */
  readonly weight: number;
}

export interface Choice {
  readonly limit: number;
  /** Whether a text that begins with the prefix comes before one that has it at a later word. */
  readonly beginningsFirst: boolean;
  /** The order of texts with the same fit and weight; total. */
  readonly compareAlike: (a: number, b: number) => number;
}

export class PrefixIndex {
  private readonly keys: string[] = [];
  private readonly weights: number[] = [];
  private readonly retired = new Set<number>();
  /** Numbers of texts that no segment contains any more. */
  private readonly free: number[] = [];
  private segments: readonly PrefixSegment[] = [];
  /** The merge that is running in the background. */
  private merge: PrefixMerge | undefined;
  private merging: Promise<void> | undefined;
  private mergesLarge = false;

  /** @param closed stops merging. */
  constructor(
    private readonly slices: Slices,
    private readonly closed: AbortSignal,
  ) {}

  /** @returns the number of each text. Numbers are small, and may have been used for other texts before. */
  add(texts: readonly NewText[]): number[] {
    const numbers = texts.map(({ key, weight }) => {
      const number = this.free.pop() ?? this.keys.length;
      this.keys[number] = key;
      this.weights[number] = weight;
      return number;
    });
    if (numbers.length > 0) {
      this.segments = [...this.segments, sortPlaces(numbers, this.keys)];
      this.mergeSegments();
    }
    return numbers;
  }

  key(text: number): string {
    return this.keys[text] ?? "";
  }

  weight(text: number): number {
    return this.weights[text] ?? 0;
  }

  weigh(text: number, weight: number): void {
    this.weights[text] = weight;
  }

  /** Final: its number may be reused for another text. */
  retire(text: number): void {
    this.retired.add(text);
    if (this.isMostlyRetired) this.mergeSegments();
  }

  /** Starts merging large segments. Not done while most texts are still to come, since it would be repeated many times. */
  startMerging(): void {
    this.mergesLarge = true;
    this.mergeSegments();
  }

  /** Resolves when no merge is under way. */
  async settled(): Promise<void> {
    while (this.merging !== undefined) await this.merging;
  }

  /** The best texts by fit (`fitOf` in `core/suggest.ts`), then by weight. @param typed a key of what was typed. */
  best(typed: string, choice: Choice): number[] {
    if (typed === "") return [];
    const top = new TopTexts(this.weights, choice);
    this.visit(typed, (text, start) => {
      const fit = start > 0 ? (choice.beginningsFirst ? 2 : 1) : isAllOf(this.key(text), typed) ? 0 : 1;
      if (top.wouldTake(text, fit)) top.take(text, fit);
    });
    const words = typedWords(typed);
    if (top.isFull || words[0] === typed) return top.texts();
    const [rarest] = words.map((word) => ({ word, places: this.count(word) })).sort((a, b) => a.places - b.places);
    this.visit(rarest?.word ?? "", (text) => {
      if (top.wouldTake(text, 3) && holdsWords(this.key(text), words)) top.take(text, 3);
    });
    return top.texts();
  }

  private count(beginning: string): number {
    return this.segments.reduce((sum, segment) => {
      const [first, end] = rangeOf(segment, this.keys, beginning);
      return sum + end - first;
    }, 0);
  }

  private visit(beginning: string, look: (text: number, start: number) => void): void {
    const { retired } = this;
    for (const segment of this.segments) {
      const [first, end] = rangeOf(segment, this.keys, beginning);
      for (let at = first; at < end; at++) {
        const text = segment.texts[at] ?? 0;
        if (retired.size === 0 || !retired.has(text)) look(text, segment.starts[at] ?? 0);
      }
    }
  }

  private mergeSegments(): void {
    for (;;) {
      const next = this.nextMerge();
      if (next === undefined) return;
      if (next.size > mostAtOnce) {
        // One at a time; small merges go on meanwhile.
        if (this.mergesLarge && this.merge === undefined && !this.closed.aborted) this.merging = this.mergeInSlices(next);
        return;
      }
      next.advance(next.size + 1);
      this.replace(next);
    }
  }

  /** The cheapest pair of neighbours to merge, among those whose first is less than twice as large as the second. */
  private nextMerge(): PrefixMerge | undefined {
    const { segments, merge: busy } = this;
    let best: readonly [PrefixSegment, PrefixSegment] | undefined;
    let least = Number.POSITIVE_INFINITY;
    segments.forEach((first, at) => {
      // A single segment is merged with an empty one if most of its texts are retired.
      const second = segments[at + 1] ?? (segments.length === 1 && this.isMostlyRetired ? nothing : undefined);
      if (second === undefined || [busy?.first, busy?.second].some((one) => one === first || one === second)) return;
      const size = first.texts.length + second.texts.length;
      if (size >= least || (first.texts.length >= 2 * second.texts.length && !this.isMostlyRetired)) return;
      least = size;
      best = [first, second];
    });
    return best === undefined ? undefined : new PrefixMerge(best[0], best[1], this.keys, new Set(this.retired));
  }

  private get isMostlyRetired(): boolean {
    return this.retired.size > mostRetired && 2 * this.retired.size > this.keys.length - this.free.length;
  }

  private async mergeInSlices(merge: PrefixMerge): Promise<void> {
    this.merge = merge;
    try {
      while (!merge.advance(step)) {
        await this.slices.giveWay();
        if (this.closed.aborted) return;
      }
      this.replace(merge);
    } finally {
      this.merge = undefined;
      this.merging = undefined;
      this.mergeSegments();
    }
  }

  private replace(merge: PrefixMerge): void {
    const result = merge.result();
    this.segments = this.segments.flatMap((segment) => (segment === merge.first ? [result] : segment === merge.second ? [] : [segment]));
    for (const text of merge.leftOut) {
      this.retired.delete(text);
      this.keys[text] = "";
      this.free.push(text);
    }
  }
}

/** The best texts so far, each once. */
class TopTexts {
  private readonly best: { text: number; fit: number }[] = [];
  private worstFit = Number.POSITIVE_INFINITY;
  private worstWeight = 0;

  constructor(
    private readonly weights: readonly number[],
    private readonly choice: Choice,
  ) {}

  get isFull(): boolean {
    return this.best.length >= this.choice.limit;
  }

  wouldTake(text: number, fit: number): boolean {
    if (fit !== this.worstFit) return fit < this.worstFit;
    const weight = this.weights[text] ?? 0;
    if (weight !== this.worstWeight) return weight > this.worstWeight;
    return this.choice.compareAlike(text, this.best.at(-1)?.text ?? text) < 0;
  }

  /** Adds a text that is good enough. */
  take(text: number, fit: number): void {
    const known = this.best.findIndex((one) => one.text === text);
    if (known !== -1) {
      if ((this.best[known]?.fit ?? 0) <= fit) return;
      this.best.splice(known, 1);
    }
    const at = this.best.findIndex((one) => this.isBefore(text, fit, one));
    this.best.splice(at === -1 ? this.best.length : at, 0, { text, fit });
    if (this.best.length > this.choice.limit) this.best.pop();
    const worst = this.best.at(-1);
    if (!this.isFull || worst === undefined) return;
    this.worstFit = worst.fit;
    this.worstWeight = this.weights[worst.text] ?? 0;
  }

  texts(): number[] {
    return this.best.map(({ text }) => text);
  }

  private isBefore(text: number, fit: number, other: { text: number; fit: number }): boolean {
    if (fit !== other.fit) return fit < other.fit;
    const difference = (this.weights[text] ?? 0) - (this.weights[other.text] ?? 0);
    return difference > 0 || (difference === 0 && this.choice.compareAlike(text, other.text) < 0);
  }
}
