import { AppError, toAppError } from "../core/errors.js";
import { dueDay, lastOnRecord, nextTryAt } from "./due.js";
const lease = "deliver";
/** Sends all that is due. @returns undefined while another process is at it. */
export async function deliverDue(library, parts, options) {
    const release = await library.claim(lease);
    if (release === undefined)
        return undefined;
    try {
        const { delivery: store } = library;
        const counts = { sent: 0, empty: 0, pending: 0, failed: 0, unknown: 0 };
        for (const unknown of await recover(store, parts.now())) {
            counts.unknown++;
            options.onDelivery?.(unknown);
        }
        await addDue(store, parts);
        const now = parts.now().toISOString();
        const pending = await store.deliveries({ states: ["pending"] });
        // A program may answer as slowly as it likes; mail servers and folders are chosen by whoever runs this, and come first.
        const programsLast = [...pending].sort((a, b) => Number(a.channel === "webhook") - Number(b.channel === "webhook"));
        for (const delivery of programsLast) {
            if (options.signal?.aborted === true)
                break;
            // A try that was put off by a clock that has been set back since is due.
            if ((delivery.nextTry ?? "") > now && delivery.changed <= now)
                continue;
            const done = await deliver(store, delivery, parts, options).catch(async (thrown) => {
                // Its person was taken away meanwhile, and it with them: that is no reason to keep others waiting.
                if ((await store.delivery(delivery.subscription, delivery.date)) === undefined)
                    return undefined;
                throw thrown;
            });
            if (done === undefined)
                continue;
            if (done.state !== "sending")
                counts[done.state]++;
            options.onDelivery?.(done);
        }
        return counts;
    }
    finally {
        await release();
    }
}
/**
 * Sends the message of one day now, whether or not it is due. @param again also where it is `unknown`, `failed`, `sent` or
 * `empty`. Throws `invalid_request` where it is without `again`, and `library_busy`.
 */
export async function deliverOne(library, subscription, date, again, parts, options) {
    const release = await library.claim(lease);
    if (release === undefined)
        throw new AppError("library_busy", "Another process is delivering.", { mend: "Try again when it has finished." });
    try {
        const { delivery: store } = library;
        await recover(store, parts.now());
        const fresh = newDelivery(subscription, date, parts);
        if (!(await store.addDelivery(fresh))) {
            const before = await store.delivery(subscription.id, date);
            if (before !== undefined && before.state !== "pending") {
                if (!again)
                    throw new AppError("invalid_request", `The message of ${date} to ${subscription.address} is on record as ${before.state}.`, {
                        mend: "Say --again to send it once more all the same.",
                    });
                await store.advanceDelivery(before, fresh);
            }
        }
        const pending = await store.delivery(subscription.id, date);
        const done = await deliver(store, pending ?? fresh, parts, options);
        options.onDelivery?.(done);
        return done;
    }
    finally {
        await release();
    }
}
/** Nobody else delivers: what is being sent was left by a process that died. @returns what is unknown for that. */
async function recover(store, now) {
    const changed = now.toISOString();
    const unknown = [];
    for (const left of await store.deliveries({ states: ["sending"] })) {
        const { step, ...rest } = left;
        const lastError = `the process ended while it was ${step === "data" ? "sending the message" : "connecting"}`;
        const next = step === "data"
            ? { ...rest, state: "unknown", lastError, changed }
            : { ...rest, state: "pending", nextTry: changed, lastError, changed };
        if ((await store.advanceDelivery(left, next)) && next.state === "unknown")
            unknown.push(next);
    }
    return unknown;
}
/** Puts a message into the outbox for each subscription that has one due; one of an earlier day that still waits gives way. */
async function addDue(store, parts) {
    const now = parts.now();
    for (const subscription of await store.subscriptions()) {
        const latest = dueDay(subscription, undefined, now);
        // Mostly it is on record, and what came before it is not read.
        if (latest === undefined || (await store.delivery(subscription.id, latest)) !== undefined)
            continue;
        const before = await store.deliveries({ subscription: subscription.id });
        const days = before.map(({ date }) => date);
        const day = dueDay(subscription, lastOnRecord(days, subscription, now), now);
        if (day === undefined || !(await store.addDelivery(newDelivery(subscription, day, parts))))
            continue;
        for (const waiting of before.filter(({ state }) => state === "pending")) {
            const { nextTry: _, lastError = "it was not tried", ...rest } = waiting;
            const failed = { ...rest, state: "failed", lastError: `${lastError}; ${day} takes its place`, changed: now.toISOString() };
            await store.advanceDelivery(waiting, failed);
        }
    }
}
function newDelivery(subscription, date, { now, messageIdOf }) {
    const at = now().toISOString();
    const { id, person, channel } = subscription;
    const messageId = messageIdOf(subscription, date);
    return { subscription: id, person, date, channel, state: "pending", attempts: 0, nextTry: at, messageId, created: at, changed: at };
}
async function deliver(store, pending, parts, options) {
    const { nextTry: _, lastError: __, ...rest } = pending;
    let current = pending;
    /** Durable when it resolves. */
    const become = async (next) => {
        if (!(await store.advanceDelivery(current, next)))
            throw new AppError("internal", `The delivery of ${next.date} was changed by another process.`);
        current = next;
        return next;
    };
    const changed = () => parts.now().toISOString();
    const subscription = await store.subscription(pending.subscription);
    if (subscription === undefined)
        return await become({ ...rest, state: "failed", lastError: "unsubscribed", changed: changed() });
    const settle = async (attempts, result) => {
        const at = { attempts, changed: changed() };
        if (result.outcome === "accepted")
            return await become({ ...rest, ...at, state: "sent" });
        const lastError = result.reason;
        if (result.outcome === "unknown")
            return await become({ ...rest, ...at, state: "unknown", lastError });
        const nextTry = result.permanent ? undefined : nextTryAt(attempts, pending.created, parts.now(), result.waitMs);
        return await become(nextTry === undefined ? { ...rest, ...at, state: "failed", lastError } : { ...rest, ...at, state: "pending", nextTry, lastError });
    };
    const attempts = pending.attempts + 1;
    let message;
    try {
        message = await parts.compose(subscription, pending.date, options.signal);
    }
    catch (thrown) {
        if (options.signal?.aborted === true)
            return pending;
        return await settle(attempts, { outcome: "refused", permanent: false, reason: toAppError(thrown).explanation });
    }
    if (message === undefined)
        return await become({ ...rest, state: "empty", changed: changed() });
    const transport = options.transports[pending.channel];
    if (transport === undefined)
        return await settle(attempts, { outcome: "refused", permanent: false, reason: `nothing is set up to send by ${pending.channel}` });
    await become({ ...rest, state: "sending", step: "connecting", attempts, changed: changed() });
    const result = await transport
        .send(message, async () => {
        await become({ ...rest, state: "sending", step: "data", attempts, changed: changed() });
    })
        .catch((thrown) => {
        const reason = toAppError(thrown).explanation;
        return current.step === "data" ? { outcome: "unknown", reason } : { outcome: "refused", permanent: false, reason };
    });
    return await settle(attempts, result);
}
//# sourceMappingURL=deliver.js.map