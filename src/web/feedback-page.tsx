/** A person's feedback on papers: all of it, or one kind. Each entry can be undone. */
import { type FeedbackKind, feedbackKinds } from "../core/interest.ts";
import type { SaidPage, SaidPaper } from "../engine/people/feedback.ts";
import { type Misread, NotUnderstood } from "./address.tsx";
import { readableDate } from "./dates.ts";
import { ExportLinks } from "./export-links.tsx";
import { PaperTitle, ShortFacts } from "./hit-list.tsx";
import { Page } from "./layout.tsx";
import { Paging } from "./paging.tsx";
import { AskedTwice } from "./sure.tsx";
import { mayWrite, OnlyReads } from "./viewer.tsx";

/** The label of each kind after it was given. */
const said: Readonly<Record<FeedbackKind, string>> = { save: "Saved", dismiss: "Dismissed", seen: "Seen", vote: "Voted", note: "Noted" };

/** The title of the page of each kind. */
const titles: Readonly<Record<FeedbackKind, string>> = {
  save: "Saved papers",
  dismiss: "Dismissed papers",
  seen: "Papers that you have seen",
  vote: "Papers that you voted for",
  note: "Your notes",
};

export const feedbackPageSize = 50;

export interface FeedbackPageProps {
  readonly part: SaidPage;
  readonly kind: FeedbackKind | undefined;
  /** From 1. */
  readonly page: number;
  readonly misread: readonly Misread[];
}

export function FeedbackPage({ part: { said: shown, total, counts }, kind, page, misread }: FeedbackPageProps) {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const title = kind === undefined ? "Your feedback on papers" : titles[kind];
  return (
    <Page title={`${title}${page === 1 ? "" : `, page ${page}`}`} active="saved">
      <h1>{title}</h1>
      <div class="tabs">
        <nav aria-label="Kind">
          <a href="/feedback" aria-current={kind === undefined ? "page" : undefined}>
            All {all}
          </a>
          {feedbackKinds.map((one) => (
            <a href={feedbackHref(one)} aria-current={one === kind ? "page" : undefined}>
              {said[one]} {counts.get(one) ?? 0}
            </a>
          ))}
        </nav>
      </div>
      <NotUnderstood misread={misread} />
      <OnlyReads>To save papers, vote or take notes you need one that can write.</OnlyReads>
      {total === 0 && mayWrite() ? (
        <p>
          Nothing yet. Use the buttons below the papers of a <a href="/">search</a>, of a <a href="/daily">day</a> or of your{" "}
          <a href="/picks">picks</a>.
        </p>
      ) : null}
      <h2 class="hidden">Papers</h2>
      <SaidList all={shown} back={feedbackHref(kind, page)} />
      <Paging page={page} last={Math.ceil(total / feedbackPageSize)} href={(to) => feedbackHref(kind, to)} />
      {kind === undefined || total === 0 ? null : <ExportLinks query={new URLSearchParams({ kind })} />}
    </Page>
  );
}

/** Papers with the feedback on them, each with an undo button. @param back the address of the page. */
export function SaidList({ all, back }: { all: readonly SaidPaper[]; back: string }) {
  return (
    <ul class="hits">
      {all.map(({ feedback, paper }, at) => (
        <li class="hit" id={`said-${at}`} tabindex={-1}>
          <PaperTitle paper={paper} />
          <ShortFacts paper={paper} />
          <p class="facts">
            <span>
              {said[feedback.kind]} on {readableDate(feedback.at.slice(0, 10))}
            </span>
          </p>
          {feedback.note === undefined ? null : (
            <p class="comment" dir="auto">
              {feedback.note}
            </p>
          )}
          {mayWrite() ? <TakeBack feedback={feedback} back={`${back}#said-${Math.max(0, Math.min(at, all.length - 2))}`} /> : null}
        </li>
      ))}
    </ul>
  );
}

function TakeBack({ feedback: { paperId, kind }, back }: { feedback: SaidPaper["feedback"]; back: string }) {
  return (
    <form class="feedback" method="post" action="/feedback">
      <input type="hidden" name="paperId" value={paperId} />
      <input type="hidden" name="back" value={back} />
      {kind === "note" ? (
        <AskedTwice text="Remove the note">
          <p>What you wrote is gone then.</p>
          <button type="submit" name="undo" value={kind}>
            Remove it
          </button>
        </AskedTwice>
      ) : (
        <button type="submit" name="undo" value={kind} class="said">
          {`${said[kind]} · undo`}
        </button>
      )}
    </form>
  );
}

function feedbackHref(kind: FeedbackKind | undefined, page = 1): string {
  const parameters = new URLSearchParams();
  if (kind !== undefined) parameters.set("kind", kind);
  if (page > 1) parameters.set("page", String(page));
  const query = parameters.toString();
  return `/feedback${query === "" ? "" : `?${query}`}`;
}
