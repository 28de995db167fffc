/** Buttons that say something of a paper, and take it back; complete without script. */
import type { FeedbackKind } from "../core/interest.ts";
import type { Paper } from "../core/paper.ts";

/** What can be said with one click, and what is shown once it is said. */
const buttons: readonly { readonly kind: FeedbackKind; readonly say: string; readonly said: string }[] = [
  { kind: "save", say: "Save", said: "Saved" },
  { kind: "dismiss", say: "Not interested", said: "Dismissed" },
  { kind: "seen", say: "Seen", said: "Seen" },
  { kind: "vote", say: "Vote", said: "Voted" },
];

/** A note for oneself; of each paper there is one, and writing it again takes its place. */
export function NoteForm({ paperId, back }: Pick<FeedbackFormProps, "paperId" | "back">) {
  return (
    <details>
      <summary>A note for yourself</summary>
      <form class="kin" method="post" action="/feedback">
        <input type="hidden" name="paperId" value={paperId} />
        <input type="hidden" name="back" value={back} />
        <label>
          Nobody else reads it; <a href="/feedback?kind=note">yours</a> are kept together
          <textarea name="note" rows={2} maxlength={10_000} required></textarea>
        </label>
        <button type="submit" name="kind" value="note">
          Keep it
        </button>
      </form>
    </details>
  );
}

/** For lists of papers. */
export interface FeedbackOfList {
  readonly saidOf: (paper: Paper) => ReadonlySet<FeedbackKind>;
  /** The address of the list. */
  readonly back: string;
}

export interface FeedbackFormProps {
  readonly paperId: string;
  /** What was said so far. */
  readonly said: ReadonlySet<FeedbackKind>;
  /** The interest that it is about. */
  readonly interest?: string | undefined;
  /** Where to go on: an address of this service. */
  readonly back: string;
}

export function FeedbackForm({ paperId, said, interest, back }: FeedbackFormProps) {
  return (
    <form class="feedback" method="post" action="/feedback">
      <input type="hidden" name="paperId" value={paperId} />
      <input type="hidden" name="back" value={back} />
      {interest === undefined ? null : <input type="hidden" name="interest" value={interest} />}
      {buttons.map(({ kind, say, said: done }) =>
        said.has(kind) ? (
          <button type="submit" name="undo" value={kind} class="said" title="Take it back">
            {done} · undo
          </button>
        ) : (
          <button type="submit" name="kind" value={kind}>
            {say}
          </button>
        ),
      )}
    </form>
  );
}
