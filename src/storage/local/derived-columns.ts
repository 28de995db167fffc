/**
 * Data derived from all papers' records for facets and suggestions. It is read in pages, in time slices, on first use or at warm-up, and
 * follows changes from its first page on.
 */
import type { Facets } from "../../core/facets.ts";
import type { Label, LabelSet } from "../../core/label-set.ts";
import type { Suggested, SuggestedKind } from "../../core/suggest.ts";
import { FacetColumns } from "./facet-columns.ts";
import type { BriefPaper, PaperTable } from "./paper-table.ts";
import type { Slices } from "./slices.ts";
import { SuggestionIndex } from "./suggestion-index.ts";

/** Papers that are read between two checks of the clock. */
const pageSize = 50;

type Papers = readonly { readonly label: Label; readonly paper: BriefPaper }[];

interface Sink {
  put(papers: Papers): void;
  remove(label: Label): void;
  startMerging?(): void;
}

/** A sink that is filled on first use. */
class Made<T extends Sink> {
  sink: T | undefined;
  loading: Promise<void> | undefined;
  isLoaded = false;

  constructor(private readonly make: () => T) {}

  begin(): T {
    this.sink ??= this.make();
    return this.sink;
  }
}

export class DerivedColumns {
  private readonly facetColumns = new Made(() => new FacetColumns());
  private readonly suggestions;

  constructor(
    private readonly papers: PaperTable,
    private readonly slices: Slices,
    private readonly closed: AbortSignal,
  ) {
    this.suggestions = new Made(() => new SuggestionIndex(slices, closed));
  }

  async facets(within: LabelSet | undefined, limit: number): Promise<Facets> {
    await this.slices.hurried(this.load(this.facetColumns));
    return this.facetColumns.begin().count(within, limit);
  }

  /** Suggests from what has been loaded so far. */
  suggest(typed: string, kinds: readonly SuggestedKind[], limit: number): Suggested {
    // An error of loading is reported to those who wait for it.
    this.load(this.suggestions).catch(() => undefined);
    return { ...this.suggestions.begin().suggest(typed, kinds, limit), complete: this.suggestions.isLoaded };
  }

  /** Resolves when everything is loaded. */
  async warmUp(): Promise<void> {
    // One after the other: a search with facets has to wait for them, but nobody has to wait for suggestions.
    await this.load(this.facetColumns);
    await this.load(this.suggestions);
  }

  put(papers: Papers): void {
    this.facetColumns.sink?.put(papers);
    this.suggestions.sink?.put(papers);
  }

  remove(label: Label): void {
    this.facetColumns.sink?.remove(label);
    this.suggestions.sink?.remove(label);
  }

  /** Resolves when no loading is under way; soon after `closed`. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.facetColumns.loading, this.suggestions.loading, this.suggestions.sink?.settled()]);
  }

  /** Loads all papers into a sink, once. */
  private async load(made: Made<Sink>): Promise<void> {
    made.loading ??= this.fill(made);
    await made.loading;
  }

  private async fill(made: Made<Sink>): Promise<void> {
    const sink = made.begin();
    try {
      let after = 0;
      while (!this.closed.aborted) {
        const page = this.papers.briefPage(after, pageSize);
        sink.put(page);
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.label;
        await this.slices.giveWay();
      }
      made.isLoaded = true;
      sink.startMerging?.();
    } catch (error) {
      // The next caller tries again.
      made.loading = undefined;
      throw error;
    }
  }
}
