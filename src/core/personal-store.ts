/** What a library keeps for each person. Nothing here mixes two of them (I9). */
import type { Feedback, FeedbackKind, Interest } from "./interest.ts";
import type { Judgment } from "./judgment.ts";
import type { Picks } from "./picks.ts";

/** What a key may do: read; read and change what is the person's own; everything. */
export const scopes = ["read", "write", "admin"] as const;
export type Scope = (typeof scopes)[number];

/** An API key as it is kept: nothing of it but its hash. */
export interface StoredKey {
  /** Its first characters, by which people know it. */
  readonly prefix: string;
  /** sha256, hexadecimal. */
  readonly hash: string;
  readonly person: string;
  readonly scope: Scope;
  /** ISO 8601 in UTC. */
  readonly created: string;
}

/** How one interest becomes two. */
export interface InterestDivision {
  /** As it was when it was decided how to divide it. */
  readonly before: Interest;
  /** What stays under its id. */
  readonly first: Interest;
  readonly second: Interest;
  /** What goes over to the second, as it was said for the first. */
  readonly moved: readonly Feedback[];
}

/** A vote or a save, by nobody's name (I9). */
export interface GivenToPaper {
  /** Tells one person from another within one answer, and nothing else: from 1 on. */
  readonly giver: number;
  readonly paperId: string;
  readonly kind: "vote" | "save";
  /** ISO 8601 in UTC. */
  readonly at: string;
}

export interface PersonalStore {
  /** By name. */
  people(): Promise<string[]>;
  /**
   * A new person begins with nothing: what another process still wrote for a former person of this name is removed. The owner's
   * data stay. One transaction: nobody is taken away between the name and the key.
   * @param key of this person, beside those that are there.
   * @returns false where there is one of this name.
   */
  addPerson(name: string, key?: StoredKey): Promise<boolean>;
  /** With everything that is theirs. @returns false where there was none. */
  removePerson(name: string): Promise<boolean>;
  keys(): Promise<StoredKey[]>;
  /** @returns how many keys had this prefix. */
  removeKeys(prefix: string): Promise<number>;

  /** In the order in which they were made. */
  interests(person: string): Promise<Interest[]>;
  /**
   * Adds it, or takes the place of the one with its id; not where there is the same already, which is looked for in the same transaction.
   * @returns the one that is there.
   */
  putInterest(person: string, interest: Interest, isSame?: (other: Interest) => boolean): Promise<Interest>;
  /** @returns false, and nothing is changed, where it is not there any more, or not as `before`. */
  replaceInterest(person: string, before: Interest, after: Interest): Promise<boolean>;
  /** @returns false where there was none. */
  removeInterest(person: string, id: string): Promise<boolean>;

  /**
   * One transaction: an interest is changed, a new one begins, and what was said for the first goes over to the second where
   * `moved` names it. What was taken back or said anew since is left as it is.
   * @returns false, and nothing is changed, where the first one is not there any more, or not as `before`.
   */
  divideInterest(person: string, division: InterestDivision): Promise<boolean>;

  /**
   * One transaction: what was said for an interest is said for none. What was dismissed for it is seen instead; what was seen already stays
   * as it was.
   */
  forgetInterest(person: string, id: string): Promise<void>;

  /** Latest first. */
  feedback(person: string): Promise<Feedback[]>;
  /** On papers by any of these ids, latest first; reads nothing else. */
  feedbackOn(person: string, paperIds: readonly string[]): Promise<Feedback[]>;
  /** How many papers a person said this of. */
  countFeedback(person: string, kind: FeedbackKind): Promise<number>;
  /** Takes the place of what the person said before in this way of this paper. */
  putFeedback(person: string, feedback: Feedback): Promise<void>;
  /** Undoes it. @returns false where there was nothing. */
  removeFeedback(person: string, paperId: string, kind: FeedbackKind): Promise<boolean>;
  /** What all people together gave papers by any of these ids: votes and saves, with when; earliest first. Reads nothing else. */
  popularity(paperIds: readonly string[]): Promise<GivenToPaper[]>;

  /** Latest first, then by query and `paperId`; of one query where it is named. */
  judgments(person: string, query?: string): Promise<Judgment[]>;
  /** How many there are. */
  countJudgments(person: string): Promise<number>;
  /** Takes the place of what the person said of this paper for this query. */
  putJudgment(person: string, judgment: Judgment): Promise<void>;
  /** @returns false where there was none. */
  removeJudgment(person: string, query: string, paperId: string): Promise<boolean>;

  /** Undefined while none were made for this date. */
  picks(person: string, date: string): Promise<Picks | undefined>;
  /** Keeps them unless there are some for this date. @returns those that stand. */
  keepPicks(person: string, picks: Picks): Promise<Picks>;
  /** @returns false, and nothing is changed, where those of the date are not as `before`. */
  replacePicks(person: string, before: Picks, after: Picks): Promise<boolean>;
  /** Of all dates, latest first. */
  pickHistory(person: string): Promise<Picks[]>;
}
