import { describe, expect, it } from "vitest";
import { parseId } from "../../../../src/core/identity.ts";
import { EvalDocuments } from "../../../../src/engine/evaluation/documents.ts";

const document = (id: string, title = "A title", abstract = "An abstract.") => ({ id, title, abstract, authors: ["Perlis, A. J."] });

describe("EvalDocuments", () => {
  it.each(["1", "31715818", "SysEexbRb", "ACEInhibitors:0", "arXiv:1706.03762"])("leaves the id %s unchanged", (id) => {
    expect(new EvalDocuments().take(document(id))?.ids).toEqual([id]);
  });

  it.each(["1706.03762v2", "10.1145/359340.359342", "doi:10.1145/X", " spaced ", "PMID:007"])(
    "maps the document “%s” back, whose id a library would change",
    (id) => {
      const documents = new EvalDocuments();
      const paper = documents.take(document(id));
      const [paperId] = paper?.ids ?? [];
      // After the library and the engine, it must be the given id again.
      expect(parseId(paperId ?? "")?.id).toBe(paperId);
      expect(documents.documentIdOf(paperId ?? "")).toBe(id);
      expect(documents.paperIdOf(id)).toBe(paperId);
    },
  );

  it("keeps versions of one arXiv paper apart", () => {
    const documents = new EvalDocuments();
    documents.take(document("1706.03762v1"));
    documents.take(document("1706.03762v2"));
    expect(documents.paperIdOf("1706.03762v1")).not.toBe(documents.paperIdOf("1706.03762v2"));
  });

  it("uses whatever fields a document has, and counts documents with none", () => {
    const documents = new EvalDocuments();
    expect(documents.take(document("1", "", "An abstract."))).toMatchObject({ title: "", abstract: "An abstract." });
    expect(documents.take(document("2", "A title", ""))).toMatchObject({ title: "A title", abstract: "" });
    expect(documents.take(document("3", " ", ""))).toBeUndefined();
    expect(documents.has("3")).toBe(false);
    expect(documents.notes).toEqual(["1 documents without title and text are left out."]);
  });

  it("keeps the first of several documents with one id", () => {
    const documents = new EvalDocuments();
    documents.take(document("1", "First"));
    expect(documents.take(document("1", "Second"))).toBeUndefined();
    expect(documents.size).toBe(1);
    expect(documents.notes).toHaveLength(1);
  });
});
