/** Why a search finds a paper, or does not: the complete computation as tables. */
import type { Child } from "hono/jsx";
import { directionOf } from "../core/direction.ts";
import { paperHref } from "../core/page-addresses.ts";
import { candidateDepth } from "../core/ranking/fusion.ts";
import { neededScore } from "../engine/search/explain-text.ts";
import type { Explanation, Standing } from "../engine/search/explanation.ts";
import { NotUnderstood } from "./address.tsx";
import { longTitle } from "./hit-list.tsx";
import { Page, Problem } from "./layout.tsx";
import { Prose } from "./mathematics.tsx";
import { parametersOf, type SearchForm, searchHref } from "./search-form.ts";

export interface ExplainPageProps {
  readonly form: SearchForm;
  readonly paperId: string;
  /** Undefined until a paper is named. */
  readonly told: Explanation | undefined;
  readonly problem?: string;
}

export function ExplainPage({ form, paperId, told, problem }: ExplainPageProps) {
  const kept = [...parametersOf({ ...form, q: "", page: 1, compare: false })];
  return (
    <Page title="Why" active="search">
      <h1>Why is it found, or not?</h1>
      <form class="kin" action="/explain" method="get">
        {kept.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <label>
          The search
          <input name="q" dir="auto" value={form.q} maxlength={10_000} />
        </label>
        <label>
          The paper, by any of its ids
          <input name="paper" value={paperId} placeholder="arXiv:1706.03762" required />
        </label>
        <button type="submit">Explain</button> <a href={searchHref({ ...form, page: 1 })}>Back to the results</a>
      </form>
      <NotUnderstood misread={form.misread} />
      <Problem text={problem} />
      {told === undefined ? null : <Told told={told} />}
    </Page>
  );
}

function Told({ told }: { told: Explanation }) {
  const { paper, reasons } = told;
  return (
    <>
      <h2 lang={paper.language} dir={directionOf(paper.title)}>
        <a href={paperHref(paper.paperId)} class={paper.title.length > longTitle ? "clamp" : undefined}>
          <Prose text={paper.title} />
        </a>
      </h2>
      <ul class="reasons">
        {reasons.map((reason) => (
          <li>{reason}</li>
        ))}
      </ul>
      <Query told={told} />
      <Conditions told={told} />
      <Words told={told} />
      <Arms told={told} />
      <Sum told={told} />
    </>
  );
}

function Table({
  title,
  heads,
  rows,
}: {
  title: string;
  heads: readonly (readonly [text: string, isNumber?: boolean])[];
  rows: Child[][];
}) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <div class="wide">
        <table>
          <thead>
            <tr>
              {heads.map(([text, isNumber]) => (
                <th scope="col" class={isNumber === true ? "number" : undefined}>
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells) => (
              <tr>
                {cells.map((cell, at) =>
                  at === 0 ? <th scope="row">{cell}</th> : <td class={heads[at]?.[1] === true ? "number" : undefined}>{cell}</td>,
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Query({ told: { query } }: { told: Explanation }) {
  const looked = query.words.filter(({ term }) => term !== null);
  const left = query.words.filter(({ term }) => term === null);
  return (
    <section aria-label="How the query was read">
      <h3>How the query was read</h3>
      {query.id === null ? null : <p>It is the id {query.id}; the rest of the answer is about what that paper is about.</p>}
      <p>
        {looked.length === 0
          ? "No words are looked for."
          : `Looked for: ${looked.map(({ text, term }) => (text === term ? text : `${text} (as ${term})`)).join(", ")}.`}
        {left.length === 0 ? "" : ` Left out, since they are in every text: ${left.map(({ text }) => text).join(", ")}.`}
      </p>
    </section>
  );
}

function Conditions({ told: { conditions } }: { told: Explanation }) {
  if (conditions.length === 0) return null;
  return (
    <Table
      title="Conditions"
      heads={[["Condition"], ["Asked by"], ["Met"]]}
      rows={conditions.map(({ text, from, met }) => [
        text,
        from === "query" ? "the query" : "the form",
        met ? "yes" : <span class="missed">no</span>,
      ])}
    />
  );
}

function Words({ told: { lexical } }: { told: Explanation }) {
  if (lexical === null || lexical.terms.length === 0) return null;
  return (
    <>
      <Table
        title="What each word adds"
        heads={[["Word"], ["Found in"], ["Times", true], ["Papers with it", true], ["Rarity (idf)", true], ["Adds", true]]}
        rows={[
          ...lexical.terms.map(({ words, term, fields, frequency, papers, idf, score }) => [
            words.join(", ") || term,
            fields.length === 0 ? "nowhere" : fields.join(", "),
            count(frequency),
            count(papers),
            idf.toFixed(3),
            score.toFixed(3),
          ]),
          ["Together", "", "", "", "", lexical.score.toFixed(3)],
        ]}
      />
      <p class="hint">
        A word of the title counts three times. The paper has {count(lexical.length)} words in this way of counting, papers on average{" "}
        {lexical.averageLength.toFixed(0)}: the longer, the less each adds.
      </p>
    </>
  );
}

function Arms({ told: { lexical, semantic } }: { told: Explanation }) {
  const place = ({ rank, of }: { rank: number | null; of: number }) => (rank === null ? "none" : `${count(rank)} of ${count(of)}`);
  const candidate = (arm: Standing) => {
    const needed = neededScore(arm);
    return arm.candidate ? "yes" : `no${needed === null ? "" : `, it would need ${needed.toFixed(3)}`}`;
  };
  const rows = [
    ...(semantic === null
      ? []
      : [["Meaning (cosine)", semantic.score?.toFixed(3) ?? "none yet", place(semantic), candidate(semantic), semantic.best.toFixed(3)]]),
    ...(lexical === null ? [] : [["Words (BM25)", lexical.score.toFixed(3), place(lexical), candidate(lexical), lexical.best.toFixed(3)]]),
  ];
  if (rows.length === 0) return null;
  return (
    <>
      <Table
        title="The two ways"
        heads={[["Way"], ["Score", true], ["Place"], [`Among the first ${candidateDepth}`], ["Best", true]]}
        rows={rows}
      />
      {semantic === null || semantic.feedback.length === 0 ? null : (
        <p class="hint">
          Before the {semantic.feedback.length === 1 ? "best paper" : `${semantic.feedback.length} best papers`} moved the query a little,
          the cosine was {semantic.before?.toFixed(3) ?? "unknown"}. {semantic.feedback.length === 1 ? "It is" : "They are"}{" "}
          {semantic.feedback.map((paperId, at) => (
            <>
              {at === 0 ? "" : ", "}
              <a href={paperHref(paperId)}>{paperId}</a>
            </>
          ))}
          .
        </p>
      )}
    </>
  );
}

function Sum({ told: { fused, semantic, recency, score, exact, place } }: { told: Explanation }) {
  if (fused === null) return null;
  const { alpha, scaled, lowered } = fused;
  const rows: string[][] = [];
  if (alpha !== null && scaled !== null) {
    rows.push([`Meaning${scaledBy(semantic)}`, scaled.semantic.toFixed(3), `× ${alpha}`, (alpha * scaled.semantic).toFixed(3)]);
    rows.push([
      "Words, divided by the best",
      scaled.lexical.toFixed(3),
      `× ${digits(1 - alpha)}`,
      ((1 - alpha) * scaled.lexical).toFixed(3),
    ]);
  }
  if (lowered > 1e-6) rows.push(["To stand below what comes before it", "", "", (-lowered).toFixed(3)]);
  rows.push([fused.fusion === "rrf" ? "By both places (reciprocal ranks)" : "Together", "", "", fused.score.toFixed(3)]);
  if (recency !== null) rows.push(["For its age", "", `× ${digits(recency.factor)}`, digits(score)]);
  if (exact !== null) rows.push([`The query is its ${exact}: above everything else`, "", "", score.toFixed(3)]);
  return (
    <>
      <Table title="The score" heads={[["Part"], ["Value", true], ["Weight", true], ["Gives", true]]} rows={rows} />
      <p>{place === null ? "It is not among the first 1,000 hits." : `Among the hits it is number ${count(place)}.`}</p>
    </>
  );
}

function scaledBy(semantic: Explanation["semantic"]): string {
  if (semantic === null || semantic.spread === null) return "";
  return `: the best cosine, ${semantic.best.toFixed(3)}, counts as 1, and ${digits(semantic.spread)} less as 0`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
