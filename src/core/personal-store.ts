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
  /** The feedback to move from the first interest to the second. */
  readonly moved: readonly Feedback[];
}

/** A vote or a save, by nobody's name (I9). */
export interface GivenToPaper {
  /** Distinguishes people within one answer, and nothing else: from 1 on. */
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
   * A new person starts with nothing: what another process still wrote for a former person of this name is removed. The owner's data
   * stay. One transaction, so that nobody is removed between the name and the key.
   * @param key of this person, in addition to existing ones. @returns false if the name is already taken.
   */
  addPerson(name: string, key?: StoredKey): Promise<boolean>;
  /** With everything that is theirs. @returns false if there was none. */
  removePerson(name: string): Promise<boolean>;
  keys(): Promise<StoredKey[]>;
  /** @returns how many keys had this prefix. */
  removeKeys(prefix: string): Promise<number>;

  /** In the order in which they were made. */
  interests(person: string): Promise<Interest[]>;
  /**
   * Adds it, or replaces the one with its id; unless an equal one exists, which is checked in the same transaction. @returns the stored
   * one.
   */
  putInterest(person: string, interest: Interest, isSame?: (other: Interest) => boolean): Promise<Interest>;
  /** @returns false, having changed nothing, if it no longer exists, or differs from `before`. */
  replaceInterest(person: string, before: Interest, after: Interest): Promise<boolean>;
  /** @returns false if there was none. */
  removeInterest(person: string, id: string): Promise<boolean>;

  /**
   * In one transaction, changes an interest, adds a new one, and moves the feedback named by `moved` from the first to the second.
   * Feedback that was taken back or given anew since is left as it is. @returns false, having changed nothing, if the first one no longer
   * exists, or differs from `before`.
   */
  divideInterest(person: string, division: InterestDivision): Promise<boolean>;

  /**
   * In one transaction, detaches the feedback given for an interest from it. What was dismissed for it becomes seen; what was already
   * seen stays as it was.
   */
  forgetInterest(person: string, id: string): Promise<void>;

  /** Latest first. */
  feedback(person: string): Promise<Feedback[]>;
  /** On papers by any of these ids, latest first; reads nothing else. */
  feedbackOn(person: string, paperIds: readonly string[]): Promise<Feedback[]>;
  /** How many papers a person said this of. */
  countFeedback(person: string, kind: FeedbackKind): Promise<number>;
  /** Replaces the person's earlier feedback of this kind on this paper. */
  putFeedback(person: string, feedback: Feedback): Promise<void>;
  /** Undoes it. @returns false if there was nothing. */
  removeFeedback(person: string, paperId: string, kind: FeedbackKind): Promise<boolean>;
  /**
   * The votes and saves that all people together gave papers by any of these ids, with their times; earliest first. Reads nothing else.
   */
  popularity(paperIds: readonly string[]): Promise<GivenToPaper[]>;

  /** Latest first, then by query and `paperId`; only those of one query if given. */
  judgments(person: string, query?: string): Promise<Judgment[]>;
  /** How many there are. */
  countJudgments(person: string): Promise<number>;
  /** Replaces the person's judgment of this paper for this query. */
  putJudgment(person: string, judgment: Judgment): Promise<void>;
  /** @returns false if there was none. */
  removeJudgment(person: string, query: string, paperId: string): Promise<boolean>;

  /** Undefined while none were made for this date. */
  picks(person: string, date: string): Promise<Picks | undefined>;
  /** Stores them unless some exist for this date. @returns those that stand. */
  keepPicks(person: string, picks: Picks): Promise<Picks>;
  /** @returns false, having changed nothing, if those of the date differ from `before`. */
  replacePicks(person: string, before: Picks, after: Picks): Promise<boolean>;
  /** Of all dates, latest first. */
  pickHistory(person: string): Promise<Picks[]>;
}
