/** `paperkin explain`: why a search finds a paper, or why it does not. */
import type { Command } from "commander";
import { neededScore } from "../engine/search/explain-text.ts";
import type { Explanation } from "../engine/search/explanation.ts";
import type { Fusion, SearchMode } from "../engine/search/rank.ts";
import { type CommonFlags, isJson, noteFaults, searching, withEngine } from "./context.ts";
import { addFilterOptions, type FilterFlags, filtersOf } from "./filter-options.ts";
import { addOrderOptions, type OrderFlags, orderOf } from "./order-options.ts";
import { print, printJson, printTable, styled, titleOf, wrap } from "./output.ts";
import { personOption } from "./people.ts";
import { modeOptions } from "./search.ts";

interface Flags extends CommonFlags, FilterFlags, OrderFlags {
  mode: SearchMode;
  fusion: Fusion;
  unseen?: boolean;
  person: string;
}

export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .description("why a search finds a paper, or does not")
    .argument("<query>", "the query, as one argument")
    .argument("<paper>", "an arXiv id, a DOI, an address, or another id of the paper")
    .option("--unseen", "leave out what you have seen, saved or dismissed")
    .addOption(personOption("with --unseen: who, where several people use the library"));
  addFilterOptions(addOrderOptions(modeOptions(command)))
    .addHelpText(
      "after",
      '\nExamples:\n  paperkin explain "how do transformers handle long documents" arXiv:1706.03762\n  paperkin explain "attention year:2019.." arXiv:1706.03762 --mode keyword\n',
    )
    .action(async (query: string, paperId: string, flags: Flags, self: Command) => {
      const filters = filtersOf(flags);
      await withEngine(self, searching(self, flags), async (engine) => {
        noteFaults(engine);
        const { mode, fusion } = flags;
        const unseenBy = flags.unseen === true ? flags.person : undefined;
        const explanation = await engine.explain({ query, paperId, mode, fusion, filters, ...orderOf(flags), unseenBy });
        if (isJson(self)) printJson(explanation);
        else printExplanation(explanation);
      });
    });
}

function printExplanation(told: Explanation): void {
  print(titleOf(told.paper));
  print(styled("cyan", told.paper.paperId));
  print();
  for (const reason of told.reasons) print(wrap(reason, ""));
  print();
  printQuery(told);
  printArms(told);
  printScore(told);
}

function printQuery({ query, conditions, lexical }: Explanation): void {
  const read = query.words.map(({ text, term }) => (term === null ? `(${text})` : term === text ? text : `${text} → ${term}`));
  if (read.length > 0) print(wrap(`The query is read as: ${read.join(", ")}`, ""));
  if (conditions.length > 0) {
    print();
    printTable([["condition", "asked by", "met"], ...conditions.map(({ text, from, met }) => [text, from, met ? "yes" : "no"])]);
  }
  if (lexical !== null && lexical.terms.length > 0) {
    print();
    printTable(
      [
        ["word", "in", "times", "papers", "idf", "adds"],
        ...lexical.terms.map(({ words, term, fields, frequency, papers, idf, score }) => [
          words.join("/") || term,
          fields.join(", ") || "–",
          number(frequency),
          number(papers),
          idf.toFixed(3),
          score.toFixed(3),
        ]),
      ],
      [2, 3, 4, 5],
    );
  }
}

function printArms({ lexical, semantic }: Explanation): void {
  const rows: string[][] = [];
  if (lexical !== null)
    rows.push(["words (BM25)", lexical.score.toFixed(3), place(lexical), last(lexical), `best ${lexical.best.toFixed(3)}`]);
  if (semantic !== null) {
    const scaled = semantic.spread === null ? "" : ` (${number(semantic.spread)} below it counts as 0)`;
    const best = `best ${semantic.best.toFixed(3)}${scaled}, before feedback ${semantic.before?.toFixed(3) ?? "–"}`;
    rows.push(["meaning (cosine)", semantic.score?.toFixed(3) ?? "–", place(semantic), last(semantic), best]);
  }
  if (rows.length === 0) return;
  print();
  printTable([["", "score", "place", "candidate", ""], ...rows], [1]);
}

function printScore({ fused, recency, score, rerank, place: among }: Explanation): void {
  if (fused === null) return;
  const { alpha, scaled, lowered } = fused;
  const sum =
    alpha === null || scaled === null
      ? fused.score.toFixed(3)
      : `${alpha} × ${scaled.semantic.toFixed(3)} + ${number(1 - alpha)} × ${scaled.lexical.toFixed(3)}${lowered > 1e-6 ? ` − ${lowered.toFixed(3)}` : ""} = ${fused.score.toFixed(3)}`;
  print();
  print(`Score: ${sum}${recency === null ? "" : `; × ${number(recency.factor)} for its age = ${number(score)}`}`);
  if (rerank !== null && rerank.score !== null)
    print(`Reranker: ${rerank.score.toFixed(3)}, among the first ${rerank.reranked}; before, place ${rerank.before}`);
  print(`Place: ${among === null ? "none among the first 1,000 hits" : `${number(among)} among the hits`}`);
}

type Arm = NonNullable<Explanation["lexical"] | Explanation["semantic"]>;

function place({ rank, of }: Arm): string {
  return rank === null ? "–" : `${number(rank)} of ${number(of)}`;
}

function last(arm: Arm): string {
  const needed = neededScore(arm);
  return arm.candidate ? "yes" : `no${needed === null ? "" : `, needs ${needed.toFixed(3)}`}`;
}

function number(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString("en", { maximumSignificantDigits: 6 });
}
