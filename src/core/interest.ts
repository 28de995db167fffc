/** What a person follows, and the person's feedback on papers. */
import { z } from "zod";
import { filtersSchema } from "./filters.ts";

/** The person of a library that has one. */
export const ownerName = "me";

/**
 * A person's name in its canonical spelling: letters with marks are typed as one code point on one machine and as two on another (NFC).
 */
export function personName(text: string): string {
  return text.normalize("NFC");
}

/** Examples of one interest, of each kind. */
export const mostExamplePapers = 500;
/** Several times the size of a reference manager's file with as many papers as an interest holds, abstracts included. */
export const mostExampleFileBytes = 16 * 1024 * 1024;
/** Per person: the cost of picks grows with its square. */
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
  /** `paperId`s of its negative examples. */
  negatives: paperIdList,
  /** A pick meets all of these. */
  filters: filtersSchema,
  /** No pick holds any of these. */
  excludedWords: z.array(z.string().min(1).max(200)).max(100),
  /** Its share of the picks relative to others; 1 by default. */
  weight: z.number().min(0.1).max(10),
  /** The topic that it follows, from which its words were copied. */
  topic: z.string().optional(),
  /** How many examples it had when its person declined to split it. */
  keptWhole: z.number().int().nonnegative().optional(),
  /** When it was made, ISO 8601 in UTC. */
  created: z.string(),
});
export type Interest = z.infer<typeof interestSchema>;

/** Whether it has no subject: it takes whatever meets its conditions and is unlike its negative examples. */
export function isOpen({ words, positives }: Interest): boolean {
  return words === "" && positives.length === 0;
}

export const feedbackKinds = ["save", "dismiss", "seen", "vote", "note"] as const;
export type FeedbackKind = (typeof feedbackKinds)[number];

/** Feedback of a person on a paper; of each kind at most once. */
export interface Feedback {
  readonly paperId: string;
  readonly kind: FeedbackKind;
  /** The text of a note. */
  readonly note?: string;
  /** The interest that it is about: a save is a positive example for it, a dismissal a negative one. */
  readonly interest?: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** Whether the person is done with the paper, so that earlier picks of it are no longer shown. A saved paper is still to be read. */
export function isPutAside({ kind }: Feedback): boolean {
  return kind === "seen" || kind === "dismiss";
}

/** Whether it shows that the person knows the paper, so that it is no longer news to them. */
export function isDealtWith({ kind }: Feedback): boolean {
  return kind === "seen" || kind === "dismiss" || kind === "save";
}
