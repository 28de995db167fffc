/**
 * Whether examples are of two kinds: spherical 2-means (Dhillon and Modha 2001) over unit vectors, and a measure of how clear
 * the division is. Figures: src/README.md, Recommendations.
 */
import { dot } from "../vectors.js";
/** Fewer examples say nothing of kinds. */
export const leastToSplit = 10;
/** A half has so many examples at least, and this share of all: a few odd ones are no kind. */
const leastInHalf = 3;
const leastShare = 0.2;
/** Halves that are more alike than this are one kind. */
const mostLikeness = 0.75;
const mostRounds = 50;
/**
 * The two kinds that examples clearly are of; undefined where they are not. The same vectors in the same order give the same
 * halves. @param vectors of unit length.
 */
export function splitExamples(vectors) {
    if (vectors.length < leastToSplit)
        return undefined;
    const split = bestSplit(vectors);
    const smaller = split?.halves[1].length ?? 0;
    const isClear = smaller >= leastInHalf && smaller >= leastShare * vectors.length;
    return split !== undefined && isClear && split.likeness <= mostLikeness ? split : undefined;
}
/** The division that 2-means ends in, clear or not; undefined where all are on one side. */
export function bestSplit(vectors) {
    const all = vectors.map((_, at) => at);
    // From the ends: what is least like the whole, and what is least like that.
    const first = farthestFrom(sumOf(vectors, all), vectors);
    const second = farthestFrom(first, vectors);
    let [a, b] = [all, []];
    let centres = [first, second];
    for (let round = 0; round < mostRounds; round++) {
        const isFirst = vectors.map((vector) => dot(vector, centres[0]) >= dot(vector, centres[1]));
        const next = all.filter((at) => isFirst[at]);
        if (next.length === 0 || next.length === all.length)
            return undefined;
        const isSame = next.length === a.length && next.every((at, place) => at === a[place]);
        [a, b] = [next, all.filter((at) => isFirst[at] !== true)];
        if (isSame)
            break;
        centres = [unit(sumOf(vectors, a)), unit(sumOf(vectors, b))];
    }
    const [sumA, sumB] = [sumOf(vectors, a), sumOf(vectors, b)];
    const within = Math.min(meanWithin(sumA, a.length), meanWithin(sumB, b.length));
    const between = dot(sumA, sumB) / (a.length * b.length);
    const likeness = within <= 0 ? 1 : Math.max(0, between / within);
    const isLargerFirst = a.length > b.length || (a.length === b.length && a[0] === 0);
    return { halves: isLargerFirst ? [a, b] : [b, a], likeness };
}
/** Mean cosine of all pairs, from their sum. @returns 0 for fewer than two. */
function meanWithin(sum, count) {
    return count < 2 ? 0 : (dot(sum, sum) - count) / (count * (count - 1));
}
function farthestFrom(from, vectors) {
    let least = Number.POSITIVE_INFINITY;
    let found = from;
    for (const vector of vectors) {
        const likeness = dot(vector, from);
        if (likeness < least)
            [least, found] = [likeness, vector];
    }
    return found;
}
function sumOf(vectors, which) {
    const sum = new Float32Array(vectors[0]?.length ?? 0);
    for (const at of which)
        vectors[at]?.forEach((value, place) => {
            sum[place] = (sum[place] ?? 0) + value;
        });
    return sum;
}
function unit(sum) {
    const length = Math.sqrt(dot(sum, sum));
    return length === 0 ? sum : sum.map((value) => value / length);
}
//# sourceMappingURL=split.js.map