/** Comments in a Map. */
import type { Comment, CommentStore } from "../../core/comment.ts";
import { compareText } from "../../core/order.ts";

export class MemoryCommentStore implements CommentStore {
  private readonly written = new Map<string, Comment>();

  async comments(paperIds: readonly string[]): Promise<Comment[]> {
    return [...this.written.values()]
      .filter(({ paperId }) => paperIds.includes(paperId))
      .sort((a, b) => compareText(a.created, b.created) || compareText(a.id, b.id));
  }

  async countComments(paperIds: readonly string[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const { paperId } of await this.comments(paperIds)) counts.set(paperId, (counts.get(paperId) ?? 0) + 1);
    return new Map([...counts].sort(([a], [b]) => compareText(a, b)));
  }

  async countCommentsOf(name: string): Promise<number> {
    return [...this.written.values()].filter(({ person }) => person === name).length;
  }

  async comment(id: string): Promise<Comment | undefined> {
    return this.written.get(id);
  }

  async addComment(comment: Comment, since?: string): Promise<Comment> {
    const { paperId, person, text } = comment;
    const isSame = (one: Comment) => one.paperId === paperId && one.person === person && one.text === text;
    const same = [...this.written.values()].find((one) => since !== undefined && isSame(one) && one.created >= since);
    if (same !== undefined) return same;
    this.written.set(comment.id, { ...comment });
    return comment;
  }

  async removeComment(id: string): Promise<boolean> {
    return this.written.delete(id);
  }

  /** Also removes their comments. */
  removePerson(name: string): void {
    for (const [id, { person }] of this.written) if (person === name) this.written.delete(id);
  }
}
