/**
 * What papers are counted by, in memory: for each label the number of its year, venue, categories and sources. Few
 * combinations of categories are many papers', so that a count over the whole library is four additions a paper.
 */
import { facetNames, facetsOf, mostCommon } from "../../core/facets.js";
/** One kind of value. */
class Column {
    /** By label; 0 where there is no paper, or it has no value. */
    numbers = new Uint32Array(1024);
    combinations = [[]];
    numberOf = new Map();
    set(label, values) {
        if (label >= this.numbers.length) {
            const grown = new Uint32Array(Math.max(label + 1, 2 * this.numbers.length));
            grown.set(this.numbers);
            this.numbers = grown;
        }
        this.numbers[label] = this.numberFor(values);
    }
    /** @param labels undefined for all. */
    count(labels) {
        const counts = new Uint32Array(this.combinations.length);
        const add = (number) => {
            counts[number] = (counts[number] ?? 0) + 1;
        };
        if (labels === undefined)
            this.numbers.forEach(add);
        else
            for (const label of labels)
                add(this.numbers[label] ?? 0);
        const sums = new Map();
        counts.forEach((papers, number) => {
            if (papers > 0)
                for (const value of this.combinations[number] ?? [])
                    sums.set(value, (sums.get(value) ?? 0) + papers);
        });
        return sums;
    }
    numberFor(values) {
        if (values.length === 0)
            return 0;
        const different = [...new Set(values)];
        const key = JSON.stringify(different);
        const known = this.numberOf.get(key);
        if (known !== undefined)
            return known;
        const number = this.combinations.push(different) - 1;
        this.numberOf.set(key, number);
        return number;
    }
}
export class FacetColumns {
    columns = { years: new Column(), venues: new Column(), categories: new Column(), sources: new Column() };
    put(papers) {
        for (const { label, paper } of papers) {
            const values = facetsOf(paper);
            for (const name of facetNames)
                this.columns[name].set(label, values[name]);
        }
    }
    remove(label) {
        for (const name of facetNames)
            this.columns[name].set(label, []);
    }
    count(within, limit) {
        const of = (name) => mostCommon(this.columns[name].count(within?.labels()), limit);
        return { years: of("years"), venues: of("venues"), categories: of("categories"), sources: of("sources") };
    }
}
//# sourceMappingURL=facet-columns.js.map