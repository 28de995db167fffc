/** What beginnings may become, in memory: titles and names of all papers, by the beginnings of their words. */
import { compareText } from "../../core/order.js";
import { namesOf, standingOf, suggestedNames, suggestKey, typedKey } from "../../core/suggest.js";
import { PrefixIndex } from "./prefix-index.js";
import { SuggestionNames } from "./suggestion-names.js";
export class SuggestionIndex {
    titles;
    /** By the number of the title. */
    labelOf = [];
    paperIdOf = [];
    /** By label. */
    numberOf = [];
    names;
    /** @param closed ends what goes on in the background. */
    constructor(slices, closed) {
        this.titles = new PrefixIndex(slices, closed);
        this.names = {
            authors: new SuggestionNames(slices, closed),
            venues: new SuggestionNames(slices, closed),
            categories: new SuggestionNames(slices, closed),
            sources: new SuggestionNames(slices, closed),
        };
    }
    /** Adds papers, or puts them in the place of what their labels held before. */
    put(papers) {
        const latest = [...new Map(papers.map(({ label, paper }) => [label, paper]))];
        const fresh = [];
        for (const [label, paper] of latest) {
            const key = suggestKey(paper.title);
            const weight = standingOf(paper);
            const number = this.numberOf[label];
            // Most changes leave the title as it is.
            if (number !== undefined && this.paperIdOf[number] === paper.paperId && this.titles.key(number) === key)
                this.titles.weigh(number, weight);
            else {
                this.removeTitle(label);
                if (key !== "")
                    fresh.push({ label, paperId: paper.paperId, text: { key, weight } });
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
        for (const kind of suggestedNames)
            this.names[kind].put(named.map(({ label, names }) => ({ label, names: names[kind] })));
    }
    remove(label) {
        this.removeTitle(label);
        for (const kind of suggestedNames)
            this.names[kind].remove(label);
    }
    suggest(raw, kinds, limit) {
        const typed = typedKey(raw);
        const of = (kind) => (kinds.includes(kind) ? this.names[kind].best(typed, limit) : []);
        return {
            titles: kinds.includes("titles") ? this.bestTitles(typed, limit) : [],
            authors: of("authors"),
            venues: of("venues"),
            categories: of("categories"),
            sources: of("sources"),
        };
    }
    /** When most papers are there: what is sorted in parts becomes one, beside other work. */
    startMerging() {
        for (const index of [this.titles, ...Object.values(this.names)])
            index.startMerging();
    }
    /** Resolves when nothing goes on in the background. */
    async settled() {
        await Promise.all([this.titles.settled(), ...suggestedNames.map((kind) => this.names[kind].settled())]);
    }
    bestTitles(typed, limit) {
        const found = this.titles.best(typed, {
            limit,
            beginningsFirst: true,
            compareAlike: (a, b) => compareText(this.paperIdOf[a] ?? "", this.paperIdOf[b] ?? ""),
        });
        return found.map((number) => this.labelOf[number] ?? 0);
    }
    removeTitle(label) {
        const number = this.numberOf[label];
        if (number === undefined)
            return;
        this.numberOf[label] = undefined;
        this.titles.retire(number);
    }
}
//# sourceMappingURL=suggestion-index.js.map