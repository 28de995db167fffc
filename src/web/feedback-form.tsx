/** Buttons that give feedback on a paper, and undo it; complete without script. */
import { createHash } from "node:crypto";
import type { Child } from "hono/jsx";
import type { FeedbackKind } from "../core/interest.ts";
import type { SaidOf } from "../engine/people/feedback.ts";
import { AskedTwice } from "./sure.tsx";
import { mayWrite } from "./viewer.tsx";

/** The feedback that takes one click, with its labels before and after. */
const buttons: readonly {
  readonly kind: FeedbackKind;
  readonly say: string;
  readonly said: string;
  /** Whether lists hide it under “More” until it was given, because every button is a stop for people who move by keyboard. */
  readonly isRare: boolean;
}[] = [
  { kind: "save", say: "Save", said: "Saved", isRare: false },
  { kind: "dismiss", say: "Not interested", said: "Dismissed", isRare: false },
  { kind: "seen", say: "Seen", said: "Seen", isRare: true },
  { kind: "vote", say: "Vote", said: "Voted", isRare: true },
];

/** What the feedback forms in a list of papers share. */
export interface FeedbackOfList {
  readonly saidOf: SaidOf;
  /** The address of the list. */
  readonly back: string;
  /**
   * Form values that the list was requested with and that are not in its address; they are sent along, so that the same list can be shown
   * again.
   */
  readonly carried?: Readonly<Record<string, string>>;
  /** The interest that the whole list is about. */
  readonly interest?: string;
  /** Whether feedback changes more of the page than the buttons; then the page is reloaded even with script. */
  readonly changesPage?: boolean;
  /** Identifies one of several lists on a page, for a paper that may be in more than one. */
  readonly list?: string;
}

export interface FeedbackFormProps extends Pick<FeedbackOfList, "back" | "carried" | "changesPage" | "list"> {
  readonly paperId: string;
  /** The feedback given so far. */
  readonly said: ReturnType<SaidOf>;
  /** The interest that it is about. */
  readonly interest?: string | undefined;
  /**
   * In a list, the content hidden together with the rare buttons. If undefined, as on the paper's own page, nothing is hidden, and a note
   * is shown open.
   */
  readonly further?: Child;
}

/** The anchor of a paper's buttons, so that people return to their place in a long list. */
export function anchorOf(paperId: string, list = "of"): string {
  return `${list}-${paperId.replace(/[^A-Za-z0-9]+/g, "-")}`;
}

/** The id of a paper's title, which labels its buttons. */
export function titleIdOf(paperId: string, list?: string): string {
  return `${anchorOf(paperId, list)}-title`;
}

/** Identifies the note that a form was shown with, because another tab may have changed it since. */
export function versionOfNote(note: string | undefined): string {
  return note === undefined ? "none" : createHash("sha256").update(note).digest("hex").slice(0, 16);
}

/** Renders nothing for people who may only read. */
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
      {/* The focus returns here after an action, and screen readers announce the paper. */}
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

/** The form is not validated, because the note may be empty for other feedback. */
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

/** A private note. There is one per paper, which is edited in place. */
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

/** The number of lines needed, between 2 and 12. */
function rowsOf(note = ""): number {
  const lines = note.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 80), 0);
  return Math.min(12, Math.max(2, lines));
}
