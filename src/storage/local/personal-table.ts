/** People, their interests, feedback and picks in SQLite. */
import { type Feedback, type FeedbackKind, type Interest, ownerName } from "../../core/interest.ts";
import type { Judgment } from "../../core/judgment.ts";
import type { GivenToPaper, InterestDivision, PersonalStore, StoredKey } from "../../core/personal-store.ts";
import type { Picks } from "../../core/picks.ts";
import type { Sqlite } from "./database.ts";
import { readRecord } from "./paper-row.ts";
import { checksumOfText, mendPersonal } from "./row-checksum.ts";

interface JudgmentRow extends Omit<Judgment, "relevant"> {
  readonly relevant: number;
}

const feedbackColumns = "paper_id AS paperId, kind, note, interest, at";
const feedbackOrder = "ORDER BY at DESC, paper_id, kind";

interface FeedbackRow {
  readonly paperId: string;
  readonly kind: FeedbackKind;
  readonly note: string | null;
  readonly interest: string | null;
  readonly at: string;
}

interface BodyRow {
  readonly name: string;
  readonly body: string;
  readonly checksum: number | null;
}

/** All tables with a person's data. */
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
] as const;

export class PersonalTable implements PersonalStore {
  private readonly db: Sqlite;
  private readonly statements;

  constructor(db: Sqlite) {
    this.db = db;
    this.statements = {
      people: db.prepare<[], { name: string }>("SELECT name FROM people ORDER BY name"),
      addPerson: db.prepare<[string]>("INSERT OR IGNORE INTO people (name) VALUES (?)"),
      removePerson: db.prepare<[string]>("DELETE FROM people WHERE name = ?"),
      removeOwn: ownTables.map((table) => db.prepare<[string]>(`DELETE FROM ${table} WHERE person = ?`)),
      keys: db.prepare<[], StoredKey>("SELECT hash, prefix, person, scope, created FROM api_keys ORDER BY created, hash"),
      addKey: db.prepare<[StoredKey]>(
        "INSERT INTO api_keys (hash, prefix, person, scope, created) VALUES (@hash, @prefix, @person, @scope, @created)",
      ),
      removeKeys: db.prepare<[string]>("DELETE FROM api_keys WHERE prefix = ?"),
      interests: db.prepare<[string], BodyRow>("SELECT id AS name, body, checksum FROM interests WHERE person = ? ORDER BY created, id"),
      putInterest: db.prepare<[string, string, string, string, number]>(
        `INSERT INTO interests (person, id, created, body, checksum) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET body = excluded.body, checksum = excluded.checksum`,
      ),
      replaceInterest: db.prepare<[{ person: string; id: string; before: string; body: string; checksum: number }]>(
        "UPDATE interests SET body = @body, checksum = @checksum WHERE person = @person AND id = @id AND body = @before",
      ),
      interest: db.prepare<[string, string], { body: string }>("SELECT body FROM interests WHERE person = ? AND id = ?"),
      moveFeedback: db.prepare<[{ person: string; paperId: string; kind: string; at: string; from: string; to: string }]>(
        `UPDATE feedback SET interest = @to
        WHERE person = @person AND paper_id = @paperId AND kind = @kind AND interest = @from AND at = @at`,
      ),
      // A dismissed paper becomes a seen one, unless it is that already, and the dismissal is deleted.
      forgetInterest: [
        `INSERT OR IGNORE INTO feedback (person, paper_id, kind, note, interest, at)
        SELECT person, paper_id, 'seen', NULL, NULL, at FROM feedback WHERE person = ? AND interest = ? AND kind = 'dismiss'`,
        "DELETE FROM feedback WHERE person = ? AND interest = ? AND kind = 'dismiss'",
        "UPDATE feedback SET interest = NULL WHERE person = ? AND interest = ?",
      ].map((text) => db.prepare<[string, string]>(text)),
      removeInterest: db.prepare<[string, string]>("DELETE FROM interests WHERE person = ? AND id = ?"),
      feedback: db.prepare<[string], FeedbackRow>(`SELECT ${feedbackColumns} FROM feedback WHERE person = ? ${feedbackOrder}`),
      feedbackOn: db.prepare<[string, string], FeedbackRow>(
        `SELECT ${feedbackColumns} FROM feedback WHERE person = ? AND paper_id IN (SELECT value FROM json_each(?)) ${feedbackOrder}`,
      ),
      countFeedback: db.prepare<[string, string], { count: number }>(
        "SELECT count(*) AS count FROM feedback WHERE person = ? AND kind = ?",
      ),
      putFeedback: db.prepare<[string, string, string, string | null, string | null, string]>(
        "INSERT OR REPLACE INTO feedback (person, paper_id, kind, note, interest, at) VALUES (?, ?, ?, ?, ?, ?)",
      ),
      removeFeedback: db.prepare<[string, string, string]>("DELETE FROM feedback WHERE person = ? AND paper_id = ? AND kind = ?"),
      popularity: db.prepare<[string], GivenToPaper>(
        `SELECT dense_rank() OVER (ORDER BY person) AS giver, paper_id AS paperId, kind, at FROM feedback
        WHERE kind IN ('vote', 'save') AND paper_id IN (SELECT value FROM json_each(?)) ORDER BY at, paper_id, giver`,
      ),
      judgments: db.prepare<[{ person: string; query: string | null }], JudgmentRow>(
        `SELECT query, paper_id AS paperId, relevant, at FROM judgments
        WHERE person = @person AND (@query IS NULL OR query = @query) ORDER BY at DESC, query, paper_id`,
      ),
      countJudgments: db.prepare<[string], { count: number }>("SELECT count(*) AS count FROM judgments WHERE person = ?"),
      putJudgment: db.prepare<[string, string, string, number, string]>(
        "INSERT OR REPLACE INTO judgments (person, query, paper_id, relevant, at) VALUES (?, ?, ?, ?, ?)",
      ),
      removeJudgment: db.prepare<[string, string, string]>("DELETE FROM judgments WHERE person = ? AND query = ? AND paper_id = ?"),
      picks: db.prepare<[string, string], BodyRow>("SELECT date AS name, body, checksum FROM picks WHERE person = ? AND date = ?"),
      keepPicks: db.prepare<[string, string, string, number]>(
        "INSERT OR IGNORE INTO picks (person, date, body, checksum) VALUES (?, ?, ?, ?)",
      ),
      replacePicks: db.prepare<[{ person: string; date: string; before: string; body: string; checksum: number }]>(
        "UPDATE picks SET body = @body, checksum = @checksum WHERE person = @person AND date = @date AND body = @before",
      ),
      pickHistory: db.prepare<[string], BodyRow>("SELECT date AS name, body, checksum FROM picks WHERE person = ? ORDER BY date DESC"),
    };
  }

  async people(): Promise<string[]> {
    return this.statements.people.all().map(({ name }) => name);
  }

  async addPerson(name: string, key?: StoredKey): Promise<boolean> {
    return this.db
      .transaction(() => {
        const isNew = this.statements.addPerson.run(name).changes > 0;
        if (isNew && name !== ownerName) for (const statement of this.statements.removeOwn) statement.run(name);
        if (key !== undefined) this.statements.addKey.run(key);
        return isNew;
      })
      .immediate();
  }

  async removePerson(name: string): Promise<boolean> {
    return this.db
      .transaction(() => {
        for (const statement of this.statements.removeOwn) statement.run(name);
        return this.statements.removePerson.run(name).changes > 0;
      })
      .immediate();
  }

  async keys(): Promise<StoredKey[]> {
    return this.statements.keys.all();
  }

  async removeKeys(prefix: string): Promise<number> {
    return this.statements.removeKeys.run(prefix).changes;
  }

  async interests(person: string): Promise<Interest[]> {
    return this.readInterests(person);
  }

  async putInterest(person: string, interest: Interest, isSame: (other: Interest) => boolean = () => false): Promise<Interest> {
    return this.db
      .transaction(() => {
        const same = this.readInterests(person).find(isSame);
        if (same === undefined) this.writeInterest(person, interest);
        return same ?? interest;
      })
      .immediate();
  }

  async replaceInterest(person: string, before: Interest, after: Interest): Promise<boolean> {
    const body = JSON.stringify(after);
    const values = { person, id: before.id, before: JSON.stringify(before), body, checksum: checksumOfText(body) };
    return this.statements.replaceInterest.run(values).changes > 0;
  }

  async removeInterest(person: string, id: string): Promise<boolean> {
    return this.statements.removeInterest.run(person, id).changes > 0;
  }

  async divideInterest(person: string, { before, first, second, moved }: InterestDivision): Promise<boolean> {
    const { interest, moveFeedback } = this.statements;
    return this.db
      .transaction(() => {
        if (interest.get(person, before.id)?.body !== JSON.stringify(before)) return false;
        for (const half of [first, second]) this.writeInterest(person, half);
        for (const { paperId, kind, at } of moved) moveFeedback.run({ person, paperId, kind, at, from: before.id, to: second.id });
        return true;
      })
      .immediate();
  }

  private readInterests(person: string): Interest[] {
    return this.statements.interests.all(person).map((row) => bodyOf<Interest>(row, "the interest"));
  }

  private writeInterest(person: string, interest: Interest): void {
    const body = JSON.stringify(interest);
    this.statements.putInterest.run(person, interest.id, interest.created, body, checksumOfText(body));
  }

  async forgetInterest(person: string, id: string): Promise<void> {
    this.db
      .transaction(() => {
        for (const statement of this.statements.forgetInterest) statement.run(person, id);
      })
      .immediate();
  }

  async feedback(person: string): Promise<Feedback[]> {
    return this.statements.feedback.all(person).map(feedbackOfRow);
  }

  async feedbackOn(person: string, paperIds: readonly string[]): Promise<Feedback[]> {
    return this.statements.feedbackOn.all(person, JSON.stringify(paperIds)).map(feedbackOfRow);
  }

  async countFeedback(person: string, kind: FeedbackKind): Promise<number> {
    return this.statements.countFeedback.get(person, kind)?.count ?? 0;
  }

  async putFeedback(person: string, { paperId, kind, note, interest, at }: Feedback): Promise<void> {
    this.statements.putFeedback.run(person, paperId, kind, note ?? null, interest ?? null, at);
  }

  async removeFeedback(person: string, paperId: string, kind: FeedbackKind): Promise<boolean> {
    return this.statements.removeFeedback.run(person, paperId, kind).changes > 0;
  }

  async popularity(paperIds: readonly string[]): Promise<GivenToPaper[]> {
    return this.statements.popularity.all(JSON.stringify(paperIds));
  }

  async judgments(person: string, query?: string): Promise<Judgment[]> {
    return this.statements.judgments.all({ person, query: query ?? null }).map((row) => ({ ...row, relevant: row.relevant === 1 }));
  }

  async countJudgments(person: string): Promise<number> {
    return this.statements.countJudgments.get(person)?.count ?? 0;
  }

  async putJudgment(person: string, { query, paperId, relevant, at }: Judgment): Promise<void> {
    this.statements.putJudgment.run(person, query, paperId, relevant ? 1 : 0, at);
  }

  async removeJudgment(person: string, query: string, paperId: string): Promise<boolean> {
    return this.statements.removeJudgment.run(person, query, paperId).changes > 0;
  }

  async picks(person: string, date: string): Promise<Picks | undefined> {
    const row = this.statements.picks.get(person, date);
    return row === undefined ? undefined : bodyOf<Picks>(row, "the picks of");
  }

  async keepPicks(person: string, picks: Picks): Promise<Picks> {
    const body = JSON.stringify(picks);
    this.statements.keepPicks.run(person, picks.date, body, checksumOfText(body));
    return (await this.picks(person, picks.date)) ?? picks;
  }

  async replacePicks(person: string, before: Picks, after: Picks): Promise<boolean> {
    const body = JSON.stringify(after);
    const values = { person, date: before.date, before: JSON.stringify(before), body, checksum: checksumOfText(body) };
    return this.statements.replacePicks.run(values).changes > 0;
  }

  async pickHistory(person: string): Promise<Picks[]> {
    return this.statements.pickHistory.all(person).map((row) => bodyOf<Picks>(row, "the picks of"));
  }
}

/** Throws `library_damaged`. */
function bodyOf<T>({ name, body, checksum }: BodyRow, kind: string): T {
  return readRecord<T>(body, checksum, `${kind} ${name}`, mendPersonal);
}

function feedbackOfRow({ note, interest, ...said }: FeedbackRow): Feedback {
  return { ...said, ...(note === null ? {} : { note }), ...(interest === null ? {} : { interest }) };
}
