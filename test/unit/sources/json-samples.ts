/** One invented document of each JSON format that is no JSON Lines, and of the formats beside them, as its source writes it. */

export const hfDailySample = JSON.stringify([
  {
    paper: {
      id: "2401.00001",
      authors: [
        { _id: "a1", name: "Ada Example", hidden: false },
        { _id: "a2", name: "Bo Other", hidden: false },
      ],
      publishedAt: "2024-01-02T00:00:00.000Z",
      title: "Kinds of kin",
      summary: "We count\nkettles.",
      upvotes: 3,
      discussionId: "d1",
      ai_keywords: ["kettle", "lantern"],
      githubRepo: "https://github.com/example/kin",
    },
    publishedAt: "2024-01-03T00:00:00.000Z",
    title: "Kinds of kin",
    summary: "We count\nkettles.",
    thumbnail: "",
    numComments: 2,
    submittedBy: { _id: "u1", user: "ada", fullname: "Ada" },
    isAuthorParticipating: false,
  },
]);

export const crossrefJsonSample = JSON.stringify({
  status: "ok",
  "message-type": "work-list",
  "message-version": "1.0.0",
  message: {
    "total-results": 1,
    items: [
      {
        DOI: "10.5555/KETTLE.1",
        type: "journal-article",
        title: ["Kinds of kin"],
        subtitle: ["a census"],
        abstract: "<jats:title>Abstract</jats:title><jats:p>We count <jats:italic>kettles</jats:italic>.</jats:p>",
        author: [
          { given: "Ada", family: "Example", ORCID: "http://orcid.org/0000-0001-2345-6789", sequence: "first" },
          { name: "The Kettle Group", sequence: "additional" },
        ],
        issued: { "date-parts": [[2024, 3]] },
        "container-title": ["Journal of Kettles"],
        subject: ["Metallurgy"],
        URL: "https://doi.org/10.5555/kettle.1",
        link: [{ URL: "https://kettles.example.org/1.pdf", "content-type": "application/pdf" }],
        language: "en",
        "is-referenced-by-count": 7,
        "reference-count": 3,
      },
    ],
  },
});

export const dataciteJsonSample = JSON.stringify({
  data: [
    {
      id: "10.48550/arxiv.2401.00001",
      type: "dois",
      attributes: {
        doi: "10.48550/arxiv.2401.00001",
        creators: [
          {
            name: "Example, Ada",
            nameType: "Personal",
            givenName: "Ada",
            familyName: "Example",
            nameIdentifiers: [{ nameIdentifier: "https://orcid.org/0000-0001-2345-6789", nameIdentifierScheme: "ORCID" }],
          },
          { name: "Institute of Kettles, Lanterns and Ladders", nameType: "Organizational" },
        ],
        titles: [{ title: "Arten von Verwandten", titleType: "TranslatedTitle" }, { title: "Kinds of kin" }],
        publisher: { name: "arXiv" },
        publicationYear: 2024,
        subjects: [{ subject: "Kettles" }],
        dates: [
          { date: "2024-01-02T10:00:00Z", dateType: "Submitted" },
          { date: "2024-01-05", dateType: "Updated" },
        ],
        descriptions: [
          { description: "9 pages", descriptionType: "Other" },
          { description: "We count kettles.", descriptionType: "Abstract" },
        ],
        url: "https://arxiv.org/abs/2401.00001",
        citationCount: 4,
      },
    },
  ],
  meta: { total: 1 },
});

export const cslJsonSample = JSON.stringify([
  {
    id: "example2024",
    type: "article-journal",
    title: "Kinds of kin",
    abstract: "We count kettles.",
    author: [
      { family: "Example", given: "Ada" },
      { family: "Berg", given: "Bo", "non-dropping-particle": "van den", suffix: "Jr" },
      { literal: "The Kettle Group" },
    ],
    issued: { "date-parts": [[2024, 1, 2]] },
    "container-title": "Journal of Kettles",
    DOI: "10.5555/kettle.1",
    URL: "https://kettles.example.org/1",
    keyword: "kettle; lantern",
    language: "en-GB",
    note: "arXiv: 2401.00001\nPMID: 123",
  },
]);

export const cslYamlSample = `---
references:
- id: example2024
  type: article-journal
  title: Kinds of kin
  abstract: >-
    We count
    kettles.
  author:
  - family: Example
    given: Ada
  - literal: The Kettle Group
  issued:
  - year: 2024
    month: 1
    day: 2
  container-title: Journal of Kettles
  DOI: 10.5555/kettle.1
...
`;

export const zoteroJsonSample = JSON.stringify([
  {
    key: "ABCD2345",
    version: 12,
    library: { type: "user", id: 1 },
    meta: { creatorSummary: "Example and The Kettle Group", parsedDate: "2024-01-02" },
    data: {
      key: "ABCD2345",
      version: 12,
      itemType: "journalArticle",
      title: "Kinds of <i>kin</i>",
      creators: [
        { creatorType: "author", firstName: "Ada", lastName: "Example" },
        { creatorType: "author", name: "The Kettle Group" },
        { creatorType: "editor", firstName: "Ed", lastName: "Itor" },
      ],
      abstractNote: "We count kettles.",
      publicationTitle: "Journal of Kettles",
      date: "2 January 2024",
      DOI: "10.5555/kettle.1",
      url: "https://kettles.example.org/1",
      extra: "arXiv: 2401.00001",
      tags: [{ tag: "kettle" }, { tag: "to read", type: 1 }],
      collections: ["KETT2345"],
    },
  },
  { key: "NOTE2345", version: 13, data: { key: "NOTE2345", itemType: "note", note: "<p>Read this.</p>", parentItem: "ABCD2345" } },
]);

export const betterBibtexSample = JSON.stringify({
  config: { id: "36a3b0b5-bad0-4a04-b79b-441c7cef77db", label: "BetterBibTeX JSON", options: {} },
  version: { zotero: "7", bbt: "7" },
  collections: { KETT2345: { key: "KETT2345", name: "Kettles", items: [1], collections: [] } },
  items: [
    {
      itemType: "preprint",
      title: "Kinds of kin",
      creators: [{ creatorType: "author", firstName: "Ada", lastName: "Example" }],
      abstractNote: "We count kettles.",
      repository: "arXiv",
      archiveID: "arXiv:2401.00001",
      date: "2024-01-02",
      citationKey: "example2024",
      itemID: 1,
      itemKey: "ABCD2345",
      uri: "http://zotero.org/users/1/items/ABCD2345",
      notes: [],
      attachments: [{ itemType: "attachment", title: "PDF", path: "/home/ada/kin.pdf" }],
    },
  ],
});

export const semanticScholarSearchSample = JSON.stringify({
  total: 1,
  offset: 0,
  data: [{ paperId: "6b1f0c0000000000000000000000000000000abc", externalIds: { ArXiv: "2401.00001" }, title: "Kinds of kin", year: 2024 }],
});

export const openAlexListSample = JSON.stringify({
  meta: { count: 1, page: 1, per_page: 25 },
  results: [
    {
      id: "https://openalex.org/W1",
      doi: "https://doi.org/10.5555/kettle.1",
      display_name: "Kinds of kin",
      publication_date: "2024-01-02",
      authorships: [{ author: { display_name: "Ada Example" } }],
      abstract_inverted_index: { kettles: [2], count: [1], We: [0] },
    },
  ],
  group_by: [],
});

/** The text of a page, which has the day of its first paper in another year than that of its second. */
export const hfPageSample = `Daily Papers
by AK and the research community

Kinds of kin

We count kettles.

Then we count lanterns.

  • 2 authors

·

Dec 31, 2024
3

Ladders of the north

We climb.

  • 1 author
·
Mar 6, 2024
`;

/** By the name of their format. */
export const biorxivSample = JSON.stringify({
  messages: [{ status: "ok", interval: "2026-03-01:2026-03-02", cursor: 0, count: 1, count_new_papers: "1", total: "1" }],
  collection: [
    {
      title: "Kinds of kin",
      authors: "Example, A.; Other, B. C.",
      author_corresponding: "Ada Example",
      author_corresponding_institution: "Institute of Kettles",
      doi: "10.1101/2026.03.01.000001",
      date: "2026-03-01",
      version: "1",
      type: "new results",
      license: "cc_by",
      category: "cell biology",
      jatsxml: "https://www.biorxiv.org/content/early/2026/03/01/2026.03.01.000001.source.xml",
      abstract: "We count kettles.",
      published: "NA",
      server: "bioRxiv",
    },
  ],
});

export const jsonSamples: Readonly<Record<string, readonly string[]>> = {
  "hf-daily": [hfDailySample],
  biorxiv: [biorxivSample],
  "crossref-json": [crossrefJsonSample],
  "datacite-json": [dataciteJsonSample],
  csl: [cslJsonSample, cslYamlSample],
  "zotero-json": [zoteroJsonSample],
  "better-bibtex-json": [betterBibtexSample],
  "semantic-scholar": [semanticScholarSearchSample],
  openalex: [openAlexListSample],
};
