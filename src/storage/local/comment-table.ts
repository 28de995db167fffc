/** Comments in SQLite. */
import type { Comment, CommentStore } from "../../core/comment.ts";
import type { Sqlite } from "./database.ts";

const columns = "id, paper_id AS paperId, person, text, created";

export class CommentTable implements CommentStore {
  private readonly statements;

  constructor(private readonly db: Sqlite) {
    const isOneOf = "paper_id IN (SELECT value FROM json_each(?))";
    this.statements = {
      comments: db.prepare<[string], Comment>(`SELECT ${columns} FROM comments WHERE ${isOneOf} ORDER BY created, id`),
      countComments: db.prepare<[string], { paperId: string; count: number }>(
        `SELECT paper_id AS paperId, count(*) AS count FROM comments WHERE ${isOneOf} GROUP BY paper_id ORDER BY paper_id`,
      ),
      countCommentsOf: db.prepare<[string], { count: number }>("SELECT count(*) AS count FROM comments WHERE person = ?"),
      comment: db.prepare<[string], Comment>(`SELECT ${columns} FROM comments WHERE id = ?`),
      same: db.prepare<[Comment & { since: string }], Comment>(
        `SELECT ${columns} FROM comments WHERE paper_id = @paperId AND person = @person AND text = @text AND created >= @since LIMIT 1`,
      ),
      addComment: db.prepare<[Comment]>(
        "INSERT INTO comments (id, paper_id, person, text, created) VALUES (@id, @paperId, @person, @text, @created)",
      ),
      removeComment: db.prepare<[string]>("DELETE FROM comments WHERE id = ?"),
    };
  }

  async comments(paperIds: readonly string[]): Promise<Comment[]> {
    return this.statements.comments.all(JSON.stringify(paperIds));
  }

  async countComments(paperIds: readonly string[]): Promise<Map<string, number>> {
    return new Map(this.statements.countComments.all(JSON.stringify(paperIds)).map(({ paperId, count }) => [paperId, count]));
  }

  async countCommentsOf(person: string): Promise<number> {
    return this.statements.countCommentsOf.get(person)?.count ?? 0;
  }

  async comment(id: string): Promise<Comment | undefined> {
    return this.statements.comment.get(id);
  }

  async addComment(comment: Comment, since?: string): Promise<Comment> {
    const { same, addComment } = this.statements;
    const add = this.db.transaction(() => {
      const before = since === undefined ? undefined : same.get({ ...comment, since });
      if (before !== undefined) return before;
      addComment.run(comment);
      return comment;
    });
    return add.immediate();
  }

  async removeComment(id: string): Promise<boolean> {
    return this.statements.removeComment.run(id).changes > 0;
  }
}
