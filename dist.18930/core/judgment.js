/** Characters of a query that can be judged: beyond that it is a text, and nobody asks it twice. */
export const longestJudgedQuery = 1_000;
export function isJudgeable(query) {
    return query !== "" && query.length <= longestJudgedQuery;
}
//# sourceMappingURL=judgment.js.map