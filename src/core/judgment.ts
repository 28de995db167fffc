/** What a person says of an answer: whether a paper is relevant for a query. */
export interface Judgment {
  /** As it was asked. */
  readonly query: string;
  readonly paperId: string;
  readonly relevant: boolean;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** Characters of a query that can be judged: beyond that it is a text, and nobody asks it twice. */
export const longestJudgedQuery = 1_000;

export function isJudgeable(query: string): boolean {
  return query !== "" && query.length <= longestJudgedQuery;
}
