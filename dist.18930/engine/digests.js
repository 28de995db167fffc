/** What is sent to people: subscriptions, the messages of their days, delivering them, and what links in them do. */
import { createHmac } from "node:crypto";
import { isSameAddress } from "../core/delivery.js";
import { AppError } from "../core/errors.js";
import { feedbackKinds, ownerName } from "../core/interest.js";
import { localTime } from "../core/local-time.js";
import { dayMs } from "../core/period.js";
import { readToken, signToken } from "../core/signed-token.js";
import { deliverDue, deliverOne } from "./deliver.js";
import { digestContent } from "./digest-content.js";
import { digestData } from "./digest-data.js";
import { digestHtml, mailDocument, mailLink, paragraph } from "./digest-html.js";
import { digestLinks } from "./digest-links.js";
import { digestMarkdown, digestText, subjectOf } from "./digest-text.js";
import { giveFeedback, takeBackFeedback } from "./feedback.js";
import { getPaper } from "./papers.js";
import { requireDay } from "./picks.js";
import { confirmSubscription, getSubscription, subscribe } from "./subscriptions.js";
/** Days in which a subscription is to be confirmed. */
export const confirmationDays = 7;
/** Whatever became of the others, their papers come again in the next message. */
const arrived = ["sent", "empty"];
export class Digests {
    library;
    serving;
    options;
    constructor(library, serving, options) {
        this.library = library;
        this.serving = serving;
        this.options = options;
    }
    subscriptions() {
        return this.library.delivery.subscriptions();
    }
    /** Latest day first. */
    deliveries() {
        return this.library.delivery.deliveries();
    }
    /** Throws `invalid_request`, `person_not_found`. */
    async subscribe(person, input, confirmed) {
        const fault = input.channel === "webhook" ? await this.options.faultOfWebhook?.(input.address.trim()) : undefined;
        if (fault !== undefined)
            throw new AppError("invalid_request", `${fault}.`);
        return await subscribe(this.library, person, input, confirmed, this.options.now());
    }
    /**
     * What the messages of a webhook are signed with. Made of the library's key, and so kept nowhere; ending a subscription and
     * making it again makes another one.
     */
    async webhookSecret({ id, created }) {
        const key = await this.library.delivery.signingKey();
        return `whsec_${createHmac("sha256", key).update(`webhook\n${id}\n${created}`).digest("base64")}`;
    }
    /** Asks whoever reads the address of a subscription to agree. Throws `delivery_failed`. */
    async askForConfirmation({ id, address, kind }, mail) {
        const now = this.options.now();
        const expires = new Date(now.getTime() + confirmationDays * dayMs).toISOString();
        const href = `${this.options.publicUrl}/confirm/${await this.sign("confirm", [id, expires])}`;
        const subject = "Please confirm your subscription";
        const what = `Somebody, probably you, asked Paperkin to send ${kind === "picks" ? "picks of papers" : "what is trending"} to ${address}.`;
        const otherwise = "If it was not you, do nothing: no more is sent.";
        const outcome = await mail.send({
            to: address,
            messageId: this.messageId(`confirm.${now.getTime()}`, id),
            subject,
            text: `${what}\n\nTo agree, open this page and press its button:\n${href}\n\n${otherwise}\n`,
            html: mailDocument(subject, what, [paragraph(what), paragraph(mailLink(href, "Confirm")), paragraph(otherwise)].join("\n")),
        }, () => Promise.resolve());
        if (outcome.outcome !== "accepted")
            throw new AppError("delivery_failed", `The mail that asks ${address} to confirm was not delivered: ${outcome.reason}.`, {
                mend: "Look at the setting `smtp`, and subscribe again.",
            });
    }
    /** The subscription that a link is about. Throws `invalid_link`, `subscription_not_found`. */
    async subscriptionOf(purpose, token) {
        const [id = "", expires] = await this.read(purpose, token);
        this.checkExpiry(expires);
        return await getSubscription(this.library, id);
    }
    /** Throws `invalid_link`, `subscription_not_found`. */
    async confirm(token) {
        const { id } = await this.subscriptionOf("confirm", token);
        return await confirmSubscription(this.library, id, this.options.now());
    }
    /** @returns whether there was one; a second click is none's fault. Throws `invalid_link`. */
    async unsubscribeByLink(token) {
        const [id = ""] = await this.read("unsubscribe", token);
        return await this.library.delivery.removeSubscription(id);
    }
    /** By id, or all of a person's with this address. @returns how many there were. */
    async unsubscribe(person, which) {
        const meant = (await this.subscriptions()).filter((one) => one.person === person && (one.id === which || isSameAddress(one.channel, one.address, which)));
        for (const { id } of meant)
            await this.library.delivery.removeSubscription(id);
        return meant.length;
    }
    /** What a link in a message is about. Throws `invalid_link`, `paper_not_found`. */
    async feedbackOf(token) {
        const { kind, paperId } = await this.readFeedback(token);
        return { kind, paper: (await getPaper(this.library, paperId)).paper };
    }
    /** Says, or takes back, what the link is about. Throws `invalid_link`, `paper_not_found`. */
    async giveFeedback(token, undo) {
        const { person, paperId, kind, interest } = await this.readFeedback(token);
        if (undo)
            await takeBackFeedback(this.library, person, paperId, kind);
        else {
            // An interest that is gone since teaches nobody.
            const known = (await this.library.personal.interests(person)).some(({ id }) => id === interest);
            await giveFeedback(this.library, person, paperId, { kind, ...(known ? { interest } : {}) }, this.options.now());
        }
        return await this.feedbackOf(token);
    }
    /** The message of a day as it would be sent to a person now. Throws as picking does. */
    preview(person, kind, date, signal) {
        const day = date ?? localTime(this.options.now(), Intl.DateTimeFormat().resolvedOptions().timeZone).date;
        return this.message({ person, kind, address: "", id: undefined }, day, undefined, signal).then(({ message }) => message);
    }
    /** Sends all that is due. @returns undefined while another process is at it. */
    deliverDue(options) {
        return deliverDue(this.library, this.parts, options);
    }
    /**
     * Sends the message of a day to all of a person's addresses. @param again those too that are on record. @param to one of the
     * addresses alone. Throws as `deliverOne`, and `invalid_request` for a day that has not begun there.
     */
    async deliverTo(person, date, again, options, to) {
        const meant = (await this.subscriptions()).filter((one) => one.person === person && one.confirmed !== undefined && isSameAddress(one.channel, to ?? one.address, one.address));
        if (meant.length === 0)
            throw new AppError("subscription_not_found", `${person} has no confirmed subscription${to === undefined ? "" : ` to ${to}`}.`, {
                mend: "`paperkin digest subscribe` makes one.",
            });
        // Before anything is on record: a day that is none, or is still to come, would stand in the way of those that come.
        requireDay(date);
        const early = meant.find(({ timeZone }) => date > localTime(this.options.now(), timeZone).date);
        if (early !== undefined)
            throw new AppError("invalid_request", `${date} is still to come where ${early.address} is read (${early.timeZone}).`, {
                mend: "Name a day that has begun there.",
            });
        const done = [];
        let onRecord;
        for (const subscription of meant) {
            try {
                done.push(await deliverOne(this.library, subscription, date, again, this.parts, options));
            }
            catch (thrown) {
                // One that has it already does not keep it from the others.
                if (!(thrown instanceof AppError) || thrown.code !== "invalid_request")
                    throw thrown;
                onRecord ??= thrown;
            }
        }
        if (onRecord !== undefined && done.length === 0)
            throw onRecord;
        return done;
    }
    parts = {
        now: () => this.options.now(),
        messageIdOf: ({ id }, date) => this.messageId(date, id),
        compose: async (subscription, date, signal) => {
            const before = await this.library.delivery.deliveries({ subscription: subscription.id, states: arrived });
            // Before the first one that arrived: what was picked since the address was confirmed.
            const first = subscription.kind === "picks" ? subscription.confirmed?.slice(0, 10) : undefined;
            const since = before.find((one) => one.date < date)?.date ?? first;
            const { message, isEmpty } = await this.message(subscription, date, since, signal);
            return isEmpty && !subscription.wantsEmpty ? undefined : message;
        },
    };
    async message({ id, person, kind, address, created = "" }, date, since, signal) {
        const { publicUrl, halfLifeDays } = this.options;
        const now = this.options.now();
        const content = await this.serving.within((library, embedder) => digestContent({ library, embedder, now, halfLifeDays }, { person, kind }, date, since, signal));
        const links = digestLinks({ publicUrl, signingKey: await this.library.delivery.signingKey(), person, now }, content, id);
        const subject = subjectOf(content);
        const message = {
            subscription: id ?? "",
            date,
            to: address,
            messageId: this.messageId(date, id ?? "preview"),
            subject,
            text: digestText(content, links),
            html: digestHtml(content, links, subject),
            markdown: digestMarkdown(content, links),
            fileName: `${date}-${kind}${person === ownerName ? "" : `-${person}`}.md`,
            data: digestData(content, links, person),
            secret: id === undefined ? "" : await this.webhookSecret({ id, created }),
            ...(links.unsubscribe === undefined ? {} : { unsubscribeUrl: links.unsubscribe }),
        };
        return { message, isEmpty: content.sections.length === 0 };
    }
    messageId(name, id) {
        return `<${name}.${id}@${new URL(this.options.publicUrl).hostname.replace(/[[\]:]/g, "")}>`;
    }
    async readFeedback(token) {
        const [person = "", paperId = "", said, interest = "", expires, subscription = ""] = await this.read("feedback", token);
        this.checkExpiry(expires);
        const kind = feedbackKinds.find((one) => one === said);
        const isThere = person === ownerName || (await this.library.personal.people()).includes(person);
        // What was sent is on record until its person is removed: a link of that one does nothing for a namesake who came later (I9).
        const wasSent = subscription === "" || (await this.library.delivery.deliveries({ subscription })).length > 0;
        if (kind === undefined || !isThere || !wasSent)
            throw invalidLink();
        return { person, paperId, kind, interest };
    }
    async sign(purpose, values) {
        return signToken(await this.library.delivery.signingKey(), purpose, values);
    }
    async read(purpose, token) {
        const values = readToken(await this.library.delivery.signingKey(), purpose, token);
        if (values === undefined)
            throw invalidLink();
        return values;
    }
    checkExpiry(expires) {
        if (expires !== undefined && expires < this.options.now().toISOString())
            throw invalidLink();
    }
}
function invalidLink() {
    return new AppError("invalid_link", "This link is not valid, or not any more.", { mend: "Use the one in the latest mail." });
}
//# sourceMappingURL=digests.js.map