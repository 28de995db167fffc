/**
 * The library in a folder: SQLite holds everything that matters; the vectors in memory, the HNSW graph and the
 * lexical index are derived from it and follow its change counter, whoever wrote the change.
 */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../core/errors.js";
import { ChangeCounter } from "./change-counter.js";
import { CommentTable } from "./comment-table.js";
import { databaseName, openDatabase } from "./database.js";
import { DeliveryTable } from "./delivery-table.js";
import { DerivedColumns } from "./derived-columns.js";
import { EmbeddingTable } from "./embedding-table.js";
import { FaultTable } from "./fault-table.js";
import { FetchPositionTable } from "./fetch-position-table.js";
import { GenerationTable } from "./generation-table.js";
import { JobTable } from "./job-table.js";
import { claimedWork, Lease, reportWork } from "./lease.js";
import { ListingTable } from "./listing-table.js";
import { generationFolder, LocalIndexes } from "./local-indexes.js";
import { MatchingPapers } from "./matching-papers.js";
import { nativeBuild } from "./native-build.js";
import { PaperTable } from "./paper-table.js";
import { patient, shortBusyTimeoutMs } from "./patience.js";
import { PersonalTable } from "./personal-table.js";
import { SignInTable } from "./sign-in-table.js";
import { Slices } from "./slices.js";
import { SourceItemTable } from "./source-item-table.js";
import { TopicTable } from "./topic-table.js";
import { verifyLibrary } from "./verify.js";
import { WriteGuard } from "./write-guard.js";
export class LocalLibrary {
    db;
    options;
    counter;
    paperTable;
    matchingPapers;
    generationTable;
    embeddingTable;
    listingTable;
    topicTable;
    personal;
    delivery;
    jobs;
    faultTable;
    signIns;
    comments;
    fetchPositionTable;
    sourceItemTable;
    indexes;
    closing = new AbortController();
    /** Of all work beside answering that is not waited for. */
    slices = new Slices();
    derived;
    guard;
    constructor(db, options) {
        this.db = db;
        this.options = options;
        // Before anything is prepared.
        this.guard = new WriteGuard(db);
        const now = options.now ?? (() => new Date());
        this.counter = new ChangeCounter(db);
        this.paperTable = new PaperTable(db, this.counter, now);
        this.matchingPapers = new MatchingPapers(db, this.paperTable);
        this.generationTable = new GenerationTable(db, this.counter, now);
        this.embeddingTable = new EmbeddingTable(db, this.counter, this.generationTable);
        this.derived = new DerivedColumns(this.paperTable, this.slices, this.closing.signal);
        this.listingTable = new ListingTable(db, this.counter);
        this.topicTable = new TopicTable(db);
        this.personal = new PersonalTable(db);
        this.delivery = new DeliveryTable(db);
        this.jobs = new JobTable(db);
        this.faultTable = new FaultTable(db);
        this.signIns = new SignInTable(db);
        this.comments = new CommentTable(db);
        this.fetchPositionTable = new FetchPositionTable(db);
        this.sourceItemTable = new SourceItemTable(db, now);
        this.indexes = new LocalIndexes({
            db,
            counter: this.counter,
            guard: this.guard,
            papers: this.paperTable,
            embeddings: this.embeddingTable,
            generations: this.generationTable,
            faults: this.faultTable,
            columns: this.derived,
            slices: this.slices,
            options,
            now,
            closing: this.closing.signal,
            onChange: () => this.matchingPapers.forget(),
        });
    }
    /** Throws `library_not_found`, `library_damaged`, `library_newer`, `file_unreadable`. */
    static async open(options) {
        const library = new LocalLibrary(openDatabase(join(options.folder, databaseName), { ...options, isAsked: !options.maintain && !options.create }), options);
        try {
            await library.indexes.load();
            if (options.answering !== true)
                return library;
            library.db.pragma(`busy_timeout = ${shortBusyTimeoutMs}`);
            return patient(library);
        }
        catch (error) {
            library.db.close();
            throw error;
        }
    }
    // Papers
    async upsert(papers, keys) {
        const results = this.paperTable.upsert(papers, keys);
        await this.indexes.followOwn();
        return results;
    }
    async remove(ids) {
        const removed = this.paperTable.remove(ids);
        await this.indexes.followOwn();
        return removed;
    }
    async resolve(ids) {
        return ids.map((id) => this.paperTable.resolve(id));
    }
    async papers(labels) {
        return labels.map((label) => this.paperTable.get(label));
    }
    async findByTitle(title) {
        return this.paperTable.findByTitle(title, 10);
    }
    async findByMainTitle(title) {
        return this.paperTable.findByMainTitle(title, 20);
    }
    async matching(conditions) {
        return this.matchingPapers.matching(conditions);
    }
    async newest(within, page) {
        return this.matchingPapers.newest(within, page);
    }
    async listingDates(conditions) {
        return this.listingTable.dates(conditions);
    }
    async listedOn(dates, conditions) {
        return this.listingTable.labelsOn(dates, conditions);
    }
    async countPapers() {
        return this.paperTable.count();
    }
    async facets(within, limit) {
        return await this.derived.facets(within, limit);
    }
    async doubtfulPairs(limit) {
        return this.paperTable.doubtfulPairs(limit);
    }
    async merge(first, second) {
        const merged = this.paperTable.merge(first, second);
        if (merged === undefined) {
            const missing = [first, second].filter((id) => this.paperTable.resolve(id) === undefined);
            throw new AppError("paper_not_found", `There is no paper ${missing.join(" and no paper ")} in the library.`);
        }
        await this.indexes.followOwn();
        return merged;
    }
    async keepIds(ids) {
        return this.paperTable.keepIds(ids);
    }
    async wantedIds() {
        return this.paperTable.wantedIds();
    }
    async addedBetween(after, until, oldest) {
        return this.paperTable.addedBetween(after, until, oldest);
    }
    async contributions(label) {
        return this.paperTable.contributions(label);
    }
    async split(id) {
        const parts = this.paperTable.split(id);
        if (parts.length === 0)
            throw new AppError("paper_not_found", `There is no paper ${id} in the library.`);
        if (parts.length === 1)
            throw new AppError("invalid_request", `The paper ${id} was made from one record: there is nothing to split.`);
        await this.indexes.followOwn();
        return parts;
    }
    async eachPaper(after, limit) {
        return this.paperTable.page(after, limit);
    }
    // Embeddings
    async liveGeneration() {
        return this.generationTable.live();
    }
    async openGeneration(spec) {
        const generation = this.generationTable.open(spec);
        await this.indexes.of(generation);
        return generation;
    }
    async backlog(generation, after, limit, since = 0) {
        return this.embeddingTable.backlog(generation, after, limit, since);
    }
    async backlogSize(generation, since = 0) {
        return this.embeddingTable.backlogSize(generation, since);
    }
    async putEmbeddings(generation, embeddings) {
        this.embeddingTable.store(generation, embeddings);
        await this.indexes.followOwn();
    }
    async embeddings(generation, labels) {
        return labels.map((label) => this.embeddingTable.vector(generation, label));
    }
    async embeddedHashes(generation, labels) {
        return labels.map((label) => this.embeddingTable.embeddedHash(generation, label));
    }
    async sentenceEmbeddings(generation, labels) {
        return labels.map((label) => this.embeddingTable.sentences(generation, label));
    }
    // Generations
    async generations() {
        return this.generationTable.all();
    }
    async fillGeneration(spec) {
        return this.generationTable.fill(spec);
    }
    async reuseEmbeddings(generation, options) {
        const reused = await this.generationTable.reuse(generation, options);
        await this.indexes.followOwn();
        return reused;
    }
    async loadGeneration(generation) {
        await this.indexes.of(generation);
    }
    async indexGeneration(generation, options) {
        await this.indexes.complete(generation, options);
    }
    async unloadGeneration(generation) {
        this.indexes.unload(generation);
    }
    async recordAudit(generation, audit) {
        this.generationTable.recordAudit(generation, audit);
    }
    async makeLive(generation) {
        this.generationTable.makeLive(generation);
        await this.indexes.followOwn();
    }
    async dropGeneration(generation) {
        await this.generationTable.drop(generation);
        this.indexes.unload(generation);
        await rm(join(this.options.folder, generationFolder(generation)), { recursive: true, force: true });
        await this.indexes.followOwn();
    }
    // Retrieval
    async neighbours(generation, vector, { k, within }) {
        return (await this.indexFor(generation, vector))?.vectors.nearest(vector, k, within) ?? [];
    }
    async exactNeighbours(generation, vector, { k, within }) {
        return (await this.indexFor(generation, vector))?.vectors.matrix.nearest(vector, k, within) ?? [];
    }
    async cosines(generation, vector, labels) {
        const matrix = (await this.indexFor(generation, vector))?.vectors.matrix;
        return labels.map((label) => matrix?.cosine(vector, label));
    }
    async vectors(generation, labels) {
        const index = await this.indexes.of(generation);
        return index === undefined
            ? await this.embeddings(generation, labels)
            : labels.map((label) => index.vectors.matrix.get(label)?.slice());
    }
    async matchTerms(query, options) {
        return this.indexes.lexical.match(query, options);
    }
    async termScores(query, labels) {
        return this.indexes.lexical.scores(query, labels);
    }
    async termDetails(query, label) {
        return this.indexes.lexical.details(query, label);
    }
    async holding(terms) {
        return this.indexes.lexical.holdingAll(terms);
    }
    async tellingTerms(labels, limit) {
        return this.indexes.lexical.tellingTerms(labels, limit);
    }
    async holdingPhrase(terms) {
        return this.indexes.lexical.holdingPhrase(terms);
    }
    async holdingAny(terms) {
        return this.indexes.lexical.holdingAny(terms);
    }
    async holdingCounts(terms) {
        return terms.map((term) => this.indexes.lexical.holdingCount(term));
    }
    async nearTerms(term, most) {
        return this.indexes.lexical.nearTerms(term, most);
    }
    async termVectors(labels) {
        return labels.map((label) => this.indexes.lexical.termVector(label));
    }
    async termVectorOf(counts) {
        return this.indexes.lexical.termVectorOf(counts);
    }
    async termTexts(terms) {
        return terms.map((term) => this.indexes.lexical.termText(term));
    }
    async sampleLabels(size) {
        return this.indexes.lexical.sample(size);
    }
    // Suggestions
    async suggest(typed, kinds, limit) {
        return this.derived.suggest(typed, kinds, limit);
    }
    // Topics
    async topics() {
        return this.topicTable.all();
    }
    async addTopic(topic) {
        this.topicTable.add(topic);
    }
    async removeTopic(slug) {
        return this.topicTable.remove(slug);
    }
    // Positions of fetches
    async fetchPosition(key) {
        return this.fetchPositionTable.get(key);
    }
    async setFetchPosition(key, position) {
        this.fetchPositionTable.set(key, position);
    }
    // What sources call their records
    async keepItems(items) {
        this.sourceItemTable.keep(items);
    }
    async markDeleted(items) {
        return this.sourceItemTable.markDeleted(items);
    }
    async deletedItems() {
        return this.sourceItemTable.deleted();
    }
    async forgetItems(items) {
        this.sourceItemTable.forget(items);
    }
    async withdraw(id, key) {
        const outcome = this.paperTable.withdraw(id, key);
        await this.indexes.followOwn();
        return outcome;
    }
    // Upkeep
    async refresh() {
        return await this.indexes.refresh();
    }
    async vectorSearch() {
        return this.indexes.live?.vectors.usesGraph === true ? "hnsw" : "exact";
    }
    async health() {
        return { rebuilds: this.indexes.rebuilt, writesStopped: this.guard.stopped?.explanation };
    }
    async warmUp() {
        await this.derived.warmUp();
    }
    async lastChange() {
        return this.counter.last();
    }
    async checkpoint(options = {}) {
        await this.indexes.checkpoint(options.signal);
    }
    async verify(options) {
        const { db, paperTable: papers, embeddingTable: embeddings, generationTable: generations } = this;
        return await verifyLibrary({ db, papers, embeddings, generations, ...(await this.indexes.toVerify()), ...options });
    }
    async status() {
        const files = [];
        const names = [databaseName, `${databaseName}-wal`];
        const generation = this.generationTable.live();
        for (const entry of this.generationTable.all()) {
            const folder = generationFolder(entry.generation);
            names.push(...(await this.indexes.folderOf(entry.generation).list()).map((name) => `${folder}/${name}`));
        }
        for (const name of names) {
            const found = await stat(join(this.options.folder, name)).catch(() => undefined);
            if (found !== undefined)
                files.push({ name, sizeBytes: found.size });
        }
        return {
            papers: await this.countPapers(),
            embedded: generation === undefined ? 0 : this.embeddingTable.count(generation),
            backlog: generation === undefined ? await this.countPapers() : this.embeddingTable.backlogSize(generation),
            generation,
            vectorSearch: await this.vectorSearch(),
            searchWidth: this.indexes.live?.vectors.searchWidth,
            nativeBuild: await nativeBuild(),
            lastChange: this.counter.last(),
            checkpointChange: this.indexes.live?.checkpointChange,
            files,
        };
    }
    async claim(work) {
        const lease = new Lease(this.db, work);
        if (!lease.take())
            return undefined;
        return async () => {
            if (this.db.open)
                lease.release();
        };
    }
    async claimedWork() {
        return claimedWork(this.db);
    }
    async reportWork(work, progress) {
        if (this.db.open)
            reportWork(this.db, work, progress);
    }
    async recordFault(fault) {
        this.faultTable.add(fault);
    }
    async faults() {
        return this.faultTable.all();
    }
    async close() {
        if (!this.db.open)
            return;
        this.closing.abort();
        await this.derived.settled();
        await this.indexes.settled();
        this.db.close();
    }
    async indexFor(generation, vector) {
        if (vector.length !== generation.dimensions) {
            throw new AppError("invalid_embedding", `The query vector has ${vector.length} dimensions instead of ${generation.dimensions}.`);
        }
        return await this.indexes.of(generation);
    }
}
//# sourceMappingURL=local-library.js.map