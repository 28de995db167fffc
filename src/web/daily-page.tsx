/** The papers of a day, a week or a month, as a listing. */
import { directionOf } from "../core/direction.ts";
import { paperHref } from "../core/page-addresses.ts";
import type { Paper } from "../core/paper.ts";
import { type Period, type PeriodKind, periodKinds, periodOf } from "../core/period.ts";
import { isEmerging } from "../core/ranking/emerging.ts";
import { counted } from "../core/text.ts";
import type { DailyAnswer, DailyPaper } from "../engine/daily.ts";
import { type DailySort, dailySorts } from "../engine/daily-order.ts";
import { type Misread, NotUnderstood } from "./address.tsx";
import { readableDate, readablePeriod } from "./dates.ts";
import { type FeedbackOfList, titleIdOf } from "./feedback-form.tsx";
import { AuthorsFact, Categories, PaperActions, PaperList, PaperTitle } from "./hit-list.tsx";
import { FeedLinks, Page } from "./layout.tsx";
import { dailyFeed, dailyHref } from "./links.ts";
import { Prose } from "./mathematics.tsx";
import { Paging } from "./paging.tsx";
import { mayLookAfter } from "./viewer.tsx";

export const dailyPageSize = 30;

const kindNames: Readonly<Record<PeriodKind, string>> = { day: "Day", week: "Week", month: "Month" };
const sortNames: Readonly<Record<DailySort, string>> = { date: "Newest", votes: "Votes", trending: "Trending", emerging: "Emerging" };
const sortExplanations: Readonly<Record<DailySort, string>> = {
  date: "Newest first.",
  votes: "Most votes first.",
  trending: "By votes, each of which counts less with every day.",
  emerging:
    "New papers where this library grows faster than usual: more of their nearest papers are new than elsewhere. It needs no votes.",
};

export interface DailyPageProps {
  readonly answer: DailyAnswer;
  readonly sort: DailySort;
  /** From 1. */
  readonly page: number;
  /** Parameters of the address that were not understood. */
  readonly misread: readonly Misread[];
  readonly feedback: FeedbackOfList;
  /** Whether anybody can have trending papers mailed. */
  readonly byMail: boolean;
}

export function DailyPage({ answer, sort, page, misread, feedback, byMail }: DailyPageProps) {
  const { asked, shown, papers, total } = answer;
  const heading = shown ?? asked;
  const first = (page - 1) * dailyPageSize + 1;
  return (
    <Page title={titleOf(heading, sort, page)} active="daily">
      <h1>{heading === undefined ? "Daily papers" : readablePeriod(heading)}</h1>
      <NotUnderstood misread={misread} />
      {asked !== undefined && shown !== undefined && asked.name !== shown.name ? (
        <p class="problem" role="status">
          There are no papers for {readablePeriod(asked)}; these are the nearest earlier ones.
        </p>
      ) : null}
      <Beside answer={answer} sort={sort} />
      <Tabs answer={answer} sort={sort} />
      {shown === undefined ? (
        <p>
          {asked === undefined ? (
            <>No paper in the library has a date yet. {mayLookAfter() ? <a href="/import">Import papers</a> : null}</>
          ) : (
            "There are no papers up to that date."
          )}
        </p>
      ) : (
        <>
          <p class="count" role="status">
            {counted(total, "paper")}. {sortExplanations[sort]}
          </p>
          <VotesMissing answer={answer} sort={sort} shown={shown} />
          <h2 class="hidden">Papers</h2>
          {papers.length === 0 ? (
            <p>
              The listing ends before this page: go to the <a href={dailyHref(shown.name, { sort })}>first page</a>.
            </p>
          ) : (
            <Listing papers={papers} first={first} kind={shown.kind} feedback={feedback} />
          )}
          {papers.length === 0 ? null : (
            <Paging page={page} last={Math.ceil(total / dailyPageSize)} href={(to) => dailyHref(shown.name, { sort, page: to })} />
          )}
          <GoTo sort={sort} day={answer.lastDay} />
          <FeedLinks feed={dailyFeed} />
          {byMail ? (
            <p class="feeds">
              <a href="/subscribe">What is trending, by email</a>
            </p>
          ) : null}
        </>
      )}
    </Page>
  );
}

/** A title that distinguishes this page among the tabs and in the history of a browser. */
function titleOf(period: Period | undefined, sort: DailySort, page: number): string {
  if (period === undefined) return "Daily papers";
  const order = sort === "date" ? "" : `, ${sortNames[sort].toLowerCase()}`;
  return `Papers of ${readablePeriod(period)}${order}${page === 1 ? "" : `, page ${page}`}`;
}

/** Links to the nearest periods that have papers. */
function Beside({ answer: { previous, next }, sort }: { answer: DailyAnswer; sort: DailySort }) {
  if (previous === undefined && next === undefined) return null;
  return (
    <nav class="beside" aria-label="Earlier and later">
      {previous === undefined ? (
        <span />
      ) : (
        <a rel="prev" href={dailyHref(previous.name, { sort })}>
          ← {readablePeriod(previous)}
        </a>
      )}
      {next === undefined ? (
        <span />
      ) : (
        <a rel="next" href={dailyHref(next.name, { sort })}>
          {readablePeriod(next)} →
        </a>
      )}
    </nav>
  );
}

/** Choice of any day, with the browser's own calendar. */
function GoTo({ sort, day }: { sort: DailySort; day: string | undefined }) {
  return (
    <form class="goto" action="/daily" method="get">
      <label>
        Go to a day <input type="date" name="period" value={day} required />
      </label>
      {sort === "date" ? null : <input type="hidden" name="sort" value={sort} />}
      <button type="submit">Show</button>
    </form>
  );
}

/** Links to the periods of each length around the shown one, and to the orders. */
function Tabs({ answer: { asked, shown, lastDay }, sort }: { answer: DailyAnswer; sort: DailySort }) {
  const period = shown ?? asked;
  if (period === undefined) return null;
  const day = lastDay ?? period.last;
  return (
    <div class="tabs">
      <nav aria-label="Length of time">
        {periodKinds.map((kind) => (
          <>
            <a href={dailyHref(nameOf(kind, period, day), { sort })} aria-current={kind === period.kind ? "page" : undefined}>
              {kindNames[kind]}
            </a>{" "}
          </>
        ))}
      </nav>
      <nav aria-label="Order">
        {dailySorts.map((one) => (
          <>
            <a href={dailyHref(period.name, { sort: one })} aria-current={one === sort ? "page" : undefined}>
              {sortNames[one]}
            </a>{" "}
          </>
        ))}
      </nav>
    </div>
  );
}

function nameOf(kind: PeriodKind, period: Period, day: string): string {
  return kind === period.kind ? period.name : periodOf(kind, day).name;
}

function VotesMissing({ answer, sort, shown }: { answer: DailyAnswer; sort: DailySort; shown: Period }) {
  if (answer.voted > 0 || (sort !== "votes" && sort !== "trending")) return null;
  return (
    <p class="hint">
      Nobody has voted for these papers, here or where they come from, so this order says nothing about them.{" "}
      <a href={dailyHref(shown.name, { sort: "emerging" })}>What is emerging</a> needs no votes.
    </p>
  );
}

function Listing({
  papers,
  first,
  kind,
  feedback,
}: {
  papers: readonly DailyPaper[];
  first: number;
  kind: PeriodKind;
  feedback: FeedbackOfList;
}) {
  return (
    <PaperList first={first} count={papers.length}>
      {papers.map((entry) => (
        <Entry entry={entry} dated={kind !== "day"} feedback={feedback} />
      ))}
    </PaperList>
  );
}

function Entry({
  entry: { paper, listed, emerging, here },
  dated,
  feedback,
}: {
  entry: DailyPaper;
  dated: boolean;
  feedback: FeedbackOfList;
}) {
  return (
    <li class="hit">
      <PaperTitle paper={paper} id={titleIdOf(paper.paperId)} />
      <p class="facts">
        <AuthorsFact paper={paper} />
        {dated ? <time datetime={listed}>{readableDate(listed)}</time> : null}{" "}
        <Counted here={here.votes} brought={paper.votes} noun="vote" paper={paper} />{" "}
        <Counted here={here.comments} brought={paper.comments} noun="comment" paper={paper} href={`${paperHref(paper.paperId)}#comments`} />{" "}
        <Categories paper={paper} />
      </p>
      {paper.abstract === "" ? null : (
        <p class="sentence clamp" lang={paper.language} dir={directionOf(paper.abstract)}>
          <Prose text={paper.abstract} />
        </p>
      )}
      {emerging === undefined ? null : (
        <p class="why">
          {isEmerging(emerging) ? <span class="badge">emerging</span> : null} {emerging.sentence}
        </p>
      )}
      <PaperActions paper={paper} feedback={{ ...feedback, said: feedback.saidOf(paper) }} />
    </li>
  );
}

/** `14 votes`; or, if people of this service gave some, `2 votes here, 14 on Hugging Face`. */
function Counted({
  here,
  brought,
  noun,
  paper,
  href,
}: {
  here: number;
  brought: number | undefined;
  noun: string;
  paper: Paper;
  /** The address where the counted items can be read. */
  href?: string;
}) {
  if (here === 0 && brought === undefined) return null;
  const elsewhere = brought === undefined ? "" : `, ${brought.toLocaleString("en")} ${whereFrom(paper)}`;
  const text = here === 0 ? counted(brought ?? 0, noun) : `${counted(here, noun)} here${elsewhere}`;
  return href === undefined ? <strong>{text}</strong> : <a href={href}>{text}</a>;
}

/** The origin of the numbers of a paper, in words. */
export function whereFrom({ sources }: Paper): string {
  return sources.some((source) => source.startsWith("hf-")) ? "on Hugging Face" : "elsewhere";
}
