/** Long work in slices, between which others are answered. */
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
/** How long a slice may take: nobody notices to have waited for one. */
const sliceMs = 8;
/** Whoever was answered for so long between two slices is likely to need several turns, and not to be alone. */
const busyMs = 1;
/** How long those are left to themselves. */
const restMs = 25;
/**
 * Gives way to others once a slice is used up, for longer where there are any. To be asked often; it costs a look at
 * the clock. Several that work in the slices of one object take turns: what others wait for is one slice, not one of each.
 */
export class Slices {
    began = performance.now();
    lastTurn = Promise.resolve();
    waiting = 0;
    /** While somebody waits for what the slices make, they rest no longer than a turn: on a busy machine they would hardly get on. */
    async hurried(work) {
        this.waiting++;
        try {
            return await work;
        }
        finally {
            this.waiting--;
        }
    }
    /** @returns undefined while the slice goes on. */
    giveWay() {
        return performance.now() - this.began < sliceMs ? undefined : this.rest();
    }
    async rest() {
        const turn = this.lastTurn.then(async () => {
            const left = performance.now();
            await nextTurn();
            if (this.waiting === 0 && performance.now() - left > busyMs)
                await wait(restMs);
        });
        this.lastTurn = turn;
        await turn;
        this.began = performance.now();
    }
}
export function atOnce(steps) {
    for (;;) {
        const next = steps.next();
        if (next.done === true)
            return next.value;
    }
}
export async function inSlices(steps, slices) {
    for (;;) {
        const next = steps.next();
        if (next.done === true)
            return next.value;
        await slices.giveWay();
    }
}
//# sourceMappingURL=slices.js.map