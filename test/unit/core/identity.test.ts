/** One canonical spelling for every way of writing an id. */
import { describe, expect, it } from "vitest";
import { linkOf, orderIds, parseId, recognizeId, recognizeQuotedId } from "../../../src/core/identity.ts";

const sha = "6b1f0c0000000000000000000000000000000abc";

/** Canonical id → spellings. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  "arXiv:2401.00001": [
    "2401.00001",
    " 2401.00001 ",
    "arXiv:2401.00001",
    "arxiv:2401.00001v3",
    "ARXIV: 2401.00001",
    "2401.00001v12",
    "2401.00001.pdf",
    "https://arxiv.org/abs/2401.00001",
    "https://arxiv.org/abs/2401.00001/",
    "arxiv.org/abs/2401.00001",
    "www.arxiv.org/pdf/2401.00001v2",
    "http://www.arxiv.org/abs/2401.00001v2",
    "https://export.arxiv.org/abs/2401.00001",
    "https://arxiv.org/pdf/2401.00001v2.pdf",
    "https://arxiv.org/pdf/2401.00001?download=1#page=2",
    "https://arxiv.org/html/2401.00001v1",
    "https://arxiv.org/format/2401.00001",
    "https://huggingface.co/papers/2401.00001",
    "https://www.alphaxiv.org/abs/2401.00001",
    "URL:https://arxiv.org/abs/2401.00001",
    "10.48550/arXiv.2401.00001",
    "DOI:10.48550/ARXIV.2401.00001",
    "https://doi.org/10.48550/arXiv.2401.00001v2",
  ],
  "arXiv:0704.0001": ["0704.0001", "arXiv:0704.0001v1"],
  "arXiv:1501.12345": ["1501.12345"],
  "arXiv:hep-th/9901001": [
    "hep-th/9901001",
    "HEP-TH/9901001v2",
    "arXiv:hep-th/9901001",
    "https://arxiv.org/abs/hep-th/9901001",
    "10.48550/arXiv.hep-th/9901001",
  ],
  "arXiv:math/0309136": ["math/0309136", "math.GT/0309136", "arXiv:math.GT/0309136v1"],
  "DOI:10.1234/abc": [
    "10.1234/ABC",
    "doi:10.1234/abc",
    "DOI: 10.1234/abc",
    "https://doi.org/10.1234/abc",
    "doi.org/10.1234/abc",
    "doi:https://doi.org/10.1234/abc",
    "http://dx.doi.org/10.1234/ABC",
    "https://www.doi.org/10.1234/abc",
    "https://doi.org/10.1234%2Fabc",
    "10.1234/abc.",
    "10.1234/abc,",
    "10.1234/abc;.",
    "https://dl.acm.org/doi/10.1234/abc",
    "dl.acm.org/doi/abs/10.1234/ABC?casa_token=x",
    "URL:https://dl.acm.org/doi/pdf/10.1234/abc",
  ],
  "DOI:10.1101/2020.01.02.892345": [
    "https://www.biorxiv.org/content/10.1101/2020.01.02.892345v2",
    "https://www.biorxiv.org/content/10.1101/2020.01.02.892345v1.full.pdf",
    "URL:https://www.biorxiv.org/content/10.1101/2020.01.02.892345",
    "medrxiv.org/content/10.1101/2020.01.02.892345.abstract?x=1",
  ],
  "DOI:10.1101/892345": ["https://www.biorxiv.org/content/10.1101/892345v1"],
  "DOI:10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o": [
    "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
    "https://doi.org/10.1002/(SICI)1097-4571(199806)49:8%3C693::AID-ASI4%3E3.0.CO;2-O",
    "https://doi.org/10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
  ],
  "DOI:10.1000.10/123": ["10.1000.10/123"],
  "DOI:10.1234/a%zz": ["10.1234/a%zz"],
  "DOI:10.1234/v1": ["10.1234/V1"],
  "ACL:P19-1001": [
    "ACL:P19-1001",
    "acl:P19-1001",
    "https://aclanthology.org/P19-1001/",
    "https://www.aclanthology.org/P19-1001.pdf",
    "https://aclanthology.org/P19-1001",
    "URL:https://www.aclweb.org/anthology/P19-1001/",
    "https://aclweb.org/anthology/P19-1001.pdf",
    "http://www.aclweb.org/anthology/P/P19/P19-1001.pdf",
    "https://www.aclweb.org/anthology/papers/P/P19/P19-1001/",
  ],
  "ACL:2020.acl-main.1": ["ACL:2020.acl-main.1", "https://aclanthology.org/2020.acl-main.1/"],
  "PMID:345": [
    "PMID:345",
    "pmid: 345",
    "PMID:000345",
    "pubmed:345",
    "https://pubmed.ncbi.nlm.nih.gov/345/",
    "https://www.ncbi.nlm.nih.gov/pubmed/345",
  ],
  "PMCID:PMC678": [
    "PMCID:PMC678",
    "pmc:678",
    "PMCID:678",
    "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC678/",
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC678",
    "https://www.ncbi.nlm.nih.gov/pmc/articles/678",
  ],
  "OpenAlex:W12": [
    "OpenAlex:W12",
    "openalex:w12",
    "https://openalex.org/W12",
    "https://api.openalex.org/works/W12",
    "https://openalex.org/works/W12",
  ],
  [`S2:${sha}`]: [
    `S2:${sha}`,
    sha,
    ` ${sha.toUpperCase()} `,
    `s2:${sha.toUpperCase()}`,
    `https://www.semanticscholar.org/paper/${sha}`,
    `https://www.semanticscholar.org/paper/An-invented-title/${sha}?sort=x`,
  ],
  "CorpusId:90000001": ["CorpusId:90000001", "CORPUSID: 90000001", "https://api.semanticscholar.org/CorpusID:90000001"],
  "DBLP:conf/acl/Example19": [
    "DBLP:conf/acl/Example19",
    "https://dblp.org/rec/conf/acl/Example19.html",
    "https://dblp.org/rec/conf/acl/Example19",
  ],
  "MAG:112": ["MAG:112", "mag:112"],
};

describe("an id", () => {
  for (const [id, written] of Object.entries(spellings)) {
    it(`I3: ${id} is recognised in ${written.length} spellings`, () => {
      for (const text of [id, ...written]) expect([text, parseId(text)?.id]).toEqual([text, id]);
      for (const text of written) expect(recognizeId(text)?.id).toBe(id);
    });
  }

  it("states its arXiv version, if it has one", () => {
    expect(parseId("2401.00001v12")?.version).toBe(12);
    expect(parseId("https://arxiv.org/pdf/hep-th/9901001v3.pdf")?.version).toBe(3);
    expect(parseId("10.48550/arXiv.2401.00001v2")?.version).toBe(2);
    expect(parseId("2401.00001")?.version).toBeUndefined();
    expect(parseId("10.1234/thing.v2")?.version).toBeUndefined();
  });

  it("contains nothing that controls a terminal, reverses text direction, or is invalid in a URL", () => {
    expect(parseId("my:\u001b[31m\u001b]0;x\u0007 \u202egnp\u2066\u200b\n\u2028one")?.id).toBe("my:[31m]0;x gnp one");
    expect(parseId("10.1234/kin\u202e")?.id).toBe("DOI:10.1234/kin");
    expect(encodeURIComponent(parseId("my:\ud800")?.id ?? "")).toBe("my%3A%EF%BF%BD");
    expect(parseId("\u0007\u202e")).toBeUndefined();
  });

  it("of an unknown scheme is kept, without surrounding spaces", () => {
    for (const text of [
      "my-list-7",
      "X:1",
      "10.12/too-short",
      "240.00001",
      "2401.000001",
      "arXiv:nothing",
      "pmid:12a",
      "W12",
      "https://example.org/2401.00001",
      "10.1234/",
    ]) {
      expect(parseId(` ${text}\n`)).toEqual({ scheme: undefined, id: text, version: undefined });
      expect(recognizeId(text)).toBeUndefined();
    }
  });

  it("is none for an empty text", () => {
    for (const text of ["", " ", "\n\t"]) expect(parseId(text)).toBeUndefined();
  });

  it("is recognised inside copied text", () => {
    const copied = {
      "arXiv:1706.03762": ["arXiv:1706.03762v7 [cs.CL]", "(arXiv:1706.03762)", "arXiv 1706.03762", "[1706.03762]", "1706.03762v2."],
      "DOI:10.1234/abc(1)": ["<https://doi.org/10.1234/abc(1)>", "doi 10.1234/abc(1)", "10.1234/abc(1)"],
      "PMID:26764215": ["pmid 26764215", "(PMID: 26764215)."],
    };
    for (const [id, texts] of Object.entries(copied)) for (const text of texts) expect(recognizeQuotedId(text)?.id, text).toBe(id);
    for (const text of ["(attention)", "year 2017", "graph 10.1234/abc", "see arXiv 1706.03762", ""])
      expect(recognizeQuotedId(text), text).toBeUndefined();
  });

  it("of many words is treated as a query", () => {
    for (const text of ["attention is all you need", "10.1234/abc and more", "dblp: a/b c"]) expect(recognizeId(text)).toBeUndefined();
  });
});

describe("the ids of a paper", () => {
  it("are ordered by how well they identify the paper, each once", () => {
    const mixed = ["x", "MAG:1", "S2:b", "DOI:10.1/b", "S2:a", "arXiv:1", "DOI:10.1/a", "a", "x"];
    expect(orderIds(mixed)).toEqual(["arXiv:1", "DOI:10.1/a", "DOI:10.1/b", "S2:a", "S2:b", "MAG:1", "a", "x"]);
  });

  it("lead to a page if their scheme has one, and that page's address is an id of the same paper", () => {
    for (const id of Object.keys(spellings)) {
      const link = linkOf(id);
      if (id.startsWith("MAG:")) continue;
      expect([link, parseId(link ?? "")?.id]).toEqual([link, id]);
    }
    expect(linkOf("MAG:1")).toBeUndefined();
    expect(linkOf("my-list-7")).toBeUndefined();
  });
});
