/** Readers of bibliographies and tables, given corrupted good ones: papers, refusals or one `AppError`, however the bytes are split. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import type { Format, SourceRecord } from "../../src/core/source.ts";
import { bibtexFormat } from "../../src/sources/bibtex.ts";
import { csvFormat } from "../../src/sources/csv.ts";
import { endnoteTaggedFormat } from "../../src/sources/endnote-tagged.ts";
import { isiFormat } from "../../src/sources/isi.ts";
import { nbibFormat } from "../../src/sources/nbib.ts";
import { risFormat } from "../../src/sources/ris.ts";
import { checkPaper, checkRefusal, recordsOf } from "./records.ts";
import { brokenText, holds } from "./settings.ts";

const samples: readonly { readonly format: Format; readonly records: readonly string[]; readonly before?: string }[] = [
  {
    format: risFormat,
    records: [
      "TY  - JOUR\nAU  - Lantern, Ada\nTI  - Kettles\nPY  - 2019/03/05/\nAB  - We listen.\nmore of it\nDO  - 10.1234/k\nUR  - http://x.org/\nKW  - a\nER  - \n\n",
      "TY  - CONF\nA1  - Kettle, Bo, Jr.\nT1  - Lanterns\nY1  - 2001//\nN2  - Light.\nAN  - WOS:1\nL1  - https://arxiv.org/pdf/2401.00001\nER  -\n",
    ],
  },
  {
    format: endnoteTaggedFormat,
    records: [
      "%0 Journal Article\n%T Kettles\n%A Lantern, Ada\n%D 2019\n%8 March 5\n%X We listen.\n\nmore\n%K a\nb\n%R doi:10.1234/k\n%U http://x.org\n\n",
      "%0 Book\n%A Bo Kettle\n%T Lanterns\n%B Things\n",
    ],
  },
  {
    format: nbibFormat,
    records: [
      "PMID- 77\nDP  - 2016 May 12\nTI  - Kettles that\n      sing.\nAB  - We listen.\nFAU - Lantern, Ada\nAID - 10.1234/k [doi]\nMH  - A/*b\nPMC - PMC5\n\n",
      "PMID- 78\nTI  - Lanterns\nCN  - Group\nDEP - 20160419\n\n",
    ],
  },
  {
    format: isiFormat,
    records: [
      "PT J\nAU Lantern, A\n   Kettle, B\nTI Kettles that\n   sing\nSO THINGS\nDE a; b\nPD JUN 14\nPY 2006\nDI 10.1234/k\nUT WOS:1\nER\n\n",
      "PT J\nTI LiNbO/sub 3/\nPD 07 2006\nPY 2006\nDE x/ a; b/ c// d\nUT INSPEC:77\nER\n",
    ],
  },
  {
    format: bibtexFormat,
    records: [
      '@string{jwt = {Journal of } # "Things"}\n@article{k1, title = {K{\\\'e}ttles of $x^2$}, author = {Lantern, Ada and Bo von Kettle}, year = 2019, month = mar, journal = jwt}\n',
      '@inproceedings(k2, title = "Lanterns", crossref = {p}, doi = {10.1234/k}, abstract = {We \\emph{see} \\[y\\] $$z$$ --- it}, eprint = {2401.00001}, archiveprefix = {arXiv})\n',
      "@comment{x}\n@proceedings{p, title = {Conference}, date = {2001-02/2001-03}, editor = {family=A, given=B}}\n",
    ],
  },
  {
    format: csvFormat,
    before: "title,abstract,authors,year,doi,url,keywords,date\n",
    records: [
      '"Kettles, ""they"" sing","We\nlisten.","Lantern, Ada; Kettle, Bo",2019,10.1234/k,http://x.org,a;b,2019-03-05\n',
      "Lanterns,,['A B'],2001,,,,\n",
    ],
  },
];

const special = [
  ..."{ } ( ) @ \\ $ $$ % # = , ; \" ' ~ | \t - -- \r \n \r\n \n\n \0 \ufeff \u2028".split(" "),
  " ",
  "@article{a,\n",
  "\n@misc{b, title = {",
  "@comment{",
  "@string{jwt=jwt}",
  "\\begin{equation}",
  "\\ensuremath{",
  "\\'",
  "\\v",
  "\\noopsort{",
  "ER  - ",
  "\nTY  - \n",
  "\n%0 ",
  "\nPMID- ",
  "\nPT J\n",
  "and ",
  "2019-02-30",
  "10.1234/",
  "{".repeat(2_000),
  "}".repeat(2_000),
  "\\".repeat(2_001),
  '"'.repeat(2_001),
  ",".repeat(2_000),
  "$".repeat(2_001),
  "x".repeat(100_001),
];

/** A sample's records in which pieces were lost, moved, doubled or inserted. */
const spoiled = ({ records, before = "" }: (typeof samples)[number]) =>
  fc
    .tuple(
      fc.array(fc.constantFrom(...records), { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constant(0), fc.nat(20)), fc.oneof(brokenText, fc.constantFrom(...special))), {
        maxLength: 4,
      }),
      fc.boolean(),
    )
    .map(([chosen, changes, spoilsAll]) => {
      let text = (spoilsAll ? before : "") + chosen.join("");
      for (const [at, length, put] of changes) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + put + text.slice(start + length);
      }
      return spoilsAll ? text : before + text;
    });

function check(record: SourceRecord): void {
  if (record.kind === "refused") {
    checkRefusal(record.refusal, { file: "invented.txt", line: expect.any(Number) });
    return;
  }
  if (record.kind === "collection" || record.kind === "deleted") return;
  if (record.kind === "id") throw new Error("only lists of ids give ids alone");
  expect(record.place).toMatchObject({ file: "invented.txt", line: expect.any(Number) });
  checkPaper(record.paper);
}

describe("reading bibliographies and tables", () => {
  for (const sample of samples) {
    const { format, records, before = "" } = sample;

    it(`as ${format.name} gives a paper for each record of a good one`, async () => {
      const read = await recordsOf(format, Buffer.from(before + records.join("")), 1_000);
      expect(read).toHaveLength(format === bibtexFormat ? 3 : records.length);
      expect(Array.isArray(read) && read.every(({ kind }) => kind === "paper")).toBe(true);
    });

    it(`as ${format.name} ends in papers, in refusals that say where and why, or in an AppError`, async () => {
      let [papers, refusals] = [0, 0];
      await holds(
        fc.asyncProperty(spoiled(sample), fc.integer({ min: 1, max: 400 }), async (written, pieceBytes) => {
          const bytes = Buffer.from(written);
          const read = await recordsOf(format, bytes, pieceBytes);
          if (read instanceof AppError) return;
          for (const record of read) {
            check(record);
            if (record.kind === "paper") papers++;
            else refusals++;
          }
          // However the bytes are split, the result is the same.
          expect(await recordsOf(format, bytes, bytes.length + 1)).toEqual(read);
        }),
        200,
      );
      expect(papers).toBeGreaterThan(100);
      expect(refusals).toBeGreaterThan(10);
    });

    it(`as ${format.name} survives any bytes`, () =>
      holds(
        fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), async (bytes, pieceBytes) => {
          expect(format.recognize(new TextDecoder().decode(bytes))).toBeGreaterThanOrEqual(0);
          const read = await recordsOf(format, bytes, pieceBytes);
          if (!(read instanceof AppError)) for (const record of read) check(record);
        }),
        100,
      ));

    it(`recognises ${format.name}, and nothing else`, () => {
      const head = before + records.join("");
      for (const { format: other } of samples) {
        const certainty = other.recognize(head);
        if (other === format) expect(certainty).toBeGreaterThan(0.8);
        else expect(certainty, other.name).toBe(0);
      }
    });
  }
});
