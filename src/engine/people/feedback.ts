/** A person's feedback on papers, and taking it back. */
import { AppError } from "../../core/errors.ts";
import { type Feedback, type FeedbackKind, feedbackKinds, isPutAside } from "../../core/interest.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import { compareText } from "../../core/order.ts";
import type { Paper } from "../../core/paper.ts";
import { plainLines } from "../../core/text.ts";
import { findLabels, findPapers, getPaper, namesBehind, namesOf } from "../papers.ts";
import { getInterest } from "./interests.ts";
import { requireStillThere } from "./people.ts";

export interface FeedbackInput {
  readonly kind: FeedbackKind;
  readonly note?: string | undefined;
  /** The interest that it is about, by id or name. */
  readonly interest?: string | undefined;
}

export const longestNote = 10_000;
/** Of one person, so that nobody fills the disk. */
const mostNotes = 10_000;

/** Throws `paper_not_found`, `interest_not_found`, and `invalid_request` for a note without text. */
export async function giveFeedback(library: Library, person: string, id: string, input: FeedbackInput, now: Date): Promise<Feedback> {
  const { paper } = await getPaper(library, id);
  const note = plainLines(input.note ?? "");
  if (input.kind === "note" && note === "")
    throw new AppError("invalid_request", "The note has no text.", { mend: `Send it as “note”, with up to ${longestNote} characters.` });
  if (input.kind !== "note" && note !== "")
    throw new AppError("invalid_request", "Only a note has a text.", { mend: "Its kind is “note”." });
  if (note.length > longestNote)
    throw new AppError("invalid_request", `The note has ${note.length} characters.`, { mend: `A note has up to ${longestNote}.` });
  const feedback: Feedback = {
    paperId: paper.paperId,
    kind: input.kind,
    at: now.toISOString(),
    ...(note === "" ? {} : { note }),
    ...(input.interest === undefined ? {} : { interest: (await getInterest(library, person, input.interest)).id }),
  };
  if (input.kind === "note") await requireRoomForNote(library, person, paper);
  await requireStillThere(library, person);
  await library.personal.putFeedback(person, feedback);
  return feedback;
}

/** A note that is there can be changed. Throws `invalid_request`. */
async function requireRoomForNote(library: Library, person: string, paper: Paper): Promise<void> {
  if ((await library.personal.countFeedback(person, "note")) < mostNotes) return;
  if ((await saidOf(library, person, [paper]))(paper).has("note")) return;
  throw new AppError("invalid_request", `You have already written notes on ${mostNotes} papers.`, { mend: "Remove some of them." });
}

/** @returns whether there was something to take back. */
export async function takeBackFeedback(library: Library, person: string, id: string, kind: FeedbackKind): Promise<boolean> {
  let was = false;
  for (const name of await namesBehind(library, id)) was = (await library.personal.removeFeedback(person, name, kind)) || was;
  return was;
}

/** A person's feedback on one of the requested papers: the latest of each kind. */
export type SaidOf = (paper: Paper) => ReadonlyMap<FeedbackKind, Feedback>;

/** For lists of papers: reads only the feedback on these, however much there is on others. */
export async function saidOf(library: Library, person: string, papers: readonly Paper[]): Promise<SaidOf> {
  const byName = new Map<string, Feedback[]>();
  for (const feedback of await library.personal.feedbackOn(person, papers.flatMap(namesOf)))
    byName.set(feedback.paperId, [...(byName.get(feedback.paperId) ?? []), feedback]);
  return (paper) => {
    const own = namesOf(paper).flatMap((name) => byName.get(name) ?? []);
    // The last one of a kind stays in the map.
    return new Map(own.sort((a, b) => compareText(a.at, b.at)).map((feedback) => [feedback.kind, feedback]));
  };
}

/** Tells whether a person has put papers aside, under any name that they had then. */
export async function putAsideBy(library: Library, person: string, papers: readonly Paper[]): Promise<(paper: Paper) => boolean> {
  const said = await saidOf(library, person, papers);
  return (paper) => [...said(paper).values()].some(isPutAside);
}

export interface SaidPaper {
  readonly feedback: Feedback;
  readonly paper: Paper;
}

/** A part of a person's feedback, and the total. */
export interface SaidPage {
  readonly said: SaidPaper[];
  /** The total amount of the requested kind. */
  readonly total: number;
  /** How much was said of each kind. */
  readonly counts: ReadonlyMap<FeedbackKind, number>;
}

/** What of a person's feedback is asked for. */
export interface FeedbackOptions {
  readonly kind?: FeedbackKind | undefined;
  /** The id of the interest that it is about. */
  readonly interest?: string;
  /** All, unless given. */
  readonly limit?: number;
  readonly offset?: number;
}

/** The papers with this feedback, latest first, each once. Reads none of them. */
export async function labelsSaid(library: Library, person: string, kind: FeedbackKind): Promise<Label[]> {
  const all = (await library.personal.feedback(person)).filter((feedback) => feedback.kind === kind);
  const labels = await findLabels(
    library,
    all.map(({ paperId }) => paperId),
  );
  return [...new Set(labels.filter((label) => label !== undefined))];
}

/** Latest first, with the papers; without those that no longer exist. Reads only the papers of the requested part. */
export async function listFeedback(
  library: Library,
  person: string,
  { kind, interest, limit, offset = 0 }: FeedbackOptions,
): Promise<SaidPage> {
  const all = (await library.personal.feedback(person)).filter((feedback) => (interest ?? feedback.interest) === feedback.interest);
  const labels = await findLabels(
    library,
    all.map(({ paperId }) => paperId),
  );
  // If two papers were merged, both may have the same feedback.
  const once = new Set<string>();
  const present = all.filter((feedback, at) => {
    const key = `${feedback.kind} ${labels[at]}`;
    if (labels[at] === undefined || (feedback.kind !== "note" && once.has(key))) return false;
    once.add(key);
    return true;
  });
  const counts = new Map(feedbackKinds.map((one) => [one, present.filter((feedback) => feedback.kind === one).length]));
  const asked = present.filter((feedback) => (kind ?? feedback.kind) === feedback.kind);
  const part = asked.slice(offset, limit === undefined ? undefined : offset + limit);
  const papers = await findPapers(
    library,
    part.map(({ paperId }) => paperId),
  );
  const said = part.flatMap((feedback, at) => {
    const paper = papers[at]?.paper;
    return paper === undefined ? [] : [{ feedback, paper }];
  });
  return { said, total: asked.length, counts };
}
