/** How the pages identify people: sessions behind a cookie, links in mails that start one, and the addresses those are sent to. */

/** A signed-in browser as it is stored: of its secret only the hash. */
export interface StoredSession {
  /** The first characters of the secret, by which people know it. */
  readonly prefix: string;
  /** sha256 of the secret, hexadecimal. */
  readonly hash: string;
  readonly person: string;
  /** The hash of the API key that the session began with and ends with; undefined if a mail began it. */
  readonly key?: string;
  /** What the browser says it is. */
  readonly agent: string;
  /** When it began, and when it was last used (to the hour), ISO 8601 in UTC. */
  readonly created: string;
  readonly seen: string;
  /** From when on it is worth nothing. */
  readonly expires: string;
}

/** A link that was mailed and not used yet. */
export interface StoredSignInLink {
  /** sha256 of its secret part, hexadecimal. */
  readonly hash: string;
  readonly person: string;
  /** ISO 8601 in UTC. */
  readonly expires: string;
}

/** Where a person's links to sign in are sent. */
export interface Mailbox {
  readonly person: string;
  readonly address: string;
}

export interface SignInStore {
  /** By person. */
  mailboxes(): Promise<Mailbox[]>;
  /** Replaces the person's former address, and invalidates links that were sent there. @param address undefined for none. */
  setMailbox(person: string, address: string | undefined): Promise<void>;

  addSignInLink(link: StoredSignInLink): Promise<void>;
  signInLink(hash: string): Promise<StoredSignInLink | undefined>;
  /** Removes a link and returns it: of several concurrent uses only one gets it. */
  takeSignInLink(hash: string): Promise<StoredSignInLink | undefined>;

  /** Oldest first; of everybody, or of one person. */
  sessions(person?: string): Promise<StoredSession[]>;
  session(hash: string): Promise<StoredSession | undefined>;
  addSession(session: StoredSession): Promise<void>;
  /** Records when one was last used. @returns false if it no longer exists: it has ended meanwhile, and stays ended. */
  useSession(used: Pick<StoredSession, "hash" | "seen" | "expires">): Promise<boolean>;
  /** @returns false if there was none. */
  removeSession(hash: string): Promise<boolean>;
  /** Removes expired sessions and links. @param now ISO 8601 in UTC. */
  removeExpiredSignIns(now: string): Promise<void>;
}
