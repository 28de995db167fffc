/** The search page: box, conditions, results. */
import { isJudgeable } from "../core/judgment.ts";
import type { Library } from "../core/library.ts";
import { topicHref } from "../core/page-addresses.ts";
import { counted } from "../core/text.ts";
import type { Topic } from "../core/topic.ts";
import { usualExport } from "../engine/export.ts";
import type { Hit } from "../engine/hits.ts";
import type { SearchAnswer } from "../engine/search.ts";
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
import { mayLookAfter, mayWrite } from "./viewer.tsx";

/** Each with the paper of the starter corpus that it asks for: in a library without it, it leads nowhere. */
const examples = [
  { question: "how to make a big network small without losing accuracy", paperId: "arXiv:1510.00149" },
  { question: "agreeing on one value although some machines fail", paperId: "DOI:10.1145/357172.357176" },
  { question: "evidence that ripples in spacetime exist", paperId: "arXiv:1602.03837" },
  { question: "why do vaccines made of mRNA work", paperId: "DOI:10.1016/j.immuni.2005.06.008" },
];

/** The questions that the start page proposes: those that the library can answer. */
export async function exampleQuestions(library: Library): Promise<string[]> {
  const labels = await library.resolve(examples.map(({ paperId }) => paperId));
  return examples.filter((_, at) => labels[at] !== undefined).map(({ question }) => question);
}

export interface SearchPageProps {
  readonly form: SearchForm;
  readonly answer: SearchAnswer;
  /** Whether there is no paper at all. */
  readonly isEmpty: boolean;
  readonly questions: readonly string[];
  readonly topics: readonly Topic[];
  readonly hasReranker: boolean;
  readonly tookMs: number;
  readonly feedback: FeedbackOfList;
  /** What the person said of papers for this query, by `paperId`. */
  readonly judged: ReadonlyMap<string, boolean>;
}

export function SearchPage({ form, answer, isEmpty, questions, topics, hasReranker, tookMs, feedback, judged }: SearchPageProps) {
  const asked = asksSomething(form);
  const feed = asked ? feedOfForm(form) : undefined;
  const first = (form.page - 1) * pageSize + 1;
  return (
    <Page title={form.q === "" ? "Paperkin" : form.q.slice(0, 80)} active="search" {...(feed === undefined ? {} : { feed })}>
      {asked ? <h1 class="hidden">Search results</h1> : <Welcome total={answer.total} />}
      <SearchBox form={form} isFirst={!asked} />
      <SetConditions form={form} />
      {answer.suggestion === undefined ? null : (
        <p class="suggestion">
          Did you mean <a href={searchHref({ ...form, q: answer.suggestion, page: 1 })}>{answer.suggestion}</a>?
        </p>
      )}
      {answer.missingId === undefined ? null : (
        <p class="suggestion" role="status">
          The library has no paper {answer.missingId}. {answer.hits.length === 0 ? "" : "What follows is what its words found."}
        </p>
      )}
      {asked || answer.total === 0 ? null : <Invitation questions={questions} topics={topics} />}
      {form.q === "" ? null : <OrderForm form={form} hasReranker={hasReranker} />}
      {answer.hits.length === 0 ? (
        <Nothing form={form} answer={answer} isEmpty={isEmpty} />
      ) : (
        <section aria-label="Results">
          <p class="count" role="status">
            {describeCount(answer, form, first)} <span class="took">{tookMs.toFixed(0)} ms</span>
            {form.q === "" ? null : <a href={searchHref({ ...form, compare: true, page: 1 })}>Compare the three ways</a>}
          </p>
          <h2 class="hidden">{asked ? "Papers" : "The newest papers"}</h2>
          <HitList
            hits={answer.hits}
            first={first}
            explainHref={(paperId) => explainHref(form, paperId)}
            feedback={feedback}
            {...(isJudgeable(form.q)
              ? {
                  judgment: ({ paper }: Hit) => (
                    <JudgmentForm
                      query={form.q}
                      paperId={paper.paperId}
                      title={paper.title}
                      relevant={judged.get(paper.paperId)}
                      back={searchHref(form)}
                    />
                  ),
                }
              : {})}
          />
          <Paging
            page={form.page}
            last={lastPageOf(answer.total)}
            href={(page) => searchHref({ ...form, page })}
            ends={answer.hits.length < pageSize}
          />
          {form.q === "" ? null : <Missing form={form} />}
          {feed === undefined ? null : <FeedLinks feed={feed} />}
          {asked ? (
            <ExportLinks
              // A page that was kept shows something when the reranker is gone.
              query={exportParameters(hasReranker ? form : { ...form, rerank: "" })}
              which={form.q === "" || answer.total <= usualExport ? "" : `the first ${usualExport}`}
            />
          ) : null}
          {asked && mayWrite() ? <FollowSearch form={form} /> : null}
        </section>
      )}
      {answer.facets === undefined ? null : <FacetLinks form={form} facets={answer.facets} />}
    </Page>
  );
}

/** What the search leaves out because it was seen, picks leave out anyway. */
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
      ? `${total}, the newest first.`
      : `Papers ${first} to ${first + answer.hits.length - 1} of ${answer.total.toLocaleString("en")}, the newest first.`;
  const reranked = describeReranked(answer);
  if (answer.mode === "keyword") return `${total} ${answer.total === 1 ? "holds" : "hold"} your words, the best first.${reranked}`;
  return `${total}, the nearest first.${reranked}`;
}

function describeReranked({ reranked }: SearchAnswer): string {
  if (reranked === undefined) return "";
  return reranked === 0 ? " The reranker did not come in time." : ` The first ${reranked} were reranked.`;
}

/** What this is, for whoever sees it for the first time. */
function Welcome({ total }: { total: number }) {
  return (
    <>
      <h1 class="welcome">What are you looking for?</h1>
      {total === 0 ? null : (
        <p class="lead">
          Describe it as you would to a colleague: this library of {counted(total, "research paper")} is searched by meaning and by words
          together.
        </p>
      )}
    </>
  );
}

function Invitation({ questions, topics }: Pick<SearchPageProps, "questions" | "topics">) {
  return (
    <section class="invitation" aria-label="Where to begin">
      {questions.length === 0 ? null : (
        <>
          <p>Try a question:</p>
          <ul class="examples">
            {questions.map((question) => (
              <li>
                <a href={`/?${new URLSearchParams({ q: question })}`}>{question}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      {topics.length === 0 ? null : (
        <>
          <p>{questions.length === 0 ? "Begin with a topic:" : "Or a topic:"}</p>
          <ul class="chips">
            {topics.map((topic) => (
              <li>
                <a class="tag" href={topicHref(topic.slug)}>
                  {topic.name}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>{questions.length + topics.length === 0 ? "Or:" : "And then:"}</p>
      <ul class="next">
        <li>
          <a href="/interests">Follow what you work on</a>: <a href="/picks">picks</a> are what is new of it each day, with the reason,
          here, by mail or as a feed.
        </li>
        <li>
          <a href="/similar">Find kin</a> of an abstract that you paste, or of papers that you like.
        </li>
        <li>
          See <a href="/daily">what came out</a> on a day, in a week or in a month.
        </li>
        {mayLookAfter() ? (
          <li>
            <a href="/import">Bring your own papers in</a>: files of BibTeX, RIS, Zotero, PubMed and more.{" "}
            <code>npx paperkin fetch arxiv --category cs.CL</code> asks arXiv.
          </li>
        ) : null}
      </ul>
    </section>
  );
}

function Nothing({ form, answer: { total, mode }, isEmpty }: { form: SearchForm; answer: SearchAnswer; isEmpty: boolean }) {
  if (isEmpty)
    return (
      <section class="nothing" role="status">
        <h2>The library is empty</h2>
        {mayLookAfter() ? (
          <p>
            <a href="/import">Bring papers in</a>: files as Zotero, JabRef, EndNote, Mendeley and others export them. This page finds them
            at once.
          </p>
        ) : (
          <p>Whoever looks after this service brings papers in.</p>
        )}
      </section>
    );
  const last = lastPageOf(total);
  return (
    <section class="nothing" role="status">
      <h2>{form.page > 1 && total > 0 ? "There is no such page" : "Nothing was found"}</h2>
      <p>
        {form.page > 1 && total > 0 ? (
          <>
            {form.page > lastPage
              ? `An answer has ${lastPage} pages at most: conditions bring what stands behind them to the front. Go to the `
              : "The answer ends before this page: go to the "}
            <a href={searchHref({ ...form, page: 1 })}>first page</a>
            {last > 1 ? (
              <>
                {" "}
                or the <a href={searchHref({ ...form, page: last })}>last one</a>
              </>
            ) : null}
            .
          </>
        ) : form.mode === "keyword" && form.q !== "" ? (
          <>
            No paper holds these words: <a href={searchHref({ ...form, mode: "hybrid", page: 1 })}>search by “Both”</a>, which also finds
            what means the same.
          </>
        ) : mode === "keyword" ? (
          "No paper holds these words, and none is embedded yet: once they are, the same search also finds what means the same."
        ) : (
          "No paper meets all of these conditions: leave some of them out."
        )}
      </p>
      {form.page === 1 && setConditions(form).length > 0 ? (
        <p>
          <a href={searchHref(readSearchForm(new URLSearchParams({ q: form.q, mode: form.mode })))}>Search without the conditions</a>
        </p>
      ) : null}
      {form.q === "" ? null : <Missing form={form} />}
    </section>
  );
}

function Missing({ form }: { form: SearchForm }) {
  return (
    <p class="hint">
      A paper is missing? <a href={explainHref(form)}>Ask why it is not found</a>
    </p>
  );
}

function lastPageOf(total: number): number {
  return Math.min(lastPage, Math.ceil(total / pageSize));
}
