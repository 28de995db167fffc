/** Subscriptions, the outbox and private feed addresses in SQLite. */
import { randomBytes } from "node:crypto";
import { AppError } from "../../core/errors.js";
import { agrees, checksumOfRow, mendPersonal } from "./row-checksum.js";
const feedColumns = "hash, prefix, person, interest, created";
export const subscriptionColumns = "id, person, channel, address, kind, weekdays, hour, time_zone AS timeZone, wants_empty AS wantsEmpty, created, confirmed, checksum";
export const deliveryColumns = "subscription, date, person, channel, state, step, attempts, next_try AS nextTry, last_error AS lastError, message_id AS messageId, created, changed, checksum";
export class DeliveryTable {
    statements;
    constructor(db) {
        const selectDeliveries = (where) => db.prepare(`SELECT ${deliveryColumns} FROM outbox WHERE ${where} ORDER BY date DESC, subscription`);
        this.statements = {
            subscriptions: db.prepare(`SELECT ${subscriptionColumns} FROM subscriptions ORDER BY person, id`),
            subscription: db.prepare(`SELECT ${subscriptionColumns} FROM subscriptions WHERE id = ?`),
            putSubscription: db.prepare(`INSERT OR REPLACE INTO subscriptions (id, person, channel, address, kind, weekdays, hour, time_zone, wants_empty, created, confirmed, checksum)
         VALUES (@id, @person, @channel, @address, @kind, @weekdays, @hour, @timeZone, @wantsEmpty, @created, @confirmed, @checksum)`),
            removeSubscription: db.prepare("DELETE FROM subscriptions WHERE id = ?"),
            // A statement each, so that what a condition names is found in an index: the outbox keeps the messages of all days.
            deliveries: selectDeliveries("TRUE"),
            deliveriesIn: selectDeliveries("state IN (SELECT value FROM json_each(?))"),
            deliveriesOf: selectDeliveries("subscription = ?"),
            delivery: db.prepare(`SELECT ${deliveryColumns} FROM outbox WHERE subscription = ? AND date = ?`),
            addDelivery: db.prepare(`INSERT OR IGNORE INTO outbox
         (subscription, date, person, channel, state, step, attempts, next_try, last_error, message_id, created, changed, checksum) VALUES
         (@subscription, @date, @person, @channel, @state, @step, @attempts, @nextTry, @lastError, @messageId, @created, @changed, @checksum)`),
            advanceDelivery: db.prepare(`UPDATE outbox SET person = @person, channel = @channel, state = @state, step = @step, attempts = @attempts, next_try = @nextTry,
         last_error = @lastError, message_id = @messageId, created = @created, changed = @changed, checksum = @checksum WHERE subscription = @subscription AND date = @date AND state = @fromState AND step IS @fromStep`),
            addKey: db.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('signingKey', ?)"),
            key: db.prepare("SELECT value FROM meta WHERE key = 'signingKey'").pluck(),
            privateFeeds: db.prepare(`SELECT ${feedColumns} FROM private_feeds WHERE person = ? ORDER BY created, hash`),
            privateFeed: db.prepare(`SELECT ${feedColumns} FROM private_feeds WHERE hash = ?`),
            addPrivateFeed: db.prepare("INSERT INTO private_feeds (hash, prefix, person, interest, created) VALUES (@hash, @prefix, @person, @interest, @created)"),
            removePrivateFeed: db.prepare("DELETE FROM private_feeds WHERE hash = ?"),
        };
    }
    async subscriptions() {
        return this.statements.subscriptions.all().map(subscriptionOf);
    }
    async subscription(id) {
        const row = this.statements.subscription.get(id);
        return row === undefined ? undefined : subscriptionOf(row);
    }
    async putSubscription({ weekdays, wantsEmpty, confirmed, ...rest }) {
        const row = { ...rest, weekdays: weekdays.join(""), wantsEmpty: Number(wantsEmpty), confirmed: confirmed ?? null };
        this.statements.putSubscription.run({ ...row, checksum: checksumOfSubscription(row) });
    }
    async removeSubscription(id) {
        return this.statements.removeSubscription.run(id).changes > 0;
    }
    async deliveries({ subscription, states } = {}) {
        const { statements } = this;
        if (subscription !== undefined) {
            const own = statements.deliveriesOf.all(subscription).map(deliveryOf);
            return states === undefined ? own : own.filter(({ state }) => states.includes(state));
        }
        const rows = states === undefined ? statements.deliveries.all() : statements.deliveriesIn.all(JSON.stringify(states));
        return rows.map(deliveryOf);
    }
    async delivery(subscription, date) {
        const row = this.statements.delivery.get(subscription, date);
        return row === undefined ? undefined : deliveryOf(row);
    }
    async addDelivery(delivery) {
        return this.statements.addDelivery.run(checkedRowOf(delivery)).changes > 0;
    }
    async advanceDelivery({ state, step }, next) {
        return this.statements.advanceDelivery.run({ ...checkedRowOf(next), fromState: state, fromStep: step ?? null }).changes > 0;
    }
    async signingKey() {
        const known = this.statements.key.get();
        if (known !== undefined)
            return known;
        // Another process may be first: what stands is read back.
        const made = randomBytes(32).toString("hex");
        this.statements.addKey.run(made);
        return this.statements.key.get() ?? made;
    }
    async privateFeeds(person) {
        return this.statements.privateFeeds.all(person).map(privateFeedOf);
    }
    async privateFeed(hash) {
        const row = this.statements.privateFeed.get(hash);
        return row === undefined ? undefined : privateFeedOf(row);
    }
    async addPrivateFeed({ interest, ...rest }) {
        this.statements.addPrivateFeed.run({ ...rest, interest: interest ?? null });
    }
    async removePrivateFeed(hash) {
        return this.statements.removePrivateFeed.run(hash).changes > 0;
    }
}
function privateFeedOf({ interest, ...rest }) {
    return { ...rest, ...(interest === null ? {} : { interest }) };
}
/** In the order of the fields, which is no part of a row as it is read. */
export function checksumOfSubscription(row) {
    const { id, person, channel, address, kind, weekdays, hour, timeZone, wantsEmpty, created, confirmed } = row;
    return checksumOfRow([id, person, channel, address, kind, weekdays, hour, timeZone, wantsEmpty, created, confirmed]);
}
export function checksumOfDelivery(row) {
    const { subscription, date, person, channel, state, step, attempts, nextTry, lastError, messageId, created, changed } = row;
    return checksumOfRow([subscription, date, person, channel, state, step, attempts, nextTry, lastError, messageId, created, changed]);
}
/** Throws `library_damaged`. */
function subscriptionOf({ checksum, ...row }) {
    const { weekdays, wantsEmpty, confirmed, ...rest } = row;
    if (!agrees(checksum, checksumOfSubscription(row)))
        throw new AppError("library_damaged", `The subscription ${row.id} is not the one that was stored.`, { mend: mendPersonal });
    return {
        ...rest,
        weekdays: [...weekdays].map(Number),
        wantsEmpty: wantsEmpty === 1,
        ...(confirmed === null ? {} : { confirmed }),
    };
}
/** Throws `library_damaged`. */
function deliveryOf({ checksum, ...row }) {
    const { step, nextTry, lastError, ...rest } = row;
    if (!agrees(checksum, checksumOfDelivery(row)))
        throw new AppError("library_damaged", `What the outbox holds of ${row.date} for the subscription ${row.subscription} is not what was stored.`, {
            mend: mendPersonal,
        });
    return {
        ...rest,
        ...(step === null ? {} : { step }),
        ...(nextTry === null ? {} : { nextTry }),
        ...(lastError === null ? {} : { lastError }),
    };
}
function checkedRowOf({ step, nextTry, lastError, ...rest }) {
    const row = { ...rest, step: step ?? null, nextTry: nextTry ?? null, lastError: lastError ?? null };
    return { ...row, checksum: checksumOfDelivery(row) };
}
//# sourceMappingURL=delivery-table.js.map