/** What to read on a day, and why. */
import { directionOf } from "../core/direction.ts";
import { interestHref } from "../core/page-addresses.ts";
import type { Paper } from "../core/paper.ts";
import { addDays, daysBetween } from "../core/period.ts";
import type { Pick, Picks } from "../core/picks.ts";
import type { CatchUp } from "../engine/people/catch-up.ts";
import { describeChoice, furtherGroundsOf, waitingNames } from "../engine/recommend/reason-text.ts";
import { readableDate } from "./dates.ts";
import { type FeedbackOfList, titleIdOf } from "./feedback-form.tsx";
import { PaperActions, PaperLink, PaperList, PaperTitle, ShortFacts } from "./hit-list.tsx";
import { Page } from "./layout.tsx";
import { Prose } from "./mathematics.tsx";
import { mayWrite } from "./viewer.tsx";

export interface PicksPageProps {
  /** Of a day, or of several days ranked together. */
  readonly picks: Picks | CatchUp;
  readonly papers: ReadonlyMap<string, Paper>;
  readonly today: string;
  readonly saidOf: FeedbackOfList["saidOf"];
  /** Ids of the person's current interests. */
  readonly followed: ReadonlySet<string>;
  /** Names of interests that were created after the picks were made. */
  readonly later: readonly string[];
  /** Whether the page offers a paper from outside the interests: `nothing` if it was requested and there is none. */
  readonly exploration: "offered" | "nothing" | "none";
}

export function PicksPage({ picks, papers, today, saidOf, followed, later, exploration }: PicksPageProps) {
  const shown = picks.picks.flatMap((pick) => {
    const paper = papers.get(pick.paperId);
    return paper === undefined ? [] : [{ pick, paper }];
  });
  const isDay = "date" in picks;
  const [last, since] = isDay ? [picks.date, picks.since] : [picks.to, picks.from];
  const title = isDay ? `Picks of ${readableDate(last)}` : `Picks from ${readableDate(since)} to ${readableDate(last)}`;
  return (
    <Page title={title} active="picks">
      <h1>{isDay && last === today ? "Today's picks" : title}</h1>
      <p class="count">
        {shown.length} {describeChoice(picks, readableDate)} <Ways isDay={isDay} from={since} last={last} today={today} />
      </p>
      {isDay ? null : (
        <p class="hint">
          What you have <a href="/feedback?kind=dismiss">dismissed</a> or <a href="/feedback?kind=seen">seen</a> meanwhile is left out.
        </p>
      )}
      {shown.length === 0 && picks.candidates > 0 ? <NothingGood isDay={isDay} /> : null}
      <Later names={later} />
      <h2 class="hidden">Papers</h2>
      <PaperList count={shown.length}>
        {shown.map(({ pick, paper }) => (
          <PickedPaper
            pick={pick}
            paper={paper}
            said={saidOf(paper)}
            back={isDay ? `/picks?date=${last}` : `/picks?from=${since}&to=${last}`}
            followed={followed}
          />
        ))}
      </PaperList>
      <Outside exploration={exploration} />
      {picks.quiet.length === 0 || shown.length === 0 ? null : (
        <p class="hint">
          Nothing good enough for{" "}
          {picks.quiet.map(({ id, name }, at) => (
            <>
              {at === 0 ? "" : ", "}
              <InterestName id={id} name={name} followed={followed} />
            </>
          ))}
          .
        </p>
      )}
    </Page>
  );
}

/** Interests that today's picks do not cover yet. */
function Later({ names }: { names: PicksPageProps["later"] }) {
  if (names.length === 0) return null;
  return (
    <>
      <p class="hint">
        {waitingNames(names)}; until then, the page of an <a href="/interests">interest</a> shows the papers nearest to it.
      </p>
      {mayWrite() ? (
        <div class="actions">
          <form method="post" action="/picks">
            <button type="submit">Pick for {names.length === 1 ? "it" : "them"} now, after these</button>
          </form>
        </div>
      ) : null}
    </>
  );
}

/** Offers one paper from outside the interests. */
function Outside({ exploration }: { exploration: PicksPageProps["exploration"] }) {
  if (exploration === "nothing")
    return (
      <p class="hint" id="outside" role="status">
        There is nothing outside your interests that you have not seen.
      </p>
    );
  if (exploration === "none" || !mayWrite()) return null;
  return (
    <div class="actions">
      <form method="post" action="/picks">
        <input type="hidden" name="exploration" value="yes" />
        <button type="submit">One more, from outside your interests</button>
      </form>
    </div>
  );
}

function NothingGood({ isDay }: { isDay: boolean }) {
  return (
    <>
      <p class="lead">{isDay ? "Nothing new" : "Nothing else from these days"} is a good enough match for your interests.</p>
      <p class="hint">
        A good match stands out from the other papers of your library. If you get too few, give an <a href="/interests">interest</a> an
        example or other words: its page shows the papers nearest to it.
      </p>
    </>
  );
}

/** @param props.back the address that feedback returns to. */
function PickedPaper({
  pick,
  paper,
  said,
  back,
  followed,
}: {
  pick: Pick;
  paper: Paper;
  said: ReturnType<FeedbackOfList["saidOf"]>;
  back: string;
  followed: ReadonlySet<string>;
}) {
  return (
    <li class="hit" id={pick.exploration === true ? "outside" : undefined}>
      <PaperTitle paper={paper} id={titleIdOf(paper.paperId)}>
        {pick.exploration === true ? <span class="badge">exploration</span> : null}
      </PaperTitle>
      <ShortFacts paper={paper} />
      {paper.abstract === "" ? null : (
        <p class="sentence clamp" lang={paper.language} dir={directionOf(paper.abstract)}>
          <Prose text={paper.abstract} />
        </p>
      )}
      <WhyPicked pick={pick} followed={followed} />
      <PaperActions paper={paper} feedback={{ said, back, interest: pick.exploration === true ? undefined : pick.interest?.id }} />
    </li>
  );
}

/** Links to other days, and to other forms of the picks. */
function Ways({ isDay, from, last, today }: { isDay: boolean; from: string; last: string; today: string }) {
  const [before, after] = [addDays(last, -1), addDays(last, 1)];
  return (
    <>
      {isDay ? (
        <a href={`/picks?date=${before}`}>The day before</a>
      ) : (
        <a href={`/picks?from=${addDays(from, daysBetween(last, from) - 1)}&to=${addDays(from, -1)}`}>The days before</a>
      )}{" "}
      {isDay && after < today ? <a href={`/picks?date=${after}`}>The day after</a> : null}{" "}
      {!isDay || last < today ? <a href="/picks">Today</a> : null}{" "}
      {isDay ? <a href={`/picks?from=${addDays(last, -6)}&to=${last}`}>Seven days together</a> : null} <a href="/feeds">As a feed</a>{" "}
      <a href="/subscriptions">By email</a>
    </>
  );
}

function InterestName({ id, name, followed }: { id: string; name: string; followed: PicksPageProps["followed"] }) {
  return followed.has(id) ? <a href={interestHref(id)}>{name}</a> : name;
}

function WhyPicked({ pick, followed }: { pick: Pick; followed: PicksPageProps["followed"] }) {
  const { interest, reason, exploration } = pick;
  const near = reason.nearest.slice(0, 3);
  return (
    <p class="why">
      {exploration === true ? "To see what else there is" : "Fits "}
      {interest === undefined || exploration === true ? null : <InterestName {...interest} followed={followed} />}
      {near.length === 0 ? null : "; near "}
      {near.map(({ paperId, title }, at) => (
        <>
          {at === 0 ? "" : ", "}
          <PaperLink paperId={paperId} title={title} />
        </>
      ))}
      {reason.terms.length === 0 ? "" : `; shares ${reason.terms.join(", ")}`}
      {furtherGroundsOf(pick).map((text) => `; ${text}`)}
    </p>
  );
}
