/**
 * Labelled collections in the layout of BEIR: `corpus.jsonl`, `queries.jsonl`, and judgments in `qrels.tsv` or
 * `qrels/*.tsv`; beside them further query sets, `queries_NAME.jsonl` with `qrels_NAME.tsv`. Judgments may be in TREC's
 * form too, and their files end with `.txt` or `.qrels`.
 */
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import type { Judgments } from "../../core/ranking/metrics.ts";

/** A query set by name, before it is read. */
export interface QuerySetFiles {
  /** The folder's name for the main set, `folder_NAME` for others, `folder/test` for `qrels/test.tsv`. */
  readonly name: string;
  readonly queries: string;
  readonly judgments: string;
}

export interface CollectionFiles {
  readonly name: string;
  readonly corpus: string;
  readonly sets: readonly QuerySetFiles[];
}

/** The text of the query. One for related papers may have no text; its id is the paper's. */
export interface EvalQuery {
  readonly id: string;
  readonly text: string;
  readonly judgments: Judgments;
}

export interface QuerySet {
  readonly name: string;
  readonly queries: readonly EvalQuery[];
  /** What a reader of the figures should know. */
  readonly notes: readonly string[];
}

const relatedSet = /_related$/;

/** Whether a set asks for papers related to papers of the collection. @param holds whether the collection has a document. */
export function asksForRelated(set: QuerySet, holds: (id: string) => boolean): boolean {
  return relatedSet.test(set.name) && set.queries.every((query) => holds(query.id));
}

/**
 * A set with the rules of counting applied: a paper is not its own relative, whatever a file says, and a query to which nothing else is
 * relevant is left out.
 * @param holds whether the collection contains a document. Throws `file_unreadable` if no query is left.
 */
export function countedSet(set: QuerySet, holds: (id: string) => boolean): QuerySet {
  if (!asksForRelated(set, holds)) return set;
  const queries = set.queries
    .map((query) => ({ ...query, judgments: new Map([...query.judgments].filter(([document]) => document !== query.id)) }))
    .filter(({ judgments }) => [...judgments.values()].some((grade) => grade > 0));
  const left = set.queries.length - queries.length;
  if (queries.length === 0)
    throw new AppError("file_unreadable", `The judgments of ${set.name} mark no paper as relevant except the query paper itself.`, {
      mend: "Add papers that are related to it.",
    });
  if (left === 0) return { ...set, queries };
  return {
    ...set,
    queries,
    notes: [...set.notes, `${left} queries of ${set.name} are left out: nothing but the paper itself is relevant to them.`],
  };
}

/** Finds the files of a collection. Throws `file_unreadable`, `invalid_request`. */
export async function findCollection(folder: string): Promise<CollectionFiles> {
  const files = await listFolder(folder);
  if (!files.includes("corpus.jsonl")) {
    throw new AppError("file_unreadable", `${folder} contains no corpus.jsonl.`, {
      mend: "A collection is a folder with corpus.jsonl, queries.jsonl and qrels.tsv (or qrels/test.tsv), as in BEIR.",
    });
  }
  const name = basename(resolve(folder));
  const splits = files.includes("qrels") ? await listFolder(join(folder, "qrels")) : [];
  const sets = [
    ...files.flatMap((file) => setOfFile(folder, name, file, files)),
    ...splits
      .filter((file) => /\.(?:tsv|txt|qrels)$/.test(file))
      .map((file) => ({
        name: `${name}/${file.replace(/\.\w+$/, "")}`,
        queries: join(folder, "queries.jsonl"),
        judgments: join(folder, "qrels", file),
      })),
  ];
  if (sets.length === 0) {
    throw new AppError("file_unreadable", `${folder} contains no judgments.`, {
      mend: "Put them into qrels.tsv: a line query-id, corpus-id, score, and then one judgment a line, separated by tabs.",
    });
  }
  const twice = sets.find((set, at) => sets.findIndex((one) => one.name === set.name) !== at);
  if (twice !== undefined) {
    const files = sets.filter((set) => set.name === twice.name).map(({ judgments }) => judgments);
    throw new AppError("file_unreadable", `${files.join(" and ")} are judgments of the same query set.`, {
      mend: "Keep only one of them, or rename the other to qrels_NAME.tsv, as a set of its own.",
    });
  }
  return { name, corpus: join(folder, "corpus.jsonl"), sets };
}

function setOfFile(folder: string, name: string, file: string, files: readonly string[]): QuerySetFiles[] {
  const match = /^qrels(_[\w-]+)?\.(?:tsv|txt|qrels)$/.exec(file);
  if (match === null) return [];
  const suffix = match[1] ?? "";
  const own = `queries${suffix}.jsonl`;
  return [
    {
      name: name + suffix,
      queries: join(folder, files.includes(own) ? own : "queries.jsonl"),
      judgments: join(folder, file),
    },
  ];
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    throw new AppError("file_unreadable", `The folder ${folder} cannot be read.`, {
      mend: "Name the folder of a labelled collection; src/starter is one.",
      cause,
    });
  }
}

/**
 * The requested sets, in the order requested; all of them if none are named.
 * @param wanted names; `main` is the collection's own name, and `train` short for `folder_train` or `folder/train`.
 */
export function chooseSets({ name, sets }: CollectionFiles, wanted: readonly string[]): readonly QuerySetFiles[] {
  if (wanted.length === 0) return sets;
  const chosen = wanted.map((one) => {
    const names = one === "main" ? [name] : [one, `${name}_${one}`, `${name}/${one}`];
    const found = sets.find((set) => names.includes(set.name));
    if (found === undefined) {
      throw new AppError("invalid_request", `The collection ${name} has no query set “${one}”.`, {
        mend: `It has ${sets.map((set) => set.name).join(", ")}.`,
      });
    }
    return found;
  });
  return sets.filter((set) => chosen.includes(set));
}

/** Reads the queries that have a relevant document. Throws `file_unreadable` naming file and line. */
export async function readQuerySet(files: QuerySetFiles): Promise<QuerySet> {
  const judgments = parseJudgments(await readText(files.judgments), files.judgments);
  const texts = new Map<string, string>();
  for await (const { id, text } of readLines(files.queries, querySchema)) texts.set(id, text);
  const queries: EvalQuery[] = [];
  for (const [id, text] of texts) {
    const own = judgments.get(id);
    if (own !== undefined && [...own.values()].some((grade) => grade > 0)) queries.push({ id, text, judgments: own });
  }
  const unknown = [...judgments.keys()].filter((id) => !texts.has(id)).length;
  const notes = unknown === 0 ? [] : [`${unknown} judged queries of ${files.judgments} are left out: ${files.queries} does not hold them.`];
  if (queries.length === 0) {
    throw new AppError("file_unreadable", `No query of ${files.queries} has a relevant document in ${files.judgments}.`, {
      mend: "Check that both files belong together.",
    });
  }
  return { name: files.name, queries, notes };
}

/** Notes on judgments for a reader of the figures: documents that cannot be found. @param holds whether the collection contains one. */
export function notesOfJudgments({ name, queries }: QuerySet, holds: (document: string) => boolean): string[] {
  const wanted = queries.flatMap(({ judgments }) => [...judgments].filter(([, grade]) => grade > 0).map(([document]) => document));
  const missing = [...new Set(wanted)].filter((document) => !holds(document));
  if (missing.length === 0) return [];
  return [
    `The judgments of ${name} mark ${missing.length} documents as relevant that are not in the collection, and count as not found: ${missing.slice(0, 5).join(", ")}.`,
  ];
}

/** Every n-th query, so that about `most` are left; always the same ones. */
export function thinQueries<T>(queries: readonly T[], most: number | undefined): readonly T[] {
  if (most === undefined || queries.length <= most) return queries;
  const step = Math.max(1, Math.round(queries.length / most));
  return queries.filter((_, at) => at % step === 0);
}

/**
 * Query id, document id and grade, separated by tabs; or TREC's four columns, query, iteration, document and grade, separated by spaces
 * or tabs. A header indicates the former.
 * @param file for messages. @returns query id → document id → grade. Throws `file_unreadable`.
 */
export function parseJudgments(text: string, file: string): Map<string, Map<string, number>> {
  const all = new Map<string, Map<string, number>>();
  let hasHeader = false;
  for (const [at, raw] of text.split("\n").entries()) {
    const line = raw.trimEnd();
    if (at === 0 && /^query-?_?id\t/i.test(line)) hasHeader = true;
    if (line === "" || (at === 0 && hasHeader)) continue;
    const [query, document, grade] = cellsOfJudgment(line, hasHeader);
    if (query === undefined || document === undefined || !Number.isFinite(grade)) {
      throw new AppError("file_unreadable", `${file}, line ${at + 1} is not a judgment: “${line.slice(0, 80)}”.`, {
        mend: "A judgment is a query id, a document id and a number, separated by tabs; or four columns as in TREC.",
      });
    }
    const own = all.get(query) ?? new Map<string, number>();
    if ((own.get(document) ?? grade) !== grade) {
      throw new AppError("file_unreadable", `${file}, line ${at + 1} contradicts an earlier line: “${line.slice(0, 80)}”.`, {
        mend: "A document has one grade for a query: remove one of the two lines.",
      });
    }
    own.set(document, grade);
    all.set(query, own);
  }
  return all;
}

function cellsOfJudgment(line: string, hasHeader: boolean): [string | undefined, string | undefined, number] {
  const columns = line.trim().split(/[ \t]+/);
  const [query, document, score, ...rest] =
    !hasHeader && columns.length === 4 && line.split("\t").length !== 3 ? [columns[0], columns[2], columns[3]] : line.split("\t");
  return [query, document, score === undefined || score === "" || rest.length > 0 ? Number.NaN : Number(score)];
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new AppError("file_unreadable", `The file ${path} cannot be read.`, {
      mend: "Check that it exists and is readable.",
      cause,
    });
  });
  return withoutMark(text);
}

/** Some programs write a byte order mark. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "");
}

const idSchema = z.union([z.string().min(1), z.number().int().transform(String)]);

const querySchema = z
  .object({
    id: idSchema.optional(),
    _id: idSchema.optional(),
    text: z.string().default(""),
  })
  .transform(({ id, _id, text }, context) => {
    const own = id ?? _id;
    if (own !== undefined) return { id: own, text };
    context.addIssue({ code: "custom", message: "it has neither id nor _id" });
    return z.NEVER;
  });

const authorSchema = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);

const documentSchema = z
  .object({
    id: idSchema.optional(),
    _id: idSchema.optional(),
    title: z.string().nullish(),
    abstract: z.string().nullish(),
    text: z.string().nullish(),
    authors: z.array(authorSchema).nullish(),
  })
  .transform(({ id, _id, title, abstract, text, authors }, context) => {
    const own = id ?? _id;
    if (own !== undefined)
      return {
        id: own,
        title: title ?? "",
        abstract: abstract ?? text ?? "",
        authors: authors ?? [],
      };
    context.addIssue({ code: "custom", message: "it has neither id nor _id" });
    return z.NEVER;
  });

export type EvalDocument = z.output<typeof documentSchema>;

/** The documents of a corpus as they are in its file, one by one. Throws `file_unreadable` naming file and line. */
export function readCorpus(path: string): AsyncIterable<EvalDocument> {
  return readLines(path, documentSchema);
}

async function* readLines<T extends z.ZodType>(path: string, schema: T): AsyncIterable<z.output<T>> {
  let line = 0;
  try {
    for await (const text of createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      line++;
      if (text.trim() === "") continue;
      const result = schema.safeParse(parseJson(line === 1 ? withoutMark(text) : text));
      if (!result.success) {
        const [issue] = result.error.issues;
        throw new AppError("file_unreadable", `${path}, line ${line}: ${[...(issue?.path ?? []), issue?.message].join(" ")}.`, {
          mend: "Each line is a JSON object with an id, and a text.",
        });
      }
      yield result.data;
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("file_unreadable", `The file ${path} cannot be read.`, {
      mend: "Check that it exists and is readable.",
      cause,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
