import { FacetColumns } from "./facet-columns.js";
import { SuggestionIndex } from "./suggestion-index.js";
/** Papers that are read between two looks at the clock. */
const pageSize = 50;
/** One of the things that are made. */
class Made {
    make;
    sink;
    loading;
    isLoaded = false;
    constructor(make) {
        this.make = make;
    }
    begin() {
        this.sink ??= this.make();
        return this.sink;
    }
}
export class DerivedColumns {
    papers;
    slices;
    closed;
    facetColumns = new Made(() => new FacetColumns());
    suggestions;
    constructor(papers, slices, closed) {
        this.papers = papers;
        this.slices = slices;
        this.closed = closed;
        this.suggestions = new Made(() => new SuggestionIndex(slices, closed));
    }
    async facets(within, limit) {
        await this.slices.hurried(this.load(this.facetColumns));
        return this.facetColumns.begin().count(within, limit);
    }
    /** From what is there. */
    suggest(typed, kinds, limit) {
        // What goes wrong there is told to whoever waits for it.
        this.load(this.suggestions).catch(() => undefined);
        return { ...this.suggestions.begin().suggest(typed, kinds, limit), complete: this.suggestions.isLoaded };
    }
    /** Resolves when everything is there. */
    async warmUp() {
        // One after the other: a search with facets waits for them, and nobody for suggestions.
        await this.load(this.facetColumns);
        await this.load(this.suggestions);
    }
    put(papers) {
        this.facetColumns.sink?.put(papers);
        this.suggestions.sink?.put(papers);
    }
    remove(label) {
        this.facetColumns.sink?.remove(label);
        this.suggestions.sink?.remove(label);
    }
    /** Resolves when nothing is read any longer; after `closed`, that is soon. */
    async settled() {
        await Promise.allSettled([this.facetColumns.loading, this.suggestions.loading, this.suggestions.sink?.settled()]);
    }
    /** Reads once for all that are not there yet. */
    async load(...wanted) {
        const missing = wanted.filter(({ loading }) => loading === undefined);
        if (missing.length > 0) {
            const loading = this.fill(missing);
            for (const made of missing)
                made.loading = loading;
        }
        await Promise.all(wanted.map(({ loading }) => loading));
    }
    async fill(wanted) {
        const sinks = wanted.map((made) => made.begin());
        try {
            let after = 0;
            while (!this.closed.aborted) {
                const page = this.papers.briefPage(after, pageSize);
                for (const sink of sinks)
                    sink.put(page);
                const last = page.at(-1);
                if (last === undefined)
                    break;
                after = last.label;
                await this.slices.giveWay();
            }
            for (const made of wanted)
                made.isLoaded = true;
            for (const sink of sinks)
                sink.startMerging?.();
        }
        catch (error) {
            // The next one who asks tries again.
            for (const made of wanted)
                made.loading = undefined;
            throw error;
        }
    }
}
//# sourceMappingURL=derived-columns.js.map