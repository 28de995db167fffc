/** Places where words begin in texts, sorted by what stands there; and two such lists becoming one, a few places at a time. */
const space = " ".charCodeAt(0);
/** Every place in these texts where a word begins. @param keys of `core/suggest.ts`, by number. */
export function sortPlaces(texts, keys) {
    const places = [];
    for (const text of texts) {
        const key = keys[text] ?? "";
        for (let start = 0, end = 0; end !== -1; start = end + 1) {
            places.push({ text, key, start });
            end = key.indexOf(" ", start);
        }
    }
    places.sort((a, b) => compareFrom(a.key, a.start, b.key, b.start));
    return { texts: Uint32Array.from(places, ({ text }) => text), starts: Uint16Array.from(places, ({ start }) => start) };
}
/** The places of a segment that begin so: from the first, up to the second. */
export function rangeOf({ texts, starts }, keys, beginning) {
    const search = (isBehind, from) => {
        let [low, high] = [from, texts.length];
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (isBehind(compareBeginning(keys[texts[middle] ?? 0] ?? "", starts[middle] ?? 0, beginning)))
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    };
    const first = search((order) => order >= 0, 0);
    return [first, search((order) => order > 0, first)];
}
/** Two segments as one, without the texts that are retired. */
export class PrefixMerge {
    first;
    second;
    keys;
    retired;
    /** Texts whose places were not taken over. */
    leftOut = new Set();
    texts;
    starts;
    length = 0;
    ofFirst = 0;
    ofSecond = 0;
    constructor(first, second, keys, 
    /** As of the beginning: the places of one that is retired later may have passed already. */
    retired) {
        this.first = first;
        this.second = second;
        this.keys = keys;
        this.retired = retired;
        this.texts = new Uint32Array(first.texts.length + second.texts.length);
        this.starts = new Uint16Array(this.texts.length);
    }
    get size() {
        return this.texts.length;
    }
    /** Takes over up to so many places. @returns whether all are. */
    advance(places) {
        const { first, second, keys } = this;
        for (let done = 0; done < places; done++) {
            const [hasFirst, hasSecond] = [this.ofFirst < first.texts.length, this.ofSecond < second.texts.length];
            if (!hasFirst && !hasSecond)
                return true;
            const [textOfFirst, textOfSecond] = [first.texts[this.ofFirst] ?? 0, second.texts[this.ofSecond] ?? 0];
            const [startOfFirst, startOfSecond] = [first.starts[this.ofFirst] ?? 0, second.starts[this.ofSecond] ?? 0];
            const takesFirst = hasFirst && (!hasSecond || compareFrom(keys[textOfFirst] ?? "", startOfFirst, keys[textOfSecond] ?? "", startOfSecond) <= 0);
            if (takesFirst) {
                this.take(textOfFirst, startOfFirst);
                this.ofFirst++;
            }
            else {
                this.take(textOfSecond, startOfSecond);
                this.ofSecond++;
            }
        }
        return false;
    }
    result() {
        if (this.leftOut.size === 0)
            return { texts: this.texts, starts: this.starts };
        return { texts: this.texts.slice(0, this.length), starts: this.starts.slice(0, this.length) };
    }
    take(text, start) {
        if (this.retired.has(text)) {
            this.leftOut.add(text);
            return;
        }
        this.texts[this.length] = text;
        this.starts[this.length] = start;
        this.length++;
    }
}
function compareFrom(a, startA, b, startB) {
    const [restA, restB] = [a.length - startA, b.length - startB];
    const end = Math.min(restA, restB);
    for (let at = 0; at < end; at++) {
        const difference = a.charCodeAt(startA + at) - b.charCodeAt(startB + at);
        if (difference !== 0)
            return difference;
    }
    return restA - restB;
}
/** 0 where what stands there begins so. */
function compareBeginning(key, start, beginning) {
    for (let at = 0; at < beginning.length; at++) {
        if (start + at > key.length)
            return -1;
        // The last word has an end as the others have.
        const own = start + at === key.length ? space : key.charCodeAt(start + at);
        const difference = own - beginning.charCodeAt(at);
        if (difference !== 0)
            return difference;
    }
    return 0;
}
//# sourceMappingURL=prefix-segment.js.map