/** Buttons that say something of a paper, and take it back; complete without script. */
import type { FeedbackKind } from "../core/interest.ts";

/** What can be said with one click, and what is shown once it is said. */
const buttons: readonly { readonly kind: FeedbackKind; readonly say: string; readonly said: string }[] = [
  { kind: "save", say: "Save", said: "Saved" },
  { kind: "dismiss", say: "Not interested", said: "Dismissed" },
  { kind: "seen", say: "Seen", said: "Seen" },
  { kind: "vote", say: "Vote", said: "Voted" },
];

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
