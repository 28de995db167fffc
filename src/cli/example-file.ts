/** The papers of a file as examples of an interest: those that the library knows. Importing stays a command of its own. */
import { FileCollections } from "../core/collections.ts";
import { AppError } from "../core/errors.ts";
import { mostExamplePapers } from "../core/interest.ts";
import { describePlace, type Place } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import { note } from "./output.ts";

/** What of a file can be an example. */
export interface ExamplesOfFile {
  /** In the order of the file, each once. */
  readonly paperIds: readonly string[];
  /** Records of papers that the library does not have. */
  readonly missing: readonly Place[];
  /** Records that cannot be read. */
  readonly refused: number;
}

const shownMissing = 5;

/**
 * @param collection a collection or group of the file: its name, or its path with slashes. Throws `file_unreadable`,
 * `unsupported_format`, and `invalid_request` where nothing of the file can be an example, or too much.
 */
export async function papersOfFile(engine: Engine, file: string, collection: string | undefined): Promise<ExamplesOfFile> {
  // Read only where a file is named.
  const { readFilesOf } = await import("../app-sources.ts");
  const records: { readonly ids: readonly string[]; readonly place: Place; readonly paths: () => string[] }[] = [];
  const collections = new FileCollections();
  let refused = 0;
  for await (const event of readFilesOf([file], undefined)) {
    if (event.kind === "fault") throw event.error;
    if (event.kind === "refused") refused++;
    else if (event.kind === "id") records.push({ ids: [event.id], place: event.place, paths: () => [] });
    else if (event.kind === "collection") collections.add(event);
    else if (event.kind === "paper") {
      const { paper, place, ...around } = event;
      records.push({ ids: paper.ids, place, paths: () => collections.pathsOf(around) });
    }
  }
  // Which collections a record is in is known at the end of the file.
  const wanted = collection === undefined ? records : records.filter(({ paths }) => paths().some((path) => isWithin(path, collection)));
  if (collection !== undefined && wanted.length === 0)
    throw noCollection(file, collection, new Set(records.flatMap(({ paths }) => paths())));
  const found = await engine.papers(wanted.flatMap(({ ids }) => ids));
  const paperIds = new Set<string>();
  const missing: Place[] = [];
  let at = 0;
  for (const { ids, place } of wanted) {
    const known = ids.map((_, offset) => found[at + offset]).find((stored) => stored !== undefined);
    at += ids.length;
    if (known === undefined) missing.push(place);
    else paperIds.add(known.paper.paperId);
  }
  if (paperIds.size === 0)
    throw new AppError("invalid_request", `The library has no paper of ${file}.`, { mend: `Import it first: paperkin import ${file}` });
  if (paperIds.size > mostExamplePapers)
    throw new AppError(
      "invalid_request",
      `${file} has ${paperIds.size} papers, and an interest holds up to ${mostExamplePapers} examples.`,
      {
        mend: "Make interests of its parts: --collection, or a file for each.",
      },
    );
  return { paperIds: [...paperIds], missing, refused };
}

function noCollection(file: string, collection: string, others: ReadonlySet<string>): AppError {
  return new AppError("invalid_request", `${file} has no papers in a collection “${collection}”.`, {
    mend:
      others.size === 0
        ? "It names no collections, as JabRef, Better BibTeX JSON and Zotero's RDF do: export the collection alone, and leave --collection out."
        : `It has ${[...others].sort().slice(0, 10).join(", ")}.`,
  });
}

/** `A/B` is within `A`, `B` and `A/B`. */
function isWithin(path: string, collection: string): boolean {
  return `/${path}/`.toLowerCase().includes(`/${collection.toLowerCase()}/`);
}

/** What is left out is said, and how to mend it. */
export function tellMissing({ missing, refused }: ExamplesOfFile, file: string): void {
  if (missing.length > 0) {
    const places = missing.slice(0, shownMissing).map(describePlace).join("; ");
    const more = missing.length > shownMissing ? ` and ${missing.length - shownMissing} more` : "";
    note(`Not in the library: ${places}${more}. \`paperkin import ${file}\` brings them in; then add the interest again.`);
  }
  if (refused > 0) note(`${refused} records of ${file} cannot be read; \`paperkin import ${file}\` says why.`);
  if (missing.length + refused > 0) process.exitCode = 3;
}
