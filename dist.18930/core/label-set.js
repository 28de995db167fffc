/** Numbers of papers, and sets of them. */
/** A set of labels that is asked far more often than it is made. */
export class BitmapLabelSet {
    sorted;
    bits;
    /** @param sorted ascending, each label once. */
    constructor(sorted) {
        this.sorted = sorted;
        this.bits = new Uint8Array(((sorted.at(-1) ?? 0) >>> 3) + 1);
        for (const label of sorted)
            this.bits[label >>> 3] = (this.bits[label >>> 3] ?? 0) | (1 << (label & 7));
    }
    get size() {
        return this.sorted.length;
    }
    has(label) {
        return ((this.bits[label >>> 3] ?? 0) & (1 << (label & 7))) !== 0;
    }
    labels() {
        return this.sorted;
    }
}
/** The labels of `set` for which `keep` holds. */
export function selectLabels(set, keep) {
    return new BitmapLabelSet(Uint32Array.from([...set].filter(keep)));
}
//# sourceMappingURL=label-set.js.map