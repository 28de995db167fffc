/** The page of one paper. */

import { directionOf } from "../core/direction.ts";
import { bibtexOf } from "../core/export/bibtex.ts";
import { fieldsByRecord, type Provenance } from "../core/merge.ts";
import type { Paper } from "../core/paper.ts";
import { counted } from "../core/text.ts";
import type { Hit } from "../engine/search/hits.ts";
import { CommentsSection, type CommentsSectionProps } from "./comments-section.tsx";
import { whereFrom } from "./daily-page.tsx";
import { readableDate } from "./dates.ts";
import { FeedbackForm, type FeedbackOfList, titleIdOf } from "./feedback-form.tsx";
import { HitList, longTitle, Standing } from "./hit-list.tsx";
import { Page } from "./layout.tsx";
import { browseHref, idAddress, webAddress } from "./links.ts";
import { Prose } from "./mathematics.tsx";
import { mayWrite } from "./viewer.tsx";

const shownAuthors = 20;

export interface PaperPageProps {
  readonly paper: Paper;
  readonly kin: readonly Hit[];
  readonly provenance: Provenance;
  /** For the paper and those like it. */
  readonly feedback: FeedbackOfList;
  /** Whether it has an embedding; without one, a new embedding is computed to find papers like it. */
  readonly embedded: boolean;
  /** The comments of people here. */
  readonly discussion: Pick<CommentsSectionProps, "comments" | "person" | "isAdmin" | "isShared">;
}

export function PaperPage({ paper, kin, provenance, embedded, feedback, discussion }: PaperPageProps) {
  return (
    <Page title={paper.title}>
      <article class="paper">
        <h1
          id={titleIdOf(paper.paperId)}
          lang={paper.language}
          dir={directionOf(paper.title)}
          class={paper.title.length > longTitle ? "long" : undefined}
        >
          <Prose text={paper.title} /> <Standing paper={paper} />
        </h1>
        <AuthorList paper={paper} />
        <Dates paper={paper} />
        <Links paper={paper} />
        {mayWrite() ? (
          <div class="actions">
            <FeedbackForm paperId={paper.paperId} said={feedback.saidOf(paper)} back={feedback.back} />
            <form method="post" action="/interests">
              <input type="hidden" name="positives" value={paper.paperId} />
              <button type="submit">Follow papers like this</button>
            </form>
          </div>
        ) : null}
        <section aria-label="Abstract" class="abstract">
          {paper.abstract === "" ? (
            <p class="hint">There is no abstract.</p>
          ) : (
            <p lang={paper.language} dir={directionOf(paper.abstract)}>
              <Prose text={paper.abstract} />
            </p>
          )}
        </section>
        <Labels paper={paper} />
        <details class="bibtex">
          <summary>BibTeX</summary>
          <pre id="bibtex">{bibtexOf(paper)}</pre>
          <button type="button" data-copy="bibtex" hidden>
            Copy
          </button>
        </details>
        <details>
          <summary>Where this comes from</summary>
          <dl class="provenance">
            {fieldsByRecord(provenance).map(([record, fields]) => (
              <>
                <dt>{record}</dt>
                <dd>{fields.join(", ")}</dd>
              </>
            ))}
          </dl>
        </details>
      </article>
      <CommentsSection
        paperId={paper.paperId}
        elsewhere={paper.comments === undefined ? undefined : `${paper.comments.toLocaleString("en")} ${whereFrom(paper)}`}
        {...discussion}
      />
      <section aria-labelledby="kin">
        <h2 id="kin">Related papers</h2>
        {embedded ? null : <p class="hint">This paper has just come in; what is related to it may still change.</p>}
        {kin.length === 0 ? <p>There is nothing like it in the library yet.</p> : <HitList hits={kin} feedback={feedback} />}
      </section>
    </Page>
  );
}

function AuthorList({ paper }: { paper: Paper }) {
  if (paper.authors.length === 0) return null;
  const links = paper.authors.map((author) => (
    <a href={browseHref("author", author.name)} dir="auto">
      {author.name}
    </a>
  ));
  const join = (items: typeof links) => items.map((item, at) => (at === 0 ? item : <>, {item}</>));
  return (
    <div class="authors">
      {join(links.slice(0, shownAuthors))}
      {links.length > shownAuthors ? (
        <details>
          <summary>and {(links.length - shownAuthors).toLocaleString("en")} more</summary>
          {join(links.slice(shownAuthors))}
        </details>
      ) : null}
    </div>
  );
}

function Dates({ paper }: { paper: Paper }) {
  const dates: [string, string | undefined][] = [
    ["Published", paper.published],
    ["Updated", paper.updated],
    ["Listed", paper.listed],
  ];
  return (
    <p class="facts">
      {dates.map(([name, date]) =>
        date === undefined ? null : (
          <span>
            {name} <time datetime={date}>{readableDate(date)}</time>
          </span>
        ),
      )}
      {paper.venue === undefined ? null : (
        <a href={browseHref("venue", paper.venue)} dir="auto">
          {paper.venue}
        </a>
      )}
      {paper.citations === undefined ? null : <span>{counted(paper.citations, "citation")}</span>}
      {paper.votes === undefined ? null : <strong>{counted(paper.votes, "vote")}</strong>}
    </p>
  );
}

function Labels({ paper }: { paper: Paper }) {
  return (
    <p class="chips">
      {paper.categories.map((category) => (
        <a class="tag" href={browseHref("category", category)}>
          {category}
        </a>
      ))}
      {paper.keywords.map((keyword) => (
        <a class="tag quiet" href={`/?${new URLSearchParams({ q: keyword })}`} dir="auto">
          {keyword}
        </a>
      ))}
    </p>
  );
}

function Outside({ href, text }: { href: string | undefined; text: string }) {
  if (href === undefined) return <span class="id">{text}</span>;
  return (
    <a class="id" href={href} rel="noopener noreferrer">
      {text}
    </a>
  );
}

function Links({ paper }: { paper: Paper }) {
  const named: [string, string | undefined][] = [
    ["Page", webAddress(paper.url)],
    ["PDF", webAddress(paper.pdfUrl)],
    ["Code", webAddress(paper.codeUrl)],
  ];
  return (
    <p class="links">
      {[...new Set([paper.paperId, ...paper.ids])].map((id) => (
        <Outside href={idAddress(id)} text={id} />
      ))}
      {named.map(([text, href]) => (href === undefined ? null : <Outside href={href} text={text} />))}
    </p>
  );
}
