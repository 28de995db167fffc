/**
 * An immutable segment of the lexical index in typed arrays: which terms each document contains, and in which order (forward index), and
 * the inverse, which documents contain each term (postings). Documents are numbered from 0 within the segment.
 */
import { lengthPart } from "../../core/ranking/bm25.ts";
import { DocumentBits, documentsAWord } from "./document-bits.ts";
import type { Steps } from "./slices.ts";

/** The primary data of a segment, which is also written to disk; the postings are derived. */
export interface ForwardIndex {
  /** Label of each document. */
  readonly labels: Uint32Array;
  /** Weighted number of words of each document. */
  readonly lengths: Uint32Array;
  /** Where each document's terms start; one entry more than there are documents. */
  readonly starts: Uint32Array;
  /** Global term numbers, ascending within a document. */
  readonly terms: Uint32Array;
  /** Weighted frequencies, parallel to `terms`. */
  readonly frequencies: Uint16Array;
  /** Where each document's sequence starts; one entry more than there are documents. */
  readonly sequenceStarts: Uint32Array;
  /**
   * The terms of its texts in their order, title and abstract first, each term as an index into the document's own terms; {@link boundary}
   * separates texts.
   */
  readonly sequences: Uint16Array;
}

/** Documents between two checks of the clock: about a millisecond. */
const documentsAStep = 256;
/** If a segment has this many times fewer postings than there are terms, they are sorted instead of looked up in a table. */
const fewTerms = 8;
/** Separates texts, and stands for terms of a document whose index does not fit. */
const boundary = 0xffff;

export class LexicalSegment {
  /** Documents that are not tombstones. */
  readonly living: DocumentBits;
  /** Bit sets of frequent terms (a bit set takes no more memory than the list of documents), created on first use. */
  private readonly bitsOf = new Map<number, DocumentBits>();
  /** The latest result of {@link emptyScores}. */
  scores = new Float64Array();
  private parts: { averageLength: number; values: Float64Array } | undefined;

  private constructor(
    readonly forward: ForwardIndex,
    /** Terms that occur in any document, ascending. */
    private readonly termList: Uint32Array,
    private readonly postingStarts: Uint32Array,
    private readonly postingDocuments: Uint32Array,
    private readonly postingFrequencies: Uint16Array,
  ) {
    this.living = new DocumentBits(this.size);
    this.living.fill();
  }

  /** @param termCount greater than the highest term number. */
  static *of(forward: ForwardIndex, termCount: number): Steps<LexicalSegment> {
    const { labels, starts, terms, frequencies } = forward;
    const { termList, placeOf } = termsOf(terms, termCount);
    const postingStarts = new Uint32Array(termList.length + 1);
    for (let document = 0; document < labels.length; document++) {
      const end = starts[document + 1] ?? 0;
      for (let at = starts[document] ?? 0; at < end; at++) {
        const next = placeOf(terms[at] ?? 0) + 1;
        postingStarts[next] = (postingStarts[next] ?? 0) + 1;
      }
      if (document % documentsAStep === 0) yield;
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
      if (document % documentsAStep === 0) yield;
    }
    return new LexicalSegment(forward, termList, postingStarts, postingDocuments, postingFrequencies);
  }

  get size(): number {
    return this.forward.labels.length;
  }

  /** Documents (ascending) that contain a term, and its frequencies there; both empty if none does. Views, not copies. */
  postings(term: number): { documents: Uint32Array; frequencies: Uint16Array } {
    const at = indexOf(this.termList, term, 0, this.termList.length);
    const [start, end] = at === -1 ? [0, 0] : [this.postingStarts[at] ?? 0, this.postingStarts[at + 1] ?? 0];
    return {
      documents: this.postingDocuments.subarray(start, end),
      frequencies: this.postingFrequencies.subarray(start, end),
    };
  }

  /** Living documents that contain any of these terms. */
  holdingAny(terms: Iterable<number>): DocumentBits {
    const holding = new DocumentBits(this.size);
    for (const term of terms) {
      const bits = this.bitsOfCommon(term);
      if (bits === undefined) holding.addEach(this.postings(term).documents);
      else holding.unite(bits);
    }
    holding.intersect(this.living);
    return holding;
  }

  private bitsOfCommon(term: number): DocumentBits | undefined {
    const known = this.bitsOf.get(term);
    if (known !== undefined) return known;
    const { documents } = this.postings(term);
    if (documents.length * documentsAWord < this.size) return undefined;
    const bits = new DocumentBits(this.size);
    bits.addEach(documents);
    this.bitsOf.set(term, bits);
    return bits;
  }

  /** {@link lengthPart} of each document, recomputed if the average length has changed. */
  lengthParts(averageLength: number): Float64Array {
    if (this.parts?.averageLength !== averageLength) {
      const values = this.parts?.values ?? new Float64Array(this.size);
      const { lengths } = this.forward;
      for (let document = 0; document < values.length; document++) values[document] = lengthPart(lengths[document] ?? 0, averageLength);
      this.parts = { averageLength, values };
    }
    return this.parts.values;
  }

  /** An array of one number per document, reused by each query. */
  emptyScores(): Float64Array {
    if (this.scores.length < this.size) this.scores = new Float64Array(this.size);
    return this.scores.fill(0);
  }

  /** Weighted frequency of a term in a document. */
  frequency(document: number, term: number): number {
    const { starts, terms, frequencies } = this.forward;
    const at = indexOf(terms, term, starts[document] ?? 0, starts[document + 1] ?? 0);
    return at === -1 ? 0 : (frequencies[at] ?? 0);
  }

  /** Whether one of its texts contains these terms consecutively. */
  hasSequence(document: number, wanted: readonly number[]): boolean {
    const { starts, terms, sequenceStarts, sequences } = this.forward;
    const [start, end] = [starts[document] ?? 0, starts[document + 1] ?? 0];
    const places: number[] = [];
    for (const term of wanted) {
      const at = indexOf(terms, term, start, end);
      if (at === -1 || at - start >= boundary) return false;
      places.push(at - start);
    }
    const last = (sequenceStarts[document + 1] ?? 0) - places.length;
    for (let from = sequenceStarts[document] ?? 0; from <= last; from++) {
      let length = 0;
      while (length < places.length && sequences[from + length] === places[length]) length++;
      if (length === places.length) return true;
    }
    return false;
  }

  /** The terms and frequencies of one document. Views, not copies. */
  document(document: number): { terms: Uint32Array; frequencies: Uint16Array } {
    const [start, end] = [this.forward.starts[document] ?? 0, this.forward.starts[document + 1] ?? 0];
    return {
      terms: this.forward.terms.subarray(start, end),
      frequencies: this.forward.frequencies.subarray(start, end),
    };
  }

  /** A view, not a copy. */
  sequence(document: number): Uint16Array {
    const { sequenceStarts, sequences } = this.forward;
    return sequences.subarray(sequenceStarts[document] ?? 0, sequenceStarts[document + 1] ?? 0);
  }
}

/**
 * The terms that occur, ascending, and a function that returns a term's index among them. It uses a table unless creating one would be most
 * of the work.
 */
function termsOf(terms: Uint32Array, termCount: number): { termList: Uint32Array; placeOf: (term: number) => number } {
  if (terms.length * fewTerms < termCount) {
    const sorted = terms.slice().sort();
    const termList = sorted.filter((term, at) => at === 0 || term !== sorted[at - 1]);
    return { termList, placeOf: (term) => indexOf(termList, term, 0, termList.length) };
  }
  const places = new Uint32Array(termCount);
  for (const term of terms) places[term] = 1;
  const found = new Uint32Array(termCount);
  let place = 0;
  for (let term = 0; term < termCount; term++) {
    if (places[term] === 0) continue;
    found[place] = term;
    places[term] = place++;
  }
  return { termList: found.slice(0, place), placeOf: (term) => places[term] ?? 0 };
}

/** Binary search from `start` (inclusive) to `end` (exclusive); −1 if the value is not there. */
function indexOf(sorted: Uint32Array, value: number, start: number, end: number): number {
  let [low, high] = [start, end - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] ?? 0;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Collects documents for a segment. */
export class ForwardBuilder {
  private readonly labels: number[] = [];
  private readonly lengths: number[] = [];
  private readonly starts: number[] = [0];
  private readonly terms: number[] = [];
  private readonly frequencies: number[] = [];
  private readonly sequenceStarts: number[] = [0];
  private readonly sequences: number[] = [];

  /** @param counts term number → weighted frequency. @param texts the terms of each text in their order. */
  add(label: number, length: number, counts: ReadonlyMap<number, number>, texts: readonly (readonly number[])[]): void {
    const places = new Map<number, number>();
    for (const term of [...counts.keys()].sort((a, b) => a - b)) {
      places.set(term, Math.min(boundary, places.size));
      this.terms.push(term);
      this.frequencies.push(Math.min(0xffff, counts.get(term) ?? 0));
    }
    for (const [at, text] of texts.entries()) {
      if (at > 0) this.sequences.push(boundary);
      for (const term of text) this.sequences.push(places.get(term) ?? boundary);
    }
    this.sequenceStarts.push(this.sequences.length);
    this.labels.push(label);
    this.lengths.push(length);
    this.starts.push(this.terms.length);
  }

  build(): ForwardIndex {
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

/** Merges the documents of several segments that are living when it starts. */
export function* joinSegments(segments: readonly LexicalSegment[]): Steps<ForwardIndex> {
  const living = segments.map((segment) => ({
    segment,
    documents: segment.living.documents(),
  }));
  let [documents, postings, said] = [0, 0, 0];
  for (const { segment, documents: own } of living) {
    documents += own.length;
    for (const document of own) {
      postings += segment.document(document).terms.length;
      said += segment.sequence(document).length;
      if (document % documentsAStep === 0) yield;
    }
  }
  const joined: ForwardIndex = {
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
      if (document % documentsAStep === 0) yield;
    }
  }
  return joined;
}
