/** Sessions, sign-in links, and where these are sent, in Maps. */
import { compareText } from "../../core/order.ts";
import type { Mailbox, SignInStore, StoredSession, StoredSignInLink } from "../../core/sign-in.ts";

export class MemorySignInStore implements SignInStore {
  private readonly addresses = new Map<string, string>();
  private readonly links = new Map<string, StoredSignInLink>();
  private readonly begun = new Map<string, StoredSession>();

  async mailboxes(): Promise<Mailbox[]> {
    return [...this.addresses].map(([person, address]) => ({ person, address })).sort((a, b) => compareText(a.person, b.person));
  }

  async setMailbox(person: string, address: string | undefined): Promise<void> {
    this.removeLinks(person);
    if (address === undefined) this.addresses.delete(person);
    else this.addresses.set(person, address);
  }

  async addSignInLink(link: StoredSignInLink): Promise<void> {
    this.links.set(link.hash, { ...link });
  }

  async signInLink(hash: string): Promise<StoredSignInLink | undefined> {
    return this.links.get(hash);
  }

  async takeSignInLink(hash: string): Promise<StoredSignInLink | undefined> {
    const link = this.links.get(hash);
    this.links.delete(hash);
    return link;
  }

  async sessions(person?: string): Promise<StoredSession[]> {
    return [...this.begun.values()]
      .filter((one) => (person ?? one.person) === one.person)
      .sort((a, b) => compareText(a.created, b.created) || compareText(a.hash, b.hash));
  }

  async session(hash: string): Promise<StoredSession | undefined> {
    return this.begun.get(hash);
  }

  async addSession(session: StoredSession): Promise<void> {
    this.begun.set(session.hash, { ...session });
  }

  async useSession({ hash, seen, expires }: Pick<StoredSession, "hash" | "seen" | "expires">): Promise<boolean> {
    const session = this.begun.get(hash);
    if (session === undefined) return false;
    this.begun.set(hash, { ...session, seen, expires });
    return true;
  }

  async removeSession(hash: string): Promise<boolean> {
    return this.begun.delete(hash);
  }

  async removeExpiredSignIns(now: string): Promise<void> {
    for (const [hash, { expires }] of this.begun) if (expires <= now) this.begun.delete(hash);
    for (const [hash, { expires }] of this.links) if (expires <= now) this.links.delete(hash);
  }

  /** Also removes their sessions, links and mailbox. */
  removePerson(name: string): void {
    this.addresses.delete(name);
    this.removeLinks(name);
    for (const [hash, { person }] of this.begun) if (person === name) this.begun.delete(hash);
  }

  private removeLinks(name: string): void {
    for (const [hash, { person }] of this.links) if (person === name) this.links.delete(hash);
  }
}
