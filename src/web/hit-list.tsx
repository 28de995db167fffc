/** Papers in a list. */

import type { Child } from "hono/jsx";
import { directionOf } from "../core/direction.ts";
import { paperHref } from "../core/page-addresses.ts";
import { dateOf, type Paper } from "../core/paper.ts";
import { shortTitle } from "../core/text.ts";
import type { Recommendation } from "../engine/recommend/recommend.ts";
import type { Hit } from "../engine/search/hits.ts";
import { shownAuthors } from "../engine/search/named-author.ts";
import { readableDate } from "./dates.ts";
import { FeedbackForm, type FeedbackFormProps, type FeedbackOfList, titleIdOf } from "./feedback-form.tsx";
import { browseHref, webAddress } from "./links.ts";
import { Prose } from "./mathematics.tsx";
import { mayWrite } from "./viewer.tsx";
import { WhyDetails } from "./why-details.tsx";

const mostAuthors = 4;
/** Longer texts are rarely real titles: lists show their first lines, the paper's page all of them. In characters. */
export const longTitle = 200;

/** @param named the author that a search asks for. */
function Authors({ paper, named }: { paper: Paper; named?: string | undefined }) {
  const shown = shownAuthors(paper.authors, mostAuthors, named);
  const author = (name: string) =>
    name === named ? (
      <mark>
        <bdi>{name}</bdi>
      </mark>
    ) : (
      <bdi>{name}</bdi>
    );
  return (
    <>
      {shown.first.map((name, at) => (
        <>
          {at === 0 ? "" : ", "}
          {author(name)}
        </>
      ))}
      {shown.named === undefined ? null : (
        <>
          {", … "}
          {author(shown.named)}
        </>
      )}
      {shown.left > 0 ? ` and ${shown.left.toLocaleString("en")} more` : ""}
    </>
  );
}

/**
 * A title that links to the paper's page.
 * @param id the element id by which the paper's buttons are labelled.
 * @param children content after the title, before the paper's status.
 */
export function PaperTitle({ paper, id, children }: { paper: Paper; id?: string | undefined; children?: Child }) {
  return (
    <h3 id={id} lang={paper.language} dir={directionOf(paper.title)}>
      <a href={paperHref(paper.paperId)} class={paper.title.length > longTitle ? "clamp" : undefined}>
        <Prose text={paper.title} />
      </a>{" "}
      {children} <Standing paper={paper} />
    </h3>
  );
}

/** A link to a paper within a sentence. */
export function PaperLink({ paperId, title }: { paperId: string; title: string }) {
  return (
    <a href={paperHref(paperId)}>
      <bdi>
        <Prose text={shortTitle(title)} />
      </bdi>
    </a>
  );
}

/** The actions for a paper in a list, and further links. For people who may only read, and without `feedback`, only links. */
export function PaperActions({ paper, feedback }: { paper: Paper; feedback?: Omit<FeedbackFormProps, "paperId" | "further"> | undefined }) {
  const isFolded = feedback !== undefined && mayWrite();
  return (
    <>
      {isFolded ? <FeedbackForm {...feedback} paperId={paper.paperId} further={<FurtherLinks paper={paper} />} /> : null}
      <PaperLinks paper={paper}>{isFolded ? null : <FurtherLinks paper={paper} />}</PaperLinks>
    </>
  );
}

/** Links to similar papers, and to its categories. */
function FurtherLinks({ paper }: { paper: Paper }) {
  return (
    <>
      <a href={`/similar?${new URLSearchParams({ like: paper.paperId })}`}>Similar</a>{" "}
      {shownCategories(paper).map((category) => (
        <>
          <a href={browseHref("category", category)}>All of {category}</a>{" "}
        </>
      ))}
    </>
  );
}

/** Links to the PDF and the code. @param children content before them. */
function PaperLinks({ paper, children }: { paper: Paper; children?: Child }) {
  const outside = [
    { text: "PDF", href: webAddress(paper.pdfUrl) },
    { text: "Code", href: webAddress(paper.codeUrl) },
  ];
  if (children === null && outside.every(({ href }) => href === undefined)) return null;
  return (
    <p class="more">
      {children}
      {outside.map(({ text, href }) =>
        href === undefined ? null : (
          <a href={href} rel="noopener noreferrer">
            {text}
          </a>
        ),
      )}
    </p>
  );
}

/** Renders nothing if there are no authors; the next fact then begins the line. */
export function AuthorsFact({ paper, named }: { paper: Paper; named?: string | undefined }) {
  return paper.authors.length === 0 ? null : (
    <>
      <span>
        <Authors paper={paper} named={named} />
      </span>{" "}
    </>
  );
}

/** Authors, venue and date. The spaces matter when the text is copied, or shown without styles. */
export function ShortFacts({ paper }: { paper: Paper }) {
  return (
    <p class="facts">
      <AuthorsFact paper={paper} />
      {paper.published === undefined ? null : <span>{readableDate(paper.published)}</span>}{" "}
      {paper.venue === undefined ? null : <bdi>{paper.venue}</bdi>}
    </p>
  );
}

/** Authors, venue, date and categories. */
function Facts({ paper, named }: { paper: Paper; named?: string | undefined }) {
  const date = dateOf(paper);
  return (
    <p class="facts">
      <AuthorsFact paper={paper} named={named} />
      {date === undefined ? null : <span>{readableDate(date)}</span>} {paper.venue === undefined ? null : <bdi>{paper.venue}</bdi>}{" "}
      <Categories paper={paper} />
    </p>
  );
}

/** Plain text; their links are under “More”, because each would be one more stop for people who move by keyboard. */
export function Categories({ paper }: { paper: Paper }) {
  return (
    <>
      {shownCategories(paper).map((category) => (
        <>
          <span class="tag quiet">{category}</span>{" "}
        </>
      ))}
    </>
  );
}

function shownCategories({ categories }: Paper): readonly string[] {
  return categories.slice(0, 3);
}

export function Standing({ paper }: { paper: Paper }) {
  return paper.status === undefined ? null : <strong class="standing">{paper.status}</strong>;
}

function Scores({ hit }: { hit: Hit }) {
  const { semantic, lexical } = hit.scores;
  if (semantic === undefined && lexical === undefined) return null;
  return (
    <p class="scores" title="What the rank is made of: nearness in meaning (cosine), and words (BM25)">
      {semantic === undefined ? "" : `meaning ${semantic.toFixed(2)}`}
      {semantic !== undefined && lexical !== undefined ? " · " : ""}
      {lexical === undefined ? "" : `words ${lexical.toFixed(1)}`}
    </p>
  );
}

function Why({ hit }: { hit: Hit | Recommendation }) {
  if (!("reason" in hit)) return null;
  const [nearest] = hit.reason.nearest;
  if (nearest === undefined && hit.reason.terms.length === 0) return null;
  return (
    <p class="why">
      Why:{" "}
      {nearest === undefined ? null : (
        <>
          near <PaperLink {...nearest} />
        </>
      )}
      {nearest !== undefined && hit.reason.terms.length > 0 ? "; " : ""}
      {hit.reason.terms.length > 0 ? `shares ${hit.reason.terms.join(", ")}` : ""}
    </p>
  );
}

function Copies({ copies }: { copies: readonly string[] }) {
  return (
    <p class="facts">
      <span>
        Copies:{" "}
        {copies.map((paperId, at) => (
          <>
            {at === 0 ? "" : ", "}
            <a href={paperHref(paperId)}>{paperId}</a>
          </>
        ))}
      </span>
    </p>
  );
}

interface PaperListProps {
  /** The number of the first paper. */
  readonly first?: number;
  readonly count: number;
  /** Identifies one of several lists on a page. */
  readonly list?: string | undefined;
  readonly children?: Child;
}

/** The list itself, with a link past it for people who move by keyboard. */
export function PaperList({ first = 1, count, list = "of", children }: PaperListProps) {
  const end = `${list}-end`;
  const isLong = count > 3;
  return (
    <>
      {isLong ? (
        <a class="skip" href={`#${end}`}>
          Skip these {count} papers
        </a>
      ) : null}
      <ol class="hits" start={first}>
        {children}
      </ol>
      {isLong ? <div id={end} tabindex={-1} /> : null}
    </>
  );
}

export interface HitListProps {
  readonly hits: readonly (Hit | Recommendation)[];
  /** The number of the first hit. */
  readonly first?: number;
  /** The address of the page that explains why a paper is a hit. */
  readonly explainHref?: (paperId: string) => string;
  /** The feedback buttons of each hit; none if undefined. */
  readonly feedback?: FeedbackOfList | undefined;
  /** Additional content below the sentence of a hit. */
  readonly remark?: (hit: Hit) => Child;
  /** Buttons that judge whether a hit is relevant; they are shown with its explanation, where people look when they doubt it. */
  readonly judgment?: (hit: Hit) => Child;
}

export function HitList({ hits, first = 1, explainHref, feedback, remark, judgment }: HitListProps) {
  return (
    <PaperList first={first} count={hits.length} list={feedback?.list}>
      {hits.map((hit) => (
        <li class="hit">
          <PaperTitle paper={hit.paper} id={feedback && titleIdOf(hit.paper.paperId, feedback.list)}>
            {hit.exact === undefined ? null : <span class="badge">{hit.exact} match</span>}
          </PaperTitle>
          <Facts paper={hit.paper} named={hit.namedAuthor} />
          {hit.sentence === undefined ? null : (
            <p class="sentence" lang={hit.paper.language} dir={directionOf(hit.sentence.text)}>
              <Prose text={hit.sentence.text} marks={hit.sentence.marks} />
            </p>
          )}
          {remark?.(hit)}
          <Why hit={hit} />
          {hit.copies === undefined ? null : <Copies copies={hit.copies} />}
          <PaperActions paper={hit.paper} feedback={feedback && { ...feedback, said: feedback.saidOf(hit.paper) }} />
          {hit.why === undefined || explainHref === undefined ? null : (
            <WhyDetails hit={hit} why={hit.why} href={explainHref(hit.paper.paperId)}>
              {judgment?.(hit)}
            </WhyDetails>
          )}
          <Scores hit={hit} />
        </li>
      ))}
    </PaperList>
  );
}
