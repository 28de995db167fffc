/** Completions for prefixes, in memory: titles and names of all papers, found by the beginnings of their words. */

import type { Label } from "../../core/label-set.ts";
import { compareText } from "../../core/order.ts";
import type { Paper } from "../../core/paper.ts";
import { namesOf, type Suggested, type SuggestedKind, standingOf, suggestedNames, suggestKey, typedKey } from "../../core/suggest.ts";
import { type NewText, PrefixIndex } from "./prefix-index.ts";
import type { Slices } from "./slices.ts";
import { SuggestionNames } from "./suggestion-names.ts";

/** The parts of a paper that are suggested or that rank suggestions. */
export type SuggestionParts = Parameters<typeof namesOf>[0] & Parameters<typeof standingOf>[0] & Pick<Paper, "paperId" | "title">;

export class SuggestionIndex {
  private readonly titles: PrefixIndex;
  /** By the number of the title. */
  private readonly labelOf: Label[] = [];
  private readonly paperIdOf: string[] = [];
  /** By label: the number of its title. */
  private readonly numberOf: (number | undefined)[] = [];
  private readonly names;

  /** @param closed stops background work. */
  constructor(slices: Slices, closed: AbortSignal) {
    this.titles = new PrefixIndex(slices, closed);
    this.names = {
      authors: new SuggestionNames(slices, closed),
      venues: new SuggestionNames(slices, closed),
      categories: new SuggestionNames(slices, closed),
      sources: new SuggestionNames(slices, closed),
    };
  }

  /** Adds papers, or replaces what was stored under their labels. */
  put(papers: readonly { label: Label; paper: SuggestionParts }[]): void {
    const latest = [...new Map(papers.map(({ label, paper }) => [label, paper]))];
    const fresh: { label: Label; paperId: string; text: NewText }[] = [];
    for (const [label, paper] of latest) {
      const key = suggestKey(paper.title);
      const weight = standingOf(paper);
      const number = this.numberOf[label];
      // Most changes do not affect the title.
      if (number !== undefined && this.paperIdOf[number] === paper.paperId && this.titles.key(number) === key)
        this.titles.weigh(number, weight);
      else {
        this.removeTitle(label);
        if (key !== "") fresh.push({ label, paperId: paper.paperId, text: { key, weight } });
      }
    }
    const numbers = this.titles.add(fresh.map(({ text }) => text));
    fresh.forEach(({ label, paperId }, at) => {
      const number = numbers[at] ?? 0;
      this.labelOf[number] = label;
      this.paperIdOf[number] = paperId;
      this.numberOf[label] = number;
    });
    const named = latest.map(([label, paper]) => ({ label, names: namesOf(paper) }));
    for (const kind of suggestedNames) this.names[kind].put(named.map(({ label, names }) => ({ label, names: names[kind] })));
  }

  remove(label: Label): void {
    this.removeTitle(label);
    for (const kind of suggestedNames) this.names[kind].remove(label);
  }

  suggest(raw: string, kinds: readonly SuggestedKind[], limit: number): Omit<Suggested, "complete"> {
    const typed = typedKey(raw);
    const of = (kind: (typeof suggestedNames)[number]) => (kinds.includes(kind) ? this.names[kind].best(typed, limit) : []);
    return {
      titles: kinds.includes("titles") ? this.bestTitles(typed, limit) : [],
      authors: of("authors"),
      venues: of("venues"),
      categories: of("categories"),
      sources: of("sources"),
    };
  }

  /** To be called when most papers are loaded: segments are then merged in the background. */
  startMerging(): void {
    for (const index of [this.titles, ...Object.values(this.names)]) index.startMerging();
  }

  /** Resolves when no background work is left. */
  async settled(): Promise<void> {
    await Promise.all([this.titles.settled(), ...suggestedNames.map((kind) => this.names[kind].settled())]);
  }

  private bestTitles(typed: string, limit: number): Label[] {
    const found = this.titles.best(typed, {
      limit,
      beginningsFirst: true,
      compareAlike: (a, b) => compareText(this.paperIdOf[a] ?? "", this.paperIdOf[b] ?? ""),
    });
    return found.map((number) => this.labelOf[number] ?? 0);
  }

  private removeTitle(label: Label): void {
    const number = this.numberOf[label];
    if (number === undefined) return;
    this.numberOf[label] = undefined;
    this.titles.retire(number);
  }
}
