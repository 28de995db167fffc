const columns = "id, paper_id AS paperId, person, text, created";
export class CommentTable {
    statements;
    constructor(db) {
        const isOneOf = "paper_id IN (SELECT value FROM json_each(?))";
        this.statements = {
            comments: db.prepare(`SELECT ${columns} FROM comments WHERE ${isOneOf} ORDER BY created, id`),
            countComments: db.prepare(`SELECT paper_id AS paperId, count(*) AS count FROM comments WHERE ${isOneOf} GROUP BY paper_id ORDER BY paper_id`),
            comment: db.prepare(`SELECT ${columns} FROM comments WHERE id = ?`),
            addComment: db.prepare("INSERT INTO comments (id, paper_id, person, text, created) VALUES (@id, @paperId, @person, @text, @created)"),
            removeComment: db.prepare("DELETE FROM comments WHERE id = ?"),
        };
    }
    async comments(paperIds) {
        return this.statements.comments.all(JSON.stringify(paperIds));
    }
    async countComments(paperIds) {
        return new Map(this.statements.countComments.all(JSON.stringify(paperIds)).map(({ paperId, count }) => [paperId, count]));
    }
    async comment(id) {
        return this.statements.comment.get(id);
    }
    async addComment(comment) {
        this.statements.addComment.run(comment);
    }
    async removeComment(id) {
        return this.statements.removeComment.run(id).changes > 0;
    }
}
//# sourceMappingURL=comment-table.js.map