/** A person's interests: the list, and the page of one interest with the feedback given for it. */
import { type Interest, isOpen, mostExampleFileBytes, mostExamplePapers } from "../core/interest.ts";
import { interestHref, topicHref } from "../core/page-addresses.ts";
import { counted } from "../core/text.ts";
import type { Topic } from "../core/topic.ts";
import type { SaidPaper } from "../engine/people/feedback.ts";
import { type InterestDrivers, isLost, whyNoneIsNear } from "../engine/people/interests.ts";
import type { SplitProposal } from "../engine/people/splits.ts";
import { describeFilters } from "../engine/search/condition-text.ts";
import type { FeedbackOfList } from "./feedback-form.tsx";
import { SaidList } from "./feedback-page.tsx";
import { HitList } from "./hit-list.tsx";
import { InterestFields, type InterestForm } from "./interest-form.tsx";
import { Page, Problem } from "./layout.tsx";
import { SplitSection } from "./split-proposal.tsx";
import { Sure } from "./sure.tsx";
import { FollowTopic } from "./topic-pages.tsx";
import { mayWrite, OnlyReads } from "./viewer.tsx";

/** The number of recent feedback entries that are shown; all of them have a page of their own. */
const shownSaid = 10;

export interface InterestsPageProps {
  readonly interests: readonly Interest[];
  readonly topics: readonly Topic[];
  readonly form: InterestForm;
  readonly problem?: string;
  /** What is wrong with the uploaded file. */
  readonly fileProblem?: string;
  /** The fields typed with a refused file; the browser does not keep the file itself. */
  readonly ofFile?: { readonly collection: string; readonly name: string } | undefined;
  /** Whether papers of a file that the library does not have are imported. */
  readonly bringsIn: boolean;
}

export function InterestsPage({ interests, topics, form, problem, fileProblem, ofFile, bringsIn }: InterestsPageProps) {
  const followed = new Set(interests.map(({ topic }) => topic));
  const open = topics.filter(({ slug }) => !followed.has(slug));
  return (
    <Page title="Interests" active="interests">
      <h1>Your interests</h1>
      <p class="lead">
        Each is followed on its own: your <a href="/picks">picks</a> are the new papers that fit one of them well.{" "}
        <a href="/feedback">What you saved and dismissed</a>
      </p>
      {interests.length === 0 ? <NoneYet hasTopics={open.length > 0} /> : <InterestCards interests={interests} />}
      <OnlyReads>To follow something you need one that can write.</OnlyReads>
      {mayWrite() ? (
        <>
          <h2 id="new">A new interest</h2>
          <InterestFields form={form} action="/interests" button="Follow this" problem={problem} />
          <p class="hint">Every search and every paper's page has a button that follows it, too.</p>
          <FileFields bringsIn={bringsIn} problem={fileProblem} typed={ofFile} />
          {open.length === 0 ? null : <TopicsToFollow topics={open} />}
        </>
      ) : null}
    </Page>
  );
}

function NoneYet({ hasTopics }: { hasTopics: boolean }) {
  return (
    <p>
      There are none yet, so there are no picks.
      {mayWrite() ? (
        <>
          {" "}
          A few words, or one paper that you like, are enough to begin with; a condition alone brings every paper that meets it.
          {hasTopics ? (
            <>
              {" "}
              One click follows a <a href="#topics">topic</a>.
            </>
          ) : null}
        </>
      ) : null}
    </p>
  );
}

function InterestCards({ interests }: Pick<InterestsPageProps, "interests">) {
  return (
    <ul class="cards">
      {interests.map((interest) => (
        <li>
          <h2>
            <a href={interestHref(interest.id)}>{interest.name}</a>
          </h2>
          <p class="clamp">{sentenceOf(contentsOf(interest))}</p>
        </li>
      ))}
    </ul>
  );
}

function TopicsToFollow({ topics }: Pick<InterestsPageProps, "topics">) {
  return (
    <section aria-labelledby="topics">
      <h2 id="topics">Or follow a topic</h2>
      <ul class="cards">
        {topics.map((topic) => (
          <li>
            <h3>
              <a href={topicHref(topic.slug)}>{topic.name}</a>
            </h3>
            <p>{topic.description}</p>
            <FollowTopic topic={topic} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function FileFields({ bringsIn, problem, typed }: { bringsIn: boolean; problem: string | undefined; typed: InterestsPageProps["ofFile"] }) {
  return (
    <section aria-labelledby="file">
      <h2 id="file">Or start from a file of references</h2>
      <form class="kin" method="post" action="/interests/file" enctype="multipart/form-data">
        <Problem text={problem} />
        <label>
          BibTeX, RIS, CSL JSON, Zotero RDF or another export; up to {mostExamplePapers} papers
          <input name="file" type="file" required data-most-bytes={mostExampleFileBytes} />
        </label>
        <label>
          Only this collection or group of the file (optional)
          <input name="collection" value={typed?.collection} maxlength={1_000} placeholder="Thesis/Methods" />
        </label>
        <label>
          Name
          <input name="name" value={typed?.name} maxlength={200} placeholder="that of the file or collection if left empty" />
        </label>
        <p class="hint">
          {bringsIn ? "Papers that the library does not have yet are added to it." : "Only papers that the library already has are used."}
        </p>
        <button type="submit">Follow its papers</button>
      </form>
    </section>
  );
}

export interface InterestPageProps {
  readonly drivers: InterestDrivers;
  readonly form: InterestForm;
  /** Identifies the interest's current state, so that a form opened before a change does not undo it. */
  readonly version: string;
  readonly proposal: SplitProposal | undefined;
  /** For the papers nearest to the interest. */
  readonly feedback: FeedbackOfList;
  /** The feedback given for it, latest first. */
  readonly said: readonly SaidPaper[];
  readonly problem?: string;
  /** For an interest made from a file: how many papers the library does not have, and how many records could not be read. */
  readonly leftOut?: { readonly missing: number; readonly unread: number };
}

export function InterestPage({ drivers, form, version, proposal, feedback, said, problem, leftOut }: InterestPageProps) {
  const { interest, examples, terms, nearest } = drivers;
  return (
    <Page title={interest.name} active="interests">
      <h1>{interest.name}</h1>
      <p class="lead">
        You follow {contentsOf(interest)}. {isLost(drivers) ? "" : learntFrom(examples)} <a href="/picks">Your picks</a>
      </p>
      {leftOut === undefined ? null : <LeftOut {...leftOut} />}
      {terms.length === 0 ? null : <p>Its strongest terms: {terms.join(", ")}.</p>}
      {proposal === undefined || !mayWrite() ? null : <SplitSection proposal={proposal} />}
      <section aria-labelledby="nearest">
        <h2 id="nearest">{isOpen(interest) ? "The newest that meet its conditions" : "The papers nearest to it"}</h2>
        {nearest.length === 0 ? <p>{whyNoneIsNear(drivers)}</p> : <HitList hits={nearest} feedback={feedback} />}
      </section>
      {said.length === 0 ? null : (
        <section aria-labelledby="learnt">
          <h2 id="learnt">Your feedback for it</h2>
          <SaidList all={said.slice(0, shownSaid)} back={feedback.back} />
          {said.length > shownSaid ? (
            <p>
              And {said.length - shownSaid} earlier ones, in <a href="/feedback">all your feedback</a>.
            </p>
          ) : null}
        </section>
      )}
      <OnlyReads>To change it you need one that can write.</OnlyReads>
      {mayWrite() ? <Changes interest={interest} form={form} version={version} problem={problem} /> : null}
    </Page>
  );
}

function Changes({
  interest: { id, filters },
  form,
  version,
  problem,
}: { interest: Interest; problem: string | undefined } & Pick<InterestPageProps, "form" | "version">) {
  return (
    <>
      <h2 id="change">Change it</h2>
      <InterestFields form={form} action={interestHref(id)} button="Save changes" problem={problem} filters={filters} version={version} />
      <div class="actions">
        <Sure
          action={`${interestHref(id)}/reset`}
          text="Forget what it learnt from feedback"
          goes="What you saved and noted stays; what this interest learnt from it is forgotten permanently."
          button="Forget it"
        />
        <Sure
          action={`${interestHref(id)}/remove`}
          // No other interest ever gets this id, so a second click returns the result of the first.
          fields={{ once: id }}
          text="Remove this interest"
          goes="Its words, examples and conditions will be gone. Past picks stay, and so does what you saved."
          button="Remove it"
        />
      </div>
    </>
  );
}

function LeftOut({ missing, unread }: NonNullable<InterestPageProps["leftOut"]>) {
  const parts = [
    missing === 0 ? "" : `${missing} of its papers ${missing === 1 ? "is" : "are"} not in the library`,
    unread === 0 ? "" : `${unread} of its records cannot be read`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : <p role="status">Not everything in the file became an example: {parts.join(", and ")}.</p>;
}

function learntFrom({ positives, negatives }: InterestDrivers["examples"]): string {
  if (positives + negatives === 0) return "It has not learnt from any papers yet: save or dismiss some below.";
  return `It has learnt from ${counted(positives, "paper")} that ${positives === 1 ? "fits" : "fit"} and ${negatives} that ${negatives === 1 ? "does" : "do"} not.`;
}

function sentenceOf(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function contentsOf({ name, words, positives, negatives, filters, excludedWords, weight }: Interest): string {
  const parts = [
    words === "" ? "" : words === name ? "papers about these words" : `papers about “${words}”`,
    positives.length === 0 ? "" : `like ${positives.length === 1 ? "one paper" : `${positives.length} papers`}`,
    negatives.length === 0 ? "" : `not like ${negatives.length === 1 ? "one paper" : `${negatives.length} papers`}`,
    Object.keys(filters).length === 0 ? "" : `only ${describeFilters(filters)}`,
    excludedWords.length === 0 ? "" : `without ${excludedWords.join(", ")}`,
    weight === 1 ? "" : `weight ${weight}`,
  ];
  const given = parts.filter((part) => part !== "");
  return words === "" ? `papers ${given.join("; ")}` : given.join("; ");
}
