/**
 * Whole indexes are built and audited in a process of their own: whoever searches does not wait for them, and a crash in
 * native code ends that process and not the one that answers. It leaves the files of a generation behind, which are
 * checked before they are used as any others are.
 */
import { fork } from "node:child_process";
import { yieldToOthers } from "../background.js";
import { AppError } from "../core/errors.js";
import { prepareGeneration } from "./prepare-generation.js";
/** It ended without an answer: what was wrong with it says nothing of the work. */
export class IndexProcessEnded extends Error {
}
/** Who has died once may have been in the way of somebody who needed memory; who dies twice will die again. */
const mostAttempts = 2;
/** It tells of every step, a few times a second; reading or writing a large file on a slow disk is one. */
const longestSilenceMs = 10 * 60_000;
/**
 * @param module the compiled `index-process`. @param onNotice told when it has to begin again. @param silenceMs after which
 * it is taken for stuck, and ended. Throws what the work does, and `IndexProcessEnded`.
 */
export async function indexApart(module, task, options, onNotice, silenceMs = longestSilenceMs) {
    for (let attempt = 1;; attempt++) {
        try {
            return await runOnce(module, task, options, silenceMs);
        }
        catch (error) {
            if (!(error instanceof IndexProcessEnded) || attempt === mostAttempts)
                throw error;
            onNotice?.(`${error.message} It is begun again.`);
        }
    }
}
/**
 * Prepares a filled generation in a process of its own, and brings it into memory here; in this process where that one
 * cannot do it. @param onFault told why.
 */
export async function prepareApart(library, apart, generation, options, onFault) {
    let audit;
    try {
        audit = await apart({ generation: generation.id, audited: true }, options);
    }
    catch (error) {
        if (!(error instanceof IndexProcessEnded))
            throw error;
        await onFault(error);
        return await prepareGeneration(library, generation, options);
    }
    if (audit !== undefined)
        await library.loadGeneration(generation);
    return audit;
}
async function runOnce(module, task, { signal, onProgress }, silenceMs) {
    const isEnded = () => signal?.aborted === true;
    if (isEnded())
        return undefined;
    const child = fork(module, { stdio: ["ignore", "ignore", "inherit", "ipc"], serialization: "advanced" });
    // What it has not finished is found unfinished, whenever it ends.
    const end = () => child.kill("SIGKILL");
    signal?.addEventListener("abort", end);
    yieldToOthers(child.pid);
    let answer;
    let isStuck = false;
    const silence = setTimeout(() => {
        isStuck = true;
        end();
    }, silenceMs);
    child.on("message", (message) => {
        silence.refresh();
        const said = message;
        if (said.kind === "progress")
            onProgress?.(said.what, said.done, said.total);
        else
            answer = said;
    });
    child.send(task, () => undefined);
    const reason = await new Promise((resolve) => {
        child.once("error", (error) => resolve(error.message));
        child.once("close", (code, by) => resolve(by ?? `exit code ${code}`));
    });
    clearTimeout(silence);
    signal?.removeEventListener("abort", end);
    if (isEnded())
        return undefined;
    if (answer?.kind === "done")
        return answer.audit;
    if (answer?.kind === "failed")
        throw new AppError(answer.code, answer.detail, answer.mend === undefined ? {} : { mend: answer.mend });
    throw new IndexProcessEnded(`The process that builds the index of generation ${task.generation} ended before it was done (${isStuck ? "it was stuck" : reason}).`);
}
//# sourceMappingURL=index-apart.js.map