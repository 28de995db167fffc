/** The rules for the texts of parameters, in one place: the API refuses with these words, and pages show them. */
import { partialDateSchema } from "../core/paper.ts";
import { longestHalfLifeDays } from "./search/search-request.ts";

/** What is wrong with a text, to be appended to the parameter's name; undefined if nothing is. */
export type TextRule = (text: string) => string | undefined;

function ruleOf(isOne: TextTest, what: string): TextRule {
  return (text) => (isOne(text) ? undefined : `“${text.slice(0, 40).toWellFormed()}” is not ${what}`);
}
type TextTest = (text: string) => boolean;

export function wholeNumberRule(least: number, most = Number.MAX_SAFE_INTEGER): TextRule {
  const isOne = (text: string) => /^-?\d{1,16}$/.test(text) && Number(text) >= least && Number(text) <= most;
  return ruleOf(isOne, `a whole number ${most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of ${least} or more`}`);
}

/** Unambiguous, so that matching does not backtrack: a URL is long enough for backtracking to block the service. */
const decimalPattern = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function decimalRule(isWithin: (value: number) => boolean, what: string): TextRule {
  return ruleOf((text) => decimalPattern.test(text) && Number.isFinite(Number(text)) && isWithin(Number(text)), what);
}

export function choiceRule(choices: readonly string[]): TextRule {
  return ruleOf((text) => choices.includes(text), choices.length === 1 ? choices.join() : `one of ${choices.join(", ")}`);
}

export const mostCount = 1_000_000_000;
export const latestYear = 9_999;

export const yearRule = wholeNumberRule(0, latestYear);
export const countRule = wholeNumberRule(0, mostCount);
export const halfLifeRule = decimalRule(
  (value) => value > 0 && value <= longestHalfLifeDays,
  `a number of days above 0, at most ${longestHalfLifeDays}`,
);
export const minScoreRule = decimalRule(() => true, "a number");
export const diversityRule = decimalRule((value) => value >= 0 && value <= 1, "a number from 0 to 1");

/** `2024`, `2024-03` or `2024-03-05`. */
export const dateRule: TextRule = (text) => partialDateSchema.safeParse(text).error?.issues[0]?.message;
