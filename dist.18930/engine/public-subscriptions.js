/** Subscribing to what is trending without being anybody here: an address, which confirms. Off unless the settings allow it. */
import { anybody, isSameAddress } from "../core/delivery.js";
import { AppError } from "../core/errors.js";
import { dayMs } from "../core/period.js";
import { confirmationDays } from "./digests.js";
import { RateLimit } from "./rate-limit.js";
import { requireMailbox, requireTimes } from "./subscriptions.js";
const hourMs = 60 * 60_000;
export class PublicSubscriptions {
    library;
    digests;
    options;
    addresses;
    clients;
    all;
    sending = Promise.resolve();
    constructor(library, digests, options) {
        this.library = library;
        this.digests = digests;
        this.options = options;
        // An address is asked twice a day at most, whoever types it; nobody makes this service a sender of bulk mail.
        this.addresses = new RateLimit(2, dayMs, options.now);
        this.clients = new RateLimit(5, hourMs, options.now);
        this.all = new RateLimit(100, hourMs, options.now);
    }
    get isOffered() {
        return this.options.allowed && this.options.mail !== undefined;
    }
    /**
     * Asks an address to confirm. Nothing that comes back depends on whether it is subscribed already: what is to be done is begun,
     * not waited for. Throws `route_not_found` where it is not offered, `invalid_request`, `too_many_requests`.
     */
    request(input, client, onFailure) {
        const { mail } = this.options;
        if (!this.isOffered || mail === undefined)
            throw new AppError("route_not_found", "This service does not offer subscriptions to everybody.");
        const address = requireMailbox(input.address);
        requireTimes(input);
        this.clients.require(client);
        this.all.require("");
        if (!this.addresses.take(address.toLowerCase()))
            return;
        // One after the other: each looks at what is there before it.
        this.sending = this.sending.then(() => this.ask({ ...input, address }, mail)).catch(onFailure);
    }
    /** Resolves when no mail is on its way. */
    async settled() {
        await this.sending;
    }
    async ask(input, mail) {
        await this.forgetUnconfirmed();
        // Who confirmed once is not changed by whoever types the address.
        const isSame = (one) => isSameAddress("mail", one.address, input.address);
        const own = (await this.library.delivery.subscriptions()).filter(({ person }) => person === anybody);
        if (own.some((one) => isSame(one) && one.confirmed !== undefined))
            return;
        const subscription = await this.digests.subscribe(anybody, { ...input, channel: "mail", kind: "trending", wantsEmpty: false }, false);
        await this.digests.askForConfirmation(subscription, mail);
    }
    /** Addresses that can no longer confirm. */
    async forgetUnconfirmed() {
        const since = new Date(this.options.now().getTime() - confirmationDays * dayMs).toISOString();
        for (const { id, person, confirmed, created } of await this.library.delivery.subscriptions())
            if (person === anybody && confirmed === undefined && created < since)
                await this.library.delivery.removeSubscription(id);
    }
}
//# sourceMappingURL=public-subscriptions.js.map