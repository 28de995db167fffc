/** Papers from a service into the library: a page, then how far that is, so that whatever ends a fetch costs one page at most. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { AppError } from "../core/errors.js";
import { ingest } from "./ingest.js";
/** What stands for all kept ids. */
export const wanted = "wanted";
/** `at` is the source's own; `read`, the records that were taken in on the way there. */
const storedSchema = z.object({ at: z.record(z.string(), z.unknown()), read: z.number() });
/**
 * Asks until the source has no more pages, its limit is reached, or `signal` says so. A limited fetch leaves no position: the
 * next one begins anew.
 * @returns the counts; `counts` is also brought up to date as it goes. Throws what the source throws, and `library_busy`.
 */
export async function fetchPapers(library, source, asked, session, counts, options = {}) {
    const request = await withWantedIds(library, source, asked);
    if (request.ids?.length === 0)
        return counts;
    source.check?.(request);
    const release = await library.claim(`fetch ${source.service}`);
    if (release === undefined)
        throw new AppError("library_busy", `Another process is asking ${source.title} for papers.`, {
            mend: "Wait for it to finish: a service is asked over one connection.",
        });
    try {
        const key = keyOf(source, request, session);
        if (options.restart === true)
            await library.setFetchPosition(key, undefined);
        const stored = await readPosition(library, key);
        let read = stored?.read ?? 0;
        const places = new Set(stored === undefined ? [] : [JSON.stringify(stored.at)]);
        // The end of a run may be where it began; behind a place that was passed before there are the same pages for ever.
        let isBack = false;
        const withinLimit = async function* (records) {
            for await (const record of records) {
                if (read >= (request.limit ?? Number.POSITIVE_INFINITY))
                    return;
                read++;
                yield record;
            }
        };
        for await (const page of source.pages(request, session, stored?.at)) {
            if (isBack)
                throw inACircle(source);
            await ingest(library, withinLimit(page.records), counts, options);
            if (options.signal?.aborted === true)
                break;
            if (page.fault !== undefined)
                throw page.fault;
            const place = JSON.stringify(page.next) ?? "";
            isBack = places.has(place);
            places.add(place);
            const isFull = read >= (request.limit ?? Number.POSITIVE_INFINITY);
            await library.setFetchPosition(key, isFull || page.next === undefined ? undefined : JSON.stringify({ at: page.next, read }));
            if (isFull)
                break;
        }
        return counts;
    }
    finally {
        await release();
    }
}
function inACircle(source) {
    return new AppError("source_refused", `The pages of ${source.title} lead in a circle: behind the last one comes one that was read before.`, {
        mend: "What came before is stored. Try again later with --restart, or ask for less at once.",
    });
}
/** {@link wanted} among the ids stands for those that the library has kept and the source can look up. */
async function withWantedIds(library, source, request) {
    if (request.ids?.includes(wanted) !== true)
        return request;
    const known = (await library.wantedIds()).filter((id) => {
        try {
            source.check?.({ words: [], ids: [id] });
            return true;
        }
        catch (error) {
            if (error instanceof AppError && error.code === "invalid_request")
                return false;
            throw error;
        }
    });
    return { ...request, ids: [...new Set([...request.ids.filter((id) => id !== wanted), ...known])] };
}
/** The same for the same request to the same service. A digest: requests may hold secrets, and thousands of ids. */
function keyOf(source, { words, ...rest }, { address }) {
    const asked = Object.entries(rest)
        .filter(([, value]) => value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1));
    return `${source.name} ${createHash("sha256")
        .update(JSON.stringify([address, words, asked]))
        .digest("hex")
        .slice(0, 32)}`;
}
async function readPosition(store, key) {
    const text = await store.fetchPosition(key);
    return text === undefined ? undefined : storedSchema.parse(JSON.parse(text));
}
//# sourceMappingURL=fetch.js.map