/**
 * Sends what is due, each message at most once whatever ends the process. The outbox records the state of each: a message that was
 * `connecting` when a process died is sent again, since nothing of it had left. One that had reached `data` may have been accepted; it
 * becomes `unknown`, and waits for a person.
 */
import type { Delivery, DeliveryChannel, DeliveryStore, Subscription } from "../../core/delivery.ts";
import { AppError, toAppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import type { DigestMessage, SendOutcome, Transport } from "../../core/transport.ts";
import { dueDay, lastOnRecord, nextTryAt } from "./due.ts";

export type Transports = Partial<Readonly<Record<DeliveryChannel, Transport>>>;

export interface DeliverOptions {
  readonly transports: Transports;
  /** Told of each message that was tried. */
  readonly onDelivery?: (delivery: Delivery) => void;
  /** Looked at between messages. */
  readonly signal?: AbortSignal;
}

interface DeliverParts {
  readonly now: () => Date;
  readonly messageIdOf: (subscription: Subscription, date: string) => string;
  /** Undefined if there is nothing to say. */
  readonly compose: (subscription: Subscription, date: string, signal?: AbortSignal) => Promise<DigestMessage | undefined>;
}

/** Messages that were tried, by outcome, including those that a process left `unknown` when it died. */
export type DeliverCounts = Readonly<Record<"sent" | "empty" | "pending" | "failed" | "unknown", number>>;

const lease = "deliver";

/** Sends all that is due. @returns undefined while another process is doing so. */
export async function deliverDue(library: Library, parts: DeliverParts, options: DeliverOptions): Promise<DeliverCounts | undefined> {
  const release = await library.claim(lease);
  if (release === undefined) return undefined;
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
    // A webhook may answer as slowly as it likes, so webhooks come last; mail servers and folders are chosen by the operator.
    const programsLast = [...pending].sort((a, b) => Number(a.channel === "webhook") - Number(b.channel === "webhook"));
    for (const delivery of programsLast) {
      if (options.signal?.aborted === true) break;
      // A retry time that was set before the clock was set back counts as due.
      if ((delivery.nextTry ?? "") > now && delivery.changed <= now) continue;
      const done = await deliver(store, delivery, parts, options).catch(async (thrown: unknown) => {
        // Its person was removed meanwhile, and the message with them: that must not delay others.
        if ((await store.delivery(delivery.subscription, delivery.date)) === undefined) return undefined;
        throw thrown;
      });
      if (done === undefined) continue;
      if (done.state !== "sending") counts[done.state]++;
      options.onDelivery?.(done);
    }
    return counts;
  } finally {
    await release();
  }
}

/**
 * Sends the message of one day now, whether or not it is due.
 * @param again whether to send it even if it is `unknown`, `failed`, `sent` or `empty`. Throws `invalid_request` for those states without
 * `again`, and `library_busy`.
 */
export async function deliverOne(
  library: Library,
  { subscription, date, again }: { readonly subscription: Subscription; readonly date: string; readonly again: boolean },
  parts: DeliverParts,
  options: DeliverOptions,
): Promise<Delivery> {
  const release = await library.claim(lease);
  if (release === undefined)
    throw new AppError("library_busy", "Another process is delivering.", { mend: "Try again when it has finished." });
  try {
    const { delivery: store } = library;
    await recover(store, parts.now());
    const fresh = newDelivery(subscription, date, parts);
    const before = (await store.addDelivery(fresh)) ? undefined : await store.delivery(subscription.id, date);
    const isOver = before !== undefined && before.state !== "pending";
    if (isOver && !again)
      throw new AppError("invalid_request", `The message of ${date} to ${subscription.address} is already recorded as ${before.state}.`, {
        mend: "Use --again to send it anyway.",
      });
    if (isOver) await store.advanceDelivery(before, fresh);
    const done = await deliver(store, (await store.delivery(subscription.id, date)) ?? fresh, parts, options);
    options.onDelivery?.(done);
    return done;
  } finally {
    await release();
  }
}

/**
 * Nobody else delivers, so whatever is being sent was left by a process that died. @returns the messages that are `unknown` for that
 * reason.
 */
async function recover(store: DeliveryStore, now: Date): Promise<Delivery[]> {
  const changed = now.toISOString();
  const unknown: Delivery[] = [];
  for (const left of await store.deliveries({ states: ["sending"] })) {
    const { step, ...rest } = left;
    const lastError = `the process ended while it was ${step === "data" ? "sending the message" : "connecting"}`;
    const next: Delivery =
      step === "data"
        ? { ...rest, state: "unknown", lastError, changed }
        : { ...rest, state: "pending", nextTry: changed, lastError, changed };
    if ((await store.advanceDelivery(left, next)) && next.state === "unknown") unknown.push(next);
  }
  return unknown;
}

/** Puts a message into the outbox for each subscription that has one due; a waiting one of an earlier day is dropped. */
async function addDue(store: DeliveryStore, parts: DeliverParts): Promise<void> {
  const now = parts.now();
  for (const subscription of await store.subscriptions()) {
    const latest = dueDay(subscription, undefined, now);
    // Usually it is in the outbox already, and the earlier ones need not be read.
    if (latest === undefined || (await store.delivery(subscription.id, latest)) !== undefined) continue;
    const before = await store.deliveries({ subscription: subscription.id });
    const days = before.map(({ date }) => date);
    const day = dueDay(subscription, lastOnRecord(days, subscription, now), now);
    if (day === undefined || !(await store.addDelivery(newDelivery(subscription, day, parts)))) continue;
    for (const waiting of before.filter(({ state }) => state === "pending")) {
      const { nextTry: _, lastError = "it was not tried", ...rest } = waiting;
      const failed: Delivery = { ...rest, state: "failed", lastError: `${lastError}; ${day} takes its place`, changed: now.toISOString() };
      await store.advanceDelivery(waiting, failed);
    }
  }
}

function newDelivery(subscription: Subscription, date: string, { now, messageIdOf }: DeliverParts): Delivery {
  const at = now().toISOString();
  const { id, person, channel } = subscription;
  const messageId = messageIdOf(subscription, date);
  return { subscription: id, person, date, channel, state: "pending", attempts: 0, nextTry: at, messageId, created: at, changed: at };
}

async function deliver(store: DeliveryStore, pending: Delivery, parts: DeliverParts, options: DeliverOptions): Promise<Delivery> {
  const { nextTry: _, lastError: __, ...rest } = pending;
  let current = pending;
  /** Durable when it resolves. */
  const become = async (next: Delivery): Promise<Delivery> => {
    if (!(await store.advanceDelivery(current, next)))
      throw new AppError("internal", `The delivery of ${next.date} was changed by another process.`);
    current = next;
    return next;
  };
  const changed = () => parts.now().toISOString();
  const subscription = await store.subscription(pending.subscription);
  if (subscription === undefined) return await become({ ...rest, state: "failed", lastError: "unsubscribed", changed: changed() });

  const settle = async (attempts: number, result: SendOutcome): Promise<Delivery> => {
    const at = { attempts, changed: changed() };
    if (result.outcome === "accepted") return await become({ ...rest, ...at, state: "sent" });
    const lastError = result.reason;
    if (result.outcome === "unknown") return await become({ ...rest, ...at, state: "unknown", lastError });
    const nextTry = result.permanent ? undefined : nextTryAt(attempts, pending.created, parts.now(), result.waitMs);
    return await become(
      nextTry === undefined ? { ...rest, ...at, state: "failed", lastError } : { ...rest, ...at, state: "pending", nextTry, lastError },
    );
  };

  const attempts = pending.attempts + 1;
  let message: DigestMessage | undefined;
  try {
    message = await parts.compose(subscription, pending.date, options.signal);
  } catch (thrown) {
    if (options.signal?.aborted === true) return pending;
    return await settle(attempts, { outcome: "refused", permanent: false, reason: toAppError(thrown).explanation });
  }
  if (message === undefined) return await become({ ...rest, state: "empty", changed: changed() });
  const transport = options.transports[pending.channel];
  if (transport === undefined)
    return await settle(attempts, { outcome: "refused", permanent: false, reason: `sending by ${pending.channel} is not set up` });
  await become({ ...rest, state: "sending", step: "connecting", attempts, changed: changed() });
  const result = await transport
    .send(message, async () => {
      await become({ ...rest, state: "sending", step: "data", attempts, changed: changed() });
    })
    .catch((thrown: unknown): SendOutcome => {
      const reason = toAppError(thrown).explanation;
      return current.step === "data" ? { outcome: "unknown", reason } : { outcome: "refused", permanent: false, reason };
    });
  return await settle(attempts, result);
}
