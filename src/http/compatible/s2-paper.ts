/** A paper as Semantic Scholar's APIs describe one, and the `fields` parameter that chooses parts of it. */
import { AppError } from "../../core/errors.ts";
import { bibtexOf } from "../../core/export/bibtex.ts";
import { idIn } from "../../core/export/work.ts";
import { paperHref } from "../../core/page-addresses.ts";
import { dateOf, type Paper, yearOf } from "../../core/paper.ts";

/** Parts of papers, authors and citations that may be named in `fields`; unnamed parts of an object come whole. */
const paperFields = [
  "paperId",
  "corpusId",
  "externalIds",
  "url",
  "title",
  "abstract",
  "venue",
  "publicationVenue",
  "year",
  "referenceCount",
  "citationCount",
  "influentialCitationCount",
  "isOpenAccess",
  "openAccessPdf",
  "fieldsOfStudy",
  "s2FieldsOfStudy",
  "publicationTypes",
  "publicationDate",
  "journal",
  "citationStyles",
  "authors",
  "tldr",
  "embedding",
  "textAvailability",
  "citations",
  "references",
] as const;
type PaperField = (typeof paperFields)[number];

const authorFields = [
  "authorId",
  "name",
  "url",
  "affiliations",
  "homepage",
  "paperCount",
  "citationCount",
  "hIndex",
  "externalIds",
  "aliases",
];
const nested: Readonly<Record<string, readonly string[]>> = {
  authors: authorFields,
  citations: paperFields,
  references: paperFields,
  embedding: ["specter_v1", "specter_v2", "model", "vector"],
};

/** What an answer shall contain: `paperId` always. */
export type WantedFields = ReadonlySet<PaperField>;

/** @param text comma-separated; dots choose parts of a part. Throws `invalid_request` naming what is not known. */
export function readFields(text: string | undefined): WantedFields {
  const names = (text ?? "paperId,title").split(",").map((name) => name.trim());
  const wanted = new Set<PaperField>(["paperId"]);
  const unknown: string[] = [];
  for (const name of names.filter((one) => one !== "")) {
    const [first = "", second, ...deeper] = name.split(".");
    const known = paperFields.find((field) => field === first);
    // Citations have papers with authors of their own.
    const isPart = second === undefined || (nested[first]?.includes(second) === true && (deeper.length === 0 || second === "authors"));
    if (known === undefined || !isPart) unknown.push(name.slice(0, 100));
    else wanted.add(known);
  }
  if (unknown.length > 0) throw new AppError("invalid_request", `Unrecognized or unsupported fields: [${unknown.slice(0, 20).join(", ")}]`);
  return wanted;
}

export interface S2Source {
  readonly paper: Paper;
  /** If it was asked for and there is one. */
  readonly embedding?: { readonly model: string; readonly vector: readonly number[] } | undefined;
}

/**
 * The wanted parts, `null` where nothing is known. `paperId` is Semantic Scholar's own if a source gave it, else Paperkin's: either finds the
 * paper here. Citations and references are not known to Paperkin and therefore empty.
 * @param origin of the service, for the address of the paper's page.
 */
export function s2PaperOf({ paper, embedding }: S2Source, wanted: WantedFields, origin: string): Record<string, unknown> {
  const makers: Readonly<Record<PaperField, () => unknown>> = {
    paperId: () => s2IdOf(paper),
    corpusId: () => corpusIdOf(paper),
    externalIds: () => externalIdsOf(paper),
    url: () => origin + paperHref(paper.paperId),
    title: () => paper.title,
    abstract: () => (paper.abstract === "" ? null : paper.abstract),
    venue: () => paper.venue ?? "",
    publicationVenue: () => null,
    year: () => yearOf(paper) ?? null,
    referenceCount: () => 0,
    citationCount: () => paper.citations ?? 0,
    influentialCitationCount: () => 0,
    isOpenAccess: () => paper.pdfUrl !== undefined,
    openAccessPdf: () => (paper.pdfUrl === undefined ? null : { url: paper.pdfUrl, status: null, license: null, disclaimer: null }),
    fieldsOfStudy: () => [...paper.categories],
    s2FieldsOfStudy: () => paper.categories.map((category) => ({ category, source: "external" })),
    publicationTypes: () => null,
    publicationDate: () => wholeDay(paper) ?? null,
    journal: () => (paper.venue === undefined ? null : { name: paper.venue, volume: null, pages: null }),
    citationStyles: () => ({ bibtex: bibtexOf(paper) }),
    authors: () => s2AuthorsOf(paper),
    tldr: () => null,
    embedding: () => embedding ?? null,
    textAvailability: () => (paper.abstract === "" ? "none" : "abstract"),
    citations: () => [],
    references: () => [],
  };
  return Object.fromEntries(paperFields.filter((field) => wanted.has(field)).map((field) => [field, makers[field]()]));
}

export function s2IdOf(paper: Paper): string {
  return idIn(paper, "S2") ?? paper.paperId;
}

export function s2AuthorsOf({ authors }: Paper): { authorId: null; name: string }[] {
  return authors.map(({ name }) => ({ authorId: null, name }));
}

export function corpusIdOf(paper: Paper): number | null {
  const id = idIn(paper, "CorpusId");
  return id === undefined ? null : Number(id);
}

const externalNames = [
  ["ArXiv", "arXiv"],
  ["MAG", "MAG"],
  ["ACL", "ACL"],
  ["PubMed", "PMID"],
  ["PubMedCentral", "PMCID"],
  ["DBLP", "DBLP"],
  ["DOI", "DOI"],
] as const;

function externalIdsOf(paper: Paper): Record<string, string | number> {
  const corpusId = corpusIdOf(paper);
  return {
    ...Object.fromEntries(
      externalNames.flatMap(([name, scheme]) => {
        const id = idIn(paper, scheme);
        return id === undefined ? [] : [[name, scheme === "PMCID" ? id.replace(/^PMC/, "") : id]];
      }),
    ),
    ...(corpusId === null ? {} : { CorpusId: corpusId }),
  };
}

function wholeDay(paper: Paper): string | undefined {
  const date = paper.published ?? dateOf(paper);
  return date?.length === 10 ? date : undefined;
}
