/** What people turn to at the moment: votes and saves that count half as much with every half-life. */
/** To keep a paper says more than to approve of it. */
const interestWeights = { vote: 1, save: 2 };
/** Days after which a vote counts half; the setting `trendingHalfLifeDays`. */
export const defaultHalfLifeDays = 7;
/**
 * `(votes + 2 · saves) · 2^(−age / half-life)`.
 * @param ageDays days since the paper's day; a day to come counts as today. @param halfLifeDays above 0.
 */
export function trendingScore(interest, ageDays, halfLifeDays) {
    const weighted = interestWeights.vote * interest.votes + interestWeights.save * interest.saves;
    return weighted * 2 ** (-Math.max(0, ageDays) / halfLifeDays);
}
//# sourceMappingURL=trending.js.map