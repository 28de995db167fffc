/** The papers of a file as examples of an interest: those that the library has, from the whole file or from one of its collections. */
import { FileCollections } from "../../core/collections.ts";
import { AppError } from "../../core/errors.ts";
import { type Interest, mostExamplePapers } from "../../core/interest.ts";
import type { Library } from "../../core/library.ts";
import type { Place, SourceRecord } from "../../core/source.ts";
import { emptyCounts, ingest } from "../intake/ingest.ts";
import { findPapers } from "../papers.ts";
import { throwIfAbandoned } from "../turns.ts";
import { addInterest } from "./interests.ts";

/** For a file in which one collection is looked up: its records are all in memory at once. */
const mostRecords = 20_000;

/** What of a file can be an example. */
export interface ExamplesOfFile {
  /** In the order of the file, each once. */
  readonly paperIds: readonly string[];
  /** Records of papers that the library does not have. */
  readonly missing: readonly Place[];
}

export class FileExamples {
  /** Records that cannot be read. */
  refused = 0;
  private readonly records: { readonly ids: readonly string[]; readonly place: Place; readonly paths: () => string[] }[] = [];
  private readonly collections = new FileCollections();

  add(record: SourceRecord): void {
    if (record.kind === "refused") this.refused++;
    else if (record.kind === "id") this.records.push({ ids: [record.id], place: record.place, paths: () => [] });
    else if (record.kind === "collection") this.collections.add(record);
    else if (record.kind === "paper") {
      const { paper, place, ...around } = record;
      this.records.push({ ids: paper.ids, place, paths: () => this.collections.pathsOf(around) });
    }
  }

  /**
   * To be called once all are added. @param collection its name, or its slash-separated path. Throws `invalid_request` if it contains
   * nothing.
   */
  async find(library: Library, file: string, collection?: string): Promise<ExamplesOfFile> {
    // Which collections a record is in is known only at the end of the file.
    const wanted =
      collection === undefined ? this.records : this.records.filter(({ paths }) => paths().some((path) => isWithin(path, collection)));
    if (collection !== undefined && wanted.length === 0)
      throw noCollection(file, collection, new Set(this.records.flatMap(({ paths }) => paths())));
    const found = await findPapers(
      library,
      wanted.flatMap(({ ids }) => ids),
    );
    const paperIds = new Set<string>();
    const missing: Place[] = [];
    let at = 0;
    for (const { ids, place } of wanted) {
      const known = ids.map((_, offset) => found[at + offset]).find((stored) => stored !== undefined);
      at += ids.length;
      if (known === undefined) missing.push(place);
      else paperIds.add(known.paper.paperId);
    }
    return { paperIds: [...paperIds], missing };
  }

  /** How many records say what paper they are. */
  get size(): number {
    return this.records.length;
  }
}

/** Throws `invalid_request` if a file has more papers than an interest can hold. */
export function checkExamples(file: string, count: number, mend: string): void {
  if (count > mostExamplePapers)
    throw new AppError("invalid_request", `${file} has ${count} papers, and an interest holds up to ${mostExamplePapers} examples.`, {
      mend,
    });
}

function noCollection(file: string, collection: string, others: ReadonlySet<string>): AppError {
  return new AppError("invalid_request", `${file} has no papers in a collection “${collection}”.`, {
    mend:
      others.size === 0
        ? "The file names no collections. Groups of JabRef are in its .bib files, collections of Zotero in RDF and Better BibTeX JSON if a whole library was exported. Or export only the collection, and leave its name out."
        : `It has ${[...others].sort().slice(0, 10).join(", ")}.`,
  });
}

/** `A/B` is within `A`, `B` and `A/B`. */
function isWithin(path: string, collection: string): boolean {
  return `/${path}/`.toLowerCase().includes(`/${collection.toLowerCase()}/`);
}

export interface FileToFollow {
  /** The name of the file. */
  readonly file: string;
  /** All of it. */
  readonly records: AsyncIterable<SourceRecord>;
  /** The name of the interest; by default that of the collection or the file. */
  readonly name?: string | undefined;
  /** A collection or group of the file, by its name or its path; all of the file without one. */
  readonly collection?: string | undefined;
  /** Whether papers that the library does not have are imported first. */
  readonly bringIn: boolean;
}

export interface FollowedFile {
  readonly interest: Interest;
  /** Papers of the file that the library does not have. */
  readonly missing: number;
  /** Records that cannot be read. */
  readonly refused: number;
}

/**
 * An interest in the papers of a file. Throws `invalid_request` for a file with no papers or too many, `cancelled`, and what reading it
 * throws; then nothing is changed.
 */
export async function followFile(
  library: Library,
  person: string,
  { file, records, name, collection, bringIn }: FileToFollow,
  now: Date,
  signal?: AbortSignal,
): Promise<FollowedFile> {
  const examples = new FileExamples();
  const all: SourceRecord[] = [];
  for await (const record of records) {
    throwIfAbandoned(signal);
    if (all.length === mostRecords)
      throw new AppError("invalid_request", `${file} has more than ${mostRecords.toLocaleString("en")} records.`, {
        mend: "Export only one of its collections.",
      });
    examples.add(record);
    all.push(record);
  }
  if (examples.size === 0)
    throw new AppError("invalid_request", `${file} has no papers that can be read.`, {
      mend: "Choose a file that a reference manager exports: BibTeX, RIS, CSL JSON, Zotero RDF and others.",
    });
  const before = await examples.find(library, file, collection);
  checkExamples(file, before.paperIds.length + before.missing.length, "Name one of its collections, or export only that one.");
  if (bringIn) await ingest(library, eachOf(all), emptyCounts(), signal === undefined ? {} : { signal });
  const { paperIds, missing } = bringIn ? await examples.find(library, file, collection) : before;
  if (paperIds.length === 0)
    throw new AppError("invalid_request", `The library contains none of the papers in ${file}.`, {
      mend: "Ask the library's administrator to import it.",
    });
  const called = name ?? collection?.split("/").at(-1) ?? file.replace(/\.[^.]+$/, "");
  const interest = await addInterest(library, person, { name: called, positives: paperIds }, now);
  return { interest, missing: missing.length, refused: examples.refused };
}

async function* eachOf<T>(list: readonly T[]): AsyncIterable<T> {
  yield* list;
}
