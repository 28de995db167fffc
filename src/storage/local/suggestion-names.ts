/** Names of one kind (authors, venues, …), each weighted by the number of its papers. Names that differ only in spelling count as one. */

import type { FacetValue } from "../../core/facets.ts";
import type { Label } from "../../core/label-set.ts";
import { compareText } from "../../core/order.ts";
import { suggestKey } from "../../core/suggest.ts";
import { NumberLists } from "./number-lists.ts";
import { PrefixIndex } from "./prefix-index.ts";
import type { Slices } from "./slices.ts";

/** Spellings of a name that are counted separately; papers with a further one count for the first. */
const mostSpellings = 8;

interface Spelling {
  readonly text: string;
  papers: number;
}

export class SuggestionNames {
  private readonly index: PrefixIndex;
  private readonly numberOf = new Map<string, number>();
  /** By number: the spelling of the name; a list if there are several. */
  private readonly spellings: (string | Spelling[])[] = [];
  /** By label: the paper's names, each encoded as its number times {@link mostSpellings} plus the index of the spelling. */
  private readonly namesOf = new NumberLists();

  constructor(slices: Slices, closed: AbortSignal) {
    this.index = new PrefixIndex(slices, closed);
  }

  /** Replaces the names of papers. */
  put(papers: readonly { label: Label; names: readonly string[] }[]): void {
    const keyed = papers.map(({ label, names }) => ({
      label,
      names: names.map((text) => ({ text, key: suggestKey(text) })).filter(({ key }) => key !== ""),
    }));
    const fresh = new Map<string, string>();
    for (const { names } of keyed) for (const { key, text } of names) if (!this.numberOf.has(key) && !fresh.has(key)) fresh.set(key, text);
    const numbers = this.index.add([...fresh.keys()].map((key) => ({ key, weight: 0 })));
    [...fresh].forEach(([key, text], at) => {
      const number = numbers[at] ?? 0;
      this.numberOf.set(key, number);
      this.spellings[number] = text;
    });
    const before: number[] = [];
    for (const { label, names } of keyed) {
      before.push(...this.namesOf.get(label));
      const own = new Map<number, number>();
      for (const { key, text } of names) {
        const number = this.numberOf.get(key) ?? 0;
        if (!own.has(number)) own.set(number, this.count(number, text));
      }
      this.namesOf.set(
        label,
        [...own].map(([number, place]) => number * mostSpellings + place),
      );
    }
    // Last: most names stay the same, and a name without papers loses its number.
    this.takeBack(before);
  }

  remove(label: Label): void {
    const before = this.namesOf.get(label).slice();
    this.namesOf.set(label, []);
    this.takeBack(before);
  }

  best(typed: string, limit: number): FacetValue[] {
    const found = this.index.best(typed, {
      limit,
      beginningsFirst: false,
      compareAlike: (a, b) => compareText(this.index.key(a), this.index.key(b)),
    });
    return found.map((number) => ({ value: this.spelling(number), papers: this.index.weight(number) }));
  }

  startMerging(): void {
    this.index.startMerging();
  }

  settled(): Promise<void> {
    return this.index.settled();
  }

  /** @returns the index of the spelling. */
  private count(number: number, text: string): number {
    const before = this.index.weight(number);
    this.index.weigh(number, before + 1);
    const known = this.spellings[number];
    if (known === text) return 0;
    // The only spelling so far belongs to all papers of the name.
    const list = typeof known === "object" ? known : [{ text: known ?? text, papers: before }];
    this.spellings[number] = list;
    let place = list.findIndex((one) => one.text === text);
    if (place === -1) place = list.length < mostSpellings ? list.push({ text, papers: 0 }) - 1 : 0;
    const spelling = list[place];
    if (spelling !== undefined) spelling.papers++;
    return place;
  }

  private takeBack(names: Iterable<number>): void {
    for (const name of names) {
      const number = Math.floor(name / mostSpellings);
      const known = this.spellings[number];
      const spelling = typeof known === "object" ? known[name % mostSpellings] : undefined;
      if (spelling !== undefined) spelling.papers--;
      const left = this.index.weight(number) - 1;
      this.index.weigh(number, left);
      if (left > 0) continue;
      this.numberOf.delete(this.index.key(number));
      this.index.retire(number);
    }
  }

  private spelling(number: number): string {
    const known = this.spellings[number] ?? "";
    if (typeof known === "string") return known;
    return [...known].sort((a, b) => b.papers - a.papers || compareText(a.text, b.text))[0]?.text ?? "";
  }
}
