/** Rankings as TREC run files, `qid Q0 docid rank score tag`: for trec_eval, and from other systems. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { AppError } from "../../core/errors.ts";
import { compareText } from "../../core/order.ts";
import { excerptOf } from "../../core/source.ts";
import type { QuerySet } from "./collection.ts";
import { configurationName } from "./configurations.ts";
import { type EvalRun, type JudgedRuns, type RankedDocument, rankingDepth } from "./run.ts";

/**
 * Tools that read a run sort it by score, some of them in single precision. So scores fall by at least a millionth per place, which
 * preserves the order. Throws `invalid_request` for ids that contain spaces.
 */
export function* linesOfRun({ queries }: Pick<JudgedRuns, "queries">, { name, rankings }: EvalRun): Iterable<string> {
  for (const [at, { id: query }] of queries.entries()) {
    let above: number | undefined;
    for (const [place, { id, score }] of (rankings[at] ?? []).entries()) {
      const below = above === undefined ? score : above - 1e-6 * Math.max(1, Math.abs(above));
      above = Number(Math.min(score, below).toFixed(7));
      yield `${columnOf(query)} Q0 ${columnOf(id)} ${place + 1} ${above.toFixed(7)} ${name}\n`;
    }
  }
}

function columnOf(id: string): string {
  if (/^\S+$/u.test(id)) return id;
  throw new AppError(
    "invalid_request",
    `The id “${id.slice(0, 80)}” cannot be written to a run file, whose columns are separated by spaces.`,
    {
      mend: "Give the collection ids without spaces.",
    },
  );
}

export interface ReadRun {
  readonly run: EvalRun;
  /** What a reader of the figures should know. */
  readonly notes: readonly string[];
}

interface Line extends RankedDocument {
  readonly query: string;
  readonly tag: string;
}

/**
 * Reads the ranking of another system for the queries of a set. As in trec_eval, the order is by score, ties by descending id; ranks in
 * the file are ignored. The first 100 of each query count.
 * @param holds whether the collection contains a document. Throws `file_unreadable` naming file and line, and if no query of the set is
 * in it.
 */
export async function readRun(path: string, set: QuerySet, holds: (document: string) => boolean): Promise<ReadRun> {
  const places = new Map(set.queries.map(({ id }, at) => [id, at]));
  const answers = new Map<string, Map<string, number>>();
  const others = new Set<string>();
  const unknown = new Set<string>();
  let tag: string | undefined;
  let number = 0;
  for await (const text of linesOf(path)) {
    number++;
    if (text.trim() === "") continue;
    const line = parseLine(text);
    const refuse = (why: string) =>
      new AppError("file_unreadable", `${path}, line ${number} ${why}: “${text.slice(0, 80)}”.`, {
        mend: "A run has six columns, qid Q0 docid rank score tag, and each document once for a query.",
      });
    if (line === undefined) throw refuse("is no line of a run");
    tag ??= line.tag;
    if (line.tag !== tag) throw refuse(`is of another run than “${tag}”`);
    if (!places.has(line.query)) {
      others.add(line.query);
      continue;
    }
    const own = answers.get(line.query) ?? new Map<string, number>();
    if (own.has(line.id)) throw refuse("repeats a document");
    own.set(line.id, line.score);
    answers.set(line.query, own);
    if (!holds(line.id)) unknown.add(line.id);
  }
  if (tag === undefined || answers.size === 0) {
    throw new AppError("file_unreadable", `${path} answers no query of ${set.name}.`, {
      mend: "Check that its first column holds the ids of the set's queries.",
    });
  }
  requireRunName(path, tag);
  const missing = set.queries.length - answers.size;
  const examples = [...unknown].slice(0, 5).map((id) => excerptOf(id));
  return {
    run: { name: tag, rankings: set.queries.map(({ id }) => rankingOf(answers.get(id))) },
    notes: [
      ...(missing === 0 ? [] : [`${path} does not answer ${missing} of ${set.queries.length} queries, which count as nothing found.`]),
      ...(others.size === 0 ? [] : [`${path} answers ${others.size} queries that are not asked here.`]),
      ...(unknown.size === 0 ? [] : [`${path} names ${unknown.size} documents that the collection does not have: ${examples.join(", ")}.`]),
    ],
  };
}

function requireRunName(path: string, name: string): void {
  if (configurationName.test(name)) return;
  throw new AppError(
    "file_unreadable",
    `${path} names its run “${name.slice(0, 80)}”, which is too long or has characters that are not allowed.`,
    { mend: "Use up to 60 letters, digits, dots, dashes and underscores in its last column." },
  );
}

function rankingOf(answer: ReadonlyMap<string, number> | undefined): RankedDocument[] {
  const all = [...(answer ?? [])].map(([id, score]) => ({ id, score }));
  return all.sort((a, b) => b.score - a.score || compareText(b.id, a.id)).slice(0, rankingDepth);
}

function parseLine(text: string): Line | undefined {
  const [query, , id, rank, score, tag, ...rest] = text.trim().split(/[ \t]+/);
  if (query === undefined || id === undefined || rank === undefined || score === undefined || tag === undefined) return undefined;
  if (rest.length > 0 || !Number.isFinite(Number(rank)) || !Number.isFinite(Number(score))) return undefined;
  return { query, id, score: Number(score), tag };
}

async function* linesOf(path: string): AsyncIterable<string> {
  try {
    yield* createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    throw new AppError("file_unreadable", `The file ${path} cannot be read.`, { mend: "Check that it exists and is readable.", cause });
  }
}
