/** What a person follows, and what a person said of papers. */
import { z } from "zod";
import { filtersSchema } from "./filters.ts";

/** The person of a library that has one. */
export const ownerName = "me";

/** A person's name in its one spelling: letters with marks are typed in one piece on one machine, in two on another (NFC). */
export function personName(text: string): string {
  return text.normalize("NFC");
}

/** Examples of one interest, of each kind. */
export const mostExamplePapers = 500;
/** Of a file of a reference manager with as many papers as an interest holds, and their abstracts, several times over. */
export const mostExampleFileBytes = 16 * 1024 * 1024;
/** Of one person: what picks take grows with their square. */
export const mostInterests = 100;

const paperIdList = z.array(z.string().min(1)).max(mostExamplePapers);

export const interestSchema = z.strictObject({
  /** Opaque, stable. */
  id: z.string().min(1),
  name: z.string().min(1).max(200),
  /** What is wanted, in words; may be empty. */
  words: z.string().max(10_000),
  /** `paperId`s of examples. */
  positives: paperIdList,
  /** `paperId`s of what it is not. */
  negatives: paperIdList,
  /** A pick meets all of these. */
  filters: filtersSchema,
  /** No pick holds any of these. */
  excludedWords: z.array(z.string().min(1).max(200)).max(100),
  /** Its share of the picks, beside the others': 1 unless said. */
  weight: z.number().min(0.1).max(10),
  /** The topic that it follows, whose words it has taken over. */
  topic: z.string().optional(),
  /** How many examples it had when its person said that it is one, and is not to be split. */
  keptWhole: z.number().int().nonnegative().optional(),
  /** When it was made, ISO 8601 in UTC. */
  created: z.string(),
});
export type Interest = z.infer<typeof interestSchema>;

/** Whether it is about nothing in particular: whatever meets its conditions, and is not like what it names as unwanted. */
export function isOpen({ words, positives }: Interest): boolean {
  return words === "" && positives.length === 0;
}

export const feedbackKinds = ["save", "dismiss", "seen", "vote", "note"] as const;
export type FeedbackKind = (typeof feedbackKinds)[number];

/** What a person said of a paper; of each kind at most once. */
export interface Feedback {
  readonly paperId: string;
  readonly kind: FeedbackKind;
  /** The text of a note. */
  readonly note?: string;
  /** The interest that it is about: a save teaches it, a dismissal turns it away from what is near. */
  readonly interest?: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** Whether the person is done with the paper, so that earlier picks of it are shown no more. A saved paper is still to be read. */
export function isPutAside({ kind }: Feedback): boolean {
  return kind === "seen" || kind === "dismiss";
}

/** Whether it says that the person knows the paper, which is news to them no more. */
export function isDealtWith({ kind }: Feedback): boolean {
  return kind === "seen" || kind === "dismiss" || kind === "save";
}
