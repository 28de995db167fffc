/** Buttons that say something of a paper, and take it back; complete without script. */
import { createHash } from "node:crypto";
import type { FeedbackKind } from "../core/interest.ts";
import type { SaidOf } from "../engine/feedback.ts";
import { AskedTwice } from "./sure.tsx";
import { mayWrite } from "./viewer.tsx";

/** What can be said with one click, and what is shown once it is said. */
const buttons: readonly { readonly kind: FeedbackKind; readonly say: string; readonly said: string }[] = [
  { kind: "save", say: "Save", said: "Saved" },
  { kind: "dismiss", say: "Not interested", said: "Dismissed" },
  { kind: "seen", say: "Seen", said: "Seen" },
  { kind: "vote", say: "Vote", said: "Voted" },
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
  /** Which of several lists of one page, where a paper may stand in more than one. */
  readonly list?: string;
}

export interface FeedbackFormProps extends Pick<FeedbackOfList, "back" | "carried" | "list"> {
  readonly paperId: string;
  /** What was said so far. */
  readonly said: ReturnType<SaidOf>;
  /** The interest that it is about. */
  readonly interest?: string | undefined;
  /** Whether a note is there to be read at once. */
  readonly showsNote?: boolean;
}

/** Where a paper's buttons are: whoever is far down a list comes back to where they were. */
export function anchorOf(paperId: string, list = "of"): string {
  return `${list}-${paperId.replace(/[^A-Za-z0-9]+/g, "-")}`;
}

/** Which note a form was shown with: another tab may have changed it since. */
export function versionOfNote(note: string | undefined): string {
  return note === undefined ? "none" : createHash("sha256").update(note).digest("hex").slice(0, 16);
}

/** Nothing for whoever may only read. */
export function FeedbackForm({ paperId, said, interest, back, carried = {}, list, showsNote = false }: FeedbackFormProps) {
  if (!mayWrite()) return null;
  const anchor = anchorOf(paperId, list);
  const hidden = { ...carried, paperId, back: `${back.replace(/#.*/, "")}#${anchor}`, ...(interest === undefined ? {} : { interest }) };
  return (
    <form class="feedback" id={anchor} method="post" action="/feedback">
      {Object.entries(hidden).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {buttons.map(({ kind, say, said: done }) => (said.has(kind) ? <Undo kind={kind} done={done} /> : <Say kind={kind} text={say} />))}
      <input type="hidden" name="noted" value={versionOfNote(said.get("note")?.note)} />
      <Note note={said.get("note")?.note} isOpen={showsNote} />
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
    <button type="submit" name="undo" value={kind} class="said" title="Take it back" formnovalidate>
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
        Keep it
      </button>{" "}
      <a href="/feedback?kind=note">Your notes</a>
      {isThere ? (
        <AskedTwice text="Remove it">
          <p>What you wrote is gone then.</p>
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
