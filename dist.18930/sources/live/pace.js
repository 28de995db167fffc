/** The pace of one service: one request at a time, with a gap behind each, and longer waits where the service asks for them. */
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "../../core/errors.js";
export const systemClock = {
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: async (ms, signal) => {
        try {
            await wait(ms, undefined, signal === undefined ? {} : { signal });
        }
        catch (cause) {
            throw new AppError("cancelled", "The fetch was interrupted.", { cause });
        }
    },
};
export class Pace {
    clock;
    tail = Promise.resolve();
    freeAt = 0;
    /** The longest wait that this can be, should the clock be set back meanwhile. */
    heldMs = 0;
    constructor(clock) {
        this.clock = clock;
    }
    /** Runs the work when those before it are done and the gap is over. */
    async run({ gapMs, signal, onWait }, work) {
        const before = this.tail;
        let done = () => undefined;
        this.tail = new Promise((resolve) => {
            done = resolve;
        });
        await before;
        try {
            const ms = Math.min(this.freeAt - this.clock.now(), this.heldMs);
            if (ms > 0) {
                onWait(ms);
                await this.clock.sleep(ms, signal);
            }
            return await work();
        }
        finally {
            this.hold(gapMs);
            done();
        }
    }
    /** Nothing is asked for so long. */
    hold(ms) {
        const freeAt = this.clock.now() + ms;
        if (freeAt < this.freeAt && this.freeAt - this.clock.now() <= this.heldMs)
            return;
        [this.freeAt, this.heldMs] = [freeAt, ms];
    }
}
//# sourceMappingURL=pace.js.map