/** One invented record of each format, as its source writes it. */

export const kaggleRecord = {
  id: "0704.0001",
  submitter: "A. Example",
  authors: "A. Example, B. Other",
  title: "Lanterns along the\n  river",
  comments: "9 pages",
  "journal-ref": "J. Kettles 5 (2007) 1",
  doi: "10.1234/ABC.5",
  "report-no": null,
  categories: "hep-ph cs.AA",
  license: null,
  abstract: "  We hang lanterns and\nwatch $E=mc^2$ pass.\n",
  versions: [
    { version: "v1", created: "Mon, 2 Apr 2007 19:18:42 GMT" },
    { version: "v2", created: "Tue, 24 Jul 2007 20:10:27 GMT" },
  ],
  update_date: "2008-11-26",
  authors_parsed: [
    ["Example", "Ada", ""],
    ["Other", "Bo", "Jr"],
    ["The Lantern Group", "", ""],
  ],
};

export const semanticScholarRecord = {
  paperId: "6b1f0c0000000000000000000000000000000abc",
  corpusId: 90000001,
  externalIds: {
    ArXiv: "2401.00001",
    DOI: "10.48550/arXiv.2401.00001",
    PubMed: "0012",
    PubMedCentral: "77",
    CorpusId: 90000001,
    MAG: null,
  },
  url: "http://127.0.0.1:8080/paper/2401.00001",
  title: "An invented paper",
  abstract: "It was never written.",
  venue: "arXiv.org",
  year: 2024,
  publicationDate: "2024-01-02",
  referenceCount: 0,
  citationCount: 3,
  isOpenAccess: true,
  openAccessPdf: { url: "https://arxiv.org/pdf/2401.00001", status: "GREEN", license: null, disclaimer: null },
  fieldsOfStudy: ["Computer Science"],
  s2FieldsOfStudy: [{ category: "Computer Science", source: "external" }],
  publicationTypes: ["JournalArticle"],
  journal: { name: "ArXiv", volume: "abs/2401.00001", pages: null },
  authors: [{ authorId: "1", name: "Ada Example" }],
  tldr: null,
  publicationVenue: null,
};

export const semanticScholarDatasetRecord = {
  corpusid: 90000002,
  externalids: {
    ACL: "P19-1001",
    DBLP: "conf/acl/Example19",
    ArXiv: null,
    MAG: "2911",
    CorpusId: "90000002",
    PubMed: null,
    DOI: null,
    PubMedCentral: null,
  },
  url: "https://www.semanticscholar.org/paper/6b1f0c0000000000000000000000000000000def",
  title: "A paper of the dataset",
  authors: [{ authorId: "2", name: "Bo Other" }],
  venue: "",
  publicationvenueid: null,
  year: 2019,
  referencecount: 1,
  citationcount: 7,
  s2fieldsofstudy: [
    { category: "Linguistics", source: "s2-fos-model" },
    { category: "Computer Science", source: "external" },
  ],
  publicationdate: null,
  journal: { name: "Proceedings of Kettles", pages: null, volume: null },
};

export const openAlexRecord = {
  id: "https://openalex.org/W1",
  doi: "https://doi.org/10.1234/X",
  title: "Retrieval, <i>invented</i>",
  display_name: "Retrieval, invented",
  publication_year: 2024,
  publication_date: "2024-01-02",
  language: "en",
  type: "article",
  ids: {
    openalex: "https://openalex.org/W1",
    doi: "https://doi.org/10.1234/X",
    mag: 12,
    pmid: "https://pubmed.ncbi.nlm.nih.gov/345",
    pmcid: "https://www.ncbi.nlm.nih.gov/pmc/articles/678",
  },
  authorships: [
    {
      author_position: "first",
      author: { id: "https://openalex.org/A1", display_name: "Ada Example", orcid: "https://orcid.org/0000-0001-0000-0001" },
      institutions: [],
    },
    { author_position: "last", author: { id: "https://openalex.org/A2", display_name: "Bo Other", orcid: null }, institutions: [] },
  ],
  primary_location: { landing_page_url: "https://arxiv.org/abs/2401.00001", pdf_url: null, source: { display_name: "arXiv" } },
  open_access: { is_oa: true, oa_url: "https://example.org/oa.pdf" },
  primary_topic: { id: "https://openalex.org/T1", display_name: "Retrieval", score: 0.98 },
  keywords: [{ id: "https://openalex.org/keywords/k", display_name: "Dense retrieval", score: 0.5 }],
  cited_by_count: 3,
  is_retracted: false,
  abstract_inverted_index: { We: [0], study: [1], retrieval: [2, 5], and: [3], dense: [4], "2024": [6] },
};

export const paperkinRecord = {
  id: "2401.00007",
  doi: "10.5555/kin",
  title: "A paper in our own form",
  abstract: "Abstract: Nothing is missing here.",
  authors: ["Ada Example", "Other, Bo"],
  published: "2024-02-29",
  updated: "2024-03",
  listed: "2024-03-01",
  venue: "Conf-A",
  categories: ["cs.AA", "cs.BB"],
  keywords: ["kin"],
  url: "https://example.org/paper",
  pdfUrl: "https://example.org/paper.pdf",
  codeUrl: "https://example.org/code",
  language: "en",
  votes: 4,
  comments: 2,
  citations: 1,
  status: "withdrawn",
  version: 3,
};

/** By the name of their format. */
export const sampleLines: Readonly<Record<string, readonly string[]>> = {
  paperkin: [JSON.stringify(paperkinRecord)],
  "arxiv-kaggle": [JSON.stringify(kaggleRecord)],
  "semantic-scholar": [JSON.stringify(semanticScholarRecord), JSON.stringify(semanticScholarDatasetRecord)],
  openalex: [JSON.stringify(openAlexRecord)],
};

export const allSampleLines: readonly string[] = Object.values(sampleLines).flat();
