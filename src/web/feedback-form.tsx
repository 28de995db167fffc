/** Buttons that say something of a paper, and take it back; complete without script. */
import { createHash } from "node:crypto";
import type { Child } from "hono/jsx";
import type { FeedbackKind } from "../core/interest.ts";
import type { SaidOf } from "../engine/feedback.ts";
import { AskedTwice } from "./sure.tsx";
import { mayWrite } from "./viewer.tsx";

/** What can be said with one click, and what is shown once it is said. */
const buttons: readonly {
  readonly kind: FeedbackKind;
  readonly say: string;
  readonly said: string;
  /** Whether a list folds it away until it was said: each button of each paper is a stop on the way through the list by keys. */
  readonly isRare: boolean;
}[] = [
  { kind: "save", say: "Save", said: "Saved", isRare: false },
  { kind: "dismiss", say: "Not interested", said: "Dismissed", isRare: false },
  { kind: "seen", say: "Seen", said: "Seen", isRare: true },
  { kind: "vote", say: "Vote", said: "Voted", isRare: true },
];

/** For lists of papers. */
export interface FeedbackOfList {
  readonly saidOf: SaidOf;
  /** The address of the list. */
  readonly back: string;
  /** What the list was asked for with, where that is no part of its address: it is asked for again with it. */
  readonly carried?: Readonly<Record<string, string>>;
  /** The interest that all of the list is about. */
  readonly interest?: string;
  /** Whether more of the page than the buttons changes by what is said: it is loaded anew then, with script too. */
  readonly changesPage?: boolean;
  /** Which of several lists of one page, where a paper may stand in more than one. */
  readonly list?: string;
}

export interface FeedbackFormProps extends Pick<FeedbackOfList, "back" | "carried" | "changesPage" | "list"> {
  readonly paperId: string;
  /** What was said so far. */
  readonly said: ReturnType<SaidOf>;
  /** The interest that it is about. */
  readonly interest?: string | undefined;
  /** In a list, what is folded away with the rare buttons; without, as on the paper's own page, nothing is folded, and a note is read at once. */
  readonly further?: Child;
}

/** Where a paper's buttons are: whoever is far down a list comes back to where they were. */
export function anchorOf(paperId: string, list = "of"): string {
  return `${list}-${paperId.replace(/[^A-Za-z0-9]+/g, "-")}`;
}

/** The id of a paper's title, by which its buttons are called. */
export function titleIdOf(paperId: string, list?: string): string {
  return `${anchorOf(paperId, list)}-title`;
}

/** Which note a form was shown with: another tab may have changed it since. */
export function versionOfNote(note: string | undefined): string {
  return note === undefined ? "none" : createHash("sha256").update(note).digest("hex").slice(0, 16);
}

/** Nothing for whoever may only read. */
export function FeedbackForm({ paperId, said, interest, back, carried = {}, changesPage = false, list, further }: FeedbackFormProps) {
  if (!mayWrite()) return null;
  const anchor = anchorOf(paperId, list);
  const isFolded = further !== undefined;
  const rare = buttons.filter(({ kind, isRare }) => isFolded && isRare && !said.has(kind));
  const note = said.get("note")?.note;
  const hidden = {
    ...carried,
    paperId,
    back: `${back.replace(/#.*/, "")}#${anchor}`,
    noted: versionOfNote(note),
    ...(interest === undefined ? {} : { interest }),
  };
  return (
    <form class="feedback" method="post" action="/feedback" data-in-place={changesPage ? undefined : ""}>
      {Object.entries(hidden).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {/* Whoever is led back has the focus here, and hears of which paper it is. */}
      <fieldset id={anchor} tabindex={-1} aria-labelledby={titleIdOf(paperId, list)}>
        {buttons
          .filter((button) => !rare.includes(button))
          .map(({ kind, say, said: done }) => (
            <>{said.has(kind) ? <Undo kind={kind} done={done} /> : <Say kind={kind} text={say} />} </>
          ))}
        {note === undefined && isFolded ? null : <Note note={note} isOpen={!isFolded} />}
        {isFolded ? (
          <details class="rest">
            <summary>More</summary>
            <div>
              {rare.map(({ kind, say }) => (
                <>
                  <Say kind={kind} text={say} />{" "}
                </>
              ))}
              {further}
              {note === undefined ? <Note note={note} isOpen={false} /> : null}
            </div>
          </details>
        ) : null}
      </fieldset>
    </form>
  );
}

/** The text of a note may be missing where something else is said. */
function Say({ kind, text }: { kind: FeedbackKind; text: string }) {
  return (
    <button type="submit" name="kind" value={kind} formnovalidate>
      {text}
    </button>
  );
}

function Undo({ kind, done }: { kind: FeedbackKind; done: string }) {
  return (
    <button type="submit" name="undo" value={kind} class="said" title="Undo" formnovalidate>
      {done} · undo
    </button>
  );
}

/** A note for oneself: of each paper there is one, which is read and changed where it was written. */
function Note({ note, isOpen }: { note: string | undefined; isOpen: boolean }) {
  const isThere = note !== undefined;
  return (
    <details class={isThere ? "note said" : "note"} open={isThere && isOpen}>
      <summary>{isThere ? "Your note" : "Note"}</summary>
      <label>
        For yourself: nobody else reads it
        <textarea name="note" rows={rowsOf(note)} maxlength={10_000} dir="auto" required>
          {note}
        </textarea>
      </label>
      <button type="submit" name="kind" value="note">
        Save note
      </button>{" "}
      <a href="/feedback?kind=note">Your notes</a>
      {isThere ? (
        <AskedTwice text="Remove it">
          <p>What you wrote will be gone.</p>
          <button type="submit" name="undo" value="note" formnovalidate>
            Remove the note
          </button>
        </AskedTwice>
      ) : null}
    </details>
  );
}

/** Room for what is there, within a screen. */
function rowsOf(note = ""): number {
  const lines = note.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 80), 0);
  return Math.min(12, Math.max(2, lines));
}
