/** Signing in to the pages, by a key or by a link in a mail; and the resulting sessions. */
import { randomBytes } from "node:crypto";
import { hashKey } from "../../core/api-key.ts";
import { limitedMailbox } from "../../core/delivery.ts";
import { AppError, toAppError } from "../../core/errors.ts";
import { escapeHtml } from "../../core/html.ts";
import { ownerName } from "../../core/interest.ts";
import type { Library } from "../../core/library.ts";
import { dayMs } from "../../core/period.ts";
import type { StoredSession, StoredSignInLink } from "../../core/sign-in.ts";
import type { MailMessage, Transport } from "../../core/transport.ts";
import { requireMailbox } from "../digests/subscriptions.ts";
import { mailDocument, mailLink, paragraph } from "../mail-html.ts";
import { RateLimit } from "../rate-limit.ts";
import { requirePerson, requireStillThere } from "./people.ts";

export interface SignInOptions {
  readonly now: () => Date;
  /** The public address of the service, without a trailing slash. */
  readonly publicUrl: string;
  /** How links are sent; undefined if nothing is configured. */
  readonly mail: Transport<MailMessage> | undefined;
}

/** What a person sees of a session. */
export type ListedSession = Pick<StoredSession, "prefix" | "person" | "agent" | "created" | "seen"> & {
  readonly by: "key" | "mail";
  /** Whether it is the one that asks. */
  readonly isOwn: boolean;
};

const minuteMs = 60_000;
const linkMinutes = 15;
/** An unused session ends after the first of these, any session after the second. */
const idleDays = 30;
const mostDays = 365;
/** How exactly the last use is kept. */
const seenMs = 60 * minuteMs;
const prefixLength = 11;
const longestAgent = 200;
/** People who share an address and get a link each. */
const mostPeople = 5;

export class SignIns {
  private readonly addresses: RateLimit;
  private readonly clients: RateLimit;
  private readonly sending = new Set<Promise<void>>();

  constructor(
    private readonly library: Library,
    private readonly options: SignInOptions,
  ) {
    this.addresses = new RateLimit(3, linkMinutes * minuteMs, options.now);
    this.clients = new RateLimit(20, linkMinutes * minuteMs, options.now);
  }

  /** Whether links can be sent. */
  get byMail(): boolean {
    return this.options.mail !== undefined;
  }

  /** To be called before a key is checked. @param client where the request comes from. Throws `too_many_requests`. */
  countTry(client: string): void {
    this.clients.require(client);
  }

  /**
   * Mails a link to each person with this address. The result does not reveal whether there is one: the work is started, not awaited.
   * Throws `invalid_request` for an invalid address, `too_many_requests` for a client.
   */
  requestLink(address: string, client: string, onFailure: (error: unknown) => void): void {
    const { mail } = this.options;
    if (mail === undefined) throw new AppError("invalid_request", "This service does not send mail.", { mend: "Sign in with your key." });
    const wanted = requireMailbox(address);
    this.clients.require(client);
    // Too many requests for one address are silently ignored: the requester learns nothing from it.
    if (!this.addresses.take(limitedMailbox(wanted))) return;
    const sent = new Promise((resolve) => setImmediate(resolve)).then(() => this.sendLinks(wanted, mail)).catch(onFailure);
    this.sending.add(sent);
    void sent.finally(() => this.sending.delete(sent));
  }

  /** Resolves when no mail is on its way. */
  async settled(): Promise<void> {
    await Promise.all(this.sending);
  }

  /** The person whom a link signs in, without using it up. Throws `invalid_link`. */
  async personOfLink(token: string): Promise<string> {
    return (await this.checked(await this.library.signIns.signInLink(hashOf(token)))).person;
  }

  /** Uses up a link and starts a session. @returns the secret of the session. Throws `invalid_link`. */
  async useLink(token: string, agent: string): Promise<string> {
    const { person } = await this.checked(await this.library.signIns.takeSignInLink(hashOf(token)));
    return await this.begin(person, agent, undefined);
  }

  /** @param key which has been verified to be this person's. @returns the secret of a session that ends with the key. */
  beginWithKey(person: string, key: string, agent: string): Promise<string> {
    return this.begin(person, agent, hashOf(key));
  }

  /** The session of a secret, if it is valid; records its use. */
  async sessionOf(secret: string): Promise<StoredSession | undefined> {
    const session = await this.library.signIns.session(hashOf(secret));
    const now = this.options.now();
    if (session === undefined || session.expires <= now.toISOString()) return undefined;
    if (now.getTime() - Date.parse(session.seen) < seenMs) return session;
    const seen = { ...session, seen: now.toISOString(), expires: expiryOf(session.created, now) };
    try {
      // A session that was signed out in another window meanwhile stays signed out.
      if (!(await this.library.signIns.useSession(seen))) return undefined;
    } catch (error) {
      // A signed-in user can continue to read even if the disk takes no writes.
      if (!["storage_full", "storage_failed"].includes(toAppError(error).code)) throw error;
    }
    return seen;
  }

  /** Oldest first; of everybody, or of one person. @param own the hash of the requesting session. */
  async sessions(person?: string, own?: string): Promise<ListedSession[]> {
    const now = this.options.now().toISOString();
    const all = (await this.library.signIns.sessions(person)).filter(({ expires }) => expires > now);
    return all.map(({ prefix, person: who, agent, created, seen, key, hash }) => ({
      prefix,
      person: who,
      agent,
      created,
      seen,
      by: key === undefined ? "mail" : "key",
      isOwn: hash === own,
    }));
  }

  /** @param prefix of a session; all of the person's if undefined. @returns how many were ended. */
  async end(which: { readonly person?: string | undefined; readonly prefix?: string | undefined }): Promise<number> {
    const meant = (await this.library.signIns.sessions(which.person)).filter(({ prefix }) => (which.prefix ?? prefix) === prefix);
    for (const { hash } of meant) await this.library.signIns.removeSession(hash);
    return meant.length;
  }

  /** The session of a secret ends. */
  async signOut(hash: string): Promise<void> {
    await this.library.signIns.removeSession(hash);
  }

  /** Where links are sent, by person, as set by {@link setMailbox}; they are also sent to confirmed addresses of picks. */
  async mailboxes(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.library.signIns.mailboxes()).map(({ person, address }) => [person, address]));
  }

  /** Sets where a person's links are sent from now on; undefined for nowhere. Throws `person_not_found`, `invalid_request`. */
  async setMailbox(person: string, address: string | undefined): Promise<string | undefined> {
    const mailbox = address === undefined ? undefined : requireMailbox(address);
    await requirePerson(this.library, person);
    await this.library.signIns.setMailbox(person, mailbox);
    return mailbox;
  }

  private async begin(person: string, agent: string, key: string | undefined): Promise<string> {
    const now = this.options.now();
    await this.library.signIns.removeExpiredSignIns(now.toISOString());
    const secret = `pw_${randomBytes(24).toString("base64url")}`;
    const at = now.toISOString();
    await requireStillThere(this.library, person);
    await this.library.signIns.addSession({
      prefix: secret.slice(0, prefixLength),
      hash: hashOf(secret),
      person,
      ...(key === undefined ? {} : { key }),
      agent: agent.slice(0, longestAgent),
      created: at,
      seen: at,
      expires: expiryOf(at, now),
    });
    return secret;
  }

  private async checked(link: StoredSignInLink | undefined): Promise<StoredSignInLink> {
    if (link === undefined || link.expires <= this.options.now().toISOString())
      throw new AppError("invalid_link", "This link is not valid, or no longer valid.", { mend: "Request another one at /sign-in." });
    return link;
  }

  private async sendLinks(address: string, mail: Transport<MailMessage>): Promise<void> {
    for (const [person, mailbox] of [...(await this.peopleAt(address))].slice(0, mostPeople)) {
      const now = this.options.now();
      await this.library.signIns.removeExpiredSignIns(now.toISOString());
      const token = `ps_${randomBytes(24).toString("base64url")}`;
      const expires = new Date(now.getTime() + linkMinutes * minuteMs).toISOString();
      await this.library.signIns.addSignInLink({ hash: hashOf(token), person, expires });
      const outcome = await mail.send(this.linkMail(mailbox, person, token), () => Promise.resolve());
      if (outcome.outcome !== "accepted")
        throw new AppError("delivery_failed", `A link to sign in was not delivered: ${outcome.reason}.`, {
          mend: "Check the setting `smtp`.",
        });
    }
  }

  /**
   * People who were given this address, and those who confirmed it for their picks. The owner's picks may be sent to others, which must
   * not make them the owner.
   * @returns people with their address as it was recorded for them: what was typed may only be similar.
   */
  private async peopleAt(address: string): Promise<Map<string, string>> {
    const isSame = (other: string) => other.toLowerCase() === address.toLowerCase();
    const named = (await this.library.signIns.mailboxes()).filter((one) => isSame(one.address));
    const people = new Set(await this.library.personal.people());
    const confirmed = (await this.library.delivery.subscriptions()).filter(
      ({ channel, kind, confirmed: agreed, ...one }) =>
        channel === "mail" &&
        kind === "picks" &&
        agreed !== undefined &&
        people.has(one.person) &&
        one.person !== ownerName &&
        isSame(one.address),
    );
    return new Map([...confirmed, ...named].map((one) => [one.person, one.address]));
  }

  private linkMail(address: string, person: string, token: string): MailMessage {
    const { publicUrl } = this.options;
    const href = `${publicUrl}/sign-in/${token}`;
    const subject = "Sign in to Paperkin";
    const what = `Somebody, probably you, wants to sign in as ${person} at ${publicUrl}.`;
    const otherwise = `The link works once, for ${linkMinutes} minutes. If it was not you, ignore this message.`;
    return {
      to: address,
      messageId: `<sign-in.${hashOf(token).slice(0, 32)}@${new URL(publicUrl).hostname.replace(/[[\]:]/g, "")}>`,
      subject,
      text: `${what}\n\nOpen this page and press its button:\n${href}\n\n${otherwise}\n`,
      html: mailDocument(
        subject,
        what,
        [paragraph(escapeHtml(what)), paragraph(mailLink(href, "Sign in")), paragraph(otherwise)].join("\n"),
      ),
    };
  }
}

function hashOf(secret: string): string {
  return hashKey(secret).toString("hex");
}

function expiryOf(created: string, now: Date): string {
  return new Date(Math.min(now.getTime() + idleDays * dayMs, Date.parse(created) + mostDays * dayMs)).toISOString();
}
