/** What a classifier says as a probability. */

/** The logistic function: 0 is even odds. */
export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
