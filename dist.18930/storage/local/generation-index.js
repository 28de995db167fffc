/**
 * One generation in memory: its vectors and graph, read from the files of a checkpoint where those agree with the
 * database, made from the stored embeddings where they do not, and brought up to date by the change counter.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { analysisVersion } from "../../core/analysis.js";
import { AppError, toAppError } from "../../core/errors.js";
import { defaultGraphParameters } from "../../core/generation.js";
import { usableVector } from "./embedding-table.js";
import { writeLexicalFile } from "./lexical-file.js";
import { patiently } from "./patience.js";
import { VectorIndex } from "./vector-index.js";
/** Rows that are read at once: whoever searches waits for them. */
const pageSize = 100;
/** From so many vectors on, which take a few seconds, another process builds; fewer are there before it has begun. */
const apartFrom = 2_000;
export class GenerationIndex {
    generation;
    parts;
    vectors;
    /** The last change that the files hold. */
    checkpointChange;
    /** The files that it was read from. */
    manifest;
    /** The last change that it holds. */
    seen = 0;
    building = Promise.resolve();
    /** Who writes its files, here or for this process: one at a time. */
    writing = Promise.resolve();
    /** No other process could build it: it is done here, until it is done. */
    isBuiltHere = false;
    /** Ends building before the library is closed. */
    stopping = new AbortController();
    /** Aborted by either; made once, since signals keep a trace of each that was made of them. */
    ending;
    constructor(generation, parts) {
        this.generation = generation;
        this.parts = parts;
        this.ending = AbortSignal.any([parts.closing, this.stopping.signal]);
        this.vectors = new VectorIndex(generation.dimensions, generation.graph, parts.recallTarget, parts.slices);
    }
    /** @param fromFiles whether the files of a checkpoint may be used. */
    static async load(generation, parts, fromFiles) {
        const index = new GenerationIndex(generation, parts);
        // What changes while rows are read is taken in again afterwards.
        index.seen = parts.counter.last();
        if (fromFiles) {
            const checkpoint = await readCheckpoint(generation, parts);
            if ("manifest" in checkpoint)
                index.manifest = checkpoint.manifest;
            else if (!checkpoint.missing || (await isManifestGone(generation, parts)))
                parts.onRebuild(checkpoint.fault, index.vectors);
        }
        await index.readVectors();
        if (index.manifest !== undefined) {
            try {
                await index.readGraph(index.manifest);
            }
            catch (error) {
                // They are what was written, and that was not whole.
                parts.onRebuild(`the graph cannot be read (${toAppError(error).message})`, index.vectors);
                [index.manifest, index.checkpointChange] = [undefined, undefined];
            }
        }
        if (index.manifest === undefined)
            index.vectors.startGraph();
        index.follow();
        return index;
    }
    /** Takes in every change since the last time. */
    follow() {
        const { papers, counter, embeddings } = this.parts;
        const upTo = counter.last();
        for (const row of embeddings.changedSince(this.generation, this.seen)) {
            const vector = usableVector(row, this.generation);
            if (vector !== undefined)
                this.vectors.put(row.label, vector);
        }
        for (const label of papers.removedSince(this.seen))
            this.vectors.remove(label);
        this.seen = upTo;
        this.keepBuilding();
    }
    /** Brings the graph up to date, and makes a wasteful one anew. @returns false where it was ended before, or there is none. */
    async complete({ signal, onProgress } = {}) {
        const ending = signal === undefined ? this.ending : AbortSignal.any([signal, this.ending]);
        // Without files the other process would begin with nothing.
        const isLeft = await this.completeApart(ending, () => this.isLarge || (this.vectors.isOutgrown && this.checkpointChange !== undefined));
        while (this.vectors.hasGraph && this.vectors.pendingSize > 0 && !ending.aborted) {
            const total = this.vectors.matrix.size;
            await this.vectors.build(ending, (left) => onProgress?.(total - left, total));
            await nextTurn();
        }
        if (isLeft && this.vectors.isWasteful) {
            await this.vectors.compact(ending);
            // The files have the graph as it was.
            this.checkpointChange = undefined;
        }
        // The files keep it.
        if (await this.vectors.tune(ending))
            this.checkpointChange = undefined;
        return this.vectors.hasGraph && this.vectors.pendingSize === 0;
    }
    /** Writes graph and words, then the manifest. @param lastChange what both hold at least. Throws `storage_full`. */
    async writeFiles(words, lastChange) {
        await this.alone(() => this.write(words, lastChange));
        this.keepBuilding();
    }
    async write(words, lastChange) {
        const { vectors, generation, parts } = this;
        let count = 0;
        const hnsw = await parts.folder.writeFile("hnsw", lastChange, (temporary) => {
            // Here, and not before the folder was waited for: from here on nothing else changes the graph until it is written.
            count = vectors.graphLabels().length;
            return vectors.writeGraph(temporary);
        });
        const lexical = await parts.folder.writeFile("lexical", lastChange, (temporary) => writeLexicalFile(temporary, words));
        const { id, model, dimensions, preparation } = generation;
        const { M, efConstruction } = vectors.parameters;
        await parts.folder.commit({
            format: 1,
            library: parts.libraryId,
            generation: id,
            model,
            dimensions,
            preparation,
            metric: "cosine",
            M,
            efConstruction,
            count,
            lastChange,
            analysis: analysisVersion,
            searchWidth: vectors.searchWidth,
            hnsw,
            lexical,
        });
        // By itself: files that are whole are not written again because somebody else writes.
        await patiently(() => parts.generations.recordCheckpoint(generation, lastChange));
        this.checkpointChange = lastChange;
    }
    /** Nothing is built from here on: it is not used any more. */
    stop() {
        this.stopping.abort();
    }
    /** Resolves when nothing is built any more; ends soon after `closing`. */
    async settled() {
        await this.building;
    }
    async readVectors() {
        const { embeddings, onProgress, onNotice } = this.parts;
        const total = embeddings.count(this.generation);
        let [after, read] = [0, 0];
        for (;;) {
            const rows = embeddings.page(this.generation, after, pageSize);
            for (const row of rows) {
                const vector = usableVector(row, this.generation);
                if (vector !== undefined)
                    this.vectors.matrix.put(row.label, vector);
            }
            const last = rows.at(-1);
            if (last === undefined)
                break;
            after = last.label;
            read += rows.length;
            onProgress?.("loading vectors", this.vectors.matrix.size, total);
            await nextTurn();
        }
        const broken = read - this.vectors.matrix.size;
        if (broken > 0)
            onNotice?.(`${broken} stored vectors are damaged and are not used: \`paperkin verify --repair\` removes them, so that their papers are embedded again.`);
    }
    keepBuilding() {
        const { maintain, onNotice } = this.parts;
        if (!maintain || (this.vectors.pendingSize === 0 && !this.vectors.isWasteful))
            return;
        this.building = this.building
            .then(async () => {
            const isLeft = await this.completeApart(this.ending, () => this.isLarge);
            await this.vectors.build(this.ending);
            // Of what has become wasteful since then, another round takes care.
            if (isLeft)
                await this.vectors.compact(this.ending);
        })
            .catch((error) => {
            this.vectors.dropGraph();
            onNotice?.(`The vector index of generation ${this.generation.id} could not be built, so every vector is compared until it is opened again: ${toAppError(error).message}`);
        });
    }
    /** Whether a graph is to be built, rather than papers to be added to one. */
    get isLarge() {
        const { hasGraph, pendingSize, isWasteful } = this.vectors;
        return hasGraph && (pendingSize >= apartFrom || isWasteful);
    }
    /**
     * Has another process complete what is too much to be done beside answering, and goes on with its files.
     * @returns whether it is needed and that could not be: it is left to be done here, in slices.
     */
    async completeApart(ending, isNeeded) {
        const { generation, parts, vectors } = this;
        return await this.alone(async () => {
            if (!isNeeded()) {
                this.isBuiltHere = false;
                return false;
            }
            if (ending.aborted || vectors.matrix.size < apartFrom || this.isBuiltHere)
                return true;
            try {
                if (!(await parts.buildApart(generation, ending)) || ending.aborted)
                    return true;
                const checkpoint = await readCheckpoint(generation, parts);
                if (!("manifest" in checkpoint))
                    throw new AppError("library_damaged", `${checkpoint.fault}.`);
                await this.readGraph(checkpoint.manifest);
                return false;
            }
            catch (error) {
                if (ending.aborted)
                    return true;
                this.isBuiltHere = true;
                const reason = toAppError(error).message;
                parts.onNotice?.(`The index of generation ${generation.id} is built beside answering, since no other process could do it: ${reason}`);
                return true;
            }
        });
    }
    async readGraph(manifest) {
        const { hnsw, lastChange, searchWidth } = manifest;
        const { embeddings, folder } = this.parts;
        await this.vectors.readGraph(folder.path(hnsw), () => embeddings.changedSince(this.generation, lastChange).map((row) => row.label));
        this.vectors.searchWidth = searchWidth;
        this.checkpointChange = lastChange;
        this.manifest = manifest;
    }
    async alone(work) {
        const own = this.writing.then(work);
        this.writing = own.catch(() => undefined);
        return await own;
    }
}
/** A first checkpoint that was ended leaves files without a manifest; one that was finished does not. */
async function isManifestGone(generation, { folder, generations }) {
    return generations.checkpointOf(generation) !== undefined && (await folder.list()).length > 0;
}
/** The files of a generation, or why they cannot be used. */
export async function readCheckpoint(generation, { folder, libraryId, counter }) {
    const parameters = generation.graph ?? defaultGraphParameters;
    return await folder.read({ library: libraryId, generation, parameters, lastChange: counter.last() });
}
//# sourceMappingURL=generation-index.js.map