/** The papers of a file as examples of an interest: those that the library knows, of all of the file or of one of its collections. */
import { FileCollections } from "../core/collections.js";
import { AppError } from "../core/errors.js";
import { mostExamplePapers } from "../core/interest.js";
import { emptyCounts, ingest } from "./ingest.js";
import { addInterest } from "./interests.js";
import { findPapers } from "./papers.js";
import { watchPerson } from "./people.js";
export class FileExamples {
    /** Records that cannot be read. */
    refused = 0;
    records = [];
    collections = new FileCollections();
    add(record) {
        if (record.kind === "refused")
            this.refused++;
        else if (record.kind === "id")
            this.records.push({ ids: [record.id], place: record.place, paths: () => [] });
        else if (record.kind === "collection")
            this.collections.add(record);
        else if (record.kind === "paper") {
            const { paper, place, ...around } = record;
            this.records.push({ ids: paper.ids, place, paths: () => this.collections.pathsOf(around) });
        }
    }
    /** Once all are added. @param collection its name, or its path with slashes. Throws `invalid_request` where the file has nothing in it. */
    async find(library, file, collection) {
        // Which collections a record is in is known at the end of the file.
        const wanted = collection === undefined ? this.records : this.records.filter(({ paths }) => paths().some((path) => isWithin(path, collection)));
        if (collection !== undefined && wanted.length === 0)
            throw noCollection(file, collection, new Set(this.records.flatMap(({ paths }) => paths())));
        const found = await findPapers(library, wanted.flatMap(({ ids }) => ids));
        const paperIds = new Set();
        const missing = [];
        let at = 0;
        for (const { ids, place } of wanted) {
            const known = ids.map((_, offset) => found[at + offset]).find((stored) => stored !== undefined);
            at += ids.length;
            if (known === undefined)
                missing.push(place);
            else
                paperIds.add(known.paper.paperId);
        }
        return { paperIds: [...paperIds], missing };
    }
    /** How many records say what paper they are. */
    get size() {
        return this.records.length;
    }
}
/** Throws `invalid_request` where a file has more papers than an interest can hold. */
export function checkExamples(file, count, mend) {
    if (count > mostExamplePapers)
        throw new AppError("invalid_request", `${file} has ${count} papers, and an interest holds up to ${mostExamplePapers} examples.`, {
            mend,
        });
}
function noCollection(file, collection, others) {
    return new AppError("invalid_request", `${file} has no papers in a collection “${collection}”.`, {
        mend: others.size === 0
            ? "It names no collections, as JabRef, Better BibTeX JSON and Zotero's RDF do: export the collection alone, and leave its name out."
            : `It has ${[...others].sort().slice(0, 10).join(", ")}.`,
    });
}
/** `A/B` is within `A`, `B` and `A/B`. */
function isWithin(path, collection) {
    return `/${path}/`.toLowerCase().includes(`/${collection.toLowerCase()}/`);
}
/**
 * An interest in the papers of a file. Throws `invalid_request` for a file of no papers or of too many, and what reading it
 * throws; nothing is changed then.
 */
export async function followFile(library, person, { file, records, name, bringIn }, now, signal) {
    const requireStillThere = await watchPerson(library, person);
    const examples = new FileExamples();
    const all = [];
    for await (const record of records) {
        examples.add(record);
        all.push(record);
    }
    checkExamples(file, examples.size, "Export a part of it: one collection, or one folder.");
    if (examples.size === 0)
        throw new AppError("invalid_request", `${file} has no papers that can be read.`, {
            mend: "Choose a file that a reference manager exports: BibTeX, RIS, CSL JSON, Zotero RDF and others.",
        });
    if (bringIn)
        await ingest(library, eachOf(all), emptyCounts(), signal === undefined ? {} : { signal });
    const { paperIds, missing } = await examples.find(library, file);
    if (paperIds.length === 0)
        throw new AppError("invalid_request", `The library has no paper of ${file}.`, {
            mend: "Ask whoever looks after the library to import it.",
        });
    await requireStillThere();
    const interest = await addInterest(library, person, { name: name ?? file.replace(/\.[^.]+$/, ""), positives: paperIds }, now);
    return { interest, missing: missing.length, refused: examples.refused };
}
async function* eachOf(list) {
    yield* list;
}
//# sourceMappingURL=file-examples.js.map