/** MODS of library catalogues. */
import { describe, expect, it } from "vitest";
import { modsFormat } from "../../../src/sources/mods.ts";
import { allOf, inputOf, paperFrom } from "./reading.ts";
import { modsSample, xmlSamples } from "./xml-samples.ts";

const modsOf = (inner: string) => `<mods xmlns="http://www.loc.gov/mods/v3">${inner}</mods>`;
const title = "<titleInfo><title>T</title></titleInfo>";

describe("a record of MODS", () => {
  it("becomes a paper", async () => {
    expect(await allOf(modsFormat.read(inputOf(modsSample)))).toEqual([
      {
        kind: "paper",
        place: { file: "invented.jsonl", line: 3, entry: "kettle1" },
        paper: {
          ids: ["DOI:10.5555/mods.1"],
          title: "The kettle question: answered",
          abstract: "It is answered.",
          authors: [
            { name: "Ada Example", family: "Example", given: "Ada" },
            { name: "Bo Other", family: "Other", given: "Bo" },
            { name: "Kettle Office" },
          ],
          categories: [],
          keywords: ["Kettles"],
          sources: ["mods"],
          published: "2003-05",
          venue: "Journal of Kettles",
          url: "https://library.example.org/kettle1",
          language: "en",
        },
      },
    ]);
  });

  it("may have addresses as ids, an article before its title, and people with display names only", async () => {
    const paper = await paperFrom(
      modsFormat,
      modsOf(
        "<titleInfo type='translated'><title>The kettle</title></titleInfo><titleInfo><nonSort>L'</nonSort><title>eau</title></titleInfo><name><displayForm>Ada Example</displayForm></name><identifier type='uri'>https://arxiv.org/abs/2401.00001</identifier><identifier type='PMID'>77</identifier><identifier type='isbn'>978</identifier><location><url access='preview'>https://x.example.org/p</url></location><originInfo><dateCreated>1955-03-22</dateCreated></originInfo>",
      ),
    );
    expect(paper).toMatchObject({
      ids: ["arXiv:2401.00001", "PMID:77"],
      title: "L'eau",
      authors: [{ name: "Ada Example" }],
      published: "1955-03-22",
      url: "https://x.example.org/p",
    });
  });

  it("is refused without a title, but not without an id", async () => {
    expect(
      await allOf(modsFormat.read(inputOf(`<modsCollection>${modsOf("<identifier>k</identifier>")}${modsOf(title)}</modsCollection>`))),
    ).toMatchObject([
      { kind: "refused", refusal: { field: "title", place: { entry: "k" } } },
      { kind: "paper", paper: { ids: [expect.stringMatching(/^title:/)] } },
    ]);
  });

  it("is recognised", () => {
    expect(modsFormat.recognize(modsSample)).toBe(1);
    expect(modsFormat.recognize(modsOf(""))).toBe(1);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "mods") for (const sample of samples) expect(modsFormat.recognize(sample)).toBe(0);
    for (const other of ["", "mods", "<module>"]) expect(modsFormat.recognize(other)).toBe(0);
  });
});
