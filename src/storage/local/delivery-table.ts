/** Subscriptions, the outbox and private feed addresses in SQLite. */
import { randomBytes } from "node:crypto";
import type { Delivery, DeliveryState, DeliveryStore, PrivateFeed, Subscription } from "../../core/delivery.ts";
import { AppError } from "../../core/errors.ts";
import type { Sqlite } from "./database.ts";
import { agrees, checksumOfRow, mendPersonal } from "./row-checksum.ts";

export interface SubscriptionRow extends Omit<Subscription, "weekdays" | "wantsEmpty" | "confirmed"> {
  readonly weekdays: string;
  readonly wantsEmpty: number;
  readonly confirmed: string | null;
}

type Optional = "step" | "nextTry" | "lastError";
export type DeliveryRow = Omit<Delivery, Optional> & { readonly [Name in Optional]: NonNullable<Delivery[Name]> | null };

/** A row as it is read. */
export type Checked<Row> = Row & { readonly checksum: number | null };

type FeedRow = Omit<PrivateFeed, "interest"> & { readonly interest: string | null };

const feedColumns = "hash, prefix, person, interest, created";
export const subscriptionColumns =
  "id, person, channel, address, kind, weekdays, hour, time_zone AS timeZone, wants_empty AS wantsEmpty, created, confirmed, checksum";
export const deliveryColumns =
  "subscription, date, person, channel, state, step, attempts, next_try AS nextTry, last_error AS lastError, message_id AS messageId, created, changed, checksum";

export class DeliveryTable implements DeliveryStore {
  private readonly statements;

  constructor(db: Sqlite) {
    const selectDeliveries = <Parameters extends unknown[]>(where: string) =>
      db.prepare<Parameters, Checked<DeliveryRow>>(`SELECT ${deliveryColumns} FROM outbox WHERE ${where} ORDER BY date DESC, subscription`);
    this.statements = {
      subscriptions: db.prepare<[], Checked<SubscriptionRow>>(`SELECT ${subscriptionColumns} FROM subscriptions ORDER BY person, id`),
      subscription: db.prepare<[string], Checked<SubscriptionRow>>(`SELECT ${subscriptionColumns} FROM subscriptions WHERE id = ?`),
      putSubscription: db.prepare<[Checked<SubscriptionRow>]>(
        `INSERT OR REPLACE INTO subscriptions (id, person, channel, address, kind, weekdays, hour, time_zone, wants_empty, created, confirmed, checksum)
         VALUES (@id, @person, @channel, @address, @kind, @weekdays, @hour, @timeZone, @wantsEmpty, @created, @confirmed, @checksum)`,
      ),
      removeSubscription: db.prepare<[string]>("DELETE FROM subscriptions WHERE id = ?"),
      // One statement for each condition, so that SQLite can use an index: the outbox keeps the messages of all days.
      deliveries: selectDeliveries<[]>("TRUE"),
      deliveriesIn: selectDeliveries<[string]>("state IN (SELECT value FROM json_each(?))"),
      deliveriesOf: selectDeliveries<[string]>("subscription = ?"),
      delivery: db.prepare<[string, string], Checked<DeliveryRow>>(
        `SELECT ${deliveryColumns} FROM outbox WHERE subscription = ? AND date = ?`,
      ),
      addDelivery: db.prepare<[Checked<DeliveryRow>]>(
        `INSERT OR IGNORE INTO outbox
         (subscription, date, person, channel, state, step, attempts, next_try, last_error, message_id, created, changed, checksum) VALUES
         (@subscription, @date, @person, @channel, @state, @step, @attempts, @nextTry, @lastError, @messageId, @created, @changed, @checksum)`,
      ),
      advanceDelivery: db.prepare<[Checked<DeliveryRow> & { fromState: string; fromStep: string | null }]>(
        `UPDATE outbox SET person = @person, channel = @channel, state = @state, step = @step, attempts = @attempts, next_try = @nextTry,
         last_error = @lastError, message_id = @messageId, created = @created, changed = @changed, checksum = @checksum WHERE subscription = @subscription AND date = @date AND state = @fromState AND step IS @fromStep`,
      ),
      addKey: db.prepare<[string]>("INSERT OR IGNORE INTO meta (key, value) VALUES ('signingKey', ?)"),
      putKey: db.prepare<[string]>("INSERT OR REPLACE INTO meta (key, value) VALUES ('signingKey', ?)"),
      key: db.prepare<[], string>("SELECT value FROM meta WHERE key = 'signingKey'").pluck(),
      privateFeeds: db.prepare<[string], FeedRow>(`SELECT ${feedColumns} FROM private_feeds WHERE person = ? ORDER BY created, hash`),
      privateFeed: db.prepare<[string], FeedRow>(`SELECT ${feedColumns} FROM private_feeds WHERE hash = ?`),
      addPrivateFeed: db.prepare<[FeedRow]>(
        "INSERT INTO private_feeds (hash, prefix, person, interest, created) VALUES (@hash, @prefix, @person, @interest, @created)",
      ),
      removePrivateFeed: db.prepare<[string]>("DELETE FROM private_feeds WHERE hash = ?"),
    };
  }

  async subscriptions(): Promise<Subscription[]> {
    return this.statements.subscriptions.all().map(subscriptionOf);
  }

  async subscription(id: string): Promise<Subscription | undefined> {
    const row = this.statements.subscription.get(id);
    return row === undefined ? undefined : subscriptionOf(row);
  }

  async putSubscription({ weekdays, wantsEmpty, confirmed, ...rest }: Subscription): Promise<void> {
    // An unpaired surrogate would not come back as it was, and the row would count as damaged.
    const address = rest.address.toWellFormed();
    const row = { ...rest, address, weekdays: weekdays.join(""), wantsEmpty: Number(wantsEmpty), confirmed: confirmed ?? null };
    this.statements.putSubscription.run({ ...row, checksum: checksumOfSubscription(row) });
  }

  async removeSubscription(id: string): Promise<boolean> {
    return this.statements.removeSubscription.run(id).changes > 0;
  }

  async deliveries({ subscription, states }: { subscription?: string; states?: readonly DeliveryState[] } = {}): Promise<Delivery[]> {
    const { statements } = this;
    if (subscription !== undefined) {
      const own = statements.deliveriesOf.all(subscription).map(deliveryOf);
      return states === undefined ? own : own.filter(({ state }) => states.includes(state));
    }
    const rows = states === undefined ? statements.deliveries.all() : statements.deliveriesIn.all(JSON.stringify(states));
    return rows.map(deliveryOf);
  }

  async delivery(subscription: string, date: string): Promise<Delivery | undefined> {
    const row = this.statements.delivery.get(subscription, date);
    return row === undefined ? undefined : deliveryOf(row);
  }

  async addDelivery(delivery: Delivery): Promise<boolean> {
    return this.statements.addDelivery.run(checkedRowOf(delivery)).changes > 0;
  }

  async advanceDelivery({ state, step }: Pick<Delivery, "state" | "step">, next: Delivery): Promise<boolean> {
    return this.statements.advanceDelivery.run({ ...checkedRowOf(next), fromState: state, fromStep: step ?? null }).changes > 0;
  }

  async signingKey(): Promise<string> {
    const known = this.statements.key.get();
    if (known !== undefined) return known;
    // Another process may have been first, so the stored address is read back.
    const made = randomBytes(32).toString("hex");
    this.statements.addKey.run(made);
    return this.statements.key.get() ?? made;
  }

  async replaceSigningKey(): Promise<void> {
    this.statements.putKey.run(randomBytes(32).toString("hex"));
  }

  async privateFeeds(person: string): Promise<PrivateFeed[]> {
    return this.statements.privateFeeds.all(person).map(privateFeedOf);
  }

  async privateFeed(hash: string): Promise<PrivateFeed | undefined> {
    const row = this.statements.privateFeed.get(hash);
    return row === undefined ? undefined : privateFeedOf(row);
  }

  async addPrivateFeed({ interest, ...rest }: PrivateFeed): Promise<void> {
    this.statements.addPrivateFeed.run({ ...rest, interest: interest ?? null });
  }

  async removePrivateFeed(hash: string): Promise<boolean> {
    return this.statements.removePrivateFeed.run(hash).changes > 0;
  }
}

function privateFeedOf({ interest, ...rest }: FeedRow): PrivateFeed {
  return { ...rest, ...(interest === null ? {} : { interest }) };
}

/** The checksum covers the fields in their fixed order, and not the checksum column. */
export function checksumOfSubscription(row: SubscriptionRow): number {
  const { id, person, channel, address, kind, weekdays, hour, timeZone, wantsEmpty, created, confirmed } = row;
  return checksumOfRow([id, person, channel, address, kind, weekdays, hour, timeZone, wantsEmpty, created, confirmed]);
}

export function checksumOfDelivery(row: DeliveryRow): number {
  const { subscription, date, person, channel, state, step, attempts, nextTry, lastError, messageId, created, changed } = row;
  return checksumOfRow([subscription, date, person, channel, state, step, attempts, nextTry, lastError, messageId, created, changed]);
}

/** Throws `library_damaged`. */
function subscriptionOf({ checksum, ...row }: Checked<SubscriptionRow>): Subscription {
  const { weekdays, wantsEmpty, confirmed, ...rest } = row;
  if (!agrees(checksum, checksumOfSubscription(row)))
    throw new AppError("library_damaged", `The subscription ${row.id} is damaged: it does not match its checksum.`, { mend: mendPersonal });
  return {
    ...rest,
    weekdays: [...weekdays].map(Number),
    wantsEmpty: wantsEmpty === 1,
    ...(confirmed === null ? {} : { confirmed }),
  };
}

/** Throws `library_damaged`. */
function deliveryOf({ checksum, ...row }: Checked<DeliveryRow>): Delivery {
  const { step, nextTry, lastError, ...rest } = row;
  if (!agrees(checksum, checksumOfDelivery(row)))
    throw new AppError(
      "library_damaged",
      `The outbox's message of ${row.date} for the subscription ${row.subscription} is damaged: it does not match its checksum.`,
      {
        mend: mendPersonal,
      },
    );
  return {
    ...rest,
    ...(step === null ? {} : { step }),
    ...(nextTry === null ? {} : { nextTry }),
    ...(lastError === null ? {} : { lastError }),
  };
}

function checkedRowOf({ step, nextTry, lastError, ...rest }: Delivery): Checked<DeliveryRow> {
  const row = { ...rest, step: step ?? null, nextTry: nextTry ?? null, lastError: lastError?.toWellFormed() ?? null };
  return { ...row, checksum: checksumOfDelivery(row) };
}
