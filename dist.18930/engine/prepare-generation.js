import { auditGeneration } from "./reindex-audit.js";
/** @returns undefined where it was ended before. Throws `generation_unsound`, and what writing the files does. */
export async function prepareGeneration(library, generation, { signal, onProgress } = {}) {
    const reporting = (what) => ({
        ...(signal === undefined ? {} : { signal }),
        onProgress: (done, total) => onProgress?.(what, done, total),
    });
    const isEnded = () => signal?.aborted === true;
    await library.indexGeneration(generation, reporting("indexing"));
    if (isEnded())
        return undefined;
    const audit = await auditGeneration(library, generation, await library.liveGeneration(), reporting("auditing"));
    return isEnded() ? undefined : audit;
}
//# sourceMappingURL=prepare-generation.js.map