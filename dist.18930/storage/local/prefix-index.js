/**
 * Texts by the beginnings of their words, in memory: every place where a word begins, sorted by what stands there (a
 * suffix array over words). New texts are small segments, which are merged until each is half of the one before it at
 * most; large ones in slices. A text that is retired is passed over at once, and left out when its segment is merged.
 */
import { holdsWords, isAllOf, typedWords } from "../../core/suggest.js";
import { PrefixMerge, rangeOf, sortPlaces } from "./prefix-segment.js";
/** Places that are merged at once; more are merged beside other work. */
const mostAtOnce = 4_096;
/** Places that are merged between two looks at the clock. */
const step = 256;
/** Retired texts that are kept, as far as they are not more than the others. */
const mostRetired = 10_000;
const nothing = { texts: new Uint32Array(), starts: new Uint16Array() };
export class PrefixIndex {
    slices;
    closed;
    keys = [];
    weights = [];
    retired = new Set();
    /** Numbers of texts that no segment holds any longer. */
    free = [];
    segments = [];
    /** A merge beside other work. */
    merge;
    merging;
    mergesLarge = false;
    /** @param closed ends merging. */
    constructor(slices, closed) {
        this.slices = slices;
        this.closed = closed;
    }
    /** @returns the number of each, small ones, which may have been others' before. */
    add(texts) {
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
    key(text) {
        return this.keys[text] ?? "";
    }
    weight(text) {
        return this.weights[text] ?? 0;
    }
    weigh(text, weight) {
        this.weights[text] = weight;
    }
    /** For good: its number may become another's. */
    retire(text) {
        this.retired.add(text);
        if (this.isMostlyRetired)
            this.mergeSegments();
    }
    /** Large segments are merged from now on: while most texts are still to come, it would be done again and again. */
    startMerging() {
        this.mergesLarge = true;
        this.mergeSegments();
    }
    /** Resolves when no merge is under way. */
    async settled() {
        while (this.merging !== undefined)
            await this.merging;
    }
    /** The best by fit (`fitOf` in `core/suggest.ts`), then by weight. @param typed a key of what is typed. */
    best(typed, choice) {
        if (typed === "")
            return [];
        const top = new TopTexts(this.weights, choice);
        this.visit(typed, (text, start) => {
            const fit = start > 0 ? (choice.beginningsFirst ? 2 : 1) : isAllOf(this.key(text), typed) ? 0 : 1;
            if (top.wouldTake(text, fit))
                top.take(text, fit);
        });
        const words = typedWords(typed);
        if (top.isFull || words[0] === typed)
            return top.texts();
        const [rarest] = words.map((word) => ({ word, places: this.count(word) })).sort((a, b) => a.places - b.places);
        this.visit(rarest?.word ?? "", (text) => {
            if (top.wouldTake(text, 3) && holdsWords(this.key(text), words))
                top.take(text, 3);
        });
        return top.texts();
    }
    count(beginning) {
        return this.segments.reduce((sum, segment) => {
            const [first, end] = rangeOf(segment, this.keys, beginning);
            return sum + end - first;
        }, 0);
    }
    visit(beginning, look) {
        const { retired } = this;
        for (const segment of this.segments) {
            const [first, end] = rangeOf(segment, this.keys, beginning);
            for (let at = first; at < end; at++) {
                const text = segment.texts[at] ?? 0;
                if (retired.size === 0 || !retired.has(text))
                    look(text, segment.starts[at] ?? 0);
            }
        }
    }
    mergeSegments() {
        for (;;) {
            const next = this.nextMerge();
            if (next === undefined)
                return;
            if (next.size > mostAtOnce) {
                // One at a time; small ones go on behind it.
                if (this.mergesLarge && this.merge === undefined && !this.closed.aborted)
                    this.merging = this.mergeInSlices(next);
                return;
            }
            next.advance(next.size + 1);
            this.replace(next);
        }
    }
    /** The two neighbours that are the least work, of those of which the first is less than twice as large. */
    nextMerge() {
        const { segments, merge: busy } = this;
        let best;
        let least = Number.POSITIVE_INFINITY;
        segments.forEach((first, at) => {
            // A single one is merged with nothing, where that is worth it.
            const second = segments[at + 1] ?? (segments.length === 1 && this.isMostlyRetired ? nothing : undefined);
            if (second === undefined || [busy?.first, busy?.second].some((one) => one === first || one === second))
                return;
            const size = first.texts.length + second.texts.length;
            if (size >= least || (first.texts.length >= 2 * second.texts.length && !this.isMostlyRetired))
                return;
            least = size;
            best = [first, second];
        });
        return best === undefined ? undefined : new PrefixMerge(best[0], best[1], this.keys, new Set(this.retired));
    }
    get isMostlyRetired() {
        return this.retired.size > mostRetired && 2 * this.retired.size > this.keys.length - this.free.length;
    }
    async mergeInSlices(merge) {
        this.merge = merge;
        try {
            while (!merge.advance(step)) {
                await this.slices.giveWay();
                if (this.closed.aborted)
                    return;
            }
            this.replace(merge);
        }
        finally {
            this.merge = undefined;
            this.merging = undefined;
            this.mergeSegments();
        }
    }
    replace(merge) {
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
    weights;
    choice;
    best = [];
    worstFit = Number.POSITIVE_INFINITY;
    worstWeight = 0;
    constructor(weights, choice) {
        this.weights = weights;
        this.choice = choice;
    }
    get isFull() {
        return this.best.length >= this.choice.limit;
    }
    wouldTake(text, fit) {
        if (fit !== this.worstFit)
            return fit < this.worstFit;
        const weight = this.weights[text] ?? 0;
        if (weight !== this.worstWeight)
            return weight > this.worstWeight;
        return this.choice.compareAlike(text, this.best.at(-1)?.text ?? text) < 0;
    }
    /** One that it would take. */
    take(text, fit) {
        const known = this.best.findIndex((one) => one.text === text);
        if (known !== -1) {
            if ((this.best[known]?.fit ?? 0) <= fit)
                return;
            this.best.splice(known, 1);
        }
        const at = this.best.findIndex((one) => this.isBefore(text, fit, one));
        this.best.splice(at === -1 ? this.best.length : at, 0, { text, fit });
        if (this.best.length > this.choice.limit)
            this.best.pop();
        const worst = this.best.at(-1);
        if (!this.isFull || worst === undefined)
            return;
        this.worstFit = worst.fit;
        this.worstWeight = this.weights[worst.text] ?? 0;
    }
    texts() {
        return this.best.map(({ text }) => text);
    }
    isBefore(text, fit, other) {
        if (fit !== other.fit)
            return fit < other.fit;
        const difference = (this.weights[text] ?? 0) - (this.weights[other.text] ?? 0);
        return difference > 0 || (difference === 0 && this.choice.compareAlike(text, other.text) < 0);
    }
}
//# sourceMappingURL=prefix-index.js.map