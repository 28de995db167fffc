/** What people have sent to themselves, asked for without a shell: mail to an address that confirms, and webhooks. */
import { isSameAddress } from "../core/delivery.js";
import { AppError } from "../core/errors.js";
import { dayMs } from "../core/period.js";
import { RateLimit } from "./rate-limit.js";
import { requireMailbox } from "./subscriptions.js";
const hourMs = 60 * 60_000;
/** Of one person: each costs a message a day. */
const mostSubscriptions = 50;
export class OwnSubscriptions {
    library;
    digests;
    options;
    addresses;
    people;
    constructor(library, digests, options) {
        this.library = library;
        this.digests = digests;
        this.options = options;
        // Whoever has a key may name any address: none is asked often, and nobody asks many.
        this.addresses = new RateLimit(2, dayMs, options.now);
        this.people = new RateLimit(10, hourMs, options.now);
    }
    /** Whether mail can be asked for. */
    get hasMail() {
        return this.options.mail !== undefined;
    }
    async of(person) {
        const own = (await this.library.delivery.subscriptions()).filter((one) => one.person === person);
        return await Promise.all(own.map(async (subscription) => ({
            subscription,
            latest: (await this.library.delivery.deliveries({ subscription: subscription.id }))[0],
        })));
    }
    /**
     * Adds one, or changes the one of the same address and kind. A mailbox is asked to confirm unless it has. Throws
     * `invalid_request`, also where there is no mail, `too_many_requests`, `delivery_failed`.
     */
    async add(person, input) {
        const { mail } = this.options;
        const channel = webChannelOf(input.address);
        await this.requireRoom(person, { ...input, channel });
        if (channel === "webhook") {
            const subscription = await this.digests.subscribe(person, { ...input, channel }, true);
            return { subscription, secret: await this.digests.webhookSecret(subscription) };
        }
        const address = requireMailbox(input.address);
        if (mail === undefined)
            throw new AppError("invalid_request", "This service has no mail server, so an address cannot be asked to confirm.", {
                mend: "Whoever runs it sets up `smtp`; a webhook or a private feed needs none.",
            });
        this.people.require(person);
        const subscription = await this.digests.subscribe(person, { ...input, address, channel }, false);
        if (subscription.confirmed === undefined) {
            this.addresses.require(address.toLowerCase());
            await this.digests.askForConfirmation(subscription, mail);
        }
        return { subscription, secret: undefined };
    }
    /** Changing one that is there needs none. Throws `invalid_request`. */
    async requireRoom(person, { channel, address, kind }) {
        const own = (await this.library.delivery.subscriptions()).filter((one) => one.person === person);
        const isThere = own.some((one) => one.channel === channel && isSameAddress(channel, one.address, address.trim()) && one.kind === kind);
        if (!isThere && own.length >= mostSubscriptions)
            throw new AppError("invalid_request", `There are ${own.length} subscriptions already; a person has ${mostSubscriptions} at most.`, {
                mend: "End those that nobody reads.",
            });
    }
    /** Throws `subscription_not_found`, also for another's. */
    async end(person, id) {
        if ((await this.digests.unsubscribe(person, id)) === 0)
            throw new AppError("subscription_not_found", "You have no such subscription.", { mend: "It may have been ended already." });
    }
}
/** What is no web address is taken for a mailbox: folders of this machine are for whoever has a shell on it. */
function webChannelOf(address) {
    return /^\s*https?:/i.test(address) ? "webhook" : "mail";
}
//# sourceMappingURL=own-subscriptions.js.map