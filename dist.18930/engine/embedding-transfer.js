import { AppError } from "../core/errors.js";
import { hasSameVectors } from "../core/generation.js";
import { preparationVersion, prepareText } from "../core/prepare.js";
import { mulberry32 } from "../core/ranking/metrics.js";
import { dot, faultOfVector, toUnit } from "../core/vectors.js";
import { specOf } from "./embed-backlog.js";
import { reindexRunning } from "./reindex.js";
const pageSize = 500;
/** Papers that are embedded here too. */
const sampleSize = 32;
/** Other hardware and other rounding stay above this; another model, pooling or preparation do not. */
export const leastCosine = 0.99;
/** The papers whose text, as it is now, has its embedding in a generation. */
export async function* exportRows(library, generation) {
    let after = 0;
    for (;;) {
        const page = await library.eachPaper(after, pageSize);
        const last = page.at(-1);
        if (last === undefined)
            return;
        after = last.label;
        const labels = page.map(({ label }) => label);
        const hashes = await library.embeddedHashes(generation, labels);
        const vectors = await library.embeddings(generation, labels);
        for (const [at, { paper, contentHash }] of page.entries()) {
            const vector = vectors[at];
            if (vector !== undefined && hashes[at] === contentHash && !/[\r\n]/.test(paper.paperId))
                yield { paperId: paper.paperId, contentHash, vector };
        }
    }
}
/**
 * Stores what fits the library, and nothing before all of it was looked at. Throws `model_mismatch`, `vectors_unreadable`,
 * `vectors_refused`, `reindex_running`, `generation_filling`.
 */
export async function importRows(library, embedder, file, options = {}) {
    const { dimensions } = embedder.model;
    if (file.dimensions !== dimensions || file.preparation !== preparationVersion || file.model !== embedder.model.id)
        throw new AppError("model_mismatch", `The file has ${file.dimensions} dimensions of ${file.model} (preparation ${file.preparation}); ${embedder.model.id} has ${dimensions} (preparation ${preparationVersion}).`);
    const seen = await lookThrough(library, file, options);
    const least = await compare(library, embedder, seen.sample);
    const counts = { rows: file.rows, unknown: seen.unknown, changed: seen.changed, compared: seen.sample.length, leastCosine: least };
    if (seen.sample.length === 0)
        return { ...counts, stored: 0, known: 0, generation: undefined };
    const release = await library.claim("reindex");
    if (release === undefined)
        throw await reindexRunning(library);
    try {
        const spec = { ...specOf(embedder), graph: options.graph };
        const live = (await library.liveGeneration()) ?? (await library.openGeneration(spec));
        const generation = hasSameVectors(live, spec) ? live : await library.fillGeneration(spec);
        return { ...counts, ...(await store(library, generation, file, options)), generation };
    }
    finally {
        await release();
    }
}
/** Throws `vectors_refused` for the first vector that is none. */
async function lookThrough(library, file, { onProgress }) {
    const random = mulberry32(file.rows);
    const sample = [];
    let [unknown, changed, fitting, done] = [0, 0, 0, 0];
    for await (const page of paged(file)) {
        for (const [at, { vector, paperId }] of page.entries()) {
            const fault = faultOfVector(vector, file.dimensions);
            if (fault !== undefined)
                throw new AppError("vectors_refused", `The vector of ${paperId} (row ${done + at + 1}) is not taken: ${fault}.`, {
                    mend: "Divide each vector by its length before writing it. Nothing was changed.",
                });
        }
        for (const { row, paper } of await papersOf(library, page)) {
            if (paper === undefined)
                unknown++;
            else if (paper.contentHash !== row.contentHash)
                changed++;
            else {
                // Each that fits has the same chance (reservoir sampling).
                fitting++;
                const place = fitting <= sampleSize ? fitting - 1 : Math.floor(random() * fitting);
                if (place < sampleSize)
                    sample[place] = { label: paper.label, vector: row.vector.slice() };
            }
        }
        done += page.length;
        onProgress?.("checking", done, file.rows);
    }
    return { sample, unknown, changed };
}
/** Throws `vectors_refused`. @returns the least cosine; undefined where there is nothing to compare. */
async function compare(library, embedder, sample) {
    const papers = await library.papers(sample.map(({ label }) => label));
    const cosines = await Promise.all(sample.map(async ({ vector }, at) => {
        const paper = papers[at]?.paper;
        return paper === undefined ? 1 : dot((await embedder.embedDocument(prepareText(paper))).vector, toUnit(vector));
    }));
    if (cosines.length === 0)
        return undefined;
    const least = Math.min(...cosines);
    if (least >= leastCosine)
        return least;
    const worst = papers[cosines.indexOf(least)]?.paper.paperId ?? "";
    const poor = cosines.filter((cosine) => cosine < leastCosine).length;
    throw new AppError("vectors_refused", `${poor} of ${cosines.length} papers that were embedded here too differ from the file: ${worst} has a cosine of ${least.toFixed(3)}, and ${leastCosine} is wanted.`, { mend: "Use the same model, pooling, prefixes, text and length. Nothing was changed." });
}
async function store(library, generation, file, { onProgress }) {
    let [stored, known, done] = [0, 0, 0];
    for await (const page of paged(file)) {
        const fitting = (await papersOf(library, page)).flatMap(({ row, paper }) => paper?.contentHash === row.contentHash ? [{ row, label: paper.label }] : []);
        const hashes = await library.embeddedHashes(generation, fitting.map(({ label }) => label));
        const fresh = fitting.filter(({ row }, at) => hashes[at] !== row.contentHash);
        const embeddings = fresh.map(({ row, label }) => ({ label, contentHash: row.contentHash, vector: toUnit(row.vector), sentences: undefined }));
        if (embeddings.length > 0)
            await library.putEmbeddings(generation, embeddings);
        stored += embeddings.length;
        known += fitting.length - embeddings.length;
        done += page.length;
        onProgress?.("storing", done, file.rows);
    }
    return { stored, known };
}
async function* paged(file) {
    let page = [];
    for await (const row of file.read()) {
        page.push(row);
        if (page.length < pageSize)
            continue;
        yield page;
        page = [];
    }
    if (page.length > 0)
        yield page;
}
async function papersOf(library, page) {
    const labels = await library.resolve(page.map(({ paperId }) => paperId));
    const papers = await library.papers(labels.map((label) => label ?? 0));
    return page.map((row, at) => ({ row, paper: labels[at] === undefined ? undefined : papers[at] }));
}
//# sourceMappingURL=embedding-transfer.js.map