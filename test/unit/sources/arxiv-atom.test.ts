/** Answers of arXiv's API. */
import { describe, expect, it } from "vitest";
import { arxivAtomFormat } from "../../../src/sources/arxiv-atom.ts";
import { allOf, inputOf, paperFrom } from "./reading.ts";
import { arxivAtomListingSample, arxivAtomSample, xmlSamples } from "./xml-samples.ts";

const head = arxivAtomSample.slice(0, arxivAtomSample.indexOf("<entry>"));
const feedOf = (entry: string) => `${head}<entry>${entry}</entry></feed>`;

describe("an answer of arXiv's API", () => {
  it("yields one paper per entry", async () => {
    const records = await allOf(arxivAtomFormat.read(inputOf(arxivAtomSample)));
    expect(records).toEqual([
      {
        kind: "paper",
        place: { file: "invented.jsonl", line: 7, entry: "http://arxiv.org/abs/2401.00001v3" },
        paper: {
          ids: ["arXiv:2401.00001", "DOI:10.1234/kettle.5"],
          title: "Kettles that sing: $E=mc^2$ in the kitchen",
          abstract: "We boil water & listen, with p < 0.05.",
          authors: [{ name: "Ada Example" }, { name: "Bo Other" }],
          categories: ["cs.SD", "eess.AS"],
          keywords: [],
          sources: ["arxiv"],
          published: "2024-01-02",
          updated: "2024-02-03",
          venue: "J. Kettles 5 (2024) 1",
          url: "https://arxiv.org/abs/2401.00001",
          pdfUrl: "https://arxiv.org/pdf/2401.00001",
          version: 3,
        },
      },
      expect.objectContaining({
        paper: expect.objectContaining({
          ids: ["arXiv:hep-th/9901001"],
          status: "withdrawn",
          version: 1,
          url: "https://arxiv.org/abs/hep-th/9901001",
        }),
      }),
    ]);
  });

  it("is refused with its reason if it reports an error", async () => {
    const [only, ...others] = await allOf(
      arxivAtomFormat.read(
        inputOf(
          feedOf(
            "<id>http://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title><summary>incorrect id format for abc</summary>",
          ),
        ),
      ),
    );
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      kind: "refused",
      refusal: {
        reason: "arXiv answered with an error: incorrect id format for abc",
        place: { line: 7, entry: expect.stringContaining("errors#") },
      },
    });
  });

  it("may be empty, and its entries need only an id and a title", async () => {
    expect(await allOf(arxivAtomFormat.read(inputOf(`${head}</feed>`)))).toEqual([]);
    expect(await paperFrom(arxivAtomFormat, feedOf("<id>http://arxiv.org/abs/2401.00002</id><title>A</title>"))).toEqual({
      ids: ["arXiv:2401.00002"],
      title: "A",
      abstract: "",
      authors: [],
      categories: [],
      keywords: [],
      sources: ["arxiv"],
      url: "https://arxiv.org/abs/2401.00002",
      pdfUrl: "https://arxiv.org/pdf/2401.00002",
    });
  });

  it("refuses single entries without an id or a title, or with an invalid date", async () => {
    const reasons = (
      await Promise.all(
        ["<id>http://arxiv.org/abs/1</id>", "<title>A</title>", "<id>arXiv:2401.00001</id><title>A</title><updated>soon</updated>"].map(
          (entry) => allOf(arxivAtomFormat.read(inputOf(feedOf(entry)))),
        ),
      )
    ).map(([only]) => (only?.kind === "refused" ? `${only.refusal.field}: ${only.refusal.reason}` : "paper"));
    expect(reasons).toEqual(["title: there is no title", "id: there is no id", "updated: “soon” is not a date"]);
  });

  it("is distinguished from listings and from other feeds", () => {
    expect(arxivAtomFormat.recognize(arxivAtomSample)).toBe(1);
    expect(arxivAtomFormat.recognize(head)).toBe(1);
    expect(arxivAtomFormat.recognize(`<!-- saved -->${feedOf("<id>https://arxiv.org/abs/2401.00001</id>").replace(/<title>.*/, "")}`)).toBe(
      1,
    );
    expect(arxivAtomFormat.recognize(arxivAtomListingSample)).toBe(0);
    for (const [format, samples] of Object.entries(xmlSamples))
      if (format !== "arxiv-atom") for (const sample of samples) expect(arxivAtomFormat.recognize(sample)).toBe(0);
    for (const other of [
      "",
      "{",
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>A blog</title></feed>',
      "<!DOCTYPE html><html>",
      "\u0000",
    ])
      expect(arxivAtomFormat.recognize(other)).toBe(0);
  });
});
