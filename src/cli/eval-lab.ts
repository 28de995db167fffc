/** Further modes of `paperkin eval`: comparing configurations, run files, results query by query, a report. */
import { cpus } from "node:os";
import { extname } from "node:path";
import { localDay } from "../core/period.ts";
import { normalizeText } from "../core/text.ts";
import type { Engine } from "../engine/engine.ts";
import {
  checkConfigurations,
  type EvalConfiguration,
  parseConfiguration,
  readConfigurations,
} from "../engine/evaluation/configurations.ts";
import type { EvalDocuments } from "../engine/evaluation/documents.ts";
import { type LabResult, labMeasureNames } from "../engine/evaluation/lab.ts";
import { describeMove, describeP, type ReportFacts, reportedQueries, reportOf } from "../engine/evaluation/report.ts";
import type { JudgedRuns } from "../engine/evaluation/run.ts";
import { linesOfRun } from "../engine/evaluation/trec.ts";
import { print, printJson, printTable, wrap } from "./output.ts";
import { writeWhole } from "./text-file.ts";

/** The named configurations in their order, followed by those of the file. Throws `invalid_request`, `file_unreadable`. */
export async function configurationsOf(inline: readonly string[], file: string | undefined): Promise<readonly EvalConfiguration[]> {
  return checkConfigurations([...inline.map(parseConfiguration), ...(file === undefined ? [] : await readConfigurations(file))]);
}

/** Adds a run to the configurations, under a name that none of them has. */
export function withRun(judged: JudgedRuns, run: JudgedRuns["runs"][number]): JudgedRuns {
  const taken = new Set(judged.runs.map(({ name }) => name));
  let name = run.name;
  for (let number = 2; taken.has(name); number++) name = `${run.name}-${number}`;
  return { ...judged, runs: [...judged.runs, { ...run, name }] };
}

/** Writes each run to a file of its own; the names of several files say which run each is. @returns the files. */
export async function writeRuns(path: string, all: readonly JudgedRuns[]): Promise<string[]> {
  const runs = all.flatMap((judged) => judged.runs.map((run) => ({ judged, run })));
  const names: string[] = [];
  for (const { judged, run } of runs) {
    const extension = extname(path);
    const own = `.${judged.set.replaceAll("/", "-")}.${run.name}`;
    const name = runs.length === 1 ? path : `${path.slice(0, path.length - extension.length)}${own}${extension}`;
    await writeWhole(name, linesOfRun(judged, run));
    names.push(name);
  }
  return names;
}

/** Prints tables for people, or one line of JSON for each row. @param worst how many queries to list for each comparison. */
export function printLab(
  labs: readonly LabResult[],
  { json, worst, titles }: { json: boolean; worst: number; titles: ReadonlyMap<string, string> },
): void {
  if (json) {
    for (const { results, comparisons, differences } of labs) {
      for (const line of [...results, ...comparisons]) printJson(line);
      for (const { moved, ...rest } of differences.flatMap((all) => all.slice(0, worst)))
        printJson({ ...rest, moved: moved.map((one) => ({ ...one, title: titles.get(one.document) ?? null })) });
    }
    return;
  }
  printTable(
    [
      ["set", "configuration", "queries", ...labMeasureNames],
      ...labs.flatMap(({ results }) =>
        results.map((one) => [one.set, one.configuration, String(one.queries), ...labMeasureNames.map((name) => one[name].toFixed(4))]),
      ),
    ],
    [2, 3, 4, 5, 6, 7],
  );
  const comparisons = labs.flatMap((lab) => lab.comparisons);
  if (comparisons.length === 0) return;
  print();
  printTable(
    [
      ["set", "nDCG@10 of", "difference", "95 % interval", "p", "better", "same", "worse"],
      ...comparisons.map(({ set, compare: [name, first], better, same, worse: lost, "nDCG@10": { difference, low, high, p } }) => [
        set,
        `${name} − ${first}`,
        signed(difference),
        `${signed(low)} … ${signed(high)}`,
        describeP(p),
        String(better),
        String(same),
        String(lost),
      ]),
    ],
    [2, 4, 5, 6, 7],
  );
  if (worst > 0) for (const { differences } of labs) for (const all of differences) printDifferences(all.slice(0, worst), titles);
}

function printDifferences(all: LabResult["differences"][number], titles: ReadonlyMap<string, string>): void {
  const [first] = all;
  if (first === undefined) return;
  print();
  print(`${first.set}, ${first.compare[0]} against ${first.compare[1]}, the worst queries first (nDCG@10):`);
  for (const { query, text, difference, before, "nDCG@10": now, moved } of all) {
    print();
    print(
      wrap(`${signed(difference)} (${before.toFixed(3)} → ${now.toFixed(3)})  ${normalizeText(`${query}: ${text.slice(0, 300)}`)}`, "  "),
    );
    for (const one of moved) print(wrap(normalizeText(describeMove(one, titles)), "      "));
  }
}

/** Titles of the documents whose rank changed, for the queries that are listed. */
export async function titlesOf(
  engine: Engine,
  documents: EvalDocuments,
  labs: readonly LabResult[],
  worst: number,
): Promise<ReadonlyMap<string, string>> {
  const told = labs.flatMap(({ differences }) => differences.flatMap((all) => [...all.slice(0, worst), ...all.slice(-reportedQueries)]));
  const ids = [...new Set(told.flatMap(({ moved }) => moved.map(({ document }) => document)))].filter((id) => documents.has(id));
  const found = await engine.papers(ids.map((id) => documents.paperIdOf(id)));
  return new Map(ids.flatMap((id, at) => (found[at] === undefined ? [] : [[id, found[at].paper.title]])));
}

export async function writeReport(path: string, labs: readonly LabResult[], facts: Omit<ReportFacts, "machine" | "date">): Promise<void> {
  const [processor] = cpus();
  const machine = `${processor?.model.trim() || process.arch}, ${cpus().length} cores, ${process.platform}, Node ${process.versions.node}`;
  await writeWhole(path, [reportOf({ ...facts, machine, date: localDay(new Date()) }, labs)]);
}

/** Formats a difference of measures: `+0.0123`, `−0.0040`. */
export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
}
