import { localDay } from "../core/period.js";
import { catchUp } from "./catch-up.js";
import { giveFeedback, listFeedback, saidOf, takeBackFeedback, } from "./feedback.js";
import { followFile } from "./file-examples.js";
import { addInterest, changeInterest, describeInterest, getInterest, removeInterest, } from "./interests.js";
import { judge, judgedCollection, listJudgments, takeBackJudgment, } from "./judgments.js";
import { findPapers } from "./papers.js";
import { picksOf } from "./picks.js";
import { addFeed, listFeeds, revokeFeeds } from "./private-feeds.js";
import { acceptSplit, declineSplit, proposeSplit } from "./splits.js";
export class Person {
    library;
    serving;
    name;
    now;
    constructor(library, serving, name, now) {
        this.library = library;
        this.serving = serving;
        this.name = name;
        this.now = now;
    }
    interests() {
        return this.library.personal.interests(this.name);
    }
    /** By id or name. Throws `interest_not_found`. */
    interest(id) {
        return getInterest(this.library, this.name, id);
    }
    /** Throws `invalid_request`, `paper_not_found`, `topic_not_found`. */
    addInterest(input) {
        return addInterest(this.library, this.name, input, this.now());
    }
    /** Throws as `followFile` does. */
    followFile(file, signal) {
        return followFile(this.library, this.name, file, this.now(), signal);
    }
    /** Throws `interest_not_found`, `invalid_request`, `paper_not_found`. */
    changeInterest(id, input) {
        return changeInterest(this.library, this.name, id, input);
    }
    /** Throws `interest_not_found`. */
    removeInterest(id) {
        return removeInterest(this.library, this.name, id);
    }
    /** What drives an interest: its examples, its terms, the papers nearest to it. Throws `interest_not_found`. */
    describeInterest(id, signal) {
        return this.serving.within((library, embedder) => describeInterest(library, embedder, this.name, id, signal));
    }
    /** Throws `paper_not_found`, `interest_not_found`, `invalid_request`. */
    giveFeedback(paperId, input) {
        return giveFeedback(this.library, this.name, paperId, input, this.now());
    }
    /** @returns whether there was something to take back. */
    takeBackFeedback(paperId, kind) {
        return takeBackFeedback(this.library, this.name, paperId, kind);
    }
    /** Latest first, all of it. */
    async feedback(kind) {
        return (await listFeedback(this.library, this.name, { kind })).said;
    }
    /** Latest first, a part of it. */
    feedbackPage(options) {
        return listFeedback(this.library, this.name, options);
    }
    /** What was said for one interest. Throws `interest_not_found`. */
    async feedbackFor(id) {
        const { id: interest } = await this.interest(id);
        return (await listFeedback(this.library, this.name, { interest })).said;
    }
    /** What was said of each of these papers; of others it knows nothing. */
    saidOf(papers) {
        return saidOf(this.library, this.name, papers);
    }
    /** Whether a paper is relevant for a query. Throws `paper_not_found`, `invalid_request`. */
    judge(input) {
        return judge(this.library, this.name, input, this.now());
    }
    /** @returns whether there was something to take back. */
    takeBackJudgment(query, paperId) {
        return takeBackJudgment(this.library, this.name, query, paperId);
    }
    /** Latest first, of one query where it is named. */
    judgments(query) {
        return listJudgments(this.library, this.name, query);
    }
    /** The library with the judgments, as a collection that can be evaluated. Throws `invalid_request` without judgments. */
    judgedCollection() {
        return judgedCollection(this.library, this.name);
    }
    /**
     * The interest forgets what was said for it. What was saved, noted, voted and seen stays what it is; what was dismissed stays away, as
     * seen, and turns no interest away. Throws `interest_not_found`.
     */
    async resetInterest(id) {
        const interest = await this.interest(id);
        await this.library.personal.forgetInterest(this.name, interest.id);
        return interest;
    }
    /** Undefined where the interest is one. Throws `interest_not_found`. */
    async splitProposal(id) {
        const interest = await this.interest(id);
        const feedback = await this.library.personal.feedback(this.name);
        return await this.serving.within((library) => proposeSplit(library, interest, feedback));
    }
    /** Of all interests that have become two. */
    async splitProposals() {
        const proposals = [];
        for (const { id } of await this.interests()) {
            const proposal = await this.splitProposal(id);
            if (proposal !== undefined)
                proposals.push(proposal);
        }
        return proposals;
    }
    /** @param token of the proposal that was shown. Throws `interest_not_found`, `invalid_request` where it is not proposed any more. */
    acceptSplit(id, token) {
        return this.serving.within((library, embedder) => acceptSplit(library, embedder, this.name, id, token, this.now()));
    }
    /** Nothing is proposed until the interest has grown. Throws `interest_not_found`. */
    declineSplit(id) {
        return declineSplit(this.library, this.name, id);
    }
    /** Private addresses of feeds of the picks, oldest first. */
    feeds() {
        return listFeeds(this.library, this.name);
    }
    /** @returns a new address, whose secret part is shown only now. Throws `interest_not_found`, `invalid_request`. */
    addFeed(interest) {
        return addFeed(this.library, this.name, interest, this.now());
    }
    /** @returns how many addresses began so. */
    revokeFeeds(prefix) {
        return revokeFeeds(this.library, this.name, prefix);
    }
    /** The day that it is here. */
    today() {
        return localDay(this.now());
    }
    /** The picks of a day, with their papers; those that have left the library are left out. Throws `no_interests`, `invalid_request`. */
    async picks(date, options, signal) {
        const picks = await this.serving.within((library, embedder) => picksOf(library, embedder, this.name, date, this.now(), options, signal));
        return { picks, papers: await this.papersOf(picks) };
    }
    /** The picks of several days ranked together, with their papers. Throws `no_interests`, `invalid_request`. */
    async catchUp(days, signal) {
        const picks = await this.serving.within((library, embedder) => catchUp(library, embedder, this.name, days, this.now(), signal));
        return { picks, papers: await this.papersOf(picks) };
    }
    /** By the ids that were picked. Of two papers that have become one since, the second is left out, too. */
    async papersOf({ picks }) {
        const ids = [...new Set(picks.map(({ paperId }) => paperId))];
        const shown = new Set();
        const papers = new Map();
        for (const [at, stored] of (await findPapers(this.library, ids)).entries()) {
            if (stored === undefined || shown.has(stored.paper.paperId))
                continue;
            shown.add(stored.paper.paperId);
            papers.set(ids[at] ?? "", stored.paper);
        }
        return papers;
    }
}
//# sourceMappingURL=person.js.map