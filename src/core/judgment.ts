/** A person's judgments of answers: whether a paper is relevant to a query. */
export interface Judgment {
  /** As it was asked. */
  readonly query: string;
  readonly paperId: string;
  readonly relevant: boolean;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** In characters; a longer text is not a query that anybody repeats. */
export const longestJudgedQuery = 1_000;

export function isJudgeable(query: string): boolean {
  return query !== "" && query.length <= longestJudgedQuery;
}
