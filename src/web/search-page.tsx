/** The search page: box, conditions, results. */
import { isJudgeable } from "../core/judgment.ts";
import { counted } from "../core/text.ts";
import type { Topic } from "../core/topic.ts";
import { usualExport } from "../engine/export.ts";
import type { Hit } from "../engine/search/hits.ts";
import type { SearchAnswer } from "../engine/search/search.ts";
import { NotUnderstood } from "./address.tsx";
import { ExportLinks } from "./export-links.tsx";
import { FacetLinks } from "./facets.tsx";
import type { FeedbackOfList } from "./feedback-form.tsx";
import { HitList } from "./hit-list.tsx";
import { JudgmentForm } from "./judgment-form.tsx";
import { FeedLinks, Page } from "./layout.tsx";
import { OrderForm } from "./order-form.tsx";
import { Paging } from "./paging.tsx";
import { SearchBox, SetConditions } from "./search-box.tsx";
import {
  asksSomething,
  explainHref,
  exportParameters,
  feedOfForm,
  lastPage,
  pageSize,
  readSearchForm,
  type SearchForm,
  searchHref,
  setConditions,
} from "./search-form.ts";
import { Invitation, Welcome } from "./search-start.tsx";
import { mayLookAfter, mayWrite } from "./viewer.tsx";

export interface SearchPageProps {
  readonly form: SearchForm;
  readonly answer: SearchAnswer;
  /** Whether the library has no papers at all. */
  readonly isEmpty: boolean;
  readonly questions: readonly string[];
  readonly topics: readonly Topic[];
  readonly hasReranker: boolean;
  /** Papers that wait to be embedded, which semantic search does not find yet. */
  readonly waiting: number;
  readonly tookMs: number;
  readonly feedback: FeedbackOfList;
  /** The person's judgments for this query, by `paperId`. */
  readonly judged: ReadonlyMap<string, boolean>;
}

export function SearchPage({ form, answer, isEmpty, questions, topics, hasReranker, waiting, tookMs, feedback, judged }: SearchPageProps) {
  const asked = asksSomething(form);
  return (
    <Page title={titleOf(form, asked)} active="search" {...(asked ? { feed: feedOfForm(form) } : {})}>
      {asked ? <h1 class="hidden">Search results</h1> : <Welcome total={answer.total} />}
      <SearchBox form={form} isFirst={!asked} />
      <SetConditions form={form} />
      <NotUnderstood misread={form.misread} />
      <Remarks form={form} answer={answer} />
      {asked || answer.total === 0 ? null : <Invitation questions={questions} topics={topics} />}
      {form.q === "" ? null : <OrderForm form={form} hasReranker={hasReranker} />}
      {answer.hits.length === 0 ? (
        <Nothing form={form} answer={answer} isEmpty={isEmpty} />
      ) : (
        <Results {...{ form, answer, hasReranker, waiting, tookMs, feedback, judged }} />
      )}
      {answer.facets === undefined ? null : <FacetLinks form={form} facets={answer.facets} />}
    </Page>
  );
}

/** A title that distinguishes this page among the tabs and in the history of a browser. */
function titleOf({ q, page, category, venue, author }: SearchForm, isAsked: boolean): string {
  const browsed = [author, category, venue].filter((value) => value !== "").join(", ");
  const what = q !== "" ? q.slice(0, 80) : browsed !== "" ? `Papers: ${browsed}` : isAsked ? "Search results" : "Paperkin";
  return page === 1 ? what : `${what === "Paperkin" ? "The newest papers" : what}, page ${page}`;
}

/** Suggested corrections, and ids that lead to no paper. */
function Remarks({ form, answer }: Pick<SearchPageProps, "form" | "answer">) {
  return (
    <>
      {answer.suggestion === undefined ? null : (
        <p class="suggestion">
          Did you mean <a href={searchHref({ ...form, q: answer.suggestion, page: 1 })}>{answer.suggestion}</a>?
        </p>
      )}
      {answer.missingId === undefined ? null : (
        <p class="suggestion" role="status">
          The library has no paper {answer.missingId}. {answer.hits.length === 0 ? "" : "Below is what its words found."}
        </p>
      )}
    </>
  );
}

type ResultsProps = Pick<SearchPageProps, "form" | "answer" | "hasReranker" | "waiting" | "tookMs" | "feedback" | "judged">;

function Results({ form, answer, hasReranker, waiting, tookMs, feedback, judged }: ResultsProps) {
  const asked = asksSomething(form);
  const first = (form.page - 1) * pageSize + 1;
  const judgment = ({ paper: { paperId, title } }: Hit) => (
    <JudgmentForm query={form.q} paperId={paperId} title={title} relevant={judged.get(paperId)} back={searchHref(form)} />
  );
  return (
    <section aria-label="Results">
      <p class="count" role="status">
        {describeCount(answer, form, first)} <span class="took">{tookMs.toFixed(0)} ms</span>
        {form.q === "" ? null : <a href={searchHref({ ...form, compare: true, page: 1 })}>Compare the three ways</a>}
      </p>
      <WithoutMeaning answer={answer} />
      {waiting === 0 ? null : (
        <p class="hint" role="status">
          {counted(waiting, "paper")} {waiting === 1 ? "is" : "are"} still waiting to be embedded, and cannot be found by meaning yet.
        </p>
      )}
      <h2 class="hidden">{asked ? "Papers" : "The newest papers"}</h2>
      <HitList
        hits={answer.hits}
        first={first}
        explainHref={(paperId) => explainHref(form, paperId)}
        feedback={feedback}
        {...(isJudgeable(form.q) ? { judgment } : {})}
      />
      <Paging
        page={form.page}
        last={lastPageOf(answer.total)}
        href={(page) => searchHref({ ...form, page })}
        ends={answer.hits.length < pageSize}
      />
      {form.q === "" ? null : <Missing form={form} />}
      {asked ? <FollowOrExport form={form} answer={answer} hasReranker={hasReranker} /> : null}
    </section>
  );
}

function WithoutMeaning({ answer: { withoutMeaning } }: { answer: SearchAnswer }) {
  if (withoutMeaning === undefined) return null;
  return (
    <p class="hint" role="status">
      Found by words alone: {withoutMeaning} Paperkin keeps trying; once it can, the same search also finds papers that say it in other
      words.
    </p>
  );
}

function FollowOrExport({ form, answer, hasReranker }: Pick<SearchPageProps, "form" | "answer" | "hasReranker">) {
  return (
    <>
      <FeedLinks feed={feedOfForm(form)} />
      <ExportLinks
        // A bookmarked page still works if the reranker was removed.
        query={exportParameters(hasReranker ? form : { ...form, rerank: "" })}
        which={form.q === "" || answer.total <= usualExport ? "" : `the first ${usualExport}`}
      />
      {mayWrite() ? <FollowSearch form={form} /> : null}
    </>
  );
}

/** The condition “not seen by me” is left out, because picks never contain seen papers. */
function FollowSearch({ form }: { form: SearchForm }) {
  return (
    <form class="actions" method="post" action="/interests">
      <input type="hidden" name="search" value={searchHref({ ...form, page: 1, compare: false, unseen: false }).slice(2)} />
      <button type="submit">Follow this search</button>
    </form>
  );
}

function describeCount(answer: SearchAnswer, form: SearchForm, first: number): string {
  const total = counted(answer.total, "paper");
  if (answer.total === 1 && answer.mode !== "keyword") return `${total}.`;
  if (answer.mode === "newest")
    return form.page === 1
      ? `${total}, newest first.`
      : `Papers ${first} to ${first + answer.hits.length - 1} of ${answer.total.toLocaleString("en")}, newest first.`;
  const reranked = describeReranked(answer);
  if (answer.mode === "keyword") return `${total} ${answer.total === 1 ? "contains" : "contain"} your words, best first.${reranked}`;
  return `${total}, nearest first.${reranked}`;
}

function describeReranked({ reranked }: SearchAnswer): string {
  if (reranked === undefined) return "";
  return reranked === 0 ? " The reranker did not answer in time." : ` The first ${reranked} were reranked.`;
}

function Nothing({ form, answer, isEmpty }: { form: SearchForm; answer: SearchAnswer; isEmpty: boolean }) {
  const { total } = answer;
  if (isEmpty)
    return (
      <section class="nothing" role="status">
        <h2>The library is empty</h2>
        {mayLookAfter() ? (
          <p>
            <a href="/import">Import papers</a>: files as Zotero, JabRef, EndNote, Mendeley and others export them. This page finds them at
            once.
          </p>
        ) : (
          <p>Whoever runs this service adds papers.</p>
        )}
      </section>
    );
  const isBehind = form.page > 1 && total > 0;
  return (
    <section class="nothing" role="status">
      <h2>{isBehind ? "There is no such page" : "Nothing was found"}</h2>
      <p>{isBehind ? <PagesThatAre form={form} total={total} /> : <WhyNothing form={form} answer={answer} />}</p>
      <WithoutMeaning answer={answer} />
      {form.page === 1 && setConditions(form).length > 0 ? (
        <p>
          <a href={searchHref(readSearchForm(new URLSearchParams({ q: form.q, mode: form.mode })))}>Search without the conditions</a>
        </p>
      ) : null}
      {form.q === "" ? null : <Missing form={form} />}
    </section>
  );
}

/** A link back from a page beyond the end of the answer. */
function PagesThatAre({ form, total }: { form: SearchForm; total: number }) {
  const last = lastPageOf(total);
  return (
    <>
      {form.page > lastPage
        ? `Results end with page ${lastPage}: narrow the search down to reach what comes after it. Go to the `
        : "The results end before this page: go to the "}
      <a href={searchHref({ ...form, page: 1 })}>first page</a>
      {last > 1 ? (
        <>
          {" "}
          or the <a href={searchHref({ ...form, page: last })}>last one</a>
        </>
      ) : null}
      .
    </>
  );
}

function WhyNothing({ form, answer: { mode, withoutMeaning } }: { form: SearchForm; answer: SearchAnswer }) {
  if (withoutMeaning !== undefined) return "No paper contains these words.";
  if (form.mode === "keyword" && form.q !== "")
    return (
      <>
        No paper contains these words: <a href={searchHref({ ...form, mode: "hybrid", page: 1 })}>search by “Both”</a>, which also finds
        papers that say it in other words.
      </>
    );
  return mode === "keyword"
    ? "No paper contains these words, and none is embedded yet: once they are, the same search also finds papers that say it in other words."
    : "No paper meets all of these conditions: leave some of them out.";
}

function Missing({ form }: { form: SearchForm }) {
  return (
    <p class="hint">
      Is a paper missing? <a href={explainHref(form)}>Ask why it was not found</a>
    </p>
  );
}

function lastPageOf(total: number): number {
  return Math.min(lastPage, Math.ceil(total / pageSize));
}
