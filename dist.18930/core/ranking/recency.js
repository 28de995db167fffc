/** Newer papers first, by degrees: a score counts half with every half-life of the paper's age. */
import { daysBetween, lastDayOf } from "../period.js";
/** Half-lives after which everything is equally old; also how old a paper without a date is taken to be. */
const mostHalfLives = 64;
/** Days from a paper's day (the last one that a coarse date may mean) to another day; a day to come counts as today. */
export function ageInDays(date, asOf) {
    const last = lastDayOf(date.length === 4 ? `${date}-12` : date);
    return Math.max(0, daysBetween(last, asOf));
}
/** `2^(−age / half-life)`. @param ageDays undefined without a date. @param halfLifeDays above 0. */
export function recencyFactor(ageDays, halfLifeDays) {
    const halfLives = ageDays === undefined ? mostHalfLives : Math.min(mostHalfLives, ageDays / halfLifeDays);
    return 2 ** -halfLives;
}
//# sourceMappingURL=recency.js.map