export const jobKinds = ["reindex", "verify"];
/**
 * `queued` runs when its turn comes; a `paused` one waits to be resumed, and keeps what it has done; `done`, `failed` and
 * `cancelled` are the end.
 */
export const jobStates = ["queued", "running", "paused", "done", "failed", "cancelled"];
export function isFinished({ state }) {
    return state === "done" || state === "failed" || state === "cancelled";
}
/** Jobs that are kept; of more, the oldest that are finished go. */
export const keptJobs = 100;
//# sourceMappingURL=job.js.map