/** Everything the service does, assembled from its parts: what routes, pages and commands call. */

import type { Comment } from "../core/comment.ts";
import type { Embedder, EmbedderState } from "../core/embedder.ts";
import { toAppError } from "../core/errors.ts";
import type { PapersToExport } from "../core/export/format.ts";
import type { Generation } from "../core/generation.ts";
import type { Library } from "../core/library.ts";
import type { FetchRequest, FetchSession, LiveSource } from "../core/live-source.ts";
import { type Provenance, provenanceOf } from "../core/merge.ts";
import type { Paper } from "../core/paper.ts";
import type { StoredPaper } from "../core/paper-store.ts";
import { localDay } from "../core/period.ts";
import type { Scope } from "../core/personal-store.ts";
import type { Item } from "../core/ranking/side.ts";
import { defaultHalfLifeDays } from "../core/ranking/trending.ts";
import type { Reranker } from "../core/reranker.ts";
import type { SourceRecord } from "../core/source.ts";
import type { Topic } from "../core/topic.ts";
import type { MailMessage, Transport } from "../core/transport.ts";
import type { Fault, Finding } from "../core/upkeep.ts";
import { addComment, commentsOn, removeComment } from "./comments.ts";
import { type DailyAnswer, type DailyRequest, dailyListing, latestListed } from "./daily.ts";
import { Digests } from "./digests/digests.ts";
import { OwnSubscriptions } from "./digests/own-subscriptions.ts";
import { PublicSubscriptions } from "./digests/public-subscriptions.ts";
import { type ExportRequest, exportedBySearch, requireNoQuestion, takenAlong } from "./export.ts";
import { type EmbedOptions, embedBacklog } from "./generations/embed-backlog.ts";
import type { IndexApart } from "./generations/index-apart.ts";
import { type CheckModel, dropUnfinished, pruneGenerations, rollBack } from "./generations/reindex.ts";
import { type OpenEmbedder, Serving } from "./generations/serving.ts";
import { applyDeletions, type DeletedRecord, deletedRecords } from "./intake/deletions.ts";
import { type FetchPapersOptions, fetchPapers } from "./intake/fetch.ts";
import { type IngestCounts, type IngestOptions, ingest } from "./intake/ingest.ts";
import { type SentFile, type SentReport, takeInFiles } from "./intake/sent-files.ts";
import { canonicalId, findPapers, getPaper, removePapers } from "./papers.ts";
import { addPerson, listPeople, type PersonWithKeys, removePerson, requirePerson } from "./people/people.ts";
import { Person } from "./people/person.ts";
import { contentOfFeed, feedOfToken, type PrivateFeedContent } from "./people/private-feeds.ts";
import { SignIns } from "./people/sign-ins.ts";
import { itemOfWords } from "./recommend/items.ts";
import { type Recommendation, type RecommendRequest, recommend } from "./recommend/recommend.ts";
import { type ExplainRequest, explain } from "./search/explain.ts";
import type { Explanation } from "./search/explanation.ts";
import { considered, type GoodSort, goodHits } from "./search/good-hits.ts";
import type { Hit } from "./search/hits.ts";
import { bestPapers, type SearchAnswer, search } from "./search/search.ts";
import type { OrderOptions, Question, SearchRequest } from "./search/search-request.ts";
import { SecondStage } from "./search/second-stage.ts";
import { type SimilarOptions, similarToPaper, similarToText } from "./search/similar.ts";
import { type SuggestAnswer, suggest } from "./search/suggest.ts";
import { type ObserveStage, timedEmbedder, timedLibrary, timedReranker } from "./stage-times.ts";
import { addTopic, getTopic, removeTopic, topicPapers } from "./topics.ts";
import { Jobs, type OpenForReindex } from "./upkeep/jobs.ts";
import { describeStatus, type EngineStatus } from "./upkeep/status.ts";
import { verifyModel } from "./upkeep/verify-model.ts";

export interface EngineOptions {
  /** Days after which a vote counts half. */
  readonly trendingHalfLifeDays?: number;
  /** The public address of the service, for links in messages; without a trailing slash. */
  readonly publicUrl?: string;
  /** The transport for sign-in links and requests to confirm; if undefined, none are sent. */
  readonly mail?: Transport<MailMessage> | undefined;
  /** Why a webhook cannot be sent to; checked before it is subscribed. */
  readonly faultOfWebhook?: (address: string) => Promise<string | undefined>;
  /** Whether anybody may subscribe to what is trending. */
  readonly publicSubscriptions?: boolean;
  /** The reranker for the first papers of a search; the engine closes it. */
  readonly reranker?: Reranker | undefined;
  /** The time budget per answer. If undefined, it reads everything, and errors are thrown. */
  readonly rerankerBudgetMs?: number | undefined;
  /** The time it is. */
  readonly now?: () => Date;
  /** Opens the model of a generation that another process makes live. */
  readonly openEmbedder?: OpenEmbedder;
  /** Asked before going back to a generation. */
  readonly checkModel?: CheckModel;
  /** Opens the model of a reindex that this process is asked to run. */
  readonly openForReindex?: OpenForReindex;
  /** Builds the index of a reindex where it blocks nobody; in this process unless given. */
  readonly indexApart?: IndexApart;
  /** Verifies the library where it blocks nobody; in this process unless given. */
  readonly verifyApart?: (signal: AbortSignal) => Promise<Finding[]>;
}

export class Engine {
  readonly library: Library;
  /** The public address of the service, without a trailing slash. */
  readonly publicUrl: string;
  /** How people sign in to the pages. */
  readonly signIns: SignIns;
  /** What is sent to people. */
  readonly digests: Digests;
  /** Long work that is asked for. */
  readonly jobs: Jobs;
  /** What people have sent to themselves. */
  readonly ownSubscriptions: OwnSubscriptions;
  /** Subscriptions of people without a key. */
  readonly publicSubscriptions: PublicSubscriptions;
  /** Why background work failed when it was last tried; set by whoever does it. */
  backgroundFault: string | undefined;
  private readonly now: () => Date;
  private readonly serving: Serving;
  private readonly secondStage: SecondStage | undefined;
  private readonly halfLifeDays: number;
  private readonly stageObservers: ObserveStage[] = [];
  private readonly faultObservers: ((fault: Fault) => void)[] = [];

  constructor(
    stored: Library,
    opened: Embedder,
    private readonly options: EngineOptions = {},
  ) {
    const observe: ObserveStage = (...stage) => {
      for (const observer of this.stageObservers) observer(...stage);
    };
    const library = timedLibrary(stored, observe);
    const embedder = timedEmbedder(opened, observe);
    const { openEmbedder } = options;
    this.library = library;
    this.serving = new Serving(
      library,
      embedder,
      openEmbedder === undefined ? undefined : async (...which) => timedEmbedder(await openEmbedder(...which), observe),
    );
    this.now = options.now ?? (() => new Date());
    const { trendingHalfLifeDays = defaultHalfLifeDays, publicUrl = "http://127.0.0.1:7460" } = options;
    this.halfLifeDays = trendingHalfLifeDays;
    this.publicUrl = publicUrl;
    const { openForReindex, indexApart, verifyApart } = options;
    this.jobs = new Jobs(library, {
      now: this.now,
      openForReindex: openForReindex ?? (async () => Promise.reject(new TypeError("this engine opens no models"))),
      indexApart,
      verify: verifyApart ?? (() => library.verify({ repair: false })),
      follow: () => this.follow(),
      unused: (generation) => this.serving.unused(generation),
      recordFault: (work, error) => this.recordFault(work, error),
    });
    const { faultOfWebhook } = options;
    this.digests = new Digests(library, this.serving, { now: this.now, publicUrl, halfLifeDays: this.halfLifeDays, faultOfWebhook });
    if (options.reranker !== undefined) {
      this.secondStage = new SecondStage(timedReranker(options.reranker, observe), {
        budgetMs: options.rerankerBudgetMs,
        now: this.now,
        // The answer does not depend on this; if even this cannot be stored, the observers are told.
        onFailure: (error) => void this.recordFault("reranking", error).catch(() => undefined),
      });
    }
    this.signIns = new SignIns(library, { now: this.now, publicUrl, mail: options.mail });
    this.ownSubscriptions = new OwnSubscriptions(library, this.digests, { now: this.now, mail: options.mail });
    this.publicSubscriptions = new PublicSubscriptions(library, this.digests, {
      now: this.now,
      mail: options.mail,
      allowed: options.publicSubscriptions === true,
    });
  }

  /** Told how long each stage of answering and importing took, and whether it failed. */
  observeStages(observer: ObserveStage): void {
    this.stageObservers.push(observer);
  }

  /** Told about failures of background work, for which nobody was waiting. */
  observeFaults(observer: (fault: Fault) => void): void {
    this.faultObservers.push(observer);
  }

  /** What is one person's. */
  person(name: string): Person {
    return new Person(this.library, this.serving, name, this.now);
  }

  /** What the secret part of a private feed's address gives access to, and nothing else. Throws `invalid_link`. */
  async privateFeed(token: string, signal?: AbortSignal): Promise<PrivateFeedContent> {
    const feed = await feedOfToken(this.library, token);
    return await this.serving.within((library, embedder) => contentOfFeed(library, embedder, feed, this.now(), signal));
  }

  /** The id of the model that answers. */
  get model(): string {
    return this.serving.embedder.model.id;
  }

  /** How what embeds here is. */
  get embedding(): EmbedderState {
    return this.serving.embedder.state ?? { isReady: true, fault: undefined, crashes: 0, lastSuccess: undefined };
  }

  /** Why no text can be embedded at the moment, and so no semantic search is possible. */
  get embeddingFault(): string | undefined {
    return this.embedding.fault?.explanation;
  }

  /** The generation that answers here. */
  get generation(): Generation | undefined {
    return this.serving.generation;
  }

  /** Takes in what other processes wrote. Throws whatever opening the model of a new live generation throws. */
  follow(): Promise<void> {
    return this.serving.follow();
  }

  people(): Promise<PersonWithKeys[]> {
    return listPeople(this.library);
  }

  /** Throws `person_not_found` for a name that nobody has. */
  requirePerson(name: string): Promise<void> {
    return requirePerson(this.library, name);
  }

  /** @returns a new key of this person, which is shown only once. Throws `invalid_request`. */
  addPerson(name: string, scope: Scope): Promise<string> {
    return addPerson(this.library, name, scope, this.now());
  }

  /** Removes everything that belongs to the person. Throws `person_not_found`. */
  removePerson(name: string): Promise<void> {
    return removePerson(this.library, name);
  }

  /** @returns how many keys begin so. */
  revokeKey(prefix: string): Promise<number> {
    return this.library.personal.removeKeys(prefix);
  }

  /** Throws `invalid_request`, `embedding_failed`. */
  search(request: SearchRequest, signal?: AbortSignal): Promise<SearchAnswer> {
    return this.serving.within((library, embedder) => search(library, embedder, this.dated(request), signal, this.secondStage));
  }

  /** Why a search finds a paper where it does, or does not. Throws `paper_not_found`, `invalid_request`, `embedding_failed`. */
  explain(request: ExplainRequest, signal?: AbortSignal): Promise<Explanation> {
    return this.serving.within((library, embedder) => explain(library, embedder, this.dated(request), signal, this.secondStage));
  }

  /**
   * Papers for another program: those with a person's feedback, latest first, or as {@link exportedBySearch} chooses them. Throws what a
   * search does.
   */
  async exportPapers(request: ExportRequest, signal?: AbortSignal): Promise<PapersToExport> {
    const { said } = request;
    if (said !== undefined) {
      requireNoQuestion(request);
      return takenAlong(this.library, (await this.person(said.person).labelsSaid(said.kind)).slice(0, request.limit), signal);
    }
    return await this.serving.within((library, embedder) => {
      const best = (question: Question, limit: number) =>
        bestPapers(library, embedder, this.dated(question), limit, { signal, secondStage: this.secondStage });
      return exportedBySearch(library, best, request, signal);
    });
  }

  /** Ages are counted from today unless another day is named. */
  private dated<Q extends OrderOptions>(question: Q): Q {
    return { ...question, asOf: question.asOf ?? localDay(this.now()) };
  }

  /** Completions of a query that is being typed; at most `limit` of each kind. */
  suggest(query: string, limit: number): Promise<SuggestAnswer> {
    return suggest(this.library, query, limit);
  }

  /** The reranker's model; undefined if none is configured. */
  get reranker(): string | undefined {
    return this.secondStage?.model;
  }

  /** The papers that match a search well, newest first or best first, by score alone; those without a date last. */
  async goodPapers(
    { sort = "newest", ...request }: SearchRequest & { sort?: GoodSort },
    limit: number,
    signal?: AbortSignal,
  ): Promise<Paper[]> {
    const { hits } = await this.search({ ...request, rerank: false, limit: considered, offset: 0 }, signal);
    return goodHits(hits, sort)
      .slice(0, limit)
      .map((hit) => hit.paper);
  }

  similarToPaper(id: string, options?: SimilarOptions, signal?: AbortSignal): Promise<Hit[]> {
    return this.serving.within((library, embedder) => similarToPaper(library, embedder, id, options, signal));
  }

  similarToText(text: string, options?: SimilarOptions, signal?: AbortSignal): Promise<Hit[]> {
    return this.serving.within((library, embedder) => similarToText(library, embedder, text, options, signal));
  }

  recommend(request: RecommendRequest, signal?: AbortSignal): Promise<Recommendation[]> {
    return this.serving.within((library, embedder) => recommend(library, embedder, request, signal));
  }

  /** Words as an example of what is wanted. */
  itemOfWords(words: string): Promise<Item> {
    return this.serving.within((library, embedder) => itemOfWords(library, embedder, words));
  }

  /** Throws `paper_not_found`. */
  paper(id: string): Promise<StoredPaper> {
    return getPaper(this.library, id);
  }

  papers(ids: readonly string[]): Promise<(StoredPaper | undefined)[]> {
    return findPapers(this.library, ids);
  }

  removePapers(ids: readonly string[]): Promise<string[]> {
    return removePapers(this.library, ids);
  }

  /** Papers that may be one work, for a person to decide. */
  doubtfulPairs(limit: number): Promise<(readonly [StoredPaper, StoredPaper])[]> {
    return this.library.doubtfulPairs(limit);
  }

  /** Records that their source has deleted, of papers that are here. */
  deletedRecords(): Promise<DeletedRecord[]> {
    return deletedRecords(this.library);
  }

  /** Withdraws the records. Papers stay if they have other records, or if somebody wants them. @returns what became of each. */
  applyDeletions(): Promise<DeletedRecord[]> {
    return applyDeletions(this.library);
  }

  /** Makes two papers one. Throws `paper_not_found`. */
  merge(first: string, second: string): Promise<string> {
    return this.library.merge(canonicalId(first), canonicalId(second));
  }

  /** Which records each value of a paper comes from. */
  async provenance({ label, paper }: StoredPaper): Promise<Provenance> {
    return provenanceOf(paper, await this.library.contributions(label));
  }

  /** Undoes joining. Throws `paper_not_found`, `invalid_request`. */
  split(id: string): Promise<string[]> {
    return this.library.split(canonicalId(id));
  }

  /** The stored embedding of a paper; undefined while it waits for one. */
  async embeddingOf(paper: StoredPaper): Promise<Float32Array | undefined> {
    return await this.serving.within(async (library) => {
      const generation = await library.liveGeneration();
      return generation === undefined ? undefined : (await library.embeddings(generation, [paper.label]))[0];
    });
  }

  /** Oldest first. Throws `paper_not_found`. */
  async commentsOn(id: string): Promise<Comment[]> {
    return await commentsOn(this.library, (await this.paper(id)).paper);
  }

  /** Throws `paper_not_found`, `invalid_request`. */
  addComment(person: string, paperId: string, text: string): Promise<Comment> {
    return addComment(this.library, person, paperId, text, this.now());
  }

  /** @param isAdmin whether those of others may be removed too. Throws `comment_not_found`, `forbidden`. */
  removeComment(person: string, id: string, isAdmin: boolean): Promise<Comment> {
    return removeComment(this.library, person, id, isAdmin);
  }

  ingest(records: AsyncIterable<SourceRecord>, counts: IngestCounts, options?: IngestOptions): Promise<IngestCounts> {
    return ingest(this.library, records, counts, options);
  }

  /** Files that were sent together. @returns what became of each. */
  takeInFiles(files: readonly SentFile[], signal?: AbortSignal): Promise<SentReport[]> {
    return takeInFiles(this.library, files, signal);
  }

  /** Throws what a source throws, and `library_busy` while another process queries the same service. */
  fetch(
    source: LiveSource,
    request: FetchRequest,
    session: FetchSession,
    counts: IngestCounts,
    options?: FetchPapersOptions,
  ): Promise<IngestCounts> {
    return fetchPapers(this.library, source, request, session, counts, options);
  }

  /** Embeds the backlog of the live generation; if another one becomes live meanwhile, of that one. */
  async embedBacklog(options: EmbedOptions = {}): Promise<number | undefined> {
    let sum = 0;
    let { since = 0 } = options;
    for (;;) {
      await this.follow();
      const embedded = await this.serving.within((library, embedder) => embedBacklog(library, embedder, { ...options, since }));
      if (embedded === undefined) return undefined;
      sum += embedded;
      const { generation } = this;
      await this.follow();
      if (options.signal?.aborted === true || generation?.id === this.generation?.id) return sum;
      since = 0;
    }
  }

  topics(): Promise<Topic[]> {
    return this.library.topics();
  }

  topic(slug: string): Promise<Topic> {
    return getTopic(this.library, slug);
  }

  addTopic(name: string, description: string): Promise<Topic> {
    return addTopic(this.library, name, description);
  }

  removeTopic(slug: string): Promise<void> {
    return removeTopic(this.library, slug);
  }

  topicPapers(slug: string, options?: { sort?: GoodSort; limit?: number }, signal?: AbortSignal): Promise<{ topic: Topic; hits: Hit[] }> {
    return this.serving.within((library, embedder) => topicPapers(library, embedder, slug, options, signal));
  }

  /** Papers of a day, a week or a month. Throws `invalid_request`. */
  daily(request: DailyRequest, signal?: AbortSignal): Promise<DailyAnswer> {
    return this.serving.within((library) =>
      dailyListing(library, request, { halfLifeDays: this.halfLifeDays, today: localDay(this.now()) }, signal),
    );
  }

  /** The papers of the last days that have any, newest first. */
  latestListed(limit: number): Promise<Paper[]> {
    return latestListed(this.library, { limit, today: localDay(this.now()) });
  }

  async verify(options: { repair: boolean; onProgress?: (check: string) => void }): Promise<Finding[]> {
    const findings = await this.library.verify(options);
    // Without it, what could not be read was not checked.
    if (!findings.some(({ check }) => check === "vector index")) return findings;
    options.onProgress?.("model");
    return await this.serving.within(async (library, embedder) => {
      const live = await library.liveGeneration();
      return live === undefined ? findings : [...findings, await verifyModel(library, embedder, live)];
    });
  }

  async status(): Promise<EngineStatus> {
    const { model, concurrency } = this.serving.embedder;
    return await describeStatus(this.library, {
      model: model.id,
      workers: concurrency,
      embeddingFault: this.embeddingFault,
      backgroundFault: this.backgroundFault,
    });
  }

  /**
   * Goes back to the previous live generation, and answers from it. Throws `generation_not_found`, and whatever prevents opening its
   * model.
   */
  async rollBack(from?: number): Promise<Generation> {
    const generation = await rollBack(this.library, this.options.checkModel, from);
    await this.follow();
    return generation;
  }

  /** Removes all but the `keep` generations that were live last. @returns those that are gone. */
  async pruneGenerations(keep: number): Promise<Generation[]> {
    await this.follow();
    return await pruneGenerations(this.library, keep, (generation) => this.serving.unused(generation));
  }

  /** Removes what an unfinished reindex has filled. Throws as {@link dropUnfinished}. */
  async dropUnfinished(): Promise<Generation> {
    return await dropUnfinished(this.library);
  }

  /** Stores a failure of background work, for which nobody was waiting. */
  async recordFault(work: string, thrown: unknown): Promise<void> {
    const { code, explanation: detail } = toAppError(thrown);
    const fault: Fault = { at: this.now().toISOString(), work, code, detail };
    for (const observer of this.faultObservers) observer(fault);
    await this.library.recordFault(fault);
  }

  /** Resolves when a query would be answered at once. */
  ready(): Promise<void> {
    return this.serving.embedder.ready();
  }

  async close(): Promise<void> {
    const parts: readonly (() => Promise<unknown> | undefined)[] = [
      () => Promise.all([this.signIns.settled(), this.publicSubscriptions.settled()]),
      () => this.secondStage?.close(),
      () => this.serving.close(),
      () => this.library.close(),
    ];
    // Each part is ended, even if ending the one before failed.
    const faults: unknown[] = [];
    for (const end of parts) {
      try {
        await end();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}
