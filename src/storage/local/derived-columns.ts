/**
 * What is made of all papers' records for counting and suggesting: read in pages, in slices, when it is first asked
 * for or warmed up; it follows changes from its first page on.
 */
import type { Facets } from "../../core/facets.ts";
import type { Label, LabelSet } from "../../core/label-set.ts";
import type { Suggested, SuggestedKind } from "../../core/suggest.ts";
import { FacetColumns } from "./facet-columns.ts";
import type { BriefPaper, PaperTable } from "./paper-table.ts";
import type { Slices } from "./slices.ts";
import { SuggestionIndex } from "./suggestion-index.ts";

/** Papers that are read between two looks at the clock. */
const pageSize = 50;

type Papers = readonly { readonly label: Label; readonly paper: BriefPaper }[];

interface Sink {
  put(papers: Papers): void;
  remove(label: Label): void;
  startMerging?(): void;
}

/** A sink that is filled when it is first asked for. */
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

  /** From what is there. */
  suggest(typed: string, kinds: readonly SuggestedKind[], limit: number): Suggested {
    // What goes wrong there is told to whoever waits for it.
    this.load(this.suggestions).catch(() => undefined);
    return { ...this.suggestions.begin().suggest(typed, kinds, limit), complete: this.suggestions.isLoaded };
  }

  /** Resolves when everything is there. */
  async warmUp(): Promise<void> {
    // One after the other: a search with facets waits for them, and nobody for suggestions.
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

  /** Resolves when nothing is read any longer; after `closed`, that is soon. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.facetColumns.loading, this.suggestions.loading, this.suggestions.sink?.settled()]);
  }

  /** Reads all papers for it, once. */
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
      // The next one who asks tries again.
      made.loading = undefined;
      throw error;
    }
  }
}
