/** Why a paper is a hit, folded away below it. */
import type { Child } from "hono/jsx";
import type { Hit } from "../engine/search/hits.ts";
import type { Why } from "../engine/search/why.ts";

interface WhyDetailsProps {
  readonly hit: Hit;
  readonly why: Why;
  /** The address of the page with the complete computation. */
  readonly href: string;
  readonly children?: Child;
}

export function WhyDetails({ hit, why, href, children }: WhyDetailsProps) {
  const { terms, semantic, lexical, alpha } = why;
  return (
    <details class="because">
      <summary>
        Why<span class="hidden"> this paper: {hit.paper.title}</span>
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">How</th>
            <th scope="col" class="number">
              Score
            </th>
            <th scope="col" class="number">
              Place
            </th>
            <th scope="col" class="number">
              Weight
            </th>
          </tr>
        </thead>
        <tbody>
          <Arm name="Meaning (cosine)" score={semantic.score} rank={semantic.rank} weight={alpha} />
          <Arm name="Words (BM25)" score={lexical.score} rank={lexical.rank} weight={alpha === null ? null : 1 - alpha} />
        </tbody>
      </table>
      <p>
        {terms.length === 0
          ? "It contains none of your words."
          : `It contains ${terms.map(({ words, fields }) => `“${words.join("”, “")}” (${fields.join(", ")})`).join("; ")}.`}
      </p>
      {why.recency === undefined ? null : (
        <p>
          {why.recency.ageDays === null ? "Without a date" : `${why.recency.ageDays.toLocaleString("en")} days old`}: its score is
          multiplied by {Number(why.recency.factor.toPrecision(3))}.
        </p>
      )}
      {why.placeByScore === undefined ? null : <p>By score alone it would be hit {why.placeByScore.toLocaleString("en")}.</p>}
      {why.rerank === undefined ? null : (
        <p>
          The reranker gives it {why.rerank.score.toFixed(3)}; before that it was hit {why.rerank.before.toLocaleString("en")}.
        </p>
      )}
      <p>
        <a href={href}>
          The full computation<span class="hidden"> for {hit.paper.title}</span>
        </a>
      </p>
      {children}
    </details>
  );
}

function Arm({ name, score, rank, weight }: { name: string; score: number | null; rank: number | null; weight: number | null }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number">{score === null ? "–" : score.toFixed(3)}</td>
      <td class="number">{rank === null ? "none" : rank.toLocaleString("en")}</td>
      <td class="number">{weight === null ? "–" : `${Math.round(100 * weight)} %`}</td>
    </tr>
  );
}
