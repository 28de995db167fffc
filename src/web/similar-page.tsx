/** The page for papers like a text, or like a set of papers. */
import { shortTitle } from "../core/text.ts";
import type { Recommendation } from "../engine/recommend/recommend.ts";
import type { Hit } from "../engine/search/hits.ts";
import type { FeedbackOfList } from "./feedback-form.tsx";
import { HitList } from "./hit-list.tsx";
import { Page, Problem } from "./layout.tsx";

export interface SimilarForm {
  readonly text: string;
  /** Ids, one per line. */
  readonly like: string;
  readonly unlike: string;
}

export const longestText = 20_000;

/** The address of the answer to a form. */
export function similarHref(form: SimilarForm): string {
  const given = Object.entries(form).filter(([, value]) => value !== "");
  return given.length === 0 ? "/similar" : `/similar?${new URLSearchParams(given)}`;
}

export interface SimilarPageProps {
  readonly form: SimilarForm;
  /** Undefined until something is requested. */
  readonly hits: readonly (Hit | Recommendation)[] | undefined;
  /** Undefined if there are no papers to give feedback on. */
  readonly feedback?: FeedbackOfList | undefined;
  readonly problem?: string;
}

/** A title that distinguishes this page among the tabs and in the history of a browser. */
function titleOf({ text, like }: SimilarForm): string {
  const given = (text.trim() || like.trim()).replace(/\s+/g, " ");
  return given === "" ? "Find kin" : `Kin of ${shortTitle(given)}`;
}

export function SimilarPage({ form, hits, feedback, problem }: SimilarPageProps) {
  return (
    <Page title={titleOf(form)} active="similar">
      <h1>Find kin</h1>
      <p class="lead">
        Find papers that are like a text, like papers that you name, or both; papers that you do not want push away what is like them.
      </p>
      <form class="kin" action="/similar#results" method="post">
        <label>
          A text: an abstract, a paragraph of a draft, an idea
          <textarea name="text" rows={5} maxlength={longestText} dir="auto">
            {form.text}
          </textarea>
        </label>
        <div class="grid">
          <label>
            Papers like these (ids, one a line)
            <textarea name="like" rows={3} placeholder="arXiv:1706.03762">
              {form.like}
            </textarea>
          </label>
          <label>
            But not like these
            <textarea name="unlike" rows={3}>
              {form.unlike}
            </textarea>
          </label>
        </div>
        <button type="submit">Find kin</button>
      </form>
      <Problem text={problem} />
      {hits === undefined ? null : (
        <section id="results" aria-label="Results">
          <h2>{hits.length === 0 ? "Nothing was found" : "Nearest first"}</h2>
          <HitList hits={hits} feedback={feedback} />
        </section>
      )}
    </Page>
  );
}
