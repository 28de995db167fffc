/** Nearest papers and words in memory: every query compares every vector, and counts every word again. */
import { termsOf } from "../../core/analysis.ts";
import { AppError } from "../../core/errors.ts";
import type { Generation } from "../../core/generation.ts";
import { type Label, type LabelSet, labelSetOf } from "../../core/label-set.ts";
import { isNameTerm, nameTermsOf } from "../../core/name-terms.ts";
import { compareText } from "../../core/order.ts";
import type { StoredPaper } from "../../core/paper-store.ts";
import { countedTexts, inverseDocumentFrequency, termSaturation } from "../../core/ranking/bm25.ts";
import { type TermVector, weighTerms } from "../../core/ranking/term-vector.ts";
import { compareScored, evenly } from "../../core/ranking/top.ts";
import type { NearTerm, Retrieval, Scored, TellingTerm, TermDetail, TermDetails, TermQuery } from "../../core/retrieval.ts";
import { editDistance, isCorrectable } from "../../core/spelling.ts";
import { dot } from "../../core/vectors.ts";
import { MemoryGenerationStore } from "./generation-memory.ts";

interface CountedWords {
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

interface Choice {
  readonly k: number;
  readonly within?: LabelSet | undefined;
}

export class MemoryRetrieval extends MemoryGenerationStore implements Retrieval {
  private readonly numberedTerms: string[] = [];

  neighbours(generation: Generation, vector: Float32Array, choice: Choice): Promise<Scored[]> {
    return this.exactNeighbours(generation, vector, choice);
  }

  async exactNeighbours(generation: Generation, vector: Float32Array, choice: Choice): Promise<Scored[]> {
    this.checkQuestion(generation, vector);
    return best(
      [...this.vectorsOf(generation).values()].map((own) => ({ label: own.label, score: dot(vector, own.vector) })).filter(inside(choice)),
      choice.k,
    );
  }

  async cosines(generation: Generation, vector: Float32Array, labels: readonly Label[]): Promise<(number | undefined)[]> {
    this.checkQuestion(generation, vector);
    return labels.map((label) => {
      const own = this.vectorsOf(generation).get(label);
      return own === undefined ? undefined : dot(vector, own.vector);
    });
  }

  async vectors(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]> {
    return await this.embeddings(generation, labels);
  }

  async matchTerms(query: TermQuery, choice: Choice): Promise<{ hits: Scored[]; total: number }> {
    const scored = [...this.scoresOf(query)].map(([label, score]) => ({
      label,
      score,
    }));
    const matching = scored.filter(({ score }) => score !== 0).filter(inside(choice));
    return { hits: best(matching, choice.k), total: matching.length };
  }

  async termScores(query: TermQuery, labels: readonly Label[]): Promise<number[]> {
    const scores = this.scoresOf(query);
    return labels.map((label) => scores.get(label) ?? 0);
  }

  async termDetails(query: TermQuery, label: Label): Promise<TermDetails | undefined> {
    const words = this.allWords();
    const own = words.get(label);
    if (own === undefined) return undefined;
    const papers = await this.holdingCounts([...query.terms.keys()]);
    const terms = [...query.terms].map(([term, weight], at): TermDetail => {
      const holding = papers[at] ?? 0;
      const frequency = own.counts.get(term) ?? 0;
      const idf = inverseDocumentFrequency(words.size, holding);
      return { term, weight, frequency, papers: holding, idf, score: weight * scoreOf(term, label, words) };
    });
    const lengths = [...words.values()].map(({ length }) => length);
    const averageLength = Math.max(1, lengths.reduce((sum, length) => sum + length, 0) / words.size);
    return { papers: words.size, length: own.length, averageLength, terms };
  }

  async holding(terms: readonly string[]): Promise<LabelSet> {
    return labelSetOf(this.labelsWhere((stored) => terms.every((term) => wordsOf(stored).counts.has(term))));
  }

  async holdingPhrase(terms: readonly string[]): Promise<LabelSet> {
    const says = (text: string) => {
      const said = termsOf(text);
      return terms.length > 0 && said.some((_, at) => terms.every((term, i) => said[at + i] === term));
    };
    return labelSetOf(this.labelsWhere(({ paper }) => countedTexts(paper).some(({ text }) => says(text))));
  }

  async holdingAny(terms: readonly string[]): Promise<LabelSet> {
    return labelSetOf(this.labelsWhere((stored) => terms.some((term) => wordsOf(stored).counts.has(term))));
  }

  async holdingCounts(terms: readonly string[]): Promise<number[]> {
    const words = [...this.allWords().values()];
    return terms.map((term) => words.filter(({ counts }) => counts.has(term)).length);
  }

  async nearTerms(term: string, most: number): Promise<NearTerm[]> {
    const all = [...new Set([...this.allWords().values()].flatMap(({ counts }) => [...counts.keys()]))].filter(isCorrectable);
    const papers = await this.holdingCounts(all);
    return all
      .map((other, at) => ({ term: other, distance: editDistance(term, other), papers: papers[at] ?? 0 }))
      .filter((near) => near.distance <= most && near.term !== term)
      .sort((a, b) => a.distance - b.distance || compareText(a.term, b.term));
  }

  async tellingTerms(labels: readonly Label[], limit: number): Promise<TellingTerm[]> {
    const words = this.allWords();
    const saturations = new Map<string, number>();
    for (const label of labels) {
      for (const term of words.get(label)?.counts.keys() ?? [])
        if (!isNameTerm(term)) saturations.set(term, (saturations.get(term) ?? 0) + saturationOf(term, label, words));
    }
    return [...saturations]
      .map(([term, saturation]) => ({ term, weight: saturation * idfOf(term, words), saturation }))
      .sort((a, b) => b.weight - a.weight || compareText(a.term, b.term))
      .slice(0, limit);
  }

  async termVectors(labels: readonly Label[]): Promise<TermVector[]> {
    const words = this.allWords();
    return labels.map((label) => this.weigh(words, new Map([...(words.get(label)?.counts ?? [])].filter(([term]) => !isNameTerm(term)))));
  }

  async termVectorOf(counts: ReadonlyMap<string, number>): Promise<TermVector> {
    return this.weigh(this.allWords(), counts);
  }

  async termTexts(terms: readonly number[]): Promise<string[]> {
    return terms.map((term) => this.numberedTerms[term] ?? "");
  }

  async sampleLabels(size: number): Promise<Label[]> {
    return evenly(
      [...this.entries.keys()].sort((a, b) => a - b),
      size,
    );
  }

  private weigh(words: ReadonlyMap<Label, CountedWords>, counts: ReadonlyMap<string, number>): TermVector {
    const holding = (text: string) => [...words.values()].filter((counted) => counted.counts.has(text)).length;
    const known = [...counts].filter(([text]) => holding(text) > 0);
    const terms = known.map(([text]) => this.numberOf(text));
    return weighTerms(
      terms,
      known.map(([, count]) => count),
      (term) => holding(this.numberedTerms[term] ?? ""),
      words.size,
    );
  }

  private numberOf(text: string): number {
    const known = this.numberedTerms.indexOf(text);
    return known === -1 ? this.numberedTerms.push(text) - 1 : known;
  }

  private checkQuestion(generation: Generation, vector: Float32Array): void {
    this.known(generation);
    if (vector.length !== generation.dimensions)
      throw new AppError("invalid_embedding", `The query vector has ${vector.length} dimensions instead of ${generation.dimensions}.`);
  }

  private allWords(): Map<Label, CountedWords> {
    return new Map(this.sortedPapers().map((stored) => [stored.label, wordsOf(stored)]));
  }

  private scoresOf(query: TermQuery): Map<Label, number> {
    const words = this.allWords();
    return new Map(
      [...words.keys()].map((label) => {
        let sum = 0;
        for (const [term, weight] of query.terms) sum += weight * scoreOf(term, label, words);
        return [label, sum];
      }),
    );
  }
}

/** BM25 of one term in one paper, without any caching. */
function scoreOf(term: string, label: Label, words: ReadonlyMap<Label, CountedWords>): number {
  return idfOf(term, words) * saturationOf(term, label, words);
}

function idfOf(term: string, words: ReadonlyMap<Label, CountedWords>): number {
  return inverseDocumentFrequency(words.size, [...words.values()].filter(({ counts }) => counts.has(term)).length);
}

/** 0 if the paper does not contain the term. */
function saturationOf(term: string, label: Label, words: ReadonlyMap<Label, CountedWords>): number {
  const own = words.get(label);
  const frequency = own?.counts.get(term);
  if (own === undefined || frequency === undefined) return 0;
  const total = [...words.values()].reduce((sum, { length }) => sum + length, 0);
  return termSaturation(frequency, own.length, Math.max(1, total / words.size));
}

function wordsOf({ paper }: StoredPaper): CountedWords {
  const counts = new Map<string, number>();
  let length = 0;
  for (const { text, weight } of countedTexts(paper)) {
    for (const term of termsOf(text)) {
      counts.set(term, (counts.get(term) ?? 0) + weight);
      length += weight;
    }
  }
  for (const term of nameTermsOf(paper)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return { counts, length };
}

function inside({ within }: Choice): (scored: Scored) => boolean {
  return ({ label }) => within === undefined || within.has(label);
}

function best(scored: readonly Scored[], k: number): Scored[] {
  return [...scored].sort(compareScored).slice(0, Math.max(0, k));
}
