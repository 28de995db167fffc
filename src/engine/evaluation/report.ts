/** An evaluation as one page of HTML that needs nothing else: tables, plots, and the queries that changed. */
import { escapeHtml } from "../../core/html.ts";
import type { EvalConfiguration } from "./configurations.ts";
import { type ConfigurationComparison, type LabResult, labMeasureNames, type MovedDocument, type QueryDifference } from "./lab.ts";
import { curvePlot, differencePlot, intervalPlot } from "./plots.ts";

export interface ReportFacts {
  readonly collection: string;
  readonly documents: number;
  readonly model: string;
  /** What it ran on, in words. */
  readonly machine: string;
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly configurations: readonly EvalConfiguration[];
  /** What a reader of the figures should know. */
  readonly notes: readonly string[];
  /** Of documents by id, as far as they are known. */
  readonly titles: ReadonlyMap<string, string>;
}

/** Queries that are listed individually: the greatest losses and gains of each comparison. */
export const reportedQueries = 15;

const style = `:root{color-scheme:light dark;--ink:#1d1b18;--soft:#5d574e;--paper:#fdfbf7;--line:#e2dbcf;--s0:#1f5fa8;--s1:#b3471d;--s2:#2e7d4f;--s3:#7b3fa0;--s4:#8a6a00;--s5:#a8326b;--better:#1f6fa8;--worse:#b3471d}
@media (prefers-color-scheme:dark){:root{--ink:#ece7de;--soft:#b0a899;--paper:#171614;--line:#3a362f;--s0:#7db4f0;--s1:#f2a07a;--s2:#7fd0a0;--s3:#c9a0ea;--s4:#e3c35a;--s5:#f09ac0;--better:#7db4f0;--worse:#f2a07a}}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:1rem 1rem 4rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}h3{margin:1.8rem 0 .4rem}
.soft,caption{color:var(--soft)}caption{text-align:left;padding:.3rem 0}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.92rem}th,td{padding:.25rem .8rem .25rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th[scope=row]{font-weight:500}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dt{color:var(--soft)}dd{margin:0}
.plot{width:100%;min-width:40rem;max-width:45rem;height:auto;display:block}.plot text{font-size:12px;fill:var(--soft)}
.grid{stroke:var(--line);fill:none}.zero{stroke:var(--soft);fill:none}polyline{fill:none;stroke-width:2}
.s0{stroke:var(--s0);fill:var(--s0)}.s1{stroke:var(--s1);fill:var(--s1)}.s2{stroke:var(--s2);fill:var(--s2)}.s3{stroke:var(--s3);fill:var(--s3)}.s4{stroke:var(--s4);fill:var(--s4)}.s5{stroke:var(--s5);fill:var(--s5)}
.better{fill:var(--better)}.worse{fill:var(--worse)}.open{fill:var(--soft)}.interval{fill:none;stroke-width:2}.better .interval{stroke:var(--better)}.worse .interval{stroke:var(--worse)}.open .interval{stroke:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;list-style:none;padding:0;margin:.2rem 0 .8rem}.key{vertical-align:middle}
details{margin:.4rem 0}summary{cursor:pointer}th,td{overflow-wrap:normal;max-width:26rem}td:not(.n),th[scope=row]{overflow-wrap:break-word}.told td:not(.n){min-width:14rem}td ul{margin:0;padding-left:1.1rem}`;

/** A whole document. Every text from outside is escaped, and nothing in it may load anything. */
export function reportOf(facts: ReportFacts, labs: readonly LabResult[]): string {
  const title = `Evaluation of ${facts.collection}, ${facts.date}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${describeFacts(facts, labs)}
${facts.notes.length === 0 ? "" : `<ul class="soft">${facts.notes.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`}
${labs.map((lab) => describeSet(lab, facts)).join("\n")}
<h2>How to read this</h2>
<p>Each figure is the mean over the queries of a set; the first 100 documents of an answer are looked at. A difference is against the
first configuration, nDCG@10, with the interval that holds 95 % of the means of 4,000 resampled sets of queries (paired bootstrap); p is the
share of them that lie as far from the mean as the mean from 0. Who compares many configurations finds one in twenty by chance: p is not
corrected for that. Precision is interpolated: at each recall, the best precision at any place of the ranking with at least that recall.</p>
</main></body></html>
`;
}

function describeFacts({ documents, model, machine, version, date, configurations }: ReportFacts, labs: readonly LabResult[]): string {
  const queries = labs.map(({ set, results }) => `${(results[0]?.queries ?? 0).toLocaleString("en")} of ${set}`).join(", ");
  const pairs = [
    ["documents", documents.toLocaleString("en")],
    ["queries", queries],
    ["model", model],
    ["machine", machine],
    ["Paperkin", version],
    ["date", date],
    ...configurations.map((one): [string, string] => [`configuration ${one.name}`, describeConfiguration(one)]),
  ] as const;
  return `<dl>${pairs.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>`;
}

function describeConfiguration({ name: _, ...options }: EvalConfiguration): string {
  return Object.entries(options)
    .map(([key, value]) => `${key} ${typeof value === "boolean" ? (value ? "on" : "off") : String(value)}`)
    .join(", ");
}

function describeSet({ set, results, comparisons, differences, curves }: LabResult, facts: ReportFacts): string {
  const figures = table(
    "The mean of each measure over the queries",
    ["configuration", ...labMeasureNames],
    results.map((result) => [result.configuration, ...labMeasureNames.map((name) => result[name].toFixed(4))]),
  );
  const levels = Array.from({ length: 11 }, (_, level) => (level / 10).toFixed(1));
  const curveTable = table(
    "Interpolated precision at each recall",
    ["configuration", ...levels],
    curves.map(({ configuration, precisions }) => [configuration, ...precisions.map((precision) => precision.toFixed(3))]),
  );
  const against =
    comparisons.length === 0
      ? ""
      : `<h3>Differences in nDCG@10 from ${escapeHtml(comparisons[0]?.compare[1] ?? "")}</h3>` +
        intervalPlot(`Mean differences in nDCG@10 with their 95 % intervals on ${set}; the numbers are in the table below`, comparisons) +
        table(
          "Mean differences with their 95 % intervals",
          ["configuration", "difference", "from", "to", "p", "better", "same", "worse"],
          comparisons.map(comparisonRow),
        );
  return `<section><h2>${escapeHtml(set)}: ${results[0]?.queries ?? 0} queries</h2>${figures}${against}
<h3>Precision and recall</h3>${curvePlot(`Precision by recall of each configuration on ${set}; the numbers are in the table below`, curves)}${curveTable}
${comparisons.map((comparison, at) => describeDifferences(comparison, differences[at] ?? [], facts)).join("\n")}</section>`;
}

function comparisonRow({
  compare: [name],
  better,
  same,
  worse,
  "nDCG@10": { difference, low, high, p },
}: ConfigurationComparison): string[] {
  return [name, signed(difference), signed(low), signed(high), describeP(p), String(better), String(same), String(worse)];
}

function describeDifferences(
  { compare, better, same, worse }: ConfigurationComparison,
  all: readonly QueryDifference[],
  facts: ReportFacts,
): string {
  const [name, first] = compare.map(escapeHtml);
  const what = `${better} queries gain, ${same} stay the same, ${worse} lose`;
  const lost = all.filter((one) => one.difference < 0).slice(0, reportedQueries);
  const won = all
    .filter((one) => one.difference > 0)
    .slice(-reportedQueries)
    .reverse();
  return `<h3>${name} against ${first}, query by query</h3><p>${what}.</p>
${differencePlot(`Differences in nDCG@10 of ${compare[0]} from ${compare[1]}, one bar a query: ${what}; the greatest are in the tables below`, all, better + same + worse)}
${queryTable(`Queries that lose most (${lost.length} of ${worse})`, lost, facts)}${queryTable(`Queries that gain most (${won.length} of ${better})`, won, facts)}`;
}

function queryTable(caption: string, rows: readonly QueryDifference[], facts: ReportFacts): string {
  if (rows.length === 0) return "";
  const body = rows.map(
    ({ query, text, before, "nDCG@10": now, difference, moved }) =>
      `<tr><th scope="row">${escapeHtml(query)}</th><td>${escapeHtml(shortened(text, 300))}</td>${[signed(difference), before.toFixed(3), now.toFixed(3)].map((cell) => `<td class="n">${cell}</td>`).join("")}<td><ul>${moved.map((one) => `<li>${escapeHtml(describeMove(one, facts.titles))}</li>`).join("")}</ul></td></tr>`,
  );
  return `<details><summary>${escapeHtml(caption)}</summary><div class="scroll" role="region" aria-label="${escapeHtml(caption)}" tabindex="0"><table class="told"><thead><tr><th scope="col">query</th><th scope="col">text</th><th scope="col" class="n">difference</th><th scope="col" class="n">before</th><th scope="col" class="n">now</th><th scope="col">relevant documents that moved</th></tr></thead><tbody>${body.join("")}</tbody></table></div></details>`;
}

/** From where to where a document moved, in words. */
export function describeMove({ document, rank, before }: MovedDocument, titles: ReadonlyMap<string, string>): string {
  const title = titles.get(document);
  const place = (at: number | null) => (at === null ? "beyond 100" : String(at));
  return `${place(before)} → ${place(rank)}: ${document}${title === undefined || title === "" ? "" : ` (${shortened(title, 90)})`}`;
}

function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) =>
    row.map((cell, at) => (at === 0 ? `<th scope="row">${escapeHtml(cell)}</th>` : `<td class="n">${escapeHtml(cell)}</td>`)).join("");
  const header = head.map((cell, at) => `<th scope="col"${at === 0 ? "" : ' class="n"'}>${escapeHtml(cell)}</th>`).join("");
  return `<div class="scroll" role="region" aria-label="${escapeHtml(caption)}" tabindex="0"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${header}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join("")}</tbody></table></div>`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
}

/** Resampling resolves small probabilities only as small. */
export function describeP(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
