/** Everything the service does, with its parts put in: what routes, pages and commands call. */
import { toAppError } from "../core/errors.js";
import { provenanceOf } from "../core/merge.js";
import { localDay } from "../core/period.js";
import { defaultHalfLifeDays } from "../core/ranking/trending.js";
import { addComment, commentsOn, removeComment } from "./comments.js";
import { dailyListing, latestListed } from "./daily.js";
import { applyDeletions, deletedRecords } from "./deletions.js";
import { Digests } from "./digests.js";
import { embedBacklog } from "./embed-backlog.js";
import { explain } from "./explain.js";
import { fetchPapers } from "./fetch.js";
import { considered, goodHits } from "./good-hits.js";
import { ingest } from "./ingest.js";
import { itemOfWords } from "./items.js";
import { Jobs } from "./jobs.js";
import { OwnSubscriptions } from "./own-subscriptions.js";
import { canonicalId, findPapers, getPaper, removePapers } from "./papers.js";
import { addPerson, listPeople, removePerson, requirePerson } from "./people.js";
import { Person } from "./person.js";
import { contentOfFeed, feedOfToken } from "./private-feeds.js";
import { PublicSubscriptions } from "./public-subscriptions.js";
import { recommend } from "./recommend.js";
import { dropUnfinished, pruneGenerations, rollBack } from "./reindex.js";
import { search } from "./search.js";
import { SecondStage } from "./second-stage.js";
import { Serving } from "./serving.js";
import { SignIns } from "./sign-ins.js";
import { similarToPaper, similarToText } from "./similar.js";
import { timedEmbedder, timedLibrary, timedReranker } from "./stage-times.js";
import { describeStatus } from "./status.js";
import { suggest } from "./suggest.js";
import { addTopic, getTopic, removeTopic, topicPapers } from "./topics.js";
import { verifyModel } from "./verify-model.js";
export class Engine {
    options;
    library;
    constructor(stored, opened, options = {}) {
        this.options = options;
        const observe = (stage, seconds) => {
            for (const observer of this.stageObservers)
                observer(stage, seconds);
        };
        const library = timedLibrary(stored, observe);
        const embedder = timedEmbedder(opened, observe);
        const { openEmbedder } = options;
        this.library = library;
        this.serving = new Serving(library, embedder, openEmbedder === undefined ? undefined : async (...which) => timedEmbedder(await openEmbedder(...which), observe));
        this.now = options.now ?? (() => new Date());
        const { trendingHalfLifeDays: halfLifeDays = defaultHalfLifeDays, publicUrl = "http://127.0.0.1:7460" } = options;
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
        this.digests = new Digests(library, this.serving, { now: this.now, publicUrl, halfLifeDays, faultOfWebhook });
        if (options.reranker !== undefined) {
            this.secondStage = new SecondStage(timedReranker(options.reranker, observe), {
                budgetMs: options.rerankerBudgetMs,
                now: this.now,
                // The answer is there all the same; where even this cannot be kept, the observers know.
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
    /** The address of the service from outside, without a slash at its end. */
    publicUrl;
    /** How people sign in to the pages. */
    signIns;
    /** What is sent to people. */
    digests;
    /** Long work that is asked for. */
    jobs;
    /** What people have sent to themselves. */
    ownSubscriptions;
    /** What is sent to whoever wants it. */
    publicSubscriptions;
    now;
    serving;
    secondStage;
    stageObservers = [];
    faultObservers = [];
    /** Told how long each stage of answering and importing took. */
    observeStages(observer) {
        this.stageObservers.push(observer);
    }
    /** Told of what went wrong where nobody was waiting for an answer. */
    observeFaults(observer) {
        this.faultObservers.push(observer);
    }
    /** What is one person's. */
    person(name) {
        return new Person(this.library, this.serving, name, this.now);
    }
    /** What the secret part of a private feed's address opens, and nothing else. Throws `invalid_link`. */
    async privateFeed(token, signal) {
        const feed = await feedOfToken(this.library, token);
        return await this.serving.within((library, embedder) => contentOfFeed(library, embedder, feed, this.now(), signal));
    }
    /** The id of the model that answers. */
    get model() {
        return this.serving.embedder.model.id;
    }
    /** Why no text can be embedded here at the moment, and so nothing searched by meaning. */
    get embeddingFault() {
        return this.serving.embedder.fault?.explanation;
    }
    /** The generation that answers here. */
    get generation() {
        return this.serving.generation;
    }
    /** Takes in what other processes wrote. Throws what opening the model of a new live generation does. */
    follow() {
        return this.serving.follow();
    }
    people() {
        return listPeople(this.library);
    }
    /** Throws `person_not_found` for a name that nobody has. */
    requirePerson(name) {
        return requirePerson(this.library, name);
    }
    /** @returns a new key of this person, which is shown only now. Throws `invalid_request`. */
    addPerson(name, scope) {
        return addPerson(this.library, name, scope, this.now());
    }
    /** With everything that is theirs. Throws `person_not_found`. */
    removePerson(name) {
        return removePerson(this.library, name);
    }
    /** @returns how many keys begin so. */
    revokeKey(prefix) {
        return this.library.personal.removeKeys(prefix);
    }
    /** Throws `invalid_request`, `embedding_failed`. */
    search(request, signal) {
        return this.serving.within((library, embedder) => search(library, embedder, this.dated(request), signal, this.secondStage));
    }
    /** Why a search finds a paper where it does, or does not. Throws `paper_not_found`, `invalid_request`, `embedding_failed`. */
    explain(request, signal) {
        return this.serving.within((library, embedder) => explain(library, embedder, this.dated(request), signal, this.secondStage));
    }
    /** Ages are counted from today unless another day is named. */
    dated(question) {
        return { ...question, asOf: question.asOf ?? localDay(this.now()) };
    }
    /** What a query that is being typed may become; at most `limit` of each kind. */
    suggest(query, limit) {
        return suggest(this.library, query, limit);
    }
    /** The model that reads the first papers of a search; undefined where none is set up. */
    get reranker() {
        return this.secondStage?.model;
    }
    /** The papers that match a search well, newest first or best first, by score alone; those without a date last. */
    async goodPapers({ sort = "newest", ...request }, limit, signal) {
        const { hits } = await this.search({ ...request, rerank: false, limit: considered, offset: 0 }, signal);
        return goodHits(hits, sort)
            .slice(0, limit)
            .map((hit) => hit.paper);
    }
    similarToPaper(id, options, signal) {
        return this.serving.within((library, embedder) => similarToPaper(library, embedder, id, options, signal));
    }
    similarToText(text, options, signal) {
        return this.serving.within((library, embedder) => similarToText(library, embedder, text, options, signal));
    }
    recommend(request, signal) {
        return this.serving.within((library, embedder) => recommend(library, embedder, request, signal));
    }
    /** Words as an example of what is wanted. */
    itemOfWords(words) {
        return this.serving.within((library, embedder) => itemOfWords(library, embedder, words));
    }
    /** Throws `paper_not_found`. */
    paper(id) {
        return getPaper(this.library, id);
    }
    papers(ids) {
        return findPapers(this.library, ids);
    }
    removePapers(ids) {
        return removePapers(this.library, ids);
    }
    /** Papers that may be one work, for a person to decide. */
    doubtfulPairs(limit) {
        return this.library.doubtfulPairs(limit);
    }
    /** Records that their source has deleted, of papers that are here. */
    deletedRecords() {
        return deletedRecords(this.library);
    }
    /** Takes back what they said; papers stay that other records know, or somebody wants. @returns what became of each. */
    applyDeletions() {
        return applyDeletions(this.library);
    }
    /** Makes two papers one. Throws `paper_not_found`. */
    merge(first, second) {
        return this.library.merge(canonicalId(first), canonicalId(second));
    }
    /** Which records each value of a paper comes from. */
    async provenance({ label, paper }) {
        return provenanceOf(paper, await this.library.contributions(label));
    }
    /** Undoes joining. Throws `paper_not_found`, `invalid_request`. */
    split(id) {
        return this.library.split(canonicalId(id));
    }
    /** The stored embedding of a paper; undefined while it waits for one. */
    async embeddingOf(paper) {
        return await this.serving.within(async (library) => {
            const generation = await library.liveGeneration();
            return generation === undefined ? undefined : (await library.embeddings(generation, [paper.label]))[0];
        });
    }
    /** Oldest first. Throws `paper_not_found`. */
    async commentsOn(id) {
        return await commentsOn(this.library, (await this.paper(id)).paper);
    }
    /** Throws `paper_not_found`, `invalid_request`. */
    addComment(person, paperId, text) {
        return addComment(this.library, person, paperId, text, this.now());
    }
    /** @param isAdmin whether those of others may be removed too. Throws `comment_not_found`, `forbidden`. */
    removeComment(person, id, isAdmin) {
        return removeComment(this.library, person, id, isAdmin);
    }
    ingest(records, counts, options) {
        return ingest(this.library, records, counts, options);
    }
    /** Throws what a source throws, and `library_busy` while another process asks the same service. */
    fetch(source, request, session, counts, options) {
        return fetchPapers(this.library, source, request, session, counts, options);
    }
    /** Embeds what waits in the live generation; when another one becomes live meanwhile, in that. */
    async embedBacklog(options = {}) {
        let sum = 0;
        let { since = 0 } = options;
        for (;;) {
            await this.follow();
            const embedded = await this.serving.within((library, embedder) => embedBacklog(library, embedder, { ...options, since }));
            if (embedded === undefined)
                return undefined;
            sum += embedded;
            const { generation } = this;
            await this.follow();
            if (options.signal?.aborted === true || generation?.id === this.generation?.id)
                return sum;
            since = 0;
        }
    }
    topics() {
        return this.library.topics();
    }
    topic(slug) {
        return getTopic(this.library, slug);
    }
    addTopic(name, description) {
        return addTopic(this.library, name, description);
    }
    removeTopic(slug) {
        return removeTopic(this.library, slug);
    }
    topicPapers(slug, options, signal) {
        return this.serving.within((library, embedder) => topicPapers(library, embedder, slug, options, signal));
    }
    /** Papers of a day, a week or a month. Throws `invalid_request`. */
    daily(request, signal) {
        const { trendingHalfLifeDays = defaultHalfLifeDays } = this.options;
        return this.serving.within((library) => dailyListing(library, request, { halfLifeDays: trendingHalfLifeDays, today: localDay(this.now()) }, signal));
    }
    /** The papers of the last days that have any, newest first. */
    latestListed(limit) {
        return latestListed(this.library, { limit, today: localDay(this.now()) });
    }
    async verify(options) {
        const findings = await this.library.verify(options);
        // Without it not everything was looked at, for what could not be read.
        if (!findings.some(({ check }) => check === "vector index"))
            return findings;
        options.onProgress?.("model");
        return await this.serving.within(async (library, embedder) => {
            const live = await library.liveGeneration();
            return live === undefined ? findings : [...findings, await verifyModel(library, embedder, live)];
        });
    }
    async status() {
        const { model, concurrency } = this.serving.embedder;
        return await describeStatus(this.library, { model: model.id, workers: concurrency, embeddingFault: this.embeddingFault });
    }
    /** Goes back to the generation that was live before, and answers from it. Throws `generation_not_found`, and what stands against its model. */
    async rollBack() {
        const generation = await rollBack(this.library, this.options.checkModel);
        await this.follow();
        return generation;
    }
    /** Removes all but the `keep` generations that were live last. @returns those that are gone. */
    async pruneGenerations(keep) {
        await this.follow();
        return await pruneGenerations(this.library, keep, (generation) => this.serving.unused(generation));
    }
    /** Removes what a reindex has begun and never finished. Throws as {@link dropUnfinished}. */
    async dropUnfinished() {
        return await dropUnfinished(this.library);
    }
    /** Keeps what went wrong where nobody was waiting for an answer. */
    async recordFault(work, thrown) {
        const { code, explanation: detail } = toAppError(thrown);
        const fault = { at: this.now().toISOString(), work, code, detail };
        for (const observer of this.faultObservers)
            observer(fault);
        await this.library.recordFault(fault);
    }
    /** Resolves when a query would be answered at once. */
    ready() {
        return this.serving.embedder.ready();
    }
    async close() {
        const parts = [
            () => Promise.all([this.signIns.settled(), this.publicSubscriptions.settled()]),
            () => this.secondStage?.close(),
            () => this.serving.close(),
            () => this.library.close(),
        ];
        // Each part ends, whatever became of the one before.
        const faults = [];
        for (const end of parts) {
            try {
                await end();
            }
            catch (fault) {
                faults.push(fault);
            }
        }
        if (faults.length > 0)
            throw faults[0];
    }
}
//# sourceMappingURL=engine.js.map