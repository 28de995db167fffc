/** What a classifier says as a probability. */
/** The logistic function: 0 is even odds. */
export function probabilityOf(logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
}
//# sourceMappingURL=log-odds.js.map