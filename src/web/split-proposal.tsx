/** A proposal on the page of an interest that has become two: its halves, and what can be done about it. */
import { interestHref } from "../core/page-addresses.ts";
import type { SplitHalf, SplitProposal } from "../engine/people/splits.ts";
import { PaperLink } from "./hit-list.tsx";

const shownPapers = 5;

export function SplitSection({ proposal: { interest, halves, token } }: { proposal: SplitProposal }) {
  return (
    <section aria-labelledby="split">
      <h2 id="split">It may be two interests</h2>
      <p>Its papers are of two kinds. As two interests, each would be followed on its own and get its share of the picks.</p>
      <div class="halves">
        {halves.map((half, at) => (
          <Half half={half} name={at === 0 ? "One kind" : "The other"} />
        ))}
      </div>
      <div class="actions">
        <form method="post" action={`${interestHref(interest.id)}/split`}>
          <input type="hidden" name="token" value={token} />
          <button type="submit">Split it in two</button>
        </form>
        <form method="post" action={`${interestHref(interest.id)}/keep-whole`}>
          <button type="submit">Keep it as one</button>
        </form>
      </div>
    </section>
  );
}

function Half({ half: { papers, terms }, name }: { half: SplitHalf; name: string }) {
  return (
    <section aria-label={name}>
      <h3>
        {terms.length === 0 ? name : terms.join(", ")} ({papers.length})
      </h3>
      <ul>
        {papers.slice(0, shownPapers).map((paper) => (
          <li lang={paper.language}>
            <PaperLink paperId={paper.paperId} title={paper.title} />
          </li>
        ))}
      </ul>
      {papers.length > shownPapers ? <p class="hint">and {papers.length - shownPapers} more</p> : null}
    </section>
  );
}
