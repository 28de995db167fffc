/**
 * The library as plainly as it can be written: maps, counting, comparing with everything. Nothing outlives the
 * process. It is the reference that the others are compared with, so it is kept simple instead of fast.
 */
import { termsOf } from "../../core/analysis.ts";
import { AppError } from "../../core/errors.ts";
import { facetsOf, mostCommon } from "../../core/facets.ts";
import { type Conditions, firstDay, isUnfiltered, lastDay, matchesFilters } from "../../core/filters.ts";
import { hasSameVectors, isSameSpec } from "../../core/generation.ts";
import { BitmapLabelSet } from "../../core/label-set.ts";
import {
  anyTitle,
  type Contribution,
  contributionKey,
  forbiddenAfterSplit,
  keepNames,
  mergeContributions,
  sayAgain,
  withoutForbidden,
} from "../../core/merge.ts";
import { compareText } from "../../core/order.ts";
import { dateOf, listingDateOf, type NewPaper, type Paper } from "../../core/paper.ts";
import { hashContent, prepareText } from "../../core/prepare.ts";
import { inverseDocumentFrequency, termSaturation, titleWeight } from "../../core/ranking/bm25.ts";
import { type TermVector, weighTerms } from "../../core/ranking/term-vector.ts";
import { compareScored, evenly } from "../../core/ranking/top.ts";
import { compareWorks, mainTitleKey } from "../../core/same-work.ts";
import { editDistance, isCorrectable } from "../../core/spelling.ts";
import type {
  BacklogEntry,
  ClaimedWork,
  Facets,
  Fault,
  Finding,
  Generation,
  GenerationAudit,
  GenerationEntry,
  GenerationSpec,
  GenerationState,
  Label,
  LabelSet,
  Library,
  LibraryHealth,
  LibraryStatus,
  ListingDate,
  NearTerm,
  NewEmbedding,
  Scored,
  StoredPaper,
  Suggested,
  SuggestedKind,
  TermDetail,
  TermDetails,
  TermQuery,
  Topic,
  UpsertResult,
  WorkProgress,
} from "../../core/storage.ts";
import { keptFaults } from "../../core/storage.ts";
import { titleKey } from "../../core/text.ts";
import { dot, faultOfVector } from "../../core/vectors.ts";
import { MemoryCommentStore } from "./comment-memory.ts";
import { MemoryDeliveryStore } from "./delivery-memory.ts";
import { MemoryJobStore } from "./job-memory.ts";
import { MemoryPersonalStore } from "./personal-memory.ts";
import { MemorySignInStore } from "./sign-in-memory.ts";
import { suggestPapers } from "./suggestion-memory.ts";

interface Entry {
  readonly stored: StoredPaper;
  /** What each record of each source said of it. */
  readonly contributions: ReadonlyMap<string, NewPaper>;
  readonly change: number;
  /** When it came in, ISO 8601 in UTC. */
  readonly added: string;
}

/** The words of one paper, counted with the weights of its fields. */
interface CountedWords {
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

interface KeptGeneration {
  readonly generation: Generation;
  state: GenerationState;
  /** The change with which it ceased to be live. */
  retired: number;
  readonly vectors: Map<Label, NewEmbedding>;
  audit?: GenerationAudit;
}

interface Choice {
  readonly k: number;
  readonly within?: LabelSet | undefined;
}

export class MemoryLibrary implements Library {
  private readonly entries = new Map<Label, Entry>();
  private readonly kept: KeptGeneration[] = [];
  private readonly topicOfSlug = new Map<string, Topic>();
  private readonly fetchPositions = new Map<string, string>();
  private readonly claimed = new Map<string, WorkProgress | undefined>();
  private readonly keptFaults: Fault[] = [];
  readonly jobs = new MemoryJobStore();
  /** What records may not claim since their paper was split, by record. */
  private readonly forbidden = new Map<string, ReadonlySet<string>>();
  readonly delivery = new MemoryDeliveryStore();
  readonly signIns = new MemorySignInStore();
  readonly comments = new MemoryCommentStore();
  readonly personal = new MemoryPersonalStore([this.delivery, this.signIns, this.comments]);
  private lastGeneration = 0;
  private readonly numberedTerms: string[] = [];
  /** Ids of papers that are wanted. */
  private readonly wanted = new Set<string>();
  private lastLabel = 0;
  private change = 0;

  constructor(private readonly now: () => Date = () => new Date()) {}

  // Papers

  async upsert(papers: readonly NewPaper[]): Promise<UpsertResult[]> {
    const nameless = papers.find((paper) => paper.ids.length === 0);
    if (nameless !== undefined) throw new AppError("invalid_paper", `The paper “${nameless.title}” has no id.`);
    const change = this.change + 1;
    return papers.map((paper) => this.upsertOne(paper, change));
  }

  async remove(ids: readonly string[]): Promise<string[]> {
    const change = this.change + 1;
    return ids.flatMap((id) => {
      const label = this.labelOf(id);
      const entry = label === undefined ? undefined : this.entries.get(label);
      if (entry === undefined) return [];
      this.delete(entry.stored.label);
      this.change = change;
      return [entry.stored.paper.paperId];
    });
  }

  async resolve(ids: readonly string[]): Promise<(Label | undefined)[]> {
    return ids.map((id) => this.labelOf(id));
  }

  async papers(labels: readonly Label[]): Promise<(StoredPaper | undefined)[]> {
    return labels.map((label) => this.entries.get(label)?.stored);
  }

  async findByTitle(title: string): Promise<Label[]> {
    const key = titleKey(title);
    if (key === "") return [];
    return this.labelsWhere(({ paper }) => titleKey(paper.title) === key).slice(0, 10);
  }

  async matching(conditions: Conditions): Promise<LabelSet | undefined> {
    if (conditions.every(isUnfiltered)) return undefined;
    return setOf(this.labelsWhere(({ paper }) => conditions.every((filters) => matchesFilters(paper, filters))));
  }

  async newest(within: LabelSet | undefined, { limit, offset }: { limit: number; offset: number }): Promise<Label[]> {
    const dayOf = ({ paper }: StoredPaper) => firstDay(dateOf(paper) ?? "");
    return this.sortedPapers()
      .filter(({ label }) => within === undefined || within.has(label))
      .sort((a, b) => compareText(dayOf(b), dayOf(a)) || compareText(a.paper.paperId, b.paper.paperId))
      .slice(offset, offset + limit)
      .map(({ label }) => label);
  }

  async keepIds(ids: readonly string[]): Promise<number> {
    const before = this.wanted.size;
    for (const id of ids) if (this.labelOf(id) === undefined) this.wanted.add(id);
    return this.wanted.size - before;
  }

  async wantedIds(): Promise<string[]> {
    return [...this.wanted].filter((id) => this.labelOf(id) === undefined).sort(compareText);
  }

  async addedBetween(after: string, until: string, oldest: string): Promise<Label[]> {
    const isNews = (paper: Paper) => {
      const date = dateOf(paper);
      return date === undefined || lastDay(date) >= oldest;
    };
    const found = [...this.entries].filter(([, { added, stored }]) => added > after && added <= until && isNews(stored.paper));
    return found.map(([label]) => label).sort((a, b) => a - b);
  }

  async listingDates(conditions: Conditions): Promise<ListingDate[]> {
    const counts = new Map<string, number>();
    for (const { paper } of this.sortedPapers()) {
      const date = listingDateOf(paper);
      if (date === undefined || !conditions.every((filters) => matchesFilters(paper, filters))) continue;
      counts.set(date, (counts.get(date) ?? 0) + 1);
    }
    return [...counts].map(([date, papers]) => ({ date, papers })).sort((a, b) => compareText(a.date, b.date));
  }

  async listedOn(dates: readonly string[], conditions: Conditions): Promise<Label[]> {
    return this.labelsWhere(
      ({ paper }) => dates.includes(listingDateOf(paper) ?? "") && conditions.every((filters) => matchesFilters(paper, filters)),
    );
  }

  async countPapers(): Promise<number> {
    return this.entries.size;
  }

  async facets(within: LabelSet | undefined, limit: number): Promise<Facets> {
    const papers = this.sortedPapers().filter(({ label }) => within === undefined || within.has(label));
    const of = (name: keyof Facets) => {
      const counts = new Map<string, number>();
      for (const { paper } of papers) for (const value of new Set(facetsOf(paper)[name])) counts.set(value, (counts.get(value) ?? 0) + 1);
      return mostCommon(counts, limit);
    };
    return { years: of("years"), venues: of("venues"), categories: of("categories"), sources: of("sources") };
  }

  async doubtfulPairs(limit: number): Promise<(readonly [StoredPaper, StoredPaper])[]> {
    const all = this.sortedPapers();
    const pairs = all.flatMap((first, at) => all.slice(at + 1).map((second) => [first, second] as const));
    return pairs
      .filter(([first, second]) => compareWorks(first.paper, second.paper) !== "different")
      .sort(([a], [b]) => compareText(mainTitleKey(a.paper.title), mainTitleKey(b.paper.title)))
      .slice(0, limit);
  }

  async merge(first: string, second: string): Promise<string> {
    const [label, other] = [this.labelOf(first), this.labelOf(second)].filter((one) => one !== undefined).sort((a, b) => a - b);
    const [entry, joining] = [label, other].map((one) => (one === undefined ? undefined : this.entries.get(one)));
    if (label === undefined || other === undefined || entry === undefined || joining === undefined)
      throw new AppError("paper_not_found", `There are no two papers ${first} and ${second}.`);
    if (label === other) return entry.stored.paper.paperId;
    const contributions = new Map([...entry.contributions, ...joining.contributions]);
    for (const key of contributions.keys()) this.forbidden.delete(key);
    keepNames(contributions, [entry.stored.paper.paperId, joining.stored.paper.paperId]);
    this.delete(other);
    this.put(label, contributions, entry.stored.paper.paperId, ++this.change);
    return entry.stored.paper.paperId;
  }

  async contributions(label: Label): Promise<Contribution[]> {
    const said = [...(this.entries.get(label)?.contributions ?? [])];
    return said.map(([key, paper]) => ({ key, paper })).sort((a, b) => compareText(a.key, b.key));
  }

  async split(id: string): Promise<string[]> {
    const label = this.labelOf(id);
    const entry = label === undefined ? undefined : this.entries.get(label);
    if (label === undefined || entry === undefined) throw new AppError("paper_not_found", `There is no paper ${id}.`);
    const parts = await this.contributions(label);
    if (parts.length < 2) throw new AppError("invalid_request", `The paper ${id} was made from one record.`);
    const change = ++this.change;
    this.delete(label);
    const forbidden = forbiddenAfterSplit(parts);
    return parts.map(({ key, paper }) => {
      const own = forbidden.get(key) ?? new Set<string>();
      this.forbidden.set(key, new Set([...(this.forbidden.get(key) ?? []), ...own]));
      return this.put(++this.lastLabel, new Map([[key, withoutForbidden(paper, key, own)]]), paper.paperId, change).paperId;
    });
  }

  async eachPaper(after: Label, limit: number): Promise<StoredPaper[]> {
    return this.sortedPapers()
      .filter(({ label }) => label > after)
      .slice(0, limit);
  }

  // Embeddings

  async liveGeneration(): Promise<Generation | undefined> {
    return this.live?.generation;
  }

  async openGeneration(spec: GenerationSpec): Promise<Generation> {
    const { generation } = this.live ?? this.keep(spec, "live");
    if (!hasSameVectors(generation, spec))
      throw new AppError("model_mismatch", `The library was embedded with ${generation.model}, not with ${spec.model}.`);
    return generation;
  }

  async backlog(generation: Generation, after: Label, limit: number, since = 0): Promise<BacklogEntry[]> {
    return this.waiting(generation)
      .filter(({ stored, change }) => stored.label > after && change > since)
      .slice(0, limit)
      .map(({ stored }) => ({
        label: stored.label,
        contentHash: stored.contentHash,
        text: prepareText(stored.paper),
      }));
  }

  async backlogSize(generation: Generation): Promise<number> {
    return this.waiting(generation).length;
  }

  async putEmbeddings(generation: Generation, embeddings: readonly NewEmbedding[]): Promise<void> {
    for (const { label, vector } of embeddings) {
      const fault = faultOfVector(vector, generation.dimensions);
      if (fault !== undefined) throw new AppError("invalid_embedding", `The embedding of paper ${label} is not stored: ${fault}.`);
    }
    const { vectors } = this.known(generation);
    const current = embeddings.filter(({ label, contentHash }) => this.entries.get(label)?.stored.contentHash === contentHash);
    for (const embedding of current) {
      const { vector, sentences } = embedding;
      vectors.set(embedding.label, {
        ...embedding,
        vector: vector.slice(),
        sentences: sentences?.slice(),
      });
    }
    if (current.length > 0) this.change++;
  }

  async embeddings(generation: Generation, labels: readonly Label[]): Promise<(Float32Array | undefined)[]> {
    const vectors = this.vectorsOf(generation);
    return labels.map((label) => vectors.get(label)?.vector);
  }

  async embeddedHashes(generation: Generation, labels: readonly Label[]): Promise<(string | undefined)[]> {
    const vectors = this.vectorsOf(generation);
    return labels.map((label) => vectors.get(label)?.contentHash);
  }

  async sentenceEmbeddings(generation: Generation, labels: readonly Label[]): Promise<(Int8Array | undefined)[]> {
    const vectors = this.vectorsOf(generation);
    return labels.map((label) => vectors.get(label)?.sentences);
  }

  // Generations

  async generations(): Promise<GenerationEntry[]> {
    const states: GenerationState[] = ["live", "filling", "retired"];
    return [...this.kept]
      .sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state) || b.retired - a.retired)
      .map(({ generation, state, vectors, audit }) => ({
        generation,
        state,
        embedded: vectors.size,
        ...(audit === undefined ? {} : { audit }),
      }));
  }

  async fillGeneration(spec: GenerationSpec): Promise<Generation> {
    const { generation } = this.kept.find(({ state }) => state === "filling") ?? this.keep(spec, "filling");
    if (!isSameSpec(generation, spec)) throw new AppError("generation_filling", `Generation ${generation.id} is being filled already.`);
    return generation;
  }

  async reuseEmbeddings(generation: Generation): Promise<number> {
    const { vectors } = this.known(generation);
    let reused = 0;
    for (const { stored } of this.waiting(generation)) {
      const same = this.kept
        .filter((other) => hasSameVectors(other.generation, generation))
        .flatMap((other) => other.vectors.get(stored.label) ?? [])
        .find(({ contentHash }) => contentHash === stored.contentHash);
      if (same === undefined) continue;
      vectors.set(stored.label, same);
      reused++;
    }
    if (reused > 0) this.change++;
    return reused;
  }

  async loadGeneration(generation: Generation): Promise<void> {
    this.known(generation);
  }

  async indexGeneration(generation: Generation): Promise<void> {
    this.known(generation);
  }

  async unloadGeneration(): Promise<void> {}

  async recordAudit(generation: Generation, audit: GenerationAudit): Promise<void> {
    this.known(generation).audit = audit;
  }

  async makeLive(generation: Generation): Promise<void> {
    const next = this.known(generation);
    if (next === this.live) return;
    this.change++;
    if (this.live !== undefined) {
      this.live.retired = this.change;
      this.live.state = "retired";
    }
    next.state = "live";
  }

  async dropGeneration(generation: Generation): Promise<void> {
    const gone = this.known(generation);
    if (gone === this.live) throw new AppError("invalid_request", `Generation ${generation.id} answers searches.`);
    this.kept.splice(this.kept.indexOf(gone), 1);
    this.change++;
  }

  // Retrieval

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
    return setOf(this.labelsWhere((stored) => terms.every((term) => wordsOf(stored).counts.has(term))));
  }

  async holdingAny(terms: readonly string[]): Promise<LabelSet> {
    return setOf(this.labelsWhere((stored) => terms.some((term) => wordsOf(stored).counts.has(term))));
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

  async tellingTerms(labels: readonly Label[], limit: number): Promise<{ term: string; weight: number }[]> {
    const words = this.allWords();
    const sums = new Map<string, number>();
    for (const label of labels) {
      for (const term of words.get(label)?.counts.keys() ?? []) {
        sums.set(term, (sums.get(term) ?? 0) + scoreOf(term, label, words));
      }
    }
    return [...sums]
      .map(([term, weight]) => ({ term, weight }))
      .sort((a, b) => b.weight - a.weight || compareText(a.term, b.term))
      .slice(0, limit);
  }

  async termVectors(labels: readonly Label[]): Promise<TermVector[]> {
    const words = this.allWords();
    return labels.map((label) => this.weigh(words, words.get(label)?.counts ?? new Map()));
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

  // Suggestions

  async suggest(typed: string, kinds: readonly SuggestedKind[], limit: number): Promise<Suggested> {
    return suggestPapers(this.sortedPapers(), typed, kinds, limit);
  }

  // Topics

  async topics(): Promise<Topic[]> {
    return [...this.topicOfSlug.values()].sort((a, b) => compareText(a.name, b.name) || compareText(a.slug, b.slug));
  }

  async addTopic(topic: Topic): Promise<void> {
    if (this.topicOfSlug.has(topic.slug)) throw new AppError("topic_exists", `There is a topic “${topic.slug}” already.`);
    this.topicOfSlug.set(topic.slug, { ...topic });
  }

  async removeTopic(slug: string): Promise<boolean> {
    return this.topicOfSlug.delete(slug);
  }

  // Positions of fetches

  async fetchPosition(key: string): Promise<string | undefined> {
    return this.fetchPositions.get(key);
  }

  async setFetchPosition(key: string, position: string | undefined): Promise<void> {
    if (position === undefined) this.fetchPositions.delete(key);
    else this.fetchPositions.set(key, position);
  }

  // Upkeep: there is nothing beside the maps that could lag behind them.

  async refresh(): Promise<boolean> {
    return false;
  }

  async vectorSearch(): Promise<"hnsw" | "exact"> {
    return "exact";
  }

  async health(): Promise<LibraryHealth> {
    return { rebuilds: [], writesStopped: undefined };
  }

  async warmUp(): Promise<void> {}

  async lastChange(): Promise<number> {
    return this.change;
  }

  async checkpoint(): Promise<void> {}

  async verify(options: { repair: boolean; onProgress?: (check: string) => void }): Promise<Finding[]> {
    options.onProgress?.("memory");
    return [
      {
        check: "memory",
        state: "ok",
        detail: `${this.entries.size} papers are in memory`,
      },
    ];
  }

  async status(): Promise<LibraryStatus> {
    return {
      papers: this.entries.size,
      embedded: this.live?.vectors.size ?? 0,
      backlog: this.live === undefined ? this.entries.size : this.waiting(this.live.generation).length,
      generation: this.live?.generation,
      vectorSearch: "exact",
      searchWidth: undefined,
      nativeBuild: "unknown",
      lastChange: this.change,
      checkpointChange: undefined,
      files: [],
    };
  }

  async claim(work: string): Promise<(() => Promise<void>) | undefined> {
    if (this.claimed.has(work)) return undefined;
    this.claimed.set(work, undefined);
    return async () => {
      this.claimed.delete(work);
    };
  }

  async claimedWork(): Promise<ClaimedWork[]> {
    return [...this.claimed]
      .sort(([a], [b]) => compareText(a, b))
      .map(([work, progress]) => (progress === undefined ? { work, pid: process.pid } : { work, pid: process.pid, progress }));
  }

  async reportWork(work: string, progress: WorkProgress): Promise<void> {
    if (this.claimed.has(work)) this.claimed.set(work, progress);
  }

  async recordFault(fault: Fault): Promise<void> {
    this.keptFaults.unshift(fault);
    this.keptFaults.splice(keptFaults);
  }

  async faults(): Promise<Fault[]> {
    return [...this.keptFaults];
  }

  async close(): Promise<void> {}

  // Parts

  private put(label: Label, contributions: ReadonlyMap<string, NewPaper>, paperId: string | undefined, change: number): Paper {
    const paper = mergeContributions(
      [...contributions].map(([key, record]) => ({ key, paper: record })),
      paperId,
    );
    const added = this.entries.get(label)?.added ?? this.now().toISOString();
    this.entries.set(label, { stored: { label, paper, contentHash: hashContent(paper) }, contributions, change, added });
    return paper;
  }

  private upsertOne(incoming: NewPaper, change: number): UpsertResult {
    const key = contributionKey(incoming);
    const forbidden = this.forbidden.get(key) ?? new Set<string>();
    const paper = withoutForbidden(incoming, key, forbidden);
    const known = [...new Set(paper.ids.flatMap((id) => this.labelOf(id) ?? []))].sort((a, b) => a - b);
    if (known.length === 0 && !forbidden.has(anyTitle))
      known.push(...this.labelsWhere((stored) => compareWorks(stored.paper, paper) === "same").slice(0, 1));
    const [label = this.lastLabel + 1, ...others] = known;
    const before = this.entries.get(label);
    const contributions = new Map(known.flatMap((one) => [...(this.entries.get(one)?.contributions ?? [])]));
    contributions.set(key, sayAgain(paper, contributions.get(key)));
    keepNames(
      contributions,
      known.flatMap((one) => this.entries.get(one)?.stored.paper.paperId ?? []),
    );
    const merged = mergeContributions(
      [...contributions].map(([name, record]) => ({
        key: name,
        paper: record,
      })),
      before?.stored.paper.paperId ?? paper.paperId,
    );
    const isNew = before === undefined;
    const isSame = before !== undefined && others.length === 0 && JSON.stringify(merged) === JSON.stringify(before.stored.paper);
    const stored = { label, paper: merged, contentHash: hashContent(merged) };
    for (const other of others) this.delete(other);
    this.entries.set(label, {
      stored,
      contributions,
      change: isSame ? before.change : change,
      added: before?.added ?? this.now().toISOString(),
    });
    this.lastLabel = Math.max(this.lastLabel, label);
    if (!isSame) this.change = change;
    const joins = others.length > 0 || merged.ids.some((id) => before?.stored.paper.ids.includes(id) === false);
    return {
      outcome: isNew ? "new" : isSame ? "unchanged" : joins ? "merged" : "changed",
      label,
      paperId: merged.paperId,
    };
  }

  private delete(label: Label): void {
    this.entries.delete(label);
    for (const { vectors } of this.kept) vectors.delete(label);
  }

  private labelOf(id: string): Label | undefined {
    for (const { stored } of this.entries.values()) if (stored.paper.ids.includes(id) || stored.paper.paperId === id) return stored.label;
    return undefined;
  }

  private sortedPapers(): StoredPaper[] {
    return [...this.entries.values()].map(({ stored }) => stored).sort((a, b) => a.label - b.label);
  }

  private labelsWhere(holds: (stored: StoredPaper) => boolean): Label[] {
    return this.sortedPapers()
      .filter(holds)
      .map(({ label }) => label);
  }

  private get live(): KeptGeneration | undefined {
    return this.kept.find(({ state }) => state === "live");
  }

  private keep(spec: GenerationSpec, state: GenerationState): KeptGeneration {
    const made: KeptGeneration = { generation: { ...spec, id: ++this.lastGeneration }, state, retired: 0, vectors: new Map() };
    this.kept.push(made);
    return made;
  }

  private known({ id }: Generation): KeptGeneration {
    const found = this.kept.find(({ generation }) => generation.id === id);
    if (found === undefined) throw new AppError("generation_not_found", `There is no generation ${id}.`);
    return found;
  }

  private vectorsOf({ id }: Generation): ReadonlyMap<Label, NewEmbedding> {
    return this.kept.find(({ generation }) => generation.id === id)?.vectors ?? new Map();
  }

  /** Papers whose text has no embedding in a generation; none where it is not to be filled. */
  private waiting({ id }: Generation): Entry[] {
    const own = this.kept.find(({ generation, state }) => generation.id === id && state !== "retired");
    if (own === undefined) return [];
    return [...this.entries.values()]
      .filter(({ stored }) => own.vectors.get(stored.label)?.contentHash !== stored.contentHash)
      .sort((a, b) => a.stored.label - b.stored.label);
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

/** BM25 of one term in one paper, everything counted anew. */
function scoreOf(term: string, label: Label, words: ReadonlyMap<Label, CountedWords>): number {
  const own = words.get(label);
  const frequency = own?.counts.get(term);
  if (own === undefined || frequency === undefined) return 0;
  let [total, holding] = [0, 0];
  for (const { length, counts } of words.values()) {
    total += length;
    if (counts.has(term)) holding++;
  }
  return inverseDocumentFrequency(words.size, holding) * termSaturation(frequency, own.length, Math.max(1, total / words.size));
}

function wordsOf({ paper }: StoredPaper): CountedWords {
  const counts = new Map<string, number>();
  let length = 0;
  const count = (text: string, weight: number) => {
    for (const term of termsOf(text)) {
      counts.set(term, (counts.get(term) ?? 0) + weight);
      length += weight;
    }
  };
  count(paper.title, titleWeight);
  for (const text of [paper.abstract, ...paper.authors.map((author) => author.name)]) count(text, 1);
  return { counts, length };
}

function setOf(labels: readonly Label[]): LabelSet {
  return new BitmapLabelSet(Uint32Array.from(labels));
}

function inside({ within }: Choice): (scored: Scored) => boolean {
  return ({ label }) => within === undefined || within.has(label);
}

function best(scored: readonly Scored[], k: number): Scored[] {
  return [...scored].sort(compareScored).slice(0, Math.max(0, k));
}
