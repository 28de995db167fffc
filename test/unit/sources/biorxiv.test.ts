/** Preprints as the API of bioRxiv and medRxiv gives them. */
import { describe, expect, it } from "vitest";
import { biorxivFormat } from "../../../src/sources/biorxiv.ts";
import { biorxivSample } from "./json-samples.ts";
import { allOf, inputOf, paperFrom, refusalOf } from "./reading.ts";

const [detail] = JSON.parse(biorxivSample).collection;

describe("details of preprints", () => {
  it("become papers", async () => {
    expect(await allOf(biorxivFormat.read(inputOf(biorxivSample)))).toMatchObject([
      {
        kind: "paper",
        paper: {
          ids: ["DOI:10.1101/2026.03.01.000001"],
          title: "Kinds of kin",
          abstract: "We count kettles.",
          authors: [
            { name: "A. Example", family: "Example", given: "A." },
            { name: "B. C. Other", family: "Other", given: "B. C." },
          ],
          published: "2026-03-01",
          version: 1,
          categories: ["cell biology"],
          url: "https://www.biorxiv.org/content/10.1101/2026.03.01.000001v1",
          pdfUrl: "https://www.biorxiv.org/content/10.1101/2026.03.01.000001v1.full.pdf",
          sources: ["biorxiv"],
        },
      },
    ]);
  });

  it("of a later version have a date of change, and the DOI of the published paper if there is one", async () => {
    const paper = await paperFrom(biorxivFormat, {
      ...detail,
      server: "medrxiv",
      version: "2",
      date: "2026-04-01",
      published: "10.5555/KETTLE.1",
    });
    expect(paper).toMatchObject({ updated: "2026-04-01", version: 2, sources: ["medrxiv"] });
    expect(paper.published).toBeUndefined();
    expect([...paper.ids].sort()).toEqual(["DOI:10.1101/2026.03.01.000001", "DOI:10.5555/kettle.1"]);
  });

  it("may be of a withdrawn preprint", async () => {
    expect(await paperFrom(biorxivFormat, { ...detail, type: "WITHDRAWN" })).toMatchObject({ status: "withdrawn" });
  });

  it("of days without preprints are empty", async () => {
    const empty = '{"messages":[{"status":"no posts found"}],"collection":[]}';
    expect(biorxivFormat.recognize(empty)).toBe(1);
    expect(await allOf(biorxivFormat.read(inputOf(empty)))).toEqual([]);
    expect(await allOf(biorxivFormat.read(inputOf('{"messages":[{"status":"no posts found"}]}')))).toEqual([]);
  });

  it("are refused with the name of the invalid field", async () => {
    expect(await refusalOf(biorxivFormat, { ...detail, server: "elsewhere" })).toMatchObject({ field: "server" });
    expect(await refusalOf(biorxivFormat, { ...detail, date: "soon" })).toMatchObject({ field: "date" });
    expect(await refusalOf(biorxivFormat, { ...detail, doi: "" })).toMatchObject({ field: "id" });
  });
});
