/** One item of a Zotero library as a paper, from its web API or from an export. Zotero's names of fields, not CSL's. */
import type { Author, NewPaper } from "../core/paper.ts";
import { idsOf, pdfAmong } from "./bibliographic.ts";
import { withoutHeading } from "./csl-values.ts";
import { idsInNote } from "./extra-field.ts";
import { type JsonObject, objectsField, textField } from "./fields.ts";
import { languageTag } from "./language-tag.ts";
import { listedAuthor } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { authorOf, paperOf } from "./record.ts";

/** What hangs on items, or stands among them, without being about a work. */
const noWorks = new Set(["note", "attachment", "annotation"]);

/** Where items of different types say where they appeared; the first that is filled in. */
const venueFields = ["publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "repository", "websiteTitle", "blogTitle"];

/**
 * @param parsedDate the date as Zotero has read it, where it says so.
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

/** The authors; of a collection without any its editors. */
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
