/** What an explanation says in plain words. */
import { candidateDepth } from "../../core/ranking/fusion.ts";
import type { Explanation, Standing } from "./explanation.ts";
import { longestWindow } from "./rank.ts";

type Told = Omit<Explanation, "reasons">;

/** What matters most first. */
export function reasonsOf(told: Told): string[] {
  return [...standing(told), ...obstacles(told), ...candidacy(told), ...changes(told)];
}

/** The score of the arm that would have to be exceeded; null if that is not what keeps the paper from the candidates. */
export function neededScore({ candidate, lastCandidate, score }: Standing): number | null {
  return candidate || lastCandidate === null || (score ?? Number.NEGATIVE_INFINITY) > lastCandidate ? null : lastCandidate;
}

function standing({ place, mode, exact, conditions, copyOf }: Told): string[] {
  if (place !== null) {
    if (exact !== null) return [`It is hit ${count(place)}: the query is its ${exact}, which comes before everything else.`];
    return [
      mode === "newest"
        ? `It is hit ${count(place)}: the query has no words, so the newest papers come first.`
        : `It is hit ${count(place)}.`,
    ];
  }
  if (conditions.some(({ met }) => !met)) return ["It is not found: it does not meet every condition."];
  if (copyOf !== null) return [`It is not shown by itself: it is a copy of ${copyOf}, which is shown instead.`];
  return [`It is not among the first ${count(longestWindow)} hits.`];
}

function obstacles({ place, conditions, semantic, lexical, score, minScore, mode }: Told): string[] {
  return [
    ...conditions.filter(({ met }) => !met).map(({ text }) => `It does not meet “${text}”.`),
    ...(semantic?.embedded === false ? ["It is still waiting to be embedded: until then it cannot be found by meaning."] : []),
    ...(lexical !== null && lexical.score === 0
      ? [`It contains none of the words${mode === "keyword" ? ", and this mode uses nothing else" : ""}.`]
      : []),
    ...(place === null && minScore !== null && score < minScore
      ? [`Its score of ${decimal(score)} is below the requested minimum of ${minScore}.`]
      : []),
  ];
}

function candidacy({ semantic, lexical, fused, conditions }: Told): string[] {
  const arms = [
    { name: "words", unit: "BM25", arm: lexical },
    { name: "meaning", unit: "cosine", arm: semantic },
  ];
  const asked = arms.flatMap(({ name, unit, arm }) => (arm === null ? [] : [{ name, unit, arm }]));
  if (fused === null || conditions.some(({ met }) => !met) || asked.some(({ arm }) => arm.candidate)) return [];
  return [
    ...asked.flatMap(({ name, unit, arm }) => {
      if (arm.rank === null) return [];
      if (arm.rank <= candidateDepth)
        return [`By ${name} it is ${count(arm.rank)} of ${count(arm.of)}, but the index, which is approximate, missed it.`];
      const needed =
        arm.lastCandidate === null
          ? ""
          : `, with a ${unit} of ${decimal(arm.score ?? 0)}; the first ${candidateDepth} have ${decimal(arm.lastCandidate)} or more`;
      return [`By ${name} it is ${count(arm.rank)} of ${count(arm.of)}${needed}.`];
    }),
    `It is not among the first ${candidateDepth} ${asked.length > 1 ? "by words or by meaning" : "candidates"}, so it is ranked below those that are${fused.rank === null ? "" : `, at ${count(fused.rank)}`}.`,
  ];
}

function changes({ recency, asOf, placeByScore, place, fused, rerank }: Told): string[] {
  return [
    ...(recency === null
      ? []
      : [
          recency.ageDays === null
            ? `It has no date, and counts as very old: its score is multiplied by ${decimal(recency.factor)}.`
            : `On ${asOf} it is ${count(recency.ageDays)} days old: its score is multiplied by ${decimal(recency.factor)}.`,
        ]),
    ...rereading(rerank, place),
    ...(placeByScore === null || place === null || placeByScore === place
      ? []
      : [`By score alone it would be hit ${count(placeByScore)}: diversity moved it.`]),
    ...(fused !== null && fused.lowered > 1e-6
      ? [`Its score was lowered by ${decimal(fused.lowered)}, so that it ranks below the hits before it.`]
      : []),
  ];
}

function rereading(rerank: Told["rerank"], place: number | null): string[] {
  if (rerank === null) return [];
  const { score, before, reranked, window } = rerank;
  if (score !== null && before !== null)
    return [
      `The reranker, which read the first ${count(reranked)} together with the query, gives it ${decimal(score)}${before === place ? "" : `; before, it was hit ${count(before)}`}.`,
    ];
  if (place === null || place > window) return [];
  return [`The reranker read ${reranked === 0 ? "none" : `the first ${count(reranked)}`} of the hits within its time, but not this one.`];
}

function count(value: number): string {
  return value.toLocaleString("en");
}

/** Four digits that tell something. */
function decimal(value: number): string {
  return String(Number(value.toPrecision(4)));
}
