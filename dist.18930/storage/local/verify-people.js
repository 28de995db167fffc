import { checksumOfDelivery, checksumOfSubscription, deliveryColumns, subscriptionColumns, } from "./delivery-table.js";
import { agrees, checksumOfText } from "./row-checksum.js";
import { found } from "./verify-check.js";
/**
 * Repairing takes away what is not what was stored, since every list that it stands in is refused. Of the outbox the row
 * stays, as one of which nobody knows whether it was sent: without it the message would be sent again.
 */
export function checkPeople({ db, repair }) {
    const [interests, picks] = [brokenBodies(db, "interests", "id"), brokenBodies(db, "picks", "date")];
    const subscriptions = brokenSubscriptions(db);
    const deliveries = brokenDeliveries(db);
    if (repair)
        db.transaction(() => {
            for (const { person, name } of interests)
                db.prepare("DELETE FROM interests WHERE person = ? AND id = ?").run(person, name);
            for (const { person, name } of picks)
                db.prepare("DELETE FROM picks WHERE person = ? AND date = ?").run(person, name);
            for (const { id } of subscriptions)
                db.prepare("DELETE FROM subscriptions WHERE id = ?").run(id);
            for (const row of deliveries)
                settle(db, row);
        }).immediate();
    const faults = [
        ...interests.map(({ person, name }) => `the interest ${name} of ${person}`),
        ...picks.map(({ person, name }) => `the picks of ${name} of ${person}`),
        ...subscriptions.map(({ id, person }) => `the subscription ${id} of ${person}`),
        ...deliveries.map(({ subscription, date }) => `the outbox on ${date} for the subscription ${subscription}`),
    ].map((what) => `${what}: it is not what was stored`);
    const count = db
        .prepare("SELECT (SELECT count(*) FROM interests) + (SELECT count(*) FROM picks) + (SELECT count(*) FROM subscriptions) + (SELECT count(*) FROM outbox)")
        .pluck()
        .get();
    return found(faults, `${count ?? 0} interests, picks, subscriptions and messages are as they were stored`, repair);
}
function brokenBodies(db, table, name) {
    const rows = db.prepare(`SELECT person, ${name} AS name, body, checksum FROM ${table}`).iterate();
    return [...filter(rows, ({ body, checksum }) => !agrees(checksum, checksumOfText(body)))];
}
function brokenSubscriptions(db) {
    const rows = db.prepare(`SELECT ${subscriptionColumns} FROM subscriptions`).iterate();
    return [...filter(rows, (row) => !agrees(row.checksum, checksumOfSubscription(row)))];
}
function brokenDeliveries(db) {
    const rows = db.prepare(`SELECT ${deliveryColumns} FROM outbox`).iterate();
    return [...filter(rows, (row) => !agrees(row.checksum, checksumOfDelivery(row)))];
}
function* filter(rows, isWanted) {
    for (const row of rows)
        if (isWanted(row))
            yield row;
}
function settle(db, row) {
    const settled = { ...row, state: "unknown", step: null, nextTry: null, lastError: "its row in the outbox was damaged" };
    db.prepare("UPDATE outbox SET state = @state, step = NULL, next_try = NULL, last_error = @lastError, checksum = @checksum WHERE subscription = @subscription AND date = @date").run({
        state: settled.state,
        lastError: settled.lastError,
        checksum: checksumOfDelivery(settled),
        subscription: row.subscription,
        date: row.date,
    });
}
//# sourceMappingURL=verify-people.js.map