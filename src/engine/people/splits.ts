/** Interests that have become two: proposing to split one, splitting it, and keeping it whole. */
import { createHash, randomBytes } from "node:crypto";
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import { type Feedback, type Interest, mostExamplePapers } from "../../core/interest.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import type { Paper } from "../../core/paper.ts";
import { splitExamples } from "../../core/ranking/split.ts";
import { dot } from "../../core/vectors.ts";
import { itemOfWords, itemsOf } from "../recommend/items.ts";
import { examplesOfInterest, getInterest, replaceInterest, requireRoom, strongestTerms } from "./interests.ts";

export interface SplitHalf {
  readonly papers: readonly Paper[];
  /** Terms that the other half does not have, strongest first. */
  readonly terms: readonly string[];
}

export interface SplitProposal {
  readonly interest: Interest;
  /** The larger one first. */
  readonly halves: readonly [SplitHalf, SplitHalf];
  /** 0 … 1: how alike the halves are; see `core/ranking/split.ts`. */
  readonly likeness: number;
  /** Identifies these halves: accepting a proposal names the one that was shown. */
  readonly token: string;
}

interface Half extends SplitHalf {
  readonly labels: readonly Label[];
  readonly sum: Float32Array;
}

/** After a refusal nothing is proposed until the number of examples has grown by this factor. */
const growth = 1.5;
const shownTerms = 3;
const longestName = 200;

/** Undefined if the examples of the interest are of one kind, or were declared to be. */
export async function proposeSplit(
  library: Library,
  interest: Interest,
  feedback: readonly Feedback[],
): Promise<(SplitProposal & { readonly halves: readonly [Half, Half] }) | undefined> {
  const { positives } = await examplesOfInterest(library, interest, feedback);
  if (interest.keptWhole !== undefined && positives.length < growth * interest.keptWhole) return undefined;
  const items = await itemsOf(library, positives);
  const embedded = positives.flatMap((label, at) => {
    const vector = items[at]?.vector;
    return vector === undefined ? [] : [{ label, vector }];
  });
  const split = splitExamples(embedded.map(({ vector }) => vector));
  if (split === undefined) return undefined;
  const of = (which: readonly number[]) => which.flatMap((at) => embedded[at] ?? []);
  const labels = split.halves.map((which) => of(which).map(({ label }) => label));
  const terms: string[][] = [];
  for (const half of labels) terms.push([...(await strongestTerms(library, half, ""))]);
  const halfOf = async (at: 0 | 1): Promise<Half> => {
    const other = new Set(terms[1 - at]);
    const own = of(split.halves[at]);
    return {
      labels: own.map(({ label }) => label),
      papers: (await library.papers(own.map(({ label }) => label))).flatMap((stored) => stored?.paper ?? []),
      terms: (terms[at] ?? []).filter((term) => !other.has(term)).slice(0, shownTerms),
      sum: own.reduce(
        (sum, { vector }) => sum.map((value, place) => value + (vector[place] ?? 0)),
        new Float32Array(own[0]?.vector.length ?? 0),
      ),
    };
  };
  const halves = [await halfOf(0), await halfOf(1)] as const;
  const names = halves.map(({ papers }) => papers.map(({ paperId }) => paperId).sort());
  const token = createHash("sha256").update(JSON.stringify(names)).digest("hex").slice(0, 16);
  return { interest, halves, likeness: split.likeness, token };
}

/**
 * Makes two interests of one. The existing one keeps its id, its words and the half that they are nearer to (without words, the larger
 * one); the new one gets the other half. Feedback stays, for the half that it belongs to.
 * @param token of the proposal that was shown. Throws `interest_not_found`, `invalid_request` if that is no longer proposed, or if there
 * is no room for another interest.
 */
export async function acceptSplit(
  library: Library,
  embedder: Embedder,
  person: string,
  id: string,
  token: string,
  now: Date,
): Promise<readonly [Interest, Interest]> {
  const { personal } = library;
  const interest = await getInterest(library, person, id);
  requireRoom(await personal.interests(person));
  const feedback = await personal.feedback(person);
  const proposal = await proposeSplit(library, interest, feedback);
  if (proposal?.token !== token) throw notProposed(interest);
  const [larger, smaller] = proposal.halves;
  const words = interest.words === "" ? undefined : (await itemOfWords(library, embedder, interest.words)).vector;
  const [kept, other] = words === undefined || likeness(words, larger) >= likeness(words, smaller) ? [larger, smaller] : [smaller, larger];
  const [first, second] = await divide(library, interest, kept, other, now);
  const moved = await feedbackThatMoves(
    library,
    feedback.filter((said) => said.interest === interest.id),
    kept,
    other,
  );
  if (!(await personal.divideInterest(person, { before: interest, first, second, moved }))) throw notProposed(interest);
  return [first, second];
}

/** The interest with the half that it keeps, and the new one with the other half. */
async function divide(library: Library, interest: Interest, kept: Half, other: Half, now: Date): Promise<readonly [Interest, Interest]> {
  const movedLabels = new Set(other.labels);
  const { keptWhole: _, ...whole } = interest;
  const { topic: __, ...rest } = whole;
  const labels = await library.resolve(interest.positives);
  const isMoved = (at: number) => movedLabels.has(labels[at] ?? -1);
  const own = interest.positives.filter((_id, at) => !isMoved(at));
  const moving = interest.positives.filter((_id, at) => isMoved(at));
  const first: Interest = {
    ...whole,
    name: nameOf(interest, kept),
    // Saves alone do not make an interest, since they may be taken back.
    positives: own.length === 0 && interest.words === "" ? kept.papers.slice(0, mostExamplePapers).map(({ paperId }) => paperId) : own,
  };
  const second: Interest = {
    ...rest,
    id: randomBytes(6).toString("hex"),
    name: nameOf(interest, other),
    words: "",
    // Its own examples come before saves, which belong to it in any case.
    positives: [...new Set([...moving, ...other.papers.map(({ paperId }) => paperId)])].slice(0, mostExamplePapers),
    created: now.toISOString(),
  };
  return [first, second];
}

/** @param about the feedback for the interest before it was split. @returns the part that is about the other half now. */
async function feedbackThatMoves(library: Library, about: readonly Feedback[], kept: Half, other: Half): Promise<Feedback[]> {
  const movedLabels = new Set(other.labels);
  const labels = await library.resolve(about.map(({ paperId }) => paperId));
  const known = labels.filter((label) => label !== undefined);
  const vectors = new Map((await itemsOf(library, known)).map(({ vector }, at) => [known[at], vector]));
  return about.filter(({ kind }, at) => {
    const label = labels[at];
    if (kind === "save") return label !== undefined && movedLabels.has(label);
    // A save is an example; any other feedback goes to the nearer half.
    const vector = label === undefined ? undefined : vectors.get(label);
    return vector !== undefined && likeness(vector, other) > likeness(vector, kept);
  });
}

function notProposed({ name }: Interest): AppError {
  return new AppError("invalid_request", `This split of “${name}” is not proposed, or no longer.`, {
    mend: "Look at the proposal again.",
  });
}

/** Keeps an interest whole: nothing is proposed until it has grown. Throws `interest_not_found`. */
export async function declineSplit(library: Library, person: string, id: string): Promise<Interest> {
  return await replaceInterest(library, person, id, async (interest) => {
    const { positives } = await examplesOfInterest(library, interest, await library.personal.feedback(person));
    return { ...interest, keptWhole: positives.length };
  });
}

/** Mean cosine with a half. */
function likeness(vector: Float32Array, { sum, labels }: Half): number {
  return dot(vector, sum) / labels.length;
}

function nameOf({ name }: Interest, { terms }: SplitHalf): string {
  const suffix = terms.length === 0 ? "" : ` (${terms.join(", ")})`;
  return `${name.slice(0, Math.max(1, longestName - suffix.length))}${suffix}`.slice(0, longestName).toWellFormed();
}
