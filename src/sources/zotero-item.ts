/** Converts one item of a Zotero library, from its web API or from an export, to a paper. Field names are Zotero's, not CSL's. */
import type { Author, NewPaper } from "../core/paper.ts";
import { idsOf, pdfAmong } from "./bibliographic.ts";
import { withoutHeading } from "./csl-values.ts";
import { idsInNote } from "./extra-field.ts";
import { type JsonObject, objectsField, textField } from "./fields.ts";
import { languageTag } from "./language-tag.ts";
import { listedAuthor } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { authorOf, paperOf } from "./record.ts";

/** Types of items that belong to other items, or stand alone, without being works. */
const noWorks = new Set(["note", "attachment", "annotation"]);

/** The fields in which different types of items say where they appeared; the first that is not empty counts. */
const venueFields = ["publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "repository", "websiteTitle", "blogTitle"];

/**
 * @param parsedDate the date as Zotero has parsed it, if the record contains it.
 * @returns undefined for notes, attachments and annotations. Throws `RecordFault`.
 */
export function paperOfZoteroItem(item: JsonObject, source: string, parsedDate?: string): NewPaper | undefined {
  const type = textField(item, "itemType") ?? "";
  if (noWorks.has(type)) return undefined;
  const inExtra = idsInNote(textField(item, "extra"));
  const url = textField(item, "url");
  return paperOf(
    {
      ids: idsOf({
        doi: filled(item, "DOI") ?? inExtra.doi,
        arxiv: inExtra.arxiv,
        pmid: filled(item, "PMID") ?? inExtra.pmid,
        pmcid: filled(item, "PMCID") ?? inExtra.pmcid,
        others: [filled(item, "archiveID"), url],
      }),
      nameless: true,
      title: ["title", "caseName", "nameOfAct", "subject"].map((field) => filled(item, field)).find((title) => title !== undefined),
      abstract: withoutHeading(textField(item, "abstractNote")),
      authors: authorsOf(item),
      published: readLooseDate(parsedDate) ?? readLooseDate(textField(item, "date")),
      venue: venueFields.map((field) => filled(item, field)).find((venue) => venue !== undefined),
      keywords: objectsField(item, "tags").flatMap((tag) => textField(tag, "tag") ?? []),
      url,
      pdfUrl: pdfAmong([url]),
      language: languageTag(textField(item, "language")),
    },
    source,
  );
}

function filled(item: JsonObject, field: string): string | undefined {
  return textField(item, field) || undefined;
}

/** The authors, or all creators if there are none, as for a collection with editors only. */
function authorsOf(item: JsonObject): Author[] {
  const creators = objectsField(item, "creators");
  const isAuthor = ({ creatorType }: JsonObject) =>
    creatorType !== "editor" && creatorType !== "seriesEditor" && creatorType !== "translator";
  const authors = creators.filter(isAuthor);
  return (authors.length > 0 ? authors : creators).map((creator) => {
    const [given = "", family = ""] = [textField(creator, "firstName"), textField(creator, "lastName")];
    if (given !== "" && family !== "") return { ...authorOf(`${given} ${family}`.replaceAll(",", " ")), ...namesOf(given, family) };
    return listedAuthor(textField(creator, "name") ?? (family || given));
  });
}

function namesOf(given: string, family: string): Pick<Author, "family" | "given"> {
  return { family: authorOf(family.replaceAll(",", " ")).name, given: authorOf(given.replaceAll(",", " ")).name };
}
