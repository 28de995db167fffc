/** Subscribing to messages, confirming, and unsubscribing. */
import { createHmac } from "node:crypto";
import { isAbsolute } from "node:path";
import { anybody, type DeliveryChannel, isSameAddress, type Subscription } from "../../core/delivery.ts";
import { AppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import { isTimeZone } from "../../core/local-time.ts";
import { removeControls } from "../../core/text.ts";
import { requirePerson, requireStillThere } from "../people/people.ts";

/** What is asked for; weekdays in any order. */
export type SubscriptionInput = Pick<Subscription, "channel" | "address" | "kind" | "weekdays" | "hour" | "timeZone" | "wantsEmpty">;

const addressFaults: Readonly<Record<DeliveryChannel, (address: string) => string | undefined>> = {
  mail: (address) =>
    address.length <= 254 && /^[^\s@<>(),;:"\\[\]]{1,64}@[^\s@<>(),;:"\\[\]]+$/.test(address)
      ? undefined
      : "A mailbox is name@example.org, without a display name.",
  webhook: (address) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
    return isWeb && address.length <= 2_000 && !/\s/.test(address) && url.username === "" && url.password === ""
      ? undefined
      : "A webhook's address begins with https:// or http://, and has no password and no space in it.";
  },
  file: (address) => (isAbsolute(address) ? undefined : "Give the absolute path of the folder."),
};

/** @returns the mailbox, without spaces around it. Throws `invalid_request`. */
export function requireMailbox(text: string): string {
  return requireAddress("mail", text);
}

function requireAddress(channel: DeliveryChannel, text: string): string {
  const address = text.trim();
  // A folder may have any name.
  const isPlain = channel === "file" || removeControls(address) === address;
  const fault = addressFaults[channel](address) ?? (isPlain ? undefined : "Type it again: it contains an invisible character.");
  if (fault !== undefined)
    throw new AppError("invalid_request", `“${address.slice(0, shownAddress)}” is not a valid address for ${channel}.`, { mend: fault });
  return address;
}

/** This machine's time zone; `UTC` if its variable `TZ` has no named zone, as in `UTC0`: Node uses UTC then. */
export function ownTimeZone(): string {
  // TypeScript takes it for one in any case.
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions() as { timeZone?: string };
  return timeZone ?? "UTC";
}

/** @returns the weekdays, ascending. Throws `invalid_request`. */
export function requireTimes(input: Pick<SubscriptionInput, "weekdays" | "hour" | "timeZone">): number[] {
  const { hour, timeZone } = input;
  const weekdays = [...new Set(input.weekdays)].sort((a, b) => a - b);
  if (weekdays.length === 0 || weekdays.some((day) => !Number.isInteger(day) || day < 1 || day > 7))
    throw new AppError("invalid_request", "The weekdays are not valid.", { mend: "Name at least one: 1 is Monday, 7 is Sunday." });
  if (!Number.isInteger(hour) || hour < 0 || hour > 23)
    throw new AppError("invalid_request", `The hour is ${hour}.`, { mend: "It must be a whole number from 0 to 23." });
  if (!isTimeZone(timeZone))
    throw new AppError("invalid_request", `The time zone “${timeZone}” is not known.`, {
      mend: "Use a name such as Europe/Berlin or UTC.",
    });
  return weekdays;
}

/** Characters of an invalid address that an error repeats. */
const shownAddress = 300;

/**
 * Adds a subscription, or changes the one with the same person, address and kind, whose address keeps its spelling.
 * @param confirmed whether the reader of the address is known to agree; one that was confirmed before stays so. Throws `invalid_request`,
 * `person_not_found`.
 */
export async function subscribe(
  library: Library,
  person: string,
  input: SubscriptionInput,
  confirmed: boolean,
  now: Date,
): Promise<Subscription> {
  const store = library.delivery;
  const { channel, kind, hour, timeZone, wantsEmpty } = input;
  const asked = requireAddress(channel, input.address);
  const weekdays = requireTimes(input);
  if (person === anybody && (kind !== "trending" || channel !== "mail"))
    throw new AppError("invalid_request", "Without a key, people can only subscribe to what is trending, by mail.");
  const sameSubscription = (one: Subscription) =>
    one.person === person && one.channel === channel && one.kind === kind && isSameAddress(channel, one.address, asked);
  const before = (await store.subscriptions()).find(sameSubscription);
  const address = before?.address ?? asked;
  const identity = JSON.stringify([person, channel, address, kind]);
  // An existing one keeps its id, even if the key that it was made with has changed.
  const made = createHmac("sha256", await store.signingKey())
    .update(`subscription\n${identity}`)
    .digest("hex")
    .slice(0, 32);
  const id = before?.id ?? made;
  const at = now.toISOString();
  const agreed = before?.confirmed ?? (confirmed ? at : undefined);
  const subscription: Subscription = {
    id,
    person,
    channel,
    address,
    kind,
    weekdays,
    hour,
    timeZone,
    wantsEmpty,
    created: before?.created ?? at,
    ...(agreed === undefined ? {} : { confirmed: agreed }),
  };
  if (person !== anybody) await requirePerson(library, person);
  await store.putSubscription(subscription);
  return subscription;
}

/** The reader of the address agrees; agreeing again changes nothing. Throws `subscription_not_found`. */
export async function confirmSubscription(library: Library, id: string, now: Date): Promise<Subscription> {
  const subscription = await getSubscription(library, id);
  const confirmed = { ...subscription, confirmed: subscription.confirmed ?? now.toISOString() };
  if (subscription.person !== anybody) await requireStillThere(library, subscription.person);
  await library.delivery.putSubscription(confirmed);
  return confirmed;
}

/** Throws `subscription_not_found`. */
export async function getSubscription({ delivery: store }: Pick<Library, "delivery">, id: string): Promise<Subscription> {
  const found = await store.subscription(id);
  if (found === undefined)
    throw new AppError("subscription_not_found", "There is no such subscription.", { mend: "It may have been cancelled already." });
  return found;
}
