/** The same query in each search mode, side by side. */

import { counted } from "../core/text.ts";
import { type SearchMode, searchModes } from "../engine/search/rank.ts";
import type { SearchAnswer } from "../engine/search/search.ts";
import { NotUnderstood } from "./address.tsx";
import type { FeedbackOfList } from "./feedback-form.tsx";
import { HitList } from "./hit-list.tsx";
import { Page } from "./layout.tsx";
import { modeNames, SearchBox, SetConditions } from "./search-box.tsx";
import { explainHref, type SearchForm, searchHref } from "./search-form.ts";

const explanations: Record<SearchMode, string> = {
  hybrid: "Meaning and words together",
  semantic: "What is near in meaning",
  keyword: "What contains your words",
};

type Answers = Readonly<Record<SearchMode, SearchAnswer>>;

export interface ComparePageProps {
  readonly form: SearchForm;
  readonly answers: Answers;
  readonly feedback: FeedbackOfList;
}

export function ComparePage({ form, answers, feedback }: ComparePageProps) {
  const ranks = new Map(searchModes.map((mode) => [mode, ranksOf(answers[mode])]));
  return (
    <Page title={`Compare: ${form.q.slice(0, 80)}`} active="search">
      <h1 class="hidden">Three ways to search</h1>
      <SearchBox form={form} />
      <SetConditions form={form} />
      <NotUnderstood misread={form.misread} />
      <p class="count">
        {describeOverlap(ranks)} “{modeNames.hybrid}” is how searches are answered unless you choose otherwise: words find the names and
        rare terms that meaning blurs, meaning finds papers that say it in other words, and a paper that both find is seldom wrong. On the
        public collections that it was measured on (SciFact, CACM, CISI) it did better than the better of the two.{" "}
        <a href={searchHref({ ...form, compare: false })}>Back to one list</a>
      </p>
      <div class="columns">
        {searchModes.map((mode) => (
          <section aria-label={modeNames[mode]}>
            <h2>{modeNames[mode]}</h2>
            <p class="hint">{explanations[mode]}</p>
            {answers[mode].hits.length === 0 ? (
              <p>Nothing was found.</p>
            ) : (
              <HitList
                hits={answers[mode].hits}
                feedback={{ ...feedback, list: mode }}
                explainHref={(paperId) => explainHref({ ...form, mode }, paperId)}
                remark={({ paper }) => <Elsewhere paperId={paper.paperId} mode={mode} ranks={ranks} />}
              />
            )}
          </section>
        ))}
      </div>
    </Page>
  );
}

type Ranks = ReadonlyMap<SearchMode, ReadonlyMap<string, number>>;

function ranksOf({ hits }: SearchAnswer): ReadonlyMap<string, number> {
  return new Map(hits.map(({ paper }, at) => [paper.paperId, at + 1]));
}

/** The ranks of the same paper in the other columns. */
function Elsewhere({ paperId, mode, ranks }: { paperId: string; mode: SearchMode; ranks: Ranks }) {
  const others = searchModes.filter((other) => other !== mode);
  const found = others.flatMap((other) => {
    const rank = ranks.get(other)?.get(paperId);
    return rank === undefined ? [] : [`${modeNames[other]} #${rank}`];
  });
  return (
    <p class="elsewhere">
      {found.length === 0 ? <span class="badge">only here</span> : found.map((text) => <span class="badge also">{text}</span>)}
    </p>
  );
}

function describeOverlap(ranks: Ranks): string {
  const [hybrid, semantic, keyword] = (["hybrid", "semantic", "keyword"] as const).map((mode) => [...(ranks.get(mode)?.keys() ?? [])]);
  const both = (semantic ?? []).filter((paperId) => keyword?.includes(paperId)).length;
  const shown = (hybrid ?? []).filter((paperId) => semantic?.includes(paperId) || keyword?.includes(paperId)).length;
  return `${counted(both, "paper")} ${both === 1 ? "is" : "are"} in both columns, “${modeNames.semantic}” and “${modeNames.keyword}”; of the ${hybrid?.length ?? 0} in “${modeNames.hybrid}”, ${shown} ${shown === 1 ? "is" : "are"} in at least one of them.`;
}
