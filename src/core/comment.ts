/** What the people who use a service say to each other about a paper. */

/** In characters (code points). */
export const longestComment = 1_000;

export interface Comment {
  /** Opaque, stable. */
  readonly id: string;
  /** The `paperId` that the paper had when it was written. */
  readonly paperId: string;
  readonly person: string;
  /** Plain text with line breaks. */
  readonly text: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
}

/** Comments are everybody's to read (I9 does not hold for them), and go with the person who wrote them. */
export interface CommentStore {
  /** On a paper by any of its ids, oldest first. */
  comments(paperIds: readonly string[]): Promise<Comment[]>;
  /** How many there are for each id; ids without any are left out. */
  countComments(paperIds: readonly string[]): Promise<Map<string, number>>;
  /** How many a person wrote, on all papers. */
  countCommentsOf(person: string): Promise<number>;
  comment(id: string): Promise<Comment | undefined>;
  /**
   * @param since ISO 8601. If the same person wrote the same text on the same paper at that time or later, nothing is added; both in one
   *   step.
   * @returns the stored comment.
   */
  addComment(comment: Comment, since?: string): Promise<Comment>;
  /** @returns false if there was none. */
  removeComment(id: string): Promise<boolean>;
}
