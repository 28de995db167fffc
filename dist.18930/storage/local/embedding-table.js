/** Embeddings in SQLite. Vectors are little-endian float32, as they come. */
import { AppError } from "../../core/errors.js";
import { prepareText } from "../../core/prepare.js";
import { faultOfVector } from "../../core/vectors.js";
import { readablePaper } from "./paper-row.js";
import { agrees, checksumOfBytes } from "./row-checksum.js";
/** A paper is in the backlog when its text has no embedding: none at all, or one of an earlier text. @param papers the table, and how to read it. */
const backlogOf = (papers) => `FROM ${papers} LEFT JOIN embeddings e INDEXED BY embeddings_hash ON e.generation = @generation AND e.label = p.label
   WHERE e.content_hash IS NOT p.content_hash AND EXISTS (SELECT 1 FROM generations WHERE id = @generation AND state <> 'retired')`;
/** Those that changed behind `@since`, from an index that holds all it takes to tell. */
const recentBacklog = `${backlogOf("papers p INDEXED BY papers_change")} AND p.change > @since`;
export class EmbeddingTable {
    db;
    counter;
    generations;
    selectVector;
    selectEmbeddedHash;
    selectSentences;
    selectBacklog;
    selectRecentBacklog;
    countBacklog;
    selectHash;
    put;
    putSentences;
    deleteSentences;
    /** The last answer about the backlog's size, good until the next change. */
    counted;
    constructor(db, counter, generations) {
        this.db = db;
        this.counter = counter;
        this.generations = generations;
        this.selectVector = db.prepare("SELECT label, vector, checksum FROM embeddings WHERE generation = ? AND label = ?");
        this.selectEmbeddedHash = db
            .prepare("SELECT content_hash FROM embeddings WHERE generation = ? AND label = ?")
            .pluck();
        this.selectSentences = db.prepare("SELECT vectors, checksum FROM sentence_embeddings WHERE generation = ? AND label = ?");
        const selectBacklog = (backlog) => db.prepare(`SELECT p.label, p.paper_id, p.content_hash, p.record, p.checksum ${backlog} AND p.label > @after ORDER BY p.label LIMIT @limit`);
        this.selectBacklog = selectBacklog(`${backlogOf("papers p")} AND @since = 0`);
        this.selectRecentBacklog = selectBacklog(recentBacklog);
        this.countBacklog = db.prepare(`SELECT COUNT(*) ${recentBacklog}`).pluck();
        this.selectHash = db.prepare("SELECT content_hash FROM papers WHERE label = ?").pluck();
        this.put = db.prepare("INSERT OR REPLACE INTO embeddings (generation, label, content_hash, vector, checksum, change) VALUES (?, ?, ?, ?, ?, ?)");
        this.putSentences = db.prepare("INSERT OR REPLACE INTO sentence_embeddings (generation, label, vectors, checksum) VALUES (?, ?, ?, ?)");
        this.deleteSentences = db.prepare("DELETE FROM sentence_embeddings WHERE generation = ? AND label = ?");
    }
    /** Without papers whose record is damaged, which `verify` names: the others do not wait for them. */
    backlog(generation, after, limit, since) {
        const select = since === 0 ? this.selectBacklog : this.selectRecentBacklog;
        for (let behind = after;;) {
            const rows = select.all({ generation: generation.id, after: behind, limit, since });
            const entries = rows.flatMap((row) => entryOf(row) ?? []);
            const last = rows.at(-1);
            if (last === undefined || entries.length > 0)
                return entries;
            behind = last.label;
        }
    }
    backlogSize(generation, since = 0) {
        const question = `${generation.id} ${since} ${this.counter.last()}`;
        if (this.counted?.question !== question)
            this.counted = { question, size: this.countBacklog.get({ generation: generation.id, since }) ?? 0 };
        return this.counted.size;
    }
    /** One transaction. An embedding of a text that is no longer the paper's is dropped: the paper is in the backlog still. Throws `invalid_embedding`, `generation_not_found`. */
    store(generation, embeddings) {
        for (const { label, vector } of embeddings) {
            const fault = faultOfVector(vector, generation.dimensions);
            if (fault !== undefined)
                throw new AppError("invalid_embedding", `The embedding of paper ${label} is not stored: ${fault}.`);
        }
        this.counter.transact(() => {
            this.generations.stateOf(generation);
            for (const { label, contentHash, vector, sentences } of embeddings) {
                if (this.selectHash.get(label) !== contentHash)
                    continue;
                const bytes = bytesOf(vector);
                this.put.run(generation.id, label, contentHash, bytes, checksumOfBytes(bytes), this.counter.next());
                if (sentences === undefined)
                    this.deleteSentences.run(generation.id, label);
                else
                    this.putSentences.run(generation.id, label, bytesOf(sentences), checksumOfBytes(bytesOf(sentences)));
            }
        });
    }
    vector(generation, label) {
        const row = this.selectVector.get(generation.id, label);
        return row === undefined ? undefined : usableVector(row, generation);
    }
    embeddedHash(generation, label) {
        return this.selectEmbeddedHash.get(generation.id, label);
    }
    sentences(generation, label) {
        const row = this.selectSentences.get(generation.id, label);
        if (row === undefined || !agrees(row.checksum, checksumOfBytes(row.vectors)))
            return undefined;
        return new Int8Array(row.vectors.buffer, row.vectors.byteOffset, row.vectors.byteLength);
    }
    count(generation) {
        return this.db.prepare("SELECT COUNT(*) FROM embeddings WHERE generation = ?").pluck().get(generation.id) ?? 0;
    }
    /** Rows by label, from behind `after`. */
    page(generation, after, limit) {
        return this.db
            .prepare("SELECT label, vector, checksum FROM embeddings WHERE generation = ? AND label > ? ORDER BY label LIMIT ?")
            .all(generation.id, after, limit);
    }
    /** Rows written by changes after `since`, in order. */
    changedSince(generation, since) {
        return this.db
            .prepare("SELECT label, vector, checksum, change FROM embeddings WHERE generation = ? AND change > ? ORDER BY change, label")
            .all(generation.id, since);
    }
}
/** Undefined for a record that cannot be read. */
function entryOf(row) {
    const stored = readablePaper(row);
    return stored && { label: stored.label, contentHash: stored.contentHash, text: prepareText(stored.paper) };
}
function bytesOf(array) {
    return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
/** @returns what is wrong with a stored vector (I4), or undefined. */
export function faultOfRow({ vector, checksum }, generation) {
    if (vector.length % 4 !== 0)
        return "its size is odd";
    return (faultOfVector(vectorOf(vector), generation.dimensions) ??
        (agrees(checksum, checksumOfBytes(vector)) ? undefined : "it is not the one that was stored"));
}
/** A stored vector that keeps to I4; `verify` names those that do not. */
export function usableVector(row, generation) {
    return faultOfRow(row, generation) === undefined ? vectorOf(row.vector) : undefined;
}
/** A copy: SQLite's buffers need not be aligned. */
function vectorOf(bytes) {
    return new Float32Array(Uint8Array.from(bytes).buffer);
}
//# sourceMappingURL=embedding-table.js.map