/** Buttons that judge whether a paper is relevant for a query, and undo that; complete without script. */
import { anchorOf } from "./feedback-form.tsx";
import { mayWrite } from "./viewer.tsx";

export interface JudgmentFormProps {
  readonly query: string;
  readonly paperId: string;
  readonly title: string;
  /** The judgment so far. */
  readonly relevant: boolean | undefined;
  /** Where to go afterwards: an address of this service. */
  readonly back: string;
}

const choices = [
  { value: "yes", relevant: true, say: "Relevant", said: "Relevant · undo" },
  { value: "no", relevant: false, say: "Not relevant", said: "Not relevant · undo" },
] as const;

/** Renders nothing for people who may only read. */
export function JudgmentForm({ query, paperId, title, relevant, back }: JudgmentFormProps) {
  if (!mayWrite()) return null;
  return (
    <form class="feedback judgment" method="post" action="/judgments" aria-label={`Is it what you searched for: ${title.slice(0, 120)}`}>
      <input type="hidden" name="query" value={query} />
      <input type="hidden" name="paperId" value={paperId} />
      <input type="hidden" name="back" value={`${back}#${anchorOf(paperId)}`} />
      {choices.map((choice) =>
        relevant === choice.relevant ? (
          <button type="submit" name="undo" value={choice.value} class="said" title="Undo">
            {choice.said}
          </button>
        ) : (
          <button type="submit" name="relevant" value={choice.value} title={`${choice.say} for this query`}>
            {choice.say}
          </button>
        ),
      )}
    </form>
  );
}
