/** The best few of many, without sorting the rest. */
import type { Scored } from "../retrieval.ts";

/** Order of all ranked lists inside storage: score descending, then label ascending. */
export function compareScored(a: Scored, b: Scored): number {
  return b.score - a.score || a.label - b.label;
}

/** At most `size` of the items, at even distances. */
export function evenly<T>(items: readonly T[], size: number): T[] {
  if (items.length <= size) return [...items];
  return Array.from({ length: size }, (_, at) => items[Math.floor((at * items.length) / size)] as T);
}

/** Keeps the `k` best of what is offered: a binary heap with the worst of them on top. */
export class TopScored {
  private readonly labels: number[] = [];
  private readonly scores: number[] = [];

  constructor(private readonly k: number) {}

  /** An offer with a lower score is rejected; −∞ until there are `k`. */
  get threshold(): number {
    return this.labels.length < this.k ? Number.NEGATIVE_INFINITY : (this.scores[0] ?? Number.NEGATIVE_INFINITY);
  }

  offer(label: number, score: number): void {
    if (this.k <= 0) return;
    if (this.labels.length < this.k) {
      this.labels.push(label);
      this.scores.push(score);
      this.siftUp(this.labels.length - 1);
    } else if (this.isWorse(0, label, score)) {
      this.labels[0] = label;
      this.scores[0] = score;
      this.siftDown(0);
    }
  }

  /** Best first. The heap stays as it is. */
  sorted(): Scored[] {
    return this.labels.map((label, at) => ({ label, score: this.scores[at] ?? 0 })).sort(compareScored);
  }

  /** Whether the entry at `at` ranks behind (label, score). */
  private isWorse(at: number, label: number, score: number): boolean {
    const own = this.scores[at] ?? 0;
    return own < score || (own === score && (this.labels[at] ?? 0) > label);
  }

  private siftUp(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(at, this.labels[parent] ?? 0, this.scores[parent] ?? 0)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private siftDown(start: number): void {
    let at = start;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.labels.length && this.isWorse(child, this.labels[worst] ?? 0, this.scores[worst] ?? 0)) worst = child;
      }
      if (worst === at) return;
      this.swap(at, worst);
      at = worst;
    }
  }

  private swap(a: number, b: number): void {
    const [label, score] = [this.labels[a] ?? 0, this.scores[a] ?? 0];
    this.labels[a] = this.labels[b] ?? 0;
    this.scores[a] = this.scores[b] ?? 0;
    this.labels[b] = label;
    this.scores[b] = score;
  }
}
