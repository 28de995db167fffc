/** Which letters the terms of the word index have, so that looking at all of them for those that are nearly one takes a millisecond. */
import { isCorrectable } from "../../core/spelling.js";
/** Bits for letters: each of a to z has its own, others share theirs. The bits above are the length. */
const letterBits = 26;
const letters = 2 ** letterBits - 1;
export class TermOutlines {
    /** By the number of the term; 0 for one that is not correctable. */
    outlines = new Uint32Array(1_024);
    size = 0;
    set(number, term) {
        if (number >= this.outlines.length) {
            const grown = new Uint32Array(2 * number);
            grown.set(this.outlines);
            this.outlines = grown;
        }
        this.outlines[number] = isCorrectable(term) ? outlineOf(term) : 0;
        this.size = Math.max(this.size, number + 1);
    }
    /** Numbers of all correctable terms within `most` edits, and of some further away: an edit brings or takes one letter, or both. */
    near(term, most) {
        const own = outlineOf(term) & letters;
        const [shortest, longest] = [term.length - most, term.length + most];
        const near = [];
        for (let number = 0; number < this.size; number++) {
            const outline = this.outlines[number] ?? 0;
            const length = outline >>> letterBits;
            if (length < shortest || length > longest || clearBits(own & ~outline, most) !== 0)
                continue;
            if (clearBits(outline & ~own & letters, most) === 0)
                near.push(number);
        }
        return near;
    }
}
function outlineOf(term) {
    let outline = term.length << letterBits;
    for (let at = 0; at < term.length; at++)
        outline |= 1 << (term.charCodeAt(at) % letterBits);
    return outline >>> 0;
}
function clearBits(bits, count) {
    let left = bits;
    for (let cleared = 0; cleared < count && left !== 0; cleared++)
        left &= left - 1;
    return left;
}
//# sourceMappingURL=term-outlines.js.map