/** Everything that belongs to one person: interests, feedback, picks. Whoever holds this object can reach nothing of another's (I9). */
import type { Feedback, FeedbackKind, Interest } from "../../core/interest.ts";
import type { Judgment } from "../../core/judgment.ts";
import type { Label } from "../../core/label-set.ts";
import type { Library } from "../../core/library.ts";
import type { Paper } from "../../core/paper.ts";
import { localDay } from "../../core/period.ts";
import type { Picks } from "../../core/picks.ts";
import type { Serving } from "../generations/serving.ts";
import { findPapers } from "../papers.ts";
import { type CatchUp, catchUp } from "./catch-up.ts";
import {
  type FeedbackInput,
  type FeedbackOptions,
  giveFeedback,
  labelsSaid,
  listFeedback,
  type SaidOf,
  type SaidPage,
  type SaidPaper,
  saidOf,
  takeBackFeedback,
} from "./feedback.ts";
import { type FileToFollow, type FollowedFile, followFile } from "./file-examples.ts";
import {
  addInterest,
  changeInterest,
  describeInterest,
  getInterest,
  type InterestChange,
  type InterestDrivers,
  type InterestInput,
  removeInterest,
} from "./interests.ts";
import {
  type JudgedCollection,
  type JudgedPaper,
  type JudgmentInput,
  judge,
  judgedCollection,
  listJudgments,
  takeBackJudgment,
} from "./judgments.ts";
import { beganAfter, extendPicks, hasExploration, type PickOptions, picksOf } from "./picks.ts";
import { addFeed, type ListedFeed, listFeeds, type NewFeed, revokeFeeds } from "./private-feeds.ts";
import { acceptSplit, declineSplit, proposeSplit, type SplitProposal } from "./splits.ts";

export class Person {
  constructor(
    private readonly library: Library,
    private readonly serving: Serving,
    readonly name: string,
    private readonly now: () => Date,
  ) {}

  interests(): Promise<Interest[]> {
    return this.library.personal.interests(this.name);
  }

  /** By id or name. Throws `interest_not_found`. */
  interest(id: string): Promise<Interest> {
    return getInterest(this.library, this.name, id);
  }

  /** Throws `invalid_request`, `paper_not_found`, `topic_not_found`. */
  addInterest(input: InterestInput): Promise<Interest> {
    return addInterest(this.library, this.name, input, this.now());
  }

  /** Throws as `followFile` does. */
  followFile(file: FileToFollow, signal?: AbortSignal): Promise<FollowedFile> {
    return followFile(this.library, this.name, file, this.now(), signal);
  }

  /** Throws `interest_not_found`, `invalid_request`, `paper_not_found`. */
  changeInterest(id: string, change: InterestChange): Promise<Interest> {
    return changeInterest(this.library, this.name, id, change);
  }

  /** Throws `interest_not_found`. */
  removeInterest(id: string): Promise<Interest> {
    return removeInterest(this.library, this.name, id);
  }

  /** What determines an interest: its examples, its terms, the papers nearest to it. Throws `interest_not_found`. */
  describeInterest(id: string, signal?: AbortSignal): Promise<InterestDrivers> {
    return this.serving.within((library, embedder) => describeInterest(library, embedder, this.name, id, signal));
  }

  /** Throws `paper_not_found`, `interest_not_found`, `invalid_request`. */
  giveFeedback(paperId: string, input: FeedbackInput): Promise<Feedback> {
    return giveFeedback(this.library, this.name, paperId, input, this.now());
  }

  /** @returns whether there was something to take back. */
  takeBackFeedback(paperId: string, kind: FeedbackKind): Promise<boolean> {
    return takeBackFeedback(this.library, this.name, paperId, kind);
  }

  /** Latest first, all of it. */
  async feedback(kind?: FeedbackKind): Promise<SaidPaper[]> {
    return (await listFeedback(this.library, this.name, { kind })).said;
  }

  /** The papers with this feedback, latest first, each once. */
  labelsSaid(kind: FeedbackKind): Promise<Label[]> {
    return labelsSaid(this.library, this.name, kind);
  }

  /** Latest first, a part of it. */
  feedbackPage(options: Pick<FeedbackOptions, "kind" | "limit" | "offset">): Promise<SaidPage> {
    return listFeedback(this.library, this.name, options);
  }

  /** The feedback given for one interest. Throws `interest_not_found`. */
  async feedbackFor(id: string): Promise<SaidPaper[]> {
    const { id: interest } = await this.interest(id);
    return (await listFeedback(this.library, this.name, { interest })).said;
  }

  /** The feedback on each of these papers; it does not cover others. */
  saidOf(papers: readonly Paper[]): Promise<SaidOf> {
    return saidOf(this.library, this.name, papers);
  }

  /** Whether a paper is relevant for a query. Throws `paper_not_found`, `invalid_request`. */
  judge(input: JudgmentInput): Promise<Judgment> {
    return judge(this.library, this.name, input, this.now());
  }

  /** @returns whether there was something to take back. */
  takeBackJudgment(query: string, paperId: string): Promise<boolean> {
    return takeBackJudgment(this.library, this.name, query, paperId);
  }

  /** Latest first, of one query where it is named. */
  judgments(query?: string): Promise<JudgedPaper[]> {
    return listJudgments(this.library, this.name, query);
  }

  /** The library with the judgments, as a collection that can be evaluated. Throws `invalid_request` without judgments. */
  judgedCollection(): Promise<JudgedCollection> {
    return judgedCollection(this.library, this.name);
  }

  /**
   * The interest forgets the feedback given for it. Saves, notes, votes and seen marks stay. What was dismissed stays away, as seen, and
   * counts against no interest. Throws `interest_not_found`.
   */
  async resetInterest(id: string): Promise<Interest> {
    const interest = await this.interest(id);
    await this.library.personal.forgetInterest(this.name, interest.id);
    return interest;
  }

  /** Undefined if the interest has one subject. Throws `interest_not_found`. */
  async splitProposal(id: string): Promise<SplitProposal | undefined> {
    const interest = await this.interest(id);
    const feedback = await this.library.personal.feedback(this.name);
    return await this.serving.within((library) => proposeSplit(library, interest, feedback));
  }

  /** Of all interests that have become two. */
  async splitProposals(): Promise<SplitProposal[]> {
    const feedback = await this.library.personal.feedback(this.name);
    const proposals: SplitProposal[] = [];
    for (const interest of await this.interests()) {
      const proposal = await this.serving.within((library) => proposeSplit(library, interest, feedback));
      if (proposal !== undefined) proposals.push(proposal);
    }
    return proposals;
  }

  /**
   * @param token of the proposal that was shown. Throws `interest_not_found`, and `invalid_request` if the split is no longer proposed.
   */
  acceptSplit(id: string, token: string): Promise<readonly [Interest, Interest]> {
    return this.serving.within((library, embedder) => acceptSplit(library, embedder, this.name, id, token, this.now()));
  }

  /** Nothing is proposed until the interest has grown. Throws `interest_not_found`. */
  declineSplit(id: string): Promise<Interest> {
    return declineSplit(this.library, this.name, id);
  }

  /** Private addresses of feeds of the picks, oldest first. */
  feeds(): Promise<ListedFeed[]> {
    return listFeeds(this.library, this.name);
  }

  /** @returns a new address, whose secret part is shown only once. Throws `interest_not_found`, `invalid_request`. */
  addFeed(interest?: string): Promise<NewFeed> {
    return addFeed(this.library, this.name, interest, this.now());
  }

  /** @returns how many addresses began so. */
  revokeFeeds(prefix: string): Promise<number> {
    return revokeFeeds(this.library, this.name, prefix);
  }

  /** Today in the time zone of this process. */
  today(): string {
    return localDay(this.now());
  }

  /** The picks of a day, with their papers; those that have left the library are left out. Throws `no_interests`, `invalid_request`. */
  async picks(date: string, options?: PickOptions, signal?: AbortSignal): Promise<{ picks: Picks; papers: ReadonlyMap<string, Paper> }> {
    const picks = await this.serving.within((library, embedder) =>
      picksOf({ library, embedder, person: this.name, now: this.now(), date, ...options, signal }),
    );
    return { picks, papers: await this.papersOf(picks) };
  }

  /** Today's picks, followed by those of interests that began since, and an exploration if wanted. Throws as {@link picks}. */
  async extendPicks(options?: PickOptions, signal?: AbortSignal): Promise<{ picks: Picks; papers: ReadonlyMap<string, Paper> }> {
    const picks = await this.serving.within((library, embedder) =>
      extendPicks({ library, embedder, person: this.name, now: this.now(), ...options, signal }),
    );
    return { picks, papers: await this.papersOf(picks) };
  }

  /** Interests that began after today's picks were made: they get picks from tomorrow on, or by {@link extendPicks}. */
  async waitingInterests(): Promise<Interest[]> {
    const standing = await this.library.personal.picks(this.name, this.today());
    return standing === undefined ? [] : (await this.interests()).filter((interest) => beganAfter(interest, standing));
  }

  /** Whether today's picks are stored without a paper from outside of the interests, which {@link extendPicks} adds. */
  async mayExplore(): Promise<boolean> {
    const standing = await this.library.personal.picks(this.name, this.today());
    return standing !== undefined && !hasExploration(standing);
  }

  /** The picks of several days ranked together, with their papers. Throws `no_interests`, `invalid_request`. */
  async catchUp(
    days: { readonly from: string; readonly to: string; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<{ picks: CatchUp; papers: ReadonlyMap<string, Paper> }> {
    const picks = await this.serving.within((library, embedder) => catchUp(library, embedder, this.name, days, this.now(), signal));
    return { picks, papers: new Map(picks.picks.map(({ paperId, paper }) => [paperId, paper])) };
  }

  /** By the ids that were picked. If two papers were merged since, the second is left out, too. */
  private async papersOf({ picks }: Pick<Picks, "picks">): Promise<ReadonlyMap<string, Paper>> {
    const ids = [...new Set(picks.map(({ paperId }) => paperId))];
    const shown = new Set<string>();
    const papers = new Map<string, Paper>();
    for (const [at, stored] of (await findPapers(this.library, ids)).entries()) {
      if (stored === undefined || shown.has(stored.paper.paperId)) continue;
      shown.add(stored.paper.paperId);
      papers.set(ids[at] ?? "", stored.paper);
    }
    return papers;
  }
}
