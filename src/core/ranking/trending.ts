/** What people currently turn to: votes and saves whose weight is halved with every half-life. */

/** What speaks for a paper: votes (of the source that listed it, of this service) and saves in reading lists. */
export interface Support {
  readonly votes: number;
  readonly saves: number;
}

/** To keep a paper says more than to approve of it. */
const supportWeights = { vote: 1, save: 2 } as const;

/** Days after which a vote counts half; the setting `trendingHalfLifeDays`. */
export const defaultHalfLifeDays = 7;

/**
 * `(votes + 2 · saves) · 2^(−age / half-life)`.
 * @param ageDays days since the paper's day; a day to come counts as today. @param halfLifeDays above 0.
 */
export function trendingScore({ votes, saves }: Support, ageDays: number, halfLifeDays: number): number {
  const weighted = supportWeights.vote * votes + supportWeights.save * saves;
  return weighted * 2 ** (-Math.max(0, ageDays) / halfLifeDays);
}
