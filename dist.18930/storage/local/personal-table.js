import { readRecord } from "./paper-row.js";
import { checksumOfText, mendPersonal } from "./row-checksum.js";
const feedbackColumns = "paper_id AS paperId, kind, note, interest, at";
const feedbackOrder = "ORDER BY at DESC, paper_id, kind";
/** All that goes with a person. */
const ownTables = [
    "api_keys",
    "interests",
    "feedback",
    "judgments",
    "picks",
    "subscriptions",
    "outbox",
    "private_feeds",
    "mailboxes",
    "sign_in_links",
    "sessions",
    "comments",
];
export class PersonalTable {
    db;
    statements;
    constructor(db) {
        this.db = db;
        this.statements = {
            people: db.prepare("SELECT name FROM people ORDER BY name"),
            addPerson: db.prepare("INSERT OR IGNORE INTO people (name) VALUES (?)"),
            removePerson: db.prepare("DELETE FROM people WHERE name = ?"),
            removeOwn: ownTables.map((table) => db.prepare(`DELETE FROM ${table} WHERE person = ?`)),
            keys: db.prepare("SELECT hash, prefix, person, scope, created FROM api_keys ORDER BY created, hash"),
            addKey: db.prepare("INSERT INTO api_keys (hash, prefix, person, scope, created) VALUES (@hash, @prefix, @person, @scope, @created)"),
            removeKeys: db.prepare("DELETE FROM api_keys WHERE prefix = ?"),
            interests: db.prepare("SELECT id AS name, body, checksum FROM interests WHERE person = ? ORDER BY created, id"),
            putInterest: db.prepare(`INSERT INTO interests (person, id, created, body, checksum) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET body = excluded.body, checksum = excluded.checksum`),
            replaceInterest: db.prepare("UPDATE interests SET body = @body, checksum = @checksum WHERE person = @person AND id = @id AND body = @before"),
            interest: db.prepare("SELECT body FROM interests WHERE person = ? AND id = ?"),
            moveFeedback: db.prepare(`UPDATE feedback SET interest = @to
        WHERE person = @person AND paper_id = @paperId AND kind = @kind AND interest = @from AND at = @at`),
            // What was dismissed becomes seen, unless it is, and is gone.
            forgetInterest: [
                `INSERT OR IGNORE INTO feedback (person, paper_id, kind, note, interest, at)
        SELECT person, paper_id, 'seen', NULL, NULL, at FROM feedback WHERE person = ? AND interest = ? AND kind = 'dismiss'`,
                "DELETE FROM feedback WHERE person = ? AND interest = ? AND kind = 'dismiss'",
                "UPDATE feedback SET interest = NULL WHERE person = ? AND interest = ?",
            ].map((text) => db.prepare(text)),
            removeInterest: db.prepare("DELETE FROM interests WHERE person = ? AND id = ?"),
            feedback: db.prepare(`SELECT ${feedbackColumns} FROM feedback WHERE person = ? ${feedbackOrder}`),
            feedbackOn: db.prepare(`SELECT ${feedbackColumns} FROM feedback WHERE person = ? AND paper_id IN (SELECT value FROM json_each(?)) ${feedbackOrder}`),
            putFeedback: db.prepare("INSERT OR REPLACE INTO feedback (person, paper_id, kind, note, interest, at) VALUES (?, ?, ?, ?, ?, ?)"),
            removeFeedback: db.prepare("DELETE FROM feedback WHERE person = ? AND paper_id = ? AND kind = ?"),
            // In the order of people, without the index by kind: looking up each row of that one takes longer.
            popularity: db.prepare(`SELECT dense_rank() OVER (ORDER BY person) AS giver, paper_id AS paperId, kind, at FROM feedback
        WHERE +kind IN ('vote', 'save') AND paper_id IN (SELECT value FROM json_each(?)) ORDER BY at, paper_id, giver`),
            judgments: db.prepare(`SELECT query, paper_id AS paperId, relevant, at FROM judgments
        WHERE person = @person AND (@query IS NULL OR query = @query) ORDER BY at DESC, query, paper_id`),
            putJudgment: db.prepare("INSERT OR REPLACE INTO judgments (person, query, paper_id, relevant, at) VALUES (?, ?, ?, ?, ?)"),
            removeJudgment: db.prepare("DELETE FROM judgments WHERE person = ? AND query = ? AND paper_id = ?"),
            picks: db.prepare("SELECT date AS name, body, checksum FROM picks WHERE person = ? AND date = ?"),
            keepPicks: db.prepare("INSERT OR IGNORE INTO picks (person, date, body, checksum) VALUES (?, ?, ?, ?)"),
            pickHistory: db.prepare("SELECT date AS name, body, checksum FROM picks WHERE person = ? ORDER BY date DESC"),
        };
    }
    async people() {
        return this.statements.people.all().map(({ name }) => name);
    }
    async addPerson(name) {
        return this.statements.addPerson.run(name).changes > 0;
    }
    async removePerson(name) {
        return this.db
            .transaction(() => {
            for (const statement of this.statements.removeOwn)
                statement.run(name);
            return this.statements.removePerson.run(name).changes > 0;
        })
            .immediate();
    }
    async keys() {
        return this.statements.keys.all();
    }
    async addKey(key) {
        this.statements.addKey.run(key);
    }
    async removeKeys(prefix) {
        return this.statements.removeKeys.run(prefix).changes;
    }
    async interests(person) {
        return this.statements.interests.all(person).map((row) => bodyOf(row, "the interest"));
    }
    async putInterest(person, interest) {
        const body = JSON.stringify(interest);
        this.statements.putInterest.run(person, interest.id, interest.created, body, checksumOfText(body));
    }
    async replaceInterest(person, before, after) {
        const body = JSON.stringify(after);
        const values = { person, id: before.id, before: JSON.stringify(before), body, checksum: checksumOfText(body) };
        return this.statements.replaceInterest.run(values).changes > 0;
    }
    async removeInterest(person, id) {
        return this.statements.removeInterest.run(person, id).changes > 0;
    }
    async divideInterest(person, { before, first, second, moved }) {
        const { interest, putInterest, moveFeedback } = this.statements;
        const put = (one) => {
            const body = JSON.stringify(one);
            putInterest.run(person, one.id, one.created, body, checksumOfText(body));
        };
        return this.db
            .transaction(() => {
            if (interest.get(person, before.id)?.body !== JSON.stringify(before))
                return false;
            put(first);
            put(second);
            for (const { paperId, kind, at } of moved)
                moveFeedback.run({ person, paperId, kind, at, from: before.id, to: second.id });
            return true;
        })
            .immediate();
    }
    async forgetInterest(person, id) {
        this.db
            .transaction(() => {
            for (const statement of this.statements.forgetInterest)
                statement.run(person, id);
        })
            .immediate();
    }
    async feedback(person) {
        return this.statements.feedback.all(person).map(feedbackOfRow);
    }
    async feedbackOn(person, paperIds) {
        return this.statements.feedbackOn.all(person, JSON.stringify(paperIds)).map(feedbackOfRow);
    }
    async putFeedback(person, { paperId, kind, note, interest, at }) {
        this.statements.putFeedback.run(person, paperId, kind, note ?? null, interest ?? null, at);
    }
    async removeFeedback(person, paperId, kind) {
        return this.statements.removeFeedback.run(person, paperId, kind).changes > 0;
    }
    async popularity(paperIds) {
        return this.statements.popularity.all(JSON.stringify(paperIds));
    }
    async judgments(person, query) {
        return this.statements.judgments.all({ person, query: query ?? null }).map((row) => ({ ...row, relevant: row.relevant === 1 }));
    }
    async putJudgment(person, { query, paperId, relevant, at }) {
        this.statements.putJudgment.run(person, query, paperId, relevant ? 1 : 0, at);
    }
    async removeJudgment(person, query, paperId) {
        return this.statements.removeJudgment.run(person, query, paperId).changes > 0;
    }
    async picks(person, date) {
        const row = this.statements.picks.get(person, date);
        return row === undefined ? undefined : bodyOf(row, "the picks of");
    }
    async keepPicks(person, picks) {
        const body = JSON.stringify(picks);
        this.statements.keepPicks.run(person, picks.date, body, checksumOfText(body));
        return (await this.picks(person, picks.date)) ?? picks;
    }
    async pickHistory(person) {
        return this.statements.pickHistory.all(person).map((row) => bodyOf(row, "the picks of"));
    }
}
/** Throws `library_damaged`. */
function bodyOf({ name, body, checksum }, kind) {
    return readRecord(body, checksum, `${kind} ${name}`, mendPersonal);
}
function feedbackOfRow({ note, interest, ...said }) {
    return { ...said, ...(note === null ? {} : { note }), ...(interest === null ? {} : { interest }) };
}
//# sourceMappingURL=personal-table.js.map