/** Checks of personal data (interests, picks, subscriptions and the outbox) by the checksums of their rows. */
import type { Sqlite } from "./database.ts";
import {
  type Checked as CheckedRow,
  checksumOfDelivery,
  checksumOfSubscription,
  type DeliveryRow,
  deliveryColumns,
  type SubscriptionRow,
  subscriptionColumns,
} from "./delivery-table.ts";
import { agrees, checksumOfText } from "./row-checksum.ts";
import { type Checked, found, type VerifyParts } from "./verify-check.ts";

interface Body {
  readonly person: string;
  readonly name: string;
  readonly body: string;
  readonly checksum: number | null;
}

/**
 * Repairing deletes damaged rows, since every list that includes one fails. In the outbox the row stays, marked as a message that may or
 * may not have been sent: without it the message would be sent again.
 */
export function checkPeople({ db, repair }: Pick<VerifyParts, "db" | "repair">): Checked {
  const [interests, picks] = [brokenBodies(db, "interests", "id"), brokenBodies(db, "picks", "date")];
  const subscriptions = brokenSubscriptions(db);
  const deliveries = brokenDeliveries(db);
  if (repair)
    db.transaction(() => {
      for (const { person, name } of interests) db.prepare("DELETE FROM interests WHERE person = ? AND id = ?").run(person, name);
      for (const { person, name } of picks) db.prepare("DELETE FROM picks WHERE person = ? AND date = ?").run(person, name);
      for (const { id } of subscriptions) db.prepare("DELETE FROM subscriptions WHERE id = ?").run(id);
      for (const row of deliveries) settle(db, row);
    }).immediate();
  const faults = [
    ...interests.map(({ person, name }) => `the interest ${name} of ${person}`),
    ...picks.map(({ person, name }) => `the picks of ${name} of ${person}`),
    ...subscriptions.map(({ id, person }) => `the subscription ${id} of ${person}`),
    ...deliveries.map(({ subscription, date }) => `the outbox on ${date} for the subscription ${subscription}`),
  ].map((what) => `${what}: it does not match its checksum`);
  const count = db
    .prepare<[], number>(
      "SELECT (SELECT count(*) FROM interests) + (SELECT count(*) FROM picks) + (SELECT count(*) FROM subscriptions) + (SELECT count(*) FROM outbox)",
    )
    .pluck()
    .get();
  return found(faults, `${count ?? 0} interests, picks, subscriptions and messages match their checksums`, repair);
}

function brokenBodies(db: Sqlite, table: "interests" | "picks", name: "id" | "date"): Body[] {
  const rows = db.prepare<[], Body>(`SELECT person, ${name} AS name, body, checksum FROM ${table}`).iterate();
  return [...filter(rows, ({ body, checksum }) => !agrees(checksum, checksumOfText(body)))];
}

function brokenSubscriptions(db: Sqlite): SubscriptionRow[] {
  const rows = db.prepare<[], CheckedRow<SubscriptionRow>>(`SELECT ${subscriptionColumns} FROM subscriptions`).iterate();
  return [...filter(rows, (row) => !agrees(row.checksum, checksumOfSubscription(row)))];
}

function brokenDeliveries(db: Sqlite): DeliveryRow[] {
  const rows = db.prepare<[], CheckedRow<DeliveryRow>>(`SELECT ${deliveryColumns} FROM outbox`).iterate();
  return [...filter(rows, (row) => !agrees(row.checksum, checksumOfDelivery(row)))];
}

function* filter<T>(rows: Iterable<T>, isWanted: (row: T) => boolean): Generator<T> {
  for (const row of rows) if (isWanted(row)) yield row;
}

function settle(db: Sqlite, row: DeliveryRow): void {
  const settled: DeliveryRow = { ...row, state: "unknown", step: null, nextTry: null, lastError: "its row in the outbox was damaged" };
  db.prepare(
    "UPDATE outbox SET state = @state, step = NULL, next_try = NULL, last_error = @lastError, checksum = @checksum WHERE subscription = @subscription AND date = @date",
  ).run({
    state: settled.state,
    lastError: settled.lastError,
    checksum: checksumOfDelivery(settled),
    subscription: row.subscription,
    date: row.date,
  });
}
