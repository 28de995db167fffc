/** Sessions, sign-in links, and where these are sent, in SQLite. */
import type { Mailbox, SignInStore, StoredSession, StoredSignInLink } from "../../core/sign-in.ts";
import type { Sqlite } from "./database.ts";

type SessionRow = Omit<StoredSession, "key"> & { readonly key: string | null };

const sessionColumns = "hash, prefix, person, key, agent, created, seen, expires";

export class SignInTable implements SignInStore {
  private readonly statements;

  constructor(private readonly db: Sqlite) {
    this.statements = {
      mailboxes: db.prepare<[], Mailbox>("SELECT person, address FROM mailboxes ORDER BY person"),
      putMailbox: db.prepare<[string, string]>("INSERT OR REPLACE INTO mailboxes (person, address) VALUES (?, ?)"),
      removeMailbox: db.prepare<[string]>("DELETE FROM mailboxes WHERE person = ?"),
      removeLinks: db.prepare<[string]>("DELETE FROM sign_in_links WHERE person = ?"),
      addLink: db.prepare<[StoredSignInLink]>("INSERT INTO sign_in_links (hash, person, expires) VALUES (@hash, @person, @expires)"),
      link: db.prepare<[string], StoredSignInLink>("SELECT hash, person, expires FROM sign_in_links WHERE hash = ?"),
      takeLink: db.prepare<[string], StoredSignInLink>("DELETE FROM sign_in_links WHERE hash = ? RETURNING hash, person, expires"),
      sessions: db.prepare<[{ person: string | null }], SessionRow>(
        `SELECT ${sessionColumns} FROM sessions WHERE @person IS NULL OR person = @person ORDER BY created, hash`,
      ),
      session: db.prepare<[string], SessionRow>(`SELECT ${sessionColumns} FROM sessions WHERE hash = ?`),
      addSession: db.prepare<[SessionRow]>(
        `INSERT INTO sessions (${sessionColumns}) VALUES (@hash, @prefix, @person, @key, @agent, @created, @seen, @expires)`,
      ),
      useSession: db.prepare<[Pick<SessionRow, "hash" | "seen" | "expires">]>(
        "UPDATE sessions SET seen = @seen, expires = @expires WHERE hash = @hash",
      ),
      removeSession: db.prepare<[string]>("DELETE FROM sessions WHERE hash = ?"),
      removeOldSessions: db.prepare<[string]>("DELETE FROM sessions WHERE expires <= ?"),
      removeOldLinks: db.prepare<[string]>("DELETE FROM sign_in_links WHERE expires <= ?"),
    };
  }

  async mailboxes(): Promise<Mailbox[]> {
    return this.statements.mailboxes.all();
  }

  async setMailbox(person: string, address: string | undefined): Promise<void> {
    this.db
      .transaction(() => {
        this.statements.removeLinks.run(person);
        if (address === undefined) this.statements.removeMailbox.run(person);
        else this.statements.putMailbox.run(person, address);
      })
      .immediate();
  }

  async addSignInLink(link: StoredSignInLink): Promise<void> {
    this.statements.addLink.run(link);
  }

  async signInLink(hash: string): Promise<StoredSignInLink | undefined> {
    return this.statements.link.get(hash);
  }

  async takeSignInLink(hash: string): Promise<StoredSignInLink | undefined> {
    return this.statements.takeLink.get(hash);
  }

  async sessions(person?: string): Promise<StoredSession[]> {
    return this.statements.sessions.all({ person: person ?? null }).map(sessionOf);
  }

  async session(hash: string): Promise<StoredSession | undefined> {
    const row = this.statements.session.get(hash);
    return row === undefined ? undefined : sessionOf(row);
  }

  async addSession({ key, ...rest }: StoredSession): Promise<void> {
    this.statements.addSession.run({ ...rest, key: key ?? null });
  }

  async useSession({ hash, seen, expires }: Pick<StoredSession, "hash" | "seen" | "expires">): Promise<boolean> {
    return this.statements.useSession.run({ hash, seen, expires }).changes > 0;
  }

  async removeSession(hash: string): Promise<boolean> {
    return this.statements.removeSession.run(hash).changes > 0;
  }

  async removeExpiredSignIns(now: string): Promise<void> {
    this.statements.removeOldSessions.run(now);
    this.statements.removeOldLinks.run(now);
  }
}

function sessionOf({ key, ...rest }: SessionRow): StoredSession {
  return { ...rest, ...(key === null ? {} : { key }) };
}
