/** Finding out the format of an input. */
import { describe, expect, it } from "vitest";
import type { AppError } from "../../../src/core/errors.ts";
import type { SourceRecord } from "../../../src/core/source.ts";
import { toUtf8 } from "../../../src/sources/decode-text.ts";
import { formatNamed, formatOfMediaType, formats, recognizeFormat } from "../../../src/sources/registry.ts";
import { jsonSamples } from "./json-samples.ts";
import { allOf, inputOf, linesOf } from "./reading.ts";
import { openAlexRecord, sampleLines } from "./samples.ts";
import { xmlSamples } from "./xml-samples.ts";

function readWith(recognized: Awaited<ReturnType<typeof recognizeFormat>>): Promise<SourceRecord[]> {
  if (recognized === undefined) throw new TypeError("the input is not recognised");
  return allOf(recognized.format.read(recognized.input));
}

/** One paper in each format of text. */
const otherSamples: Readonly<Record<string, string>> = {
  bibtex: "@article{example2020, title = {Kinds of kin}, year = 2020}\n",
  ris: "TY  - JOUR\nTI  - Kinds of kin\nPY  - 2020\nER  - \n",
  "endnote-tagged": "%0 Journal Article\n%T Kinds of kin\n%A Example, Ada\n%D 2020\n",
  nbib: "PMID- 123456\nTI  - Kinds of kin\nDP  - 2020\n",
  isi: "PT J\nAU Example, A\nTI Kinds of kin\nPY 2020\nER\n\nEF\n",
  "hf-page": "Daily Papers\n\nKinds of kin\n\nWe count kettles.\n\n  • 2 authors\n·\nMar 24, 2025\n3\n",
  csv: "Title,Authors,Year\nKinds of kin,Ada Example,2020\n",
};

describe("the format of an input", () => {
  it("is recognised by its first line, and nothing of the input is lost", async () => {
    for (const format of formats) {
      for (const line of sampleLines[format.name] ?? []) {
        const recognized = await recognizeFormat(linesOf(line, line));
        expect(recognized?.format.name).toBe(format.name);
        expect(await readWith(recognized)).toHaveLength(2);
      }
    }
  });

  it.each(Object.entries(otherSamples))("is recognised as %s by its content", async (name, text) => {
    const recognized = await recognizeFormat(inputOf(text));
    expect(recognized?.format.name).toBe(name);
    expect(await readWith(recognized)).toMatchObject([{ kind: "paper", paper: { title: "Kinds of kin" } }]);
  });

  const documents = [...Object.entries(jsonSamples), ...Object.entries(xmlSamples)];

  it.each(documents)("is recognised as %s by the beginning of its document", async (name, samples) => {
    for (const sample of samples) {
      const recognized = await recognizeFormat(inputOf(sample));
      expect(recognized?.format.name).toBe(name);
      expect((await readWith(recognized)).filter(({ kind }) => kind === "paper")).not.toEqual([]);
    }
  });

  it("is recognised as a list of ids", async () => {
    const recognized = await recognizeFormat(inputOf("arXiv:2401.00001 # read this\n10.5555/kettle.1\nPMID:123\n"));
    expect(recognized?.format.name).toBe("id-list");
    expect((await readWith(recognized)).map(({ kind }) => kind)).toEqual(["id", "id", "id"]);
  });

  it("is covered by a sample in this test", () => {
    const sampled = new Set([...Object.keys(sampleLines), ...Object.keys(otherSamples), ...documents.map(([name]) => name), "id-list"]);
    expect([...sampled].sort()).toEqual(formats.map(({ name }) => name).sort());
  });

  it("is recognised after broken and empty lines", async () => {
    const [line = ""] = sampleLines.openalex ?? [];
    expect((await recognizeFormat(linesOf("", "{ broken", line)))?.format.name).toBe("openalex");
  });

  it("is recognised even if the first line is longer than the examined bytes", async () => {
    const institution = { display_name: "An institute of kettles and ladders", country_code: "XX" };
    const [authorship] = openAlexRecord.authorships;
    const authorships = Array.from({ length: 100 }, () => ({ ...authorship, institutions: Array.from({ length: 10 }, () => institution) }));
    const line = `${JSON.stringify({ ...openAlexRecord, authorships })}\n`;
    expect(line.length).toBeGreaterThan(65_536);
    const bytes = Buffer.from(line);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 10_000) }, (_, at) => bytes.subarray(at * 10_000, (at + 1) * 10_000));
    const recognized = await recognizeFormat(inputOf(...pieces, JSON.stringify(openAlexRecord)));
    expect(recognized?.format.name).toBe("openalex");
    const records = await readWith(recognized);
    expect(records.map(({ kind }) => kind)).toEqual(["paper", "paper"]);
  });

  it("is Paperkin's own for any other JSON, so that missing fields are reported line by line", async () => {
    const recognized = await recognizeFormat(linesOf({ name: "A" }));
    expect(recognized?.format.name).toBe("paperkin");
    expect(await readWith(recognized)).toMatchObject([{ kind: "refused", refusal: { field: "title" } }]);
  });

  it("closes the input if it is not read to its end, or no format recognises it", async () => {
    let letGo = 0;
    async function* bytes(line: string) {
      try {
        for (;;) yield Buffer.from(line);
      } finally {
        letGo++;
      }
    }
    const [line = ""] = sampleLines.paperkin ?? [];
    const recognized = await recognizeFormat({ name: "endless", bytes: bytes(`${line}\n`) });
    if (recognized === undefined) throw new TypeError("it is recognised");
    for await (const record of recognized.format.read(recognized.input)) {
      expect(record.kind).toBe("paper");
      break;
    }
    expect(letGo).toBe(1);
    await expect(recognizeFormat({ name: "endless", bytes: bytes("a,b\n") })).rejects.toMatchObject({ code: "unsupported_format" });
    expect(letGo).toBe(2);
  });

  it("is recognised without losing the other properties of the input", async () => {
    const modified = new Date("2025-03-05T12:00:00Z");
    const recognized = await recognizeFormat({ ...inputOf(otherSamples["hf-page"]?.replace(", 2025", "") ?? ""), modified });
    expect(recognized?.input).toMatchObject({ name: "invented.jsonl", modified });
    expect(await readWith(recognized)).toMatchObject([{ kind: "paper", paper: { listed: "2024-03-24" } }]);
  });

  it("is undefined for an empty input", async () => {
    for (const empty of [inputOf(), inputOf(""), inputOf(" \n\n")]) expect(await recognizeFormat(empty)).toBeUndefined();
  });

  it("is Paperkin's own for an empty list", async () => {
    for (const list of ["[]", " [ ]\n"]) {
      const recognized = await recognizeFormat(inputOf(list));
      expect(recognized?.format.name).toBe("paperkin");
      expect(await readWith(recognized)).toEqual([]);
    }
  });

  it.each([
    ["%PDF-1.7\n%âãÏÓ\n1 0 obj\n", "is a PDF", "a list of DOIs"],
    ["SQLite format 3\0\u0010\0\u0001", "is a database", "Export Library"],
    ["ÐÏ\u0011à¡±\u001aá\0\0", "is a file of Excel or Word", "as CSV"],
    ['<?xml version="1.0"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n<record>', "is MARC", "MODS, RIS"],
    ["00714cam a2200205 a 4500001001300000003000400013\u001e123\u001eDLC\u001e\u001d", "is MARC", "MODS, RIS"],
    ["=LDR  00714cam a2200205 a 4500\n=001  123\n", "is MARC", "MODS, RIS"],
    // Lines of which some begin as a paper does.
    [
      Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at % 50 === 0 ? 10 : at % 50 === 1 ? 123 : (at * 37) % 256))),
      "no format",
      "BibTeX",
    ],
    ["Dear Ada, here is what I read.", "no format", "It reads BibTeX"],
  ])("is unknown if the input holds no records, with one sentence of advice: %#", async (bytes, what, mend) => {
    const error = await recognizeFormat(inputOf(bytes)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "unsupported_format",
      message: expect.stringContaining(what),
      mend: expect.stringContaining(mend),
    });
    expect((error as AppError).explanation.length).toBeLessThan(300);
  });

  it("is unknown for a table without titles, and the error names the missing column", async () => {
    for (const name of ["books.csv", "books.TSV", "books.csv.gz"])
      await expect(recognizeFormat({ ...inputOf("sep=;\nTitel;Autor\nKessel;Ada\n"), name })).rejects.toMatchObject({
        code: "unsupported_format",
        message: expect.stringContaining("has no column of titles. Its first line says “Titel”, “Autor”"),
        mend: expect.stringContaining("Call the column “title”"),
      });
  });

  it("is recognised even if some characters of the file are damaged", async () => {
    const recognized = await recognizeFormat(inputOf(`${"\0".repeat(4)}${otherSamples.bibtex?.repeat(5)}`));
    expect(recognized?.format.name).toBe("bibtex");
  });

  it.each([
    ["packed by xz", "fd377a585a000004e6d6b4460200210116000000742fe5a3"],
    ["packed by zstd", "28b52ffd20b1250200f4027b226964223a22787a2d30222c"],
    ["packed by bzip2", "425a68393141592653592b8d8f5e00003d1f80401040007f"],
    ["a 7-Zip archive", "377abcaf271c0004d0a1c3d2400000000000000062000000"],
    ["a RAR archive", "526172211a0701003392b5e50a01050600050101"],
    ["a zip archive", "504b0304140000000800"],
    [
      "a tar archive",
      Buffer.from(`${"x.jsonl".padEnd(257, "\0")}ustar\u000000${"".padEnd(247, "\0")}{"id":"a-1","title":"A"}`).toString("hex"),
    ],
  ])("is unknown for %s, which the error names", async (what, hex) => {
    const bytes = toUtf8(
      (async function* () {
        yield Buffer.from(hex, "hex");
      })(),
    );
    await expect(recognizeFormat({ name: "papers.jsonl", bytes })).rejects.toMatchObject({
      code: "unsupported_format",
      message: expect.stringContaining(`papers.jsonl is ${what}`),
      mend: expect.stringContaining("Unpack it"),
    });
  });

  it("is reported as unknown, together with the known formats", async () => {
    for (const unknown of [inputOf("id,name\n1,A\n"), inputOf("<xml/>"), inputOf("[1]\n"), inputOf(Uint8Array.of(0x80, 0xff, 0, 1))])
      await expect(recognizeFormat(unknown)).rejects.toMatchObject({
        code: "unsupported_format",
        mend: expect.stringContaining("RIS"),
      });
    expect(() => formatNamed("bibtexx")).toThrow(
      expect.objectContaining({ code: "unsupported_format", mend: expect.stringContaining("paperkin") }),
    );
    expect(formatNamed("openalex").name).toBe("openalex");
  });
});

it("a form is refused as a file of papers, with advice how to send one", () => {
  expect(() => formatOfMediaType("multipart/form-data")).toThrow(
    expect.objectContaining({ code: "unsupported_format", mend: expect.stringContaining("--data-binary @papers.bib") }),
  );
});
