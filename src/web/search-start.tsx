/** What the search page shows before a search: a description, and suggestions where to begin. */
import type { Library } from "../core/library.ts";
import { topicHref } from "../core/page-addresses.ts";
import { counted } from "../core/text.ts";
import type { Topic } from "../core/topic.ts";
import { mayLookAfter } from "./viewer.tsx";

/** Each with the paper of the starter corpus that it should find; a library without that paper does not show the question. */
const examples = [
  { question: "how to make a big network small without losing accuracy", paperId: "arXiv:1510.00149" },
  { question: "agreeing on one value although some machines fail", paperId: "DOI:10.1145/357172.357176" },
  { question: "evidence that ripples in spacetime exist", paperId: "arXiv:1602.03837" },
  { question: "why do vaccines made of mRNA work", paperId: "DOI:10.1016/j.immuni.2005.06.008" },
];

/** The example questions that the library can answer. */
export async function exampleQuestions(library: Library): Promise<string[]> {
  const labels = await library.resolve(examples.map(({ paperId }) => paperId));
  return examples.filter((_, at) => labels[at] !== undefined).map(({ question }) => question);
}

/** A description for people who see it for the first time. */
export function Welcome({ total }: { total: number }) {
  return (
    <>
      <h1 class="welcome">What are you looking for?</h1>
      {total === 0 ? null : (
        <p class="lead">
          Describe it as you would to a colleague: this library of {counted(total, "research paper")} is searched by meaning and by words at
          once.
        </p>
      )}
    </>
  );
}

export function Invitation({ questions, topics }: { questions: readonly string[]; topics: readonly Topic[] }) {
  return (
    <section class="invitation" aria-label="Where to begin">
      {questions.length === 0 ? null : <Questions questions={questions} />}
      {topics.length === 0 ? null : <Topics lead={questions.length === 0 ? "Begin with a topic:" : "Or a topic:"} topics={topics} />}
      <p>{questions.length + topics.length === 0 ? "You can also:" : "And then:"}</p>
      <NextSteps />
    </section>
  );
}

function Questions({ questions }: { questions: readonly string[] }) {
  return (
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
  );
}

function Topics({ lead, topics }: { lead: string; topics: readonly Topic[] }) {
  return (
    <>
      <p>{lead}</p>
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
  );
}

function NextSteps() {
  return (
    <ul class="next">
      <li>
        <a href="/interests">Follow what you work on</a>: <a href="/picks">picks</a> are the new papers of each day that fit, each with its
        reason: here, by email or as a feed.
      </li>
      <li>
        <a href="/similar">Find kin</a>: papers like an abstract that you paste, or like papers that you choose.
      </li>
      <li>
        See <a href="/daily">what came out</a> on a day, in a week or in a month.
      </li>
      {mayLookAfter() ? (
        <li>
          <a href="/import">Import your own papers</a>: files of BibTeX, RIS, Zotero, PubMed and more.{" "}
          <code>npx paperkin fetch arxiv --category cs.CL</code> gets some from arXiv.
        </li>
      ) : null}
    </ul>
  );
}
