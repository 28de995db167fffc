import { AppError } from "../core/errors.js";
import { isSameSpec } from "../core/generation.js";
import { describeHolder } from "../core/holder.js";
import { isFinished } from "../core/job.js";
import { fillGeneration, specOf } from "./embed-backlog.js";
import { prepareGeneration } from "./prepare-generation.js";
import { reportingProgress } from "./work-progress.js";
/** Throws `reindex_running` while another process does this, `generation_filling`, `generation_unsound`, and what embedding throws. */
export async function reindex(library, embedder, options = {}) {
    const release = await library.claim("reindex");
    if (release === undefined)
        throw await reindexRunning(library);
    const tell = reportingProgress(library, "reindex");
    const onProgress = (what, done, total) => {
        tell(what, done, total);
        options.onProgress?.(what, done, total);
    };
    try {
        return await run(library, embedder, { ...options, onProgress });
    }
    finally {
        await release();
    }
}
/** The refusal of a second reindex, which names who is at it. */
export async function reindexRunning(library) {
    const holder = (await library.claimedWork()).find(({ work }) => work === "reindex");
    const { progress } = holder ?? {};
    const far = progress === undefined ? "" : ` (${progress.stage}, ${progress.done} of ${progress.total})`;
    return new AppError("reindex_running", `${describeHolder(holder)} reindexes this library${far}.`, {
        mend: "Wait for it, or look at it with `paperkin reindex --status` and, where a server does it, on its page /admin.",
    });
}
async function run(library, embedder, options) {
    const { signal, onProgress, fresh = false } = options;
    const spec = { ...specOf(embedder), graph: options.graph };
    const live = await library.liveGeneration();
    const unfinished = (await library.generations()).find(({ state }) => state === "filling");
    if (fresh && unfinished !== undefined)
        await library.dropGeneration(unfinished.generation);
    // One that was begun anew with what is live goes on.
    const goesOn = unfinished !== undefined && isSameSpec(unfinished.generation, spec);
    if (live !== undefined && !fresh && !goesOn && isSameSpec(live, spec))
        return { outcome: "unchanged", generation: live, embedded: 0, reused: 0 };
    const generation = await library.fillGeneration(spec);
    await options.onGeneration?.(generation);
    const reporting = (what) => ({
        ...(signal === undefined ? {} : { signal }),
        onProgress: (done, total) => onProgress?.(what, done, total),
    });
    const reused = await library.reuseEmbeddings(generation, reporting("reusing embeddings"));
    let embedded = 0;
    const fill = async () => {
        embedded += await fillGeneration(library, embedder, generation, reporting("embedding"));
    };
    await fill();
    const prepare = options.prepare ?? ((...which) => prepareGeneration(library, ...which));
    const audit = signal?.aborted === true ? undefined : await prepare(generation, { signal, onProgress });
    // What came meanwhile; what comes from here on waits as in any library.
    if (signal?.aborted !== true)
        await fill();
    if (audit === undefined || signal?.aborted === true)
        return { outcome: "interrupted", generation, embedded, reused };
    await library.recordAudit(generation, { ...audit, at: (options.now?.() ?? new Date()).toISOString() });
    const started = performance.now();
    await library.makeLive(generation);
    return { outcome: "live", generation, embedded, reused, audit, swapMs: performance.now() - started };
}
/** Makes the generation live again that was so before. Throws `generation_not_found`, and what `check` does. */
export async function rollBack(library, check = async () => undefined) {
    const before = retired(await library.generations())[0];
    if (before === undefined) {
        throw new AppError("generation_not_found", "There is no earlier generation to go back to.", {
            mend: "Reindex with the model that you want: `paperkin reindex --model ID`.",
        });
    }
    await check(before);
    await library.makeLive(before);
    return before;
}
/**
 * Removes all but the `keep` generations that were live last. @param unused resolves when nobody here answers from one
 * any more. @returns those that are gone.
 */
export async function pruneGenerations(library, keep, unused = async () => undefined) {
    const gone = retired(await library.generations()).slice(keep);
    for (const generation of gone) {
        await unused(generation);
        await library.dropGeneration(generation);
    }
    return gone;
}
/**
 * Removes what a reindex has begun and never finished. Throws `generation_not_found` where nothing is, and
 * `reindex_running` while somebody fills it, or a server has a job that goes on with it.
 */
export async function dropUnfinished(library) {
    const release = await library.claim("reindex");
    if (release === undefined)
        throw await reindexRunning(library);
    try {
        const filling = (await library.generations()).find(({ state }) => state === "filling");
        if (filling === undefined) {
            throw new AppError("generation_not_found", "No generation was begun and not finished: there is nothing to drop.", {
                mend: "Old ones go with `paperkin reindex --prune`.",
            });
        }
        const job = (await library.jobs.all()).find((one) => one.kind === "reindex" && !isFinished(one));
        // Jobs that no server has are begun again by the next one, which makes a generation where there is none.
        if (job !== undefined && (await library.claimedWork()).some(({ work }) => work === "jobs")) {
            throw new AppError("reindex_running", `Job ${job.id} fills generation ${filling.generation.id}: it is ${job.state}.`, {
                mend: "Cancel it, which removes what it has filled.",
            });
        }
        await library.dropGeneration(filling.generation);
        return filling.generation;
    }
    finally {
        await release();
    }
}
function retired(entries) {
    return entries.filter(({ state }) => state === "retired").map(({ generation }) => generation);
}
//# sourceMappingURL=reindex.js.map