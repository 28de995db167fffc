/**
 * An immutable piece of the lexical index in typed arrays: which terms each document holds, and in which order (forward),
 * and, turned around, which documents hold each term (postings). Documents are numbered from 0 within the segment.
 */
import { lengthPart } from "../../core/ranking/bm25.js";
/** Documents between two looks at the clock: about a millisecond. */
const documentsAStep = 256;
/** A segment of so many times fewer postings than there are terms is sorted. */
const fewTerms = 8;
/** Stands between title and abstract, and for the terms of a document that have no number below it. */
const boundary = 0xffff;
export class LexicalSegment {
    forward;
    termList;
    postingStarts;
    postingDocuments;
    postingFrequencies;
    /** 1 while a document counts; replaced and removed ones are 0. */
    alive;
    /** What {@link emptyScores} gave last. */
    scores = new Float64Array();
    parts;
    constructor(forward, 
    /** Terms that any document holds, ascending. */
    termList, postingStarts, postingDocuments, postingFrequencies) {
        this.forward = forward;
        this.termList = termList;
        this.postingStarts = postingStarts;
        this.postingDocuments = postingDocuments;
        this.postingFrequencies = postingFrequencies;
        this.alive = new Uint8Array(forward.labels.length).fill(1);
    }
    /** @param termCount more than the highest term number. */
    static *of(forward, termCount) {
        const { labels, starts, terms, frequencies } = forward;
        const { termList, placeOf } = termsOf(terms, termCount);
        const postingStarts = new Uint32Array(termList.length + 1);
        for (let document = 0; document < labels.length; document++) {
            const end = starts[document + 1] ?? 0;
            for (let at = starts[document] ?? 0; at < end; at++) {
                const next = placeOf(terms[at] ?? 0) + 1;
                postingStarts[next] = (postingStarts[next] ?? 0) + 1;
            }
            if (document % documentsAStep === 0)
                yield;
        }
        for (let place = 0; place < termList.length; place++)
            postingStarts[place + 1] = (postingStarts[place + 1] ?? 0) + (postingStarts[place] ?? 0);
        const free = postingStarts.slice();
        const postingDocuments = new Uint32Array(terms.length);
        const postingFrequencies = new Uint16Array(terms.length);
        for (let document = 0; document < labels.length; document++) {
            const end = starts[document + 1] ?? 0;
            for (let at = starts[document] ?? 0; at < end; at++) {
                const place = placeOf(terms[at] ?? 0);
                const slot = free[place] ?? 0;
                free[place] = slot + 1;
                postingDocuments[slot] = document;
                postingFrequencies[slot] = frequencies[at] ?? 0;
            }
            if (document % documentsAStep === 0)
                yield;
        }
        return new LexicalSegment(forward, termList, postingStarts, postingDocuments, postingFrequencies);
    }
    get size() {
        return this.forward.labels.length;
    }
    /** Documents (ascending) and frequencies that hold a term; both empty where none does. Views, not copies. */
    postings(term) {
        const at = indexOf(this.termList, term, 0, this.termList.length);
        const [start, end] = at === -1 ? [0, 0] : [this.postingStarts[at] ?? 0, this.postingStarts[at + 1] ?? 0];
        return {
            documents: this.postingDocuments.subarray(start, end),
            frequencies: this.postingFrequencies.subarray(start, end),
        };
    }
    /** {@link lengthPart} of each document: made anew when the average has changed. */
    lengthParts(averageLength) {
        if (this.parts?.averageLength !== averageLength) {
            const values = this.parts?.values ?? new Float64Array(this.size);
            const { lengths } = this.forward;
            for (let document = 0; document < values.length; document++)
                values[document] = lengthPart(lengths[document] ?? 0, averageLength);
            this.parts = { averageLength, values };
        }
        return this.parts.values;
    }
    /** Room for one number a document, used again by each query. */
    emptyScores() {
        if (this.scores.length < this.size)
            this.scores = new Float64Array(this.size);
        return this.scores.fill(0);
    }
    /** How often a document holds a term, weighted. */
    frequency(document, term) {
        const { starts, terms, frequencies } = this.forward;
        const at = indexOf(terms, term, starts[document] ?? 0, starts[document + 1] ?? 0);
        return at === -1 ? 0 : (frequencies[at] ?? 0);
    }
    /** Whether title or abstract say these terms one after the other. */
    hasSequence(document, wanted) {
        const { starts, terms, sequenceStarts, sequences } = this.forward;
        const [start, end] = [starts[document] ?? 0, starts[document + 1] ?? 0];
        const places = [];
        for (const term of wanted) {
            const at = indexOf(terms, term, start, end);
            if (at === -1 || at - start >= boundary)
                return false;
            places.push(at - start);
        }
        const last = (sequenceStarts[document + 1] ?? 0) - places.length;
        for (let from = sequenceStarts[document] ?? 0; from <= last; from++) {
            let length = 0;
            while (length < places.length && sequences[from + length] === places[length])
                length++;
            if (length === places.length)
                return true;
        }
        return false;
    }
    /** The terms and frequencies of one document. Views, not copies. */
    document(document) {
        const [start, end] = [this.forward.starts[document] ?? 0, this.forward.starts[document + 1] ?? 0];
        return {
            terms: this.forward.terms.subarray(start, end),
            frequencies: this.forward.frequencies.subarray(start, end),
        };
    }
    /** A view, not a copy. */
    sequence(document) {
        const { sequenceStarts, sequences } = this.forward;
        return sequences.subarray(sequenceStarts[document] ?? 0, sequenceStarts[document + 1] ?? 0);
    }
}
/** The terms that occur, ascending, and where each of them is among these: looked up in a table unless that would be the larger part of the work. */
function termsOf(terms, termCount) {
    if (terms.length * fewTerms < termCount) {
        const sorted = terms.slice().sort();
        const termList = sorted.filter((term, at) => at === 0 || term !== sorted[at - 1]);
        return { termList, placeOf: (term) => indexOf(termList, term, 0, termList.length) };
    }
    const places = new Uint32Array(termCount);
    for (const term of terms)
        places[term] = 1;
    const found = new Uint32Array(termCount);
    let place = 0;
    for (let term = 0; term < termCount; term++) {
        if (places[term] === 0)
            continue;
        found[place] = term;
        places[term] = place++;
    }
    return { termList: found.slice(0, place), placeOf: (term) => places[term] ?? 0 };
}
/** Binary search from `start` to before `end`; −1 where the value is not there. */
function indexOf(sorted, value, start, end) {
    let [low, high] = [start, end - 1];
    while (low <= high) {
        const middle = (low + high) >> 1;
        const found = sorted[middle] ?? 0;
        if (found === value)
            return middle;
        if (found < value)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return -1;
}
/** Collects documents for a segment. */
export class ForwardBuilder {
    labels = [];
    lengths = [];
    starts = [0];
    terms = [];
    frequencies = [];
    sequenceStarts = [0];
    sequences = [];
    /** @param counts term number → weighted frequency. @param texts the terms of title and abstract in their order. */
    add(label, length, counts, texts) {
        const places = new Map();
        for (const term of [...counts.keys()].sort((a, b) => a - b)) {
            places.set(term, Math.min(boundary, places.size));
            this.terms.push(term);
            this.frequencies.push(Math.min(0xffff, counts.get(term) ?? 0));
        }
        for (const [at, text] of texts.entries()) {
            if (at > 0)
                this.sequences.push(boundary);
            for (const term of text)
                this.sequences.push(places.get(term) ?? boundary);
        }
        this.sequenceStarts.push(this.sequences.length);
        this.labels.push(label);
        this.lengths.push(length);
        this.starts.push(this.terms.length);
    }
    build() {
        return {
            labels: Uint32Array.from(this.labels),
            lengths: Uint32Array.from(this.lengths),
            starts: Uint32Array.from(this.starts),
            terms: Uint32Array.from(this.terms),
            frequencies: Uint16Array.from(this.frequencies),
            sequenceStarts: Uint32Array.from(this.sequenceStarts),
            sequences: Uint16Array.from(this.sequences),
        };
    }
}
/** The documents of several segments that are alive when it begins, as one. */
export function* joinSegments(segments) {
    const living = segments.map((segment) => ({
        segment,
        documents: Uint32Array.from(segment.alive.keys()).filter((document) => segment.alive[document] === 1),
    }));
    let [documents, postings, said] = [0, 0, 0];
    for (const { segment, documents: own } of living) {
        documents += own.length;
        for (const document of own) {
            postings += segment.document(document).terms.length;
            said += segment.sequence(document).length;
            if (document % documentsAStep === 0)
                yield;
        }
    }
    const joined = {
        labels: new Uint32Array(documents),
        lengths: new Uint32Array(documents),
        starts: new Uint32Array(documents + 1),
        terms: new Uint32Array(postings),
        frequencies: new Uint16Array(postings),
        sequenceStarts: new Uint32Array(documents + 1),
        sequences: new Uint16Array(said),
    };
    let [at, end, sequenceEnd] = [0, 0, 0];
    for (const { segment, documents: own } of living) {
        for (const document of own) {
            const { terms, frequencies } = segment.document(document);
            joined.labels[at] = segment.forward.labels[document] ?? 0;
            joined.lengths[at] = segment.forward.lengths[document] ?? 0;
            joined.terms.set(terms, end);
            joined.frequencies.set(frequencies, end);
            end += terms.length;
            const sequence = segment.sequence(document);
            joined.sequences.set(sequence, sequenceEnd);
            sequenceEnd += sequence.length;
            joined.starts[++at] = end;
            joined.sequenceStarts[at] = sequenceEnd;
            if (document % documentsAStep === 0)
                yield;
        }
    }
    return joined;
}
//# sourceMappingURL=lexical-segment.js.map