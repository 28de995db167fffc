/** What people asked to be sent, and what became of each day's message. */
import { lowerLatin } from "./text.js";
export const deliveryChannels = ["mail", "webhook", "file"];
/**
 * Whether messages to both reach one place: no provider tells mailboxes apart by the case of A to Z, though a standard lets
 * it. Of letters beyond these none is taken for another, since an address that only looks alike is somebody else's.
 */
export function isSameAddress(channel, a, b) {
    return channel === "mail" ? lowerLatin(a) === lowerLatin(b) : a === b;
}
/** A person's picks, or what is trending for everybody. */
export const digestKinds = ["picks", "trending"];
/** Whose subscriptions are that nobody here made: no name of a person is like it. They bring what is trending alone. */
export const anybody = "*";
/**
 * `pending`, to be sent at `nextTry`; `sending`, a process is at it; `sent`, the other side has taken it; `empty`, there was
 * nothing to say; `failed`, given up; `unknown`, it may or may not have been taken, and only a person sends it again.
 */
export const deliveryStates = ["pending", "sending", "sent", "empty", "failed", "unknown"];
//# sourceMappingURL=delivery.js.map