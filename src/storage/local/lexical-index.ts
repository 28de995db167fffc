/**
 * BM25 over the library's words, in memory: derived from the stored papers, persisted next to the vectors. New documents are collected in
 * small segments, which are merged by powers of {@link joinFactor}. A replaced document becomes a tombstone in its segment at once, and the
 * counts that BM25 needs are exact after every change.
 */
import { termsOf } from "../../core/analysis.ts";
import { type Label, type LabelSet, labelSetOf } from "../../core/label-set.ts";
import { isNameTerm, nameTermsOf } from "../../core/name-terms.ts";
import type { Paper } from "../../core/paper.ts";
import { countedTexts, inverseDocumentFrequency, saturate, termSaturation } from "../../core/ranking/bm25.ts";
import { noTerms, type TermVector, weighTerms } from "../../core/ranking/term-vector.ts";
import { evenly, TopScored } from "../../core/ranking/top.ts";
import type { NearTerm, Scored, TellingTerm, TermDetail, TermDetails, TermQuery } from "../../core/retrieval.ts";
import { editDistance } from "../../core/spelling.ts";
import { ForwardBuilder, type ForwardIndex, joinSegments, LexicalSegment } from "./lexical-segment.ts";
import { atOnce, inSlices, type Slices, type Steps } from "./slices.ts";
import { TermOutlines } from "./term-outlines.ts";

const joinFactor = 8;
/**
 * How long the number of a term that no document contains any more is not reused. Until then, a {@link TermVector} that was handed out
 * still refers to the same term.
 */
const usualNumberRestMs = 60_000;

export interface LexicalIndexOptions {
  /** {@link LexicalIndex.put} merges segments of up to this many documents together: about ten milliseconds. */
  readonly joinedAtOnce?: number | undefined;
  /** See {@link usualNumberRestMs}. */
  readonly numberRestMs?: number | undefined;
}

interface Location {
  readonly segment: LexicalSegment;
  readonly document: number;
}

/** A term of a query with its weight and rarity (IDF). */
interface WeightedTerm {
  readonly term: number;
  readonly weight: number;
}

export class LexicalIndex {
  private readonly terms = new Map<string, number>();
  private readonly termTexts: string[] = [];
  /** By term: whether it occurs in names. */
  private readonly isName: boolean[] = [];
  /** By term: the number of living documents that contain it. */
  private readonly holding: number[] = [];
  /** Terms that no document contains, with the time since when; oldest first. */
  private readonly leftAt = new Map<number, number>();
  private segments: LexicalSegment[] = [];
  private readonly locations = new Map<Label, Location>();
  private totalLength = 0;
  private readonly outlines = new TermOutlines();
  /** The query whose scores the segments hold; undefined once a document or the rarity of a term has changed. */
  private scored: TermQuery | undefined;
  /** All documents, cached until they change: a query that excludes a word needs all others. */
  private all: LabelSet | undefined;
  private readonly joinedAtOnce: number;
  private readonly numberRestMs: number;

  constructor({ joinedAtOnce = 1_000, numberRestMs = usualNumberRestMs }: LexicalIndexOptions = {}) {
    this.joinedAtOnce = joinedAtOnce;
    this.numberRestMs = numberRestMs;
  }

  /** @param stored the result of {@link toStored}. */
  static fromStored(stored: { terms: readonly string[]; forward: ForwardIndex }, options?: LexicalIndexOptions): LexicalIndex {
    const index = new LexicalIndex(options);
    for (const term of stored.terms) index.termNumber(term);
    index.addSegment(stored.forward);
    return index;
  }

  get size(): number {
    return this.locations.size;
  }

  has(label: Label): boolean {
    return this.locations.has(label);
  }

  /** Adds papers, or replaces what was stored under their labels. */
  put(papers: readonly { label: Label; paper: Paper }[]): void {
    if (papers.length === 0) return;
    this.scored = undefined;
    const latest = new Map(papers.map(({ label, paper }) => [label, paper]));
    // Old versions are removed first; otherwise a term that only the old version had would count as unused although the new one has it.
    for (const label of latest.keys()) this.remove(label);
    const builder = new ForwardBuilder();
    for (const [label, paper] of latest) {
      const counts = new Map<number, number>();
      let length = 0;
      const count = (text: string, weight: number) => {
        const numbers = termsOf(text).map((term) => this.termNumber(term));
        for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + weight);
        length += weight * numbers.length;
        return numbers;
      };
      const texts = countedTexts(paper).map(({ text, weight }) => count(text, weight));
      for (const term of nameTermsOf(paper)) {
        const number = this.termNumber(term);
        counts.set(number, (counts.get(number) ?? 0) + 1);
      }
      builder.add(label, length, counts, texts);
    }
    this.addSegment(builder.build());
    for (let run = this.segmentsToJoin(); run !== undefined && sizeOf(run) <= this.joinedAtOnce; run = this.segmentsToJoin())
      this.replaceSegments(run, atOnce(this.joining(run)));
  }

  /** Merges segments that are too large to be merged by {@link put}. One at a time. */
  async joinSegments(slices: Slices): Promise<void> {
    for (let run = this.segmentsToJoin(); run !== undefined; run = this.segmentsToJoin()) {
      const joined = await inSlices(this.joining(run), slices);
      // Some of them may have been merged with newer ones meanwhile.
      if (run.every((segment) => this.segments.includes(segment))) this.replaceSegments(run, joined);
    }
  }

  remove(label: Label): void {
    const location = this.locations.get(label);
    if (location === undefined) return;
    this.scored = undefined;
    this.locations.delete(label);
    this.all = undefined;
    location.segment.living.delete(location.document);
    this.totalLength -= location.segment.forward.lengths[location.document] ?? 0;
    const now = performance.now();
    for (const term of location.segment.document(location.document).terms) {
      const holding = (this.holding[term] ?? 0) - 1;
      this.holding[term] = holding;
      if (holding === 0) this.leftAt.set(term, now);
    }
  }

  match(query: TermQuery, { k, within }: { k: number; within?: LabelSet | undefined }): { hits: Scored[]; total: number } {
    const weights = this.weightsOf(query);
    const averageLength = this.averageLength();
    const top = new TopScored(k);
    // A document without any of the terms scores 0, and is not a hit.
    let least = Number.MIN_VALUE;
    this.scored = query;
    for (const segment of this.segments) {
      const scores = segment.emptyScores();
      for (const { term, weight } of weights) addScores(scores, segment, term, weight, averageLength);
      const { living, forward } = segment;
      for (let document = 0; document < scores.length; document++) {
        const score = scores[document] ?? 0;
        if (score < least || !living.has(document)) continue;
        const label = forward.labels[document] ?? 0;
        if (within !== undefined && !within.has(label)) continue;
        top.offer(label, score);
        least = Math.max(least, top.threshold);
      }
    }
    return { hits: top.sorted(), total: this.countHolding(weights, within) };
  }

  scores(query: TermQuery, labels: readonly Label[]): number[] {
    // Usually this is the query that was just matched.
    if (this.scored === query)
      return labels.map((label) => {
        const location = this.locations.get(label);
        return location === undefined ? 0 : (location.segment.scores[location.document] ?? 0);
      });
    const weights = this.weightsOf(query);
    const averageLength = this.averageLength();
    return labels.map((label) => {
      const location = this.locations.get(label);
      return location === undefined ? 0 : weights.reduce((sum, weight) => sum + scoreOf(location, weight, averageLength), 0);
    });
  }

  details(query: TermQuery, label: Label): TermDetails | undefined {
    const location = this.locations.get(label);
    if (location === undefined) return undefined;
    const averageLength = this.averageLength();
    const { segment, document } = location;
    const terms = [...query.terms].map(([text, weight]): TermDetail => {
      const term = this.terms.get(text) ?? -1;
      const idf = this.idfOf(term);
      const score = scoreOf(location, { term, weight: weight * idf }, averageLength);
      return { term: text, weight, frequency: segment.frequency(document, term), score, papers: this.holding[term] ?? 0, idf };
    });
    return { papers: this.size, length: location.segment.forward.lengths[location.document] ?? 0, averageLength, terms };
  }

  /** Documents that contain all of the terms; all documents if there are no terms. */
  holdingAll(terms: readonly string[]): LabelSet {
    if (terms.length === 0) {
      this.all ??= labelSetOf(this.locations.keys());
      return this.all;
    }
    return this.holdingEach(terms, () => true);
  }

  /**
   * Documents that contain the terms consecutively within one text (title, abstract, an author's name, a keyword); none if there are no
   * terms.
   */
  holdingPhrase(terms: readonly string[]): LabelSet {
    if (terms.length === 0) return labelSetOf([]);
    const phrase = terms.map((term) => this.terms.get(term) ?? -1);
    return this.holdingEach(terms, (segment, document) => segment.hasSequence(document, phrase));
  }

  holdingAny(terms: readonly string[]): LabelSet {
    const numbers = new Set(terms.map((term) => this.terms.get(term) ?? -1));
    return labelSetOf(this.segments.flatMap((segment) => livingLabels(segment, segment.holdingAny(numbers).documents())));
  }

  holdingCount(term: string): number {
    return this.holding[this.terms.get(term) ?? -1] ?? 0;
  }

  /** Correctable terms in documents that are within `most` edits of this one; the nearest first, then alphabetically. */
  nearTerms(term: string, most: number): NearTerm[] {
    const near: NearTerm[] = [];
    for (const number of this.outlines.near(term, most)) {
      const other = this.termTexts[number] ?? "";
      const papers = this.holding[number] ?? 0;
      const distance = papers === 0 || other === term ? Number.POSITIVE_INFINITY : editDistance(term, other, most);
      if (distance <= most) near.push({ term: other, distance, papers });
    }
    return near.sort((a, b) => a.distance - b.distance || (a.term < b.term ? -1 : 1));
  }

  tellingTerms(labels: readonly Label[], limit: number): TellingTerm[] {
    const saturations = new Map<number, number>();
    const averageLength = this.averageLength();
    for (const label of labels) {
      const location = this.locations.get(label);
      if (location === undefined) continue;
      const { terms, frequencies } = this.subjectOf(location);
      const length = location.segment.forward.lengths[location.document] ?? 0;
      terms.forEach((term, at) => {
        saturations.set(term, (saturations.get(term) ?? 0) + termSaturation(frequencies[at] ?? 0, length, averageLength));
      });
    }
    // Alphabetically if weights are equal: term numbers depend on the history of the index (I8).
    return [...saturations]
      .map(([term, saturation]) => ({ term: this.termTexts[term] ?? "", weight: saturation * this.idfOf(term), saturation }))
      .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1))
      .slice(0, limit);
  }

  termVector(label: Label): TermVector {
    const location = this.locations.get(label);
    if (location === undefined) return noTerms;
    const { terms, frequencies } = this.subjectOf(location);
    return weighTerms(terms, frequencies, (term) => this.holding[term] ?? 0, this.size);
  }

  termVectorOf(counts: ReadonlyMap<string, number>): TermVector {
    const known = [...counts].flatMap(([text, count]) => {
      const term = this.terms.get(text);
      return term === undefined || (this.holding[term] ?? 0) === 0 ? [] : [{ term, count }];
    });
    known.sort((a, b) => a.term - b.term);
    return weighTerms(
      known.map(({ term }) => term),
      known.map(({ count }) => count),
      (term) => this.holding[term] ?? 0,
      this.size,
    );
  }

  termText(term: number): string {
    return this.termTexts[term] ?? "";
  }

  /** Spread evenly over all labels. */
  sample(size: number): Label[] {
    const labels = [...this.locations.keys()].sort((a, b) => a - b);
    return evenly(labels, size);
  }

  /** The terms of one document with their weighted frequencies, sorted by term. */
  termsIn(label: Label): [string, number][] {
    const location = this.locations.get(label);
    if (location === undefined) return [];
    const { terms, frequencies } = location.segment.document(location.document);
    return Array.from(terms, (term, at): [string, number] => [this.termTexts[term] ?? "", frequencies[at] ?? 0]).sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
  }

  /** Everything needed to restore the index as it is when this starts, without tombstones and their terms. */
  *toStored(): Steps<{ terms: readonly string[]; forward: ForwardIndex }> {
    const texts = [...this.termTexts];
    const forward = yield* joinSegments(this.segments);
    const isHeld = new Uint8Array(texts.length);
    for (const term of forward.terms) isHeld[term] = 1;
    yield;
    // In the same order, so that the terms of a document stay ascending.
    const terms = texts.filter((_, term) => isHeld[term] === 1);
    if (terms.length === texts.length) return { terms, forward };
    let next = 0;
    const numbers = Uint32Array.from(isHeld, (held) => (held === 1 ? next++ : 0));
    yield;
    return { terms, forward: { ...forward, terms: forward.terms.map((term) => numbers[term] ?? 0) } };
  }

  /** The terms of a document and their frequencies, without names. */
  private subjectOf({ segment, document }: Location): { terms: Uint32Array; frequencies: Uint16Array } {
    const { terms, frequencies } = segment.document(document);
    // Called for each paper that is scored: no function calls, and no strings.
    let names = 0;
    for (const term of terms) if (this.isName[term] === true) names++;
    if (names === 0) return { terms, frequencies };
    const subject = { terms: new Uint32Array(terms.length - names), frequencies: new Uint16Array(terms.length - names) };
    let next = 0;
    for (let at = 0; at < terms.length; at++) {
      if (this.isName[terms[at] ?? 0] === true) continue;
      subject.terms[next] = terms[at] ?? 0;
      subject.frequencies[next++] = frequencies[at] ?? 0;
    }
    return subject;
  }

  /** Tests only the documents of the rarest term. */
  private holdingEach(terms: readonly string[], meets: (segment: LexicalSegment, document: number) => boolean): LabelSet {
    const numbers = [...new Set(terms)].map((term) => this.terms.get(term) ?? -1);
    const [rarest = -1, ...others] = numbers.sort((a, b) => (this.holding[a] ?? 0) - (this.holding[b] ?? 0));
    return labelSetOf(
      this.segments.flatMap((segment) => {
        const { documents } = segment.postings(rarest);
        const held = documents.filter(
          (document) => others.every((term) => segment.frequency(document, term) > 0) && meets(segment, document),
        );
        return livingLabels(segment, held);
      }),
    );
  }

  private countHolding(terms: readonly WeightedTerm[], within: LabelSet | undefined): number {
    let count = 0;
    for (const segment of this.segments) {
      const holding = segment.holdingAny(terms.map(({ term }) => term));
      if (within === undefined) count += holding.count();
      else for (const document of holding.documents()) if (within.has(segment.forward.labels[document] ?? 0)) count++;
    }
    return count;
  }

  private weightsOf(query: TermQuery): WeightedTerm[] {
    const weights: WeightedTerm[] = [];
    for (const [text, weight] of query.terms) {
      const term = this.terms.get(text);
      if (term !== undefined && (this.holding[term] ?? 0) > 0) weights.push({ term, weight: weight * this.idfOf(term) });
    }
    return weights;
  }

  private idfOf(term: number): number {
    return inverseDocumentFrequency(this.size, this.holding[term] ?? 0);
  }

  private averageLength(): number {
    return this.size === 0 ? 1 : Math.max(1, this.totalLength / this.size);
  }

  private termNumber(text: string): number {
    const known = this.terms.get(text);
    if (known !== undefined) {
      this.leftAt.delete(known);
      return known;
    }
    const number = this.freedNumber() ?? this.termTexts.length;
    this.terms.set(text, number);
    this.termTexts[number] = text;
    this.isName[number] = isNameTerm(text);
    this.holding[number] = 0;
    this.outlines.set(number, text);
    return number;
  }

  /** The number of a term that has been unused for long enough; only tombstones may still refer to it. */
  private freedNumber(): number | undefined {
    const [longest] = this.leftAt;
    if (longest === undefined) return undefined;
    const [number, at] = longest;
    if (performance.now() - at < this.numberRestMs) return undefined;
    this.leftAt.delete(number);
    this.terms.delete(this.termTexts[number] ?? "");
    return number;
  }

  private addSegment(forward: ForwardIndex): void {
    const segment = atOnce(LexicalSegment.of(forward, this.termTexts.length));
    this.segments.push(segment);
    this.all = undefined;
    segment.forward.labels.forEach((label, document) => {
      this.locations.set(label, { segment, document });
    });
    for (const length of forward.lengths) this.totalLength += length;
    for (const term of forward.terms) this.holding[term] = (this.holding[term] ?? 0) + 1;
  }

  /** The segments to merge: all after the last one that is at least {@link joinFactor} times as large as those after it together. */
  private segmentsToJoin(): readonly LexicalSegment[] | undefined {
    for (let first = this.segments.length - 2; first >= 0; first--) {
      const run = this.segments.slice(first);
      const size = sizeOf(run.slice(1));
      if ((run[0]?.size ?? 0) >= joinFactor * size) return run.length > 2 ? run.slice(1) : undefined;
    }
    return this.segments.length > 1 ? [...this.segments] : undefined;
  }

  private *joining(run: readonly LexicalSegment[]): Steps<LexicalSegment> {
    const joined = yield* joinSegments(run);
    return yield* LexicalSegment.of(joined, this.termTexts.length);
  }

  /** Replaces segments by their merged one; documents removed since become tombstones in it. */
  private replaceSegments(run: readonly LexicalSegment[], joined: LexicalSegment): void {
    const old = new Set(run);
    const at = this.segments.findIndex((segment) => old.has(segment));
    joined.forward.labels.forEach((label, document) => {
      const location = this.locations.get(label);
      if (location !== undefined && old.has(location.segment)) this.locations.set(label, { segment: joined, document });
      else joined.living.delete(document);
    });
    this.segments = [...this.segments.slice(0, at), joined, ...this.segments.slice(at + run.length)];
    this.scored = undefined;
  }
}

/** The score that a term of a query adds to a document. */
function scoreOf({ segment, document }: Location, { term, weight }: WeightedTerm, averageLength: number): number {
  const frequency = segment.frequency(document, term);
  return frequency === 0 ? 0 : weight * termSaturation(frequency, segment.forward.lengths[document] ?? 0, averageLength);
}

/** Adds what {@link scoreOf} computes for one document to all documents that contain the term. */
function addScores(scores: Float64Array, segment: LexicalSegment, term: number, weight: number, averageLength: number): void {
  const { documents, frequencies } = segment.postings(term);
  const lengthParts = segment.lengthParts(averageLength);
  for (let at = 0; at < documents.length; at++) {
    const document = documents[at] ?? 0;
    const frequency = frequencies[at] ?? 0;
    scores[document] = (scores[document] ?? 0) + weight * saturate(frequency, lengthParts[document] ?? 0);
  }
}

function sizeOf(segments: readonly LexicalSegment[]): number {
  return segments.reduce((sum, segment) => sum + segment.size, 0);
}

function livingLabels(segment: LexicalSegment, documents: Iterable<number>): Label[] {
  const labels: Label[] = [];
  for (const document of documents) if (segment.living.has(document)) labels.push(segment.forward.labels[document] ?? 0);
  return labels;
}
