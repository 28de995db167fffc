/** What people turn to at the moment: votes and saves that count half as much with every half-life. */

/** What speaks for a paper: votes (of the source that listed it, of this service) and saves in reading lists. */
export interface Interest {
  readonly votes: number;
  readonly saves: number;
}

/** To keep a paper says more than to approve of it. */
const interestWeights = { vote: 1, save: 2 } as const;

/** Days after which a vote counts half; the setting `trendingHalfLifeDays`. */
export const defaultHalfLifeDays = 7;

/**
 * `(votes + 2 · saves) · 2^(−age / half-life)`.
 * @param ageDays days since the paper's day; a day to come counts as today. @param halfLifeDays above 0.
 */
export function trendingScore(interest: Interest, ageDays: number, halfLifeDays: number): number {
  const weighted = interestWeights.vote * interest.votes + interestWeights.save * interest.saves;
  return weighted * 2 ** (-Math.max(0, ageDays) / halfLifeDays);
}
