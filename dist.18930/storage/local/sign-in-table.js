const sessionColumns = "hash, prefix, person, key, agent, created, seen, expires";
export class SignInTable {
    db;
    statements;
    constructor(db) {
        this.db = db;
        this.statements = {
            mailboxes: db.prepare("SELECT person, address FROM mailboxes ORDER BY person"),
            putMailbox: db.prepare("INSERT OR REPLACE INTO mailboxes (person, address) VALUES (?, ?)"),
            removeMailbox: db.prepare("DELETE FROM mailboxes WHERE person = ?"),
            removeLinks: db.prepare("DELETE FROM sign_in_links WHERE person = ?"),
            addLink: db.prepare("INSERT INTO sign_in_links (hash, person, expires) VALUES (@hash, @person, @expires)"),
            link: db.prepare("SELECT hash, person, expires FROM sign_in_links WHERE hash = ?"),
            takeLink: db.prepare("DELETE FROM sign_in_links WHERE hash = ? RETURNING hash, person, expires"),
            sessions: db.prepare(`SELECT ${sessionColumns} FROM sessions WHERE @person IS NULL OR person = @person ORDER BY created, hash`),
            session: db.prepare(`SELECT ${sessionColumns} FROM sessions WHERE hash = ?`),
            addSession: db.prepare(`INSERT INTO sessions (${sessionColumns}) VALUES (@hash, @prefix, @person, @key, @agent, @created, @seen, @expires)`),
            useSession: db.prepare("UPDATE sessions SET seen = @seen, expires = @expires WHERE hash = @hash"),
            removeSession: db.prepare("DELETE FROM sessions WHERE hash = ?"),
            removeOldSessions: db.prepare("DELETE FROM sessions WHERE expires <= ?"),
            removeOldLinks: db.prepare("DELETE FROM sign_in_links WHERE expires <= ?"),
        };
    }
    async mailboxes() {
        return this.statements.mailboxes.all();
    }
    async setMailbox(person, address) {
        this.db
            .transaction(() => {
            this.statements.removeLinks.run(person);
            if (address === undefined)
                this.statements.removeMailbox.run(person);
            else
                this.statements.putMailbox.run(person, address);
        })
            .immediate();
    }
    async addSignInLink(link) {
        this.statements.addLink.run(link);
    }
    async signInLink(hash) {
        return this.statements.link.get(hash);
    }
    async takeSignInLink(hash) {
        return this.statements.takeLink.get(hash);
    }
    async sessions(person) {
        return this.statements.sessions.all({ person: person ?? null }).map(sessionOf);
    }
    async session(hash) {
        const row = this.statements.session.get(hash);
        return row === undefined ? undefined : sessionOf(row);
    }
    async addSession({ key, ...rest }) {
        this.statements.addSession.run({ ...rest, key: key ?? null });
    }
    async useSession({ hash, seen, expires }) {
        return this.statements.useSession.run({ hash, seen, expires }).changes > 0;
    }
    async removeSession(hash) {
        return this.statements.removeSession.run(hash).changes > 0;
    }
    async removeExpiredSignIns(now) {
        this.statements.removeOldSessions.run(now);
        this.statements.removeOldLinks.run(now);
    }
}
function sessionOf({ key, ...rest }) {
    return { ...rest, ...(key === null ? {} : { key }) };
}
//# sourceMappingURL=sign-in-table.js.map