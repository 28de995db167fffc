/** RIS, which every reference manager reads. */
import { linkOf } from "../identity.ts";
import { type Author, dateOf, type Paper } from "../paper.ts";
import { collapseSpace } from "../text.ts";
import type { ExportFormat } from "./format.ts";
import { idIn, partsOf, venueNameOf, type WorkType, workTypeOf } from "./work.ts";

const types: Readonly<Record<WorkType, string>> = { article: "JOUR", conference: "CPAPER", preprint: "GEN" };

export const risExport: ExportFormat = {
  name: "ris",
  label: "RIS",
  extension: "ris",
  mediaType: "application/x-research-info-systems",
  // Lines end as the format's description has them.
  begin: () => ({
    head: "",
    between: "\r\n",
    tail: "",
    of: (paper) =>
      linesOf(paper)
        .map(([tag, value]) => `${tag}  - ${value}\r\n`)
        .join(""),
  }),
};

function linesOf(paper: Paper): [tag: string, value: string][] {
  const date = dateOf(paper);
  const [year, month = "", day = ""] = date?.split("-") ?? [];
  const pmid = idIn(paper, "PMID");
  const fields: [string, string | undefined][] = [
    ["TY", types[workTypeOf(paper)]],
    ["TI", paper.title],
    ...paper.authors.map((author): [string, string] => ["AU", nameOf(author)]),
    ["PY", year],
    ["DA", date === undefined ? undefined : `${year}/${month}/${day}/`],
    ["T2", venueNameOf(paper)],
    ["AB", paper.abstract],
    ...paper.keywords.map((keyword): [string, string] => ["KW", keyword]),
    ["LA", paper.language],
    ["DO", idIn(paper, "DOI")],
    ["C2", idIn(paper, "PMCID")],
    // A number says which paper it is only beside the database whose number it is.
    ["AN", pmid],
    ["DB", pmid === undefined ? undefined : "PubMed"],
    ["UR", paper.url ?? linkOf(paper.paperId)],
    ["L1", paper.pdfUrl],
    ["ID", paper.paperId],
  ];
  const written = fields.map(([tag, value]): [string, string] => [tag, collapseSpace(value ?? "")]).filter(([, value]) => value !== "");
  return [...written, ["ER", ""]];
}

function nameOf(author: Author): string {
  const parts = partsOf(author);
  return parts === undefined ? author.name : [parts.family, parts.given, ...(parts.suffix === undefined ? [] : [parts.suffix])].join(", ");
}
