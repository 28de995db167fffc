/** Names of one kind (authors, venues, …), each with the papers that have it as its weight; names that differ by spelling alone are one. */
import { compareText } from "../../core/order.js";
import { suggestKey } from "../../core/suggest.js";
import { NumberLists } from "./number-lists.js";
import { PrefixIndex } from "./prefix-index.js";
/** Spellings of one name that are counted; papers with a further one count for the first. */
const mostSpellings = 8;
export class SuggestionNames {
    index;
    numberOf = new Map();
    /** By number: how it is spelt; a list where that differs. */
    spellings = [];
    /** Of each paper, by label: the numbers of its names, each times {@link mostSpellings}, plus the place of its spelling. */
    namesOf = new NumberLists();
    constructor(slices, closed) {
        this.index = new PrefixIndex(slices, closed);
    }
    /** Puts the names of papers in the place of those that they had. */
    put(papers) {
        const keyed = papers.map(({ label, names }) => ({
            label,
            names: names.map((text) => ({ text, key: suggestKey(text) })).filter(({ key }) => key !== ""),
        }));
        const fresh = new Map();
        for (const { names } of keyed)
            for (const { key, text } of names)
                if (!this.numberOf.has(key) && !fresh.has(key))
                    fresh.set(key, text);
        const numbers = this.index.add([...fresh.keys()].map((key) => ({ key, weight: 0 })));
        [...fresh].forEach(([key, text], at) => {
            const number = numbers[at] ?? 0;
            this.numberOf.set(key, number);
            this.spellings[number] = text;
        });
        const before = [];
        for (const { label, names } of keyed) {
            before.push(...this.namesOf.get(label));
            const own = new Map();
            for (const { key, text } of names) {
                const number = this.numberOf.get(key) ?? 0;
                if (!own.has(number))
                    own.set(number, this.count(number, text));
            }
            this.namesOf.set(label, [...own].map(([number, place]) => number * mostSpellings + place));
        }
        // Last: most names stay, and one that no paper has loses its number.
        this.takeBack(before);
    }
    remove(label) {
        const before = this.namesOf.get(label).slice();
        this.namesOf.set(label, []);
        this.takeBack(before);
    }
    best(typed, limit) {
        const found = this.index.best(typed, {
            limit,
            beginningsFirst: false,
            compareAlike: (a, b) => compareText(this.index.key(a), this.index.key(b)),
        });
        return found.map((number) => ({ value: this.spelling(number), papers: this.index.weight(number) }));
    }
    startMerging() {
        this.index.startMerging();
    }
    settled() {
        return this.index.settled();
    }
    /** @returns the place of the spelling. */
    count(number, text) {
        const before = this.index.weight(number);
        this.index.weigh(number, before + 1);
        const known = this.spellings[number];
        if (known === text)
            return 0;
        // The one spelling so far is as many papers' as the name.
        const list = typeof known === "object" ? known : [{ text: known ?? text, papers: before }];
        this.spellings[number] = list;
        let place = list.findIndex((one) => one.text === text);
        if (place === -1)
            place = list.length < mostSpellings ? list.push({ text, papers: 0 }) - 1 : 0;
        const spelling = list[place];
        if (spelling !== undefined)
            spelling.papers++;
        return place;
    }
    takeBack(names) {
        for (const name of names) {
            const number = Math.floor(name / mostSpellings);
            const known = this.spellings[number];
            const spelling = typeof known === "object" ? known[name % mostSpellings] : undefined;
            if (spelling !== undefined)
                spelling.papers--;
            const left = this.index.weight(number) - 1;
            this.index.weigh(number, left);
            if (left > 0)
                continue;
            this.numberOf.delete(this.index.key(number));
            this.index.retire(number);
        }
    }
    spelling(number) {
        const known = this.spellings[number] ?? "";
        if (typeof known === "string")
            return known;
        return [...known].sort((a, b) => b.papers - a.papers || compareText(a.text, b.text))[0]?.text ?? "";
    }
}
//# sourceMappingURL=suggestion-names.js.map